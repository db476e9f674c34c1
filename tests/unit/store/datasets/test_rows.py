import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sekisho.model import TextForm, Unreadable
from sekisho.store.datasets import open_datasets

JPEG = b"\xff\xd8\xff1"
STRUCT = pa.struct([("bytes", pa.binary()), ("path", pa.string())])


def read(path, table, **options):
    """Return name -> bytes or reason of a file of one row group for three rows, and the skipped."""
    group = options.pop("row_group_size", 3)
    pq.write_table(table, path, row_group_size=group)
    (dataset,) = open_datasets([path], **options)
    items, skipped = [], 0
    for unit in dataset.plan():
        reading = dataset.read(unit)
        items += list(reading)
        skipped += reading.skipped
    return items, skipped


def test_rows_of_a_hugging_face_file(tmp_path):
    rows = [
        {"bytes": b"\xff\xd8\xff1", "path": "1"},
        {"bytes": None, "path": "2"},
        None,
        {"bytes": b"", "path": None},
    ]
    pq.write_table(pa.table({"image": pa.array(rows, STRUCT)}), tmp_path / "p.parquet")
    (dataset,) = open_datasets([tmp_path / "p.parquet"])
    (unit,) = dataset.plan()
    reading = dataset.read(unit)
    found = {i.name: i.problem.reason if i.problem else bytes(i.data) for i in reading}
    assert found == {
        "p.parquet#0": b"\xff\xd8\xff1",
        "p.parquet#1": Unreadable.NOT_EMBEDDED,
        "p.parquet#3": Unreadable.EMPTY,
    }
    assert reading.skipped == 1


def test_the_text_of_a_row_is_a_record_of_its_columns(tmp_path):
    talk = [[{"role": "user", "content": "あ"}], None, [], []]
    table = pa.table({"b": ["x", None, "", "y"], "n": range(4), "a": talk})
    items, skipped = read(tmp_path / "p.parquet", table)
    assert {item.name: bytes(item.data) for item in items} == {
        "p.parquet#0": '{"b":"x","a":[{"role":"user","content":"あ"}]}'.encode(),
        "p.parquet#3": b'{"b":"y","a":[]}',
    }
    assert skipped == 2
    assert all(item.text.form is TextForm.JSON and item.named_as_media for item in items)


def test_a_picture_and_its_text_are_two_items_of_a_row(tmp_path):
    table = pa.table({"text": ["x", "", "z"], "image": [JPEG, JPEG, None]})
    items, skipped = read(tmp_path / "p.parquet", table)
    assert [(item.name, item.text is not None) for item in items] == [
        *(("p.parquet#0", False), ("p.parquet#0~2", True)),
        *(("p.parquet#1", False), ("p.parquet#2~2", True)),
    ]
    assert skipped == 2


def test_named_fields_travel_with_the_item(tmp_path):
    talk = [[{"role": "user", "content": "x"}]]
    items, _ = read(tmp_path / "p.parquet", pa.table({"talk": talk, "t": ["y"]}), text_fields=["content"])
    assert [json.loads(bytes(item.data)) for item in items] == [{"talk": talk[0]}]
    assert items[0].text.fields == ("content",)


@pytest.mark.parametrize("limit", [20, 40])
def test_a_text_that_is_too_large_is_not_an_item_with_bytes(tmp_path, limit):
    items, _ = read(tmp_path / "p.parquet", pa.table({"t": ["x" * 20]}), max_bytes=limit)
    assert [item.problem and item.problem.reason for item in items] == [
        Unreadable.TOO_LARGE if limit == 20 else None
    ]


def test_a_row_that_is_not_utf8_is_one_item(tmp_path):
    raw = pa.array([b"one", b"\xff", b"three"], pa.binary())
    table = pa.table({"t": pa.Array.from_buffers(pa.string(), 3, raw.buffers())})
    items, _ = read(tmp_path / "p.parquet", table)
    assert [item.problem and item.problem.reason for item in items] == [None, Unreadable.CORRUPT, None]
