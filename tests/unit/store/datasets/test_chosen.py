import gzip
import io
import os
import tarfile
from dataclasses import replace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sekisho.errors import ConfigError
from sekisho.store.datasets import Chosen, open_datasets
from tests.pages import warc_of
from tests.pictures import encode, picture

PICTURES = {f"{n}.png": encode(picture(n, 16, 16), "PNG") for n in range(6)}


def tar(members, mode="w"):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


@pytest.fixture
def folder(tmp_path):
    root = tmp_path / "set"
    (root / "日本").mkdir(parents=True)
    (root / "日本" / "a#1.png").write_bytes(PICTURES["0.png"])
    (root / "note.txt").write_text("no picture")
    (root / "note.bin").write_text("neither picture nor text")
    (root / "s.tar").write_bytes(tar([*PICTURES.items(), ("0.png", PICTURES["5.png"])]))
    (root / "s.tar.gz").write_bytes(tar(PICTURES.items(), "w:gz"))
    values = [*PICTURES.values()]
    pq.write_table(pa.table({"image": values}), root / "s.parquet", row_group_size=2)
    return root


def opened(*paths, **options):
    return [Chosen(dataset) for dataset in open_datasets(paths, **options)]


def take(chosen, *names):
    reader = chosen.reader(names)
    return {name: [(item.name, item.data and bytes(item.data)) for item in reader(name)] for name in names}


def test_every_item_of_every_container_is_found_by_its_name(folder):
    (chosen,) = opened(folder)
    read = {}
    for unit in chosen.dataset.plan():
        read |= {item.name: bytes(item.data) for item in chosen.dataset.read(unit)}
    assert len(read) == 2 + 7 + 6 + 6
    for some in (list(read), list(read)[::-1], list(read)[::3]):
        assert take(chosen, *some) == {name: [(name, read[name])] for name in some}
    assert read["s.tar#0.png~2"] == PICTURES["5.png"]


def test_what_is_not_there_gives_nothing(folder):
    (chosen,) = opened(folder)
    names = ["gone.png", "note.bin", "gone.tar#1.png", "s.tar#gone.png", "s.parquet#99", "s.tar.gz#9.png"]
    found = take(chosen, *names)
    assert found.pop("gone.png") != [(None, None)]
    assert {name: items for name, items in found.items() if items} == {}


@pytest.mark.parametrize(
    "name", ["../out.png", "/etc/passwd", "x/../../out.png", "", "1:日本/a%231.png", "..", "a\0b.png"]
)
def test_no_name_leads_out_of_the_dataset(folder, name):
    (folder.parent / "out.png").write_bytes(PICTURES["1.png"])
    (chosen,) = opened(folder)
    assert [data for _, data in take(chosen, name)[name] if data is not None] == []


def test_a_link_that_leads_out_is_not_followed(folder):
    (folder.parent / "out.png").write_bytes(PICTURES["1.png"])
    (folder / "link.png").symlink_to("../out.png")
    (chosen,) = opened(folder)
    ((_, data),) = take(chosen, "link.png")["link.png"]
    assert data is None


def test_names_of_several_datasets_belong_to_one_each(folder):
    first, second = opened(folder, folder / "s.tar")
    name, other = "1:日本/a%231.png", "2:s.tar#3.png"
    assert take(first, name, other) == {name: [(name, PICTURES["0.png"])], other: []}
    assert take(second, name, other) == {name: [], other: [(other, PICTURES["3.png"])]}


def test_a_single_file_does_not_give_its_neighbours(folder):
    (chosen,) = opened(folder / "s.tar")
    assert take(chosen, "s.tar#1.png", "s.parquet#1") == {
        "s.tar#1.png": [("s.tar#1.png", PICTURES["1.png"])],
        "s.parquet#1": [],
    }


