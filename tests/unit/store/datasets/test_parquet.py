import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sekisho.errors import ConfigError
from sekisho.model import Unreadable
from sekisho.store.datasets import open_datasets
from sekisho.store.datasets.parquet import cut_parquet, image_column, open_parquet, picture_values

STRUCT = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
HF = {b"huggingface": json.dumps({"info": {"features": {"b": {"_type": "Image"}, "a": {"_type": "Audio"}}}})}


def schema(*fields, metadata=None):
    return pa.schema([pa.field(name, kind) for name, kind in fields], metadata=metadata)


@pytest.mark.parametrize(
    ("columns", "found"),
    [
        (schema(("x", pa.binary()), ("n", pa.int64())), "x"),
        (schema(("x", pa.large_binary())), "x"),
        (schema(("x", STRUCT), ("embedding", pa.binary())), "x"),
        (schema(("jpg", pa.binary()), ("embedding", pa.binary())), "jpg"),
        (schema(("a", STRUCT), ("b", STRUCT), metadata=HF), "b"),
        (schema(("n", pa.int64()), ("url", pa.string())), None),
    ],
)
def test_the_column_of_pictures(columns, found):
    assert image_column(columns, "p.parquet", None) == found


@pytest.mark.parametrize(
    "columns",
    [
        schema(("x", pa.binary()), ("y", pa.binary())),
        schema(("image", pa.binary()), ("jpg", pa.binary())),
        schema(("image", STRUCT), ("mask", STRUCT)),
    ],
)
def test_several_columns_need_a_word_from_the_user(columns):
    with pytest.raises(ConfigError, match=columns.names[1]) as error:
        image_column(columns, "p.parquet", None)
    assert "--image-column" in error.value.hint
    assert image_column(columns, "p.parquet", columns.names[1]) == columns.names[1]
    with pytest.raises(ConfigError, match="no column 'z'"):
        image_column(columns, "p.parquet", "z")


@pytest.mark.parametrize("kind", [pa.binary(), pa.large_binary()])
def test_values_are_views_of_what_was_written(kind):
    values = [b"one", None, b"", b"four"]
    batch = pa.record_batch([pa.array(values, kind)], names=["x"]).slice(1)
    assert [v if v is None else bytes(v) for v, _ in picture_values(batch)] == values[1:]
    assert {v.format for v, _ in picture_values(batch) if v is not None} == {"B"}
    none = pa.record_batch([pa.nulls(2, kind)], names=["x"])
    assert [v for v, _ in picture_values(none)] == [None, None]


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


def test_slices_are_whole_row_groups(tmp_path):
    table = pa.table({"jpg": [bytes([i]) * 100 for i in range(50)], "n": range(50)})
    pq.write_table(table, tmp_path / "p.parquet", row_group_size=10)
    file = open_parquet(str(tmp_path / "p.parquet"))
    cut = [(g.first, g.last, g.start, g.stop) for g in cut_parquet(file, "jpg", 1 << 30, 25)]
    assert cut == [(0, 2, 0, 20), (2, 4, 20, 40), (4, 5, 40, 50)]
    assert len(list(cut_parquet(file, "jpg", 1, 1000))) == 5
