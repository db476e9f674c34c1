"""Crawls with pictures and shards with their tables, through the whole command line."""

import gzip
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sekisho.cli.app import main
from tests.pages import record_of, response_of
from tests.system.audit_world import file_of, rows, tar_of
from tests.unit.store.datasets.test_referring import response

pytest.importorskip("fastwarc", reason="an extra")

FREE, OUT = ("allow", "no_known_objection"), ("block", "opted_out")


@pytest.fixture
def no_text(tmp_path):
    path = tmp_path / "policy.toml"
    path.write_text('base = "opt-in"\nname = "no data"\n\n[text]\npersonal = "ignore"\n', encoding="utf-8")
    return path


def decided(run):
    return {item.rpartition("#")[2]: (row["outcome"], row["reason"]) for item, row in rows(run).items()}


def test_pictures_of_a_crawl_are_decided_and_cleaned(world, tmp_path, no_text):
    free, known = file_of("free", 1), file_of("verified", 1)
    records = [
        response_of(b"", "text/html"),
        response_of(free, "image/jpeg"),
        response_of(gzip.compress(known), "image/jpeg", "Content-Encoding: gzip"),
        response_of(file_of("free", 2), "image/jpeg", "X-Robots-Tag: noai"),
        response_of(known, "application/octet-stream"),
        response_of(free, "image/jpeg"),
        response_of(b"var a;", "text/javascript"),
        *(
            record_of(kind, known, "image/jpeg")
            for kind in ("revisit", "request", "metadata", "continuation")
        ),
    ]
    path = tmp_path / "crawl.warc.gz"
    path.write_bytes(b"".join(map(gzip.compress, records)))
    run, again, out = tmp_path / "RUN", tmp_path / "AGAIN", tmp_path / "CLEAN"
    assert main(world.words(path, out=run, policy=no_text)) == 1
    found = decided(run)
    assert {name for name, decision in found.items() if decision == FREE} == {"1", "5"}
    assert found["3"] == OUT
    assert found["2"] == found["4"]
    assert found["2"][0] == "block"
    assert len(found) == 5
    words = world.words(out=again, again=run, operator=None, purpose=None, territory=None, on=None)
    assert main(words) in (0, 1)
    assert decided(again) == found
    assert main(["report", str(run), "-o", str(tmp_path / "r.html")]) == 0
    assert "data:image/jpeg;base64" in (tmp_path / "r.html").read_text(encoding="utf-8")
    assert main(["clean", str(run), "-o", str(out)]) == 0
    assert gzip.decompress((out / "crawl.warc.gz").read_bytes()) == records[1] + records[5]


def test_the_table_beside_a_shard_is_heard_and_is_no_dataset(world, tmp_path, no_text):
    shards = tmp_path / "shards"
    shards.mkdir()
    keys = ["000000000", "000000001", "000000002"]
    (shards / "00000.tar").write_bytes(tar_of([(f"{key}.jpg", file_of("free", int(key))) for key in keys]))
    columns = {"url": [f"https://example.jp/{key}" for key in keys], "caption": ["a cat"] * 3, "key": keys}
    columns |= {"status": ["success"] * 3, "error_message": pa.array([None] * 3, pa.string())}
    pq.write_table(pa.table(columns | {"x_robots_tag": [None, "noai", None]}), shards / "00000.parquet")
    (shards / "00000_stats.json").write_text(json.dumps({"count": 3}), encoding="utf-8")
    run, out = tmp_path / "RUN", tmp_path / "CLEAN"
    assert main(world.words(shards, out=run, policy=no_text)) == 1
    assert decided(run) == {f"{key}.jpg": OUT if key == keys[1] else FREE for key in keys}
    assert main(["clean", str(run), "-o", str(out)]) == 0
    assert [path.name for path in out.iterdir()] == ["00000.tar"]


def test_what_a_page_in_another_file_refuses_of_its_pictures_is_heard(world, tmp_path, no_text):
    crawl, run, again, out = (tmp_path / name for name in ("crawl", "RUN", "AGAIN", "CLEAN"))
    crawl.mkdir()
    page = (
        b'<head><meta name="robots" content="noai"></head><img src="//cdn.example/1.jpg"><img src="/2.jpg">'
    )
    shown = {n: f"https://cdn.example/{n}.jpg" for n in (1, 2)}
    pictures = [response(f"p{n}", url, file_of("free", n), "image/jpeg") for n, url in shown.items()]
    (crawl / "a.warc.gz").write_bytes(b"".join(map(gzip.compress, pictures)))
    (crawl / "b.warc.gz").write_bytes(gzip.compress(response("1", "https://example.jp/", page, "text/html")))
    assert main(world.words(crawl, out=run, policy=no_text, jobs=2)) == 1
    found = {item: (row["outcome"], row["reason"]) for item, row in rows(run).items()}
    assert found == {"a.warc.gz#0": OUT, "a.warc.gz#1": FREE, "b.warc.gz#0": OUT}
    words = world.words(out=again, again=run, operator=None, purpose=None, territory=None, on=None)
    assert main(words) in (0, 1)
    assert {item: (row["outcome"], row["reason"]) for item, row in rows(again).items()} == found
    assert main(["clean", str(run), "-o", str(out)]) == 0
    assert gzip.decompress((out / "a.warc.gz").read_bytes()) == pictures[1]