def test_a_name_for_a_whole_container_or_for_rows_gives_all_of_them(folder):
    (chosen,) = opened(folder)
    found = take(chosen, "s.tar.gz#", "s.parquet#1-3", "s.tar")
    assert [name for name, _ in found["s.tar.gz#"]] == [f"s.tar.gz#{n}" for n in PICTURES]
    assert [data for _, data in found["s.parquet#1-3"]] == [PICTURES[f"{n}.png"] for n in (1, 2, 3)]
    assert len(found["s.tar"]) == 7


def test_a_changed_container_is_read_as_it_is_now(folder):
    (chosen,) = opened(folder)
    (folder / "s.tar").write_bytes(tar([("5.png", PICTURES["0.png"]), ("1.png", PICTURES["1.png"])]))
    found = take(chosen, "s.tar#1.png", "s.tar#2.png", "s.tar#5.png")
    assert found == {
        "s.tar#1.png": [("s.tar#1.png", PICTURES["1.png"])],
        "s.tar#2.png": [],
        "s.tar#5.png": [("s.tar#5.png", PICTURES["0.png"])],
    }
    os.truncate(folder / "s.parquet", 40)
    assert take(chosen, "s.parquet#1")["s.parquet#1"] == []


def test_a_column_that_can_not_be_told_is_asked_for(folder):
    values = [*PICTURES.values()]
    pq.write_table(pa.table({"left": values, "right": values[::-1]}), folder / "two.parquet")
    (chosen,) = opened(folder)
    with pytest.raises(ConfigError, match="several columns"):
        take(chosen, "two.parquet#1")
    named = Chosen(replace(chosen.dataset, image_column="right"))
    assert take(named, "two.parquet#1") == {"two.parquet#1": [("two.parquet#1", values[::-1][1])]}
    pq.write_table(pa.table({"n": [1, 2]}), folder / "two.parquet")
    assert take(Chosen(replace(chosen.dataset)), "two.parquet#1") == {"two.parquet#1": []}


@pytest.fixture
def texts(tmp_path):
    root = tmp_path / "texts"
    root.mkdir()
    lines = b"".join(b'{"n":%d}\n' % n for n in range(40))
    (root / "a.jsonl").write_bytes(lines)
    (root / "b.jsonl.gz").write_bytes(gzip.compress(lines))
    (root / "c.jsonl.gz").write_bytes(gzip.compress(lines)[:-9])
    (root / "d.warc").write_bytes(warc_of([(b"page %d" % n, "text/plain") for n in range(30)]))
    both = {"image": [*PICTURES.values()], "text": [f"text {n}" for n in range(6)]}
    pq.write_table(pa.table(both), root / "e.parquet", row_group_size=2)
    (root / "f.txt").write_bytes(b"a text")
    return root


def test_every_text_of_every_container_is_found_by_its_name(texts):
    pytest.importorskip("fastwarc")
    (chosen,) = opened(texts)
    read = {}
    for unit in chosen.dataset.plan(max_items=1):
        read |= {item.name: item.data and bytes(item.data) for item in chosen.dataset.read(unit)}
    assert read.pop("c.jsonl.gz#") is None
    assert len(read) == 3 * 40 + 30 + 2 * 6 + 1
    for some in (list(read), list(read)[::-7], list(read)[::3]):
        assert take(chosen, *some) == {name: [(name, read[name])] for name in some}
    assert read["e.parquet#3~2"] == b'{"text":"text 3"}'


def test_a_name_for_lines_or_a_damaged_file_gives_what_is_there(texts):
    (chosen,) = opened(texts)
    found = take(chosen, "a.jsonl#5-7", "c.jsonl.gz#", "e.parquet#1-2", "a.jsonl#99", "f.txt")
    assert [name for name, _ in found["a.jsonl#5-7"]] == ["a.jsonl#5", "a.jsonl#6", "a.jsonl#7"]
    assert len(found["c.jsonl.gz#"]) == 41
    assert [name for name, _ in found["e.parquet#1-2"]] == [
        *("e.parquet#1", "e.parquet#1~2", "e.parquet#2", "e.parquet#2~2")
    ]
    assert found["a.jsonl#99"] == []
    assert found["f.txt"] == [("f.txt", b"a text")]
