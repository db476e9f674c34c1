"""Signals beside items through the whole command line: columns, sidecars, responses."""

import io
import json
import tarfile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sekisho.cli.app import main
from sekisho.store.signals import SignalWriter
from tests.sites import copied
from tests.system.audit_world import file_of, rows

SAID = {"refused": {"x-robots-tag": "noai"}, "rights": {"exif": '{"Image Copyright": "Mio"}'}}
URL = "https://example.jp/{}.jpg"


def tar_file(folder):
    """Write what img2dataset writes: picture, record and caption of each sample."""
    path = folder / "00000.tar"
    with tarfile.open(path, "w") as archive:
        for number, word in enumerate(("free", "refused", "rights", "plain")):
            record = {"url": URL.format(word), "key": word, "sha256": "ab" * 32, "width": 96}
            record |= SAID.get(word, {})
            members = {"jpg": file_of("free", number), "json": json.dumps(record).encode(), "txt": b"a cat"}
            for ending, data in members.items():
                info = tarfile.TarInfo(f"{word}.{ending}")
                info.size = len(data)
                archive.addfile(info, io.BytesIO(data))
    return path


def parquet_file(folder):
    path = folder / "set.parquet"
    columns = {
        "image": pa.array([file_of("free", number) for number in range(4)], pa.binary()),
        "url": [URL.format(number) for number in range(4)],
        "caption": ["one", "two", "three", "four"],
        "license": ["?", "cc-by-4.0", None, "cc0-1.0"],
        "x_robots_tag": [None, "noai, noimageai", "max-snippet:-1", None],
    }
    pq.write_table(pa.table(columns), path)
    return path


def response(body, *headers):
    head = "\r\n".join(["HTTP/1.1 200 OK", "Content-Type: text/html", *headers, "", ""]).encode()
    block = head + body
    fields = [
        "WARC/1.0",
        "WARC-Type: response",
        "WARC-Date: 2024-02-29T12:34:56Z",
        "WARC-Target-URI: https://example.jp/",
        "Content-Type: application/http; msgtype=response",
        f"Content-Length: {len(block)}",
    ]
    return "\r\n".join([*fields, "", ""]).encode() + block + b"\r\n\r\n"


def warc_file(folder):
    path = folder / "crawl.warc"
    plain, noai = b"<p>a page</p>", b'<head><meta name="robots" content="noai"></head><p>b</p>'
    path.write_bytes(response(plain) + response(plain, "tdm-reservation: 1") + response(noai))
    return path


def run_of(world, path, tmp_path, **options):
    """Audit, and return the rows and how many items of how many had signals."""
    out = tmp_path / f"run-{path.name}-{len(options)}"
    assert main(world.words(path, out=out, **options)) == 1
    commits = [json.loads(one.read_bytes()) for one in (out / "commits").glob("*.json")]
    return rows(out), (sum(one["signals"]["items"] for one in commits), sum(one["rows"] for one in commits))


def outcomes(found):
    return {item.rpartition("#")[2]: (row["outcome"], row["reason"]) for item, row in found.items()}


OUT, FREE = ("block", "opted_out"), ("allow", "no_known_objection")


@pytest.fixture
def no_text(tmp_path):
    path = tmp_path / "policy.toml"
    path.write_text('base = "opt-in"\nname = "no data"\n\n[text]\npersonal = "ignore"\n', encoding="utf-8")
    return path


def test_columns_of_parquet(world, tmp_path, no_text):
    found, counted = run_of(world, parquet_file(tmp_path), tmp_path, policy=no_text)
    assert outcomes(found) == {
        f"{row}{part}": OUT if row == 1 else FREE for row in range(4) for part in ("", "~2")
    }
    assert counted == (4, 8)


def test_sidecars_of_img2dataset_for_every_number_of_workers(world, tmp_path, no_text):
    path, signals = tar_file(tmp_path), tmp_path / "signals"
    writer = SignalWriter(signals)
    writer.append(copied("https://example.jp/robots.txt", b"User-agent: GPTBot\nDisallow: /plain\n"))
    writer.seal()
    options = {"policy": no_text, "signals": signals}
    found, counted = run_of(world, path, tmp_path, **options)
    refused = {name.partition(".")[0] for name, decided in outcomes(found).items() if decided == OUT}
    assert refused == {"refused", "plain"}
    assert counted == (9, 12)
    assert run_of(world, path, tmp_path, **options, jobs=2) == (found, counted)


def test_responses_of_a_warc_file(world, tmp_path, no_text):
    pytest.importorskip("fastwarc", reason="an extra")
    found, counted = run_of(world, warc_file(tmp_path), tmp_path, policy=no_text)
    assert outcomes(found) == {"0": FREE, "1": OUT, "2": OUT}
    assert counted == (2, 3)
