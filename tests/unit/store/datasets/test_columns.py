import json

import pyarrow as pa
import pytest

from sekisho.errors import ConfigError
from sekisho.model.signal import SignalFamily
from sekisho.store.datasets.columns import (
    image_column,
    picture_values,
    telling_columns,
    text_columns,
    text_values,
    told_rows,
)

STRUCT = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
HF = {b"huggingface": json.dumps({"info": {"features": {"b": {"_type": "Image"}, "a": {"_type": "Audio"}}}})}
TALK = pa.list_(pa.struct([("role", pa.string()), ("content", pa.large_string())]))


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


MANY = schema(
    ("id", pa.int64()),
    ("image", STRUCT),
    ("caption", pa.string()),
    ("kind", pa.dictionary(pa.int8(), pa.string())),
    ("talk", TALK),
    ("tags", pa.map_(pa.string(), pa.int32())),
    ("mask", pa.struct([("text", pa.string()), ("raw", pa.binary())])),
)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ((), ("caption", "kind", "talk", "tags")),
        (("caption",), ("caption",)),
        (("kind", "caption", "nowhere"), ("caption", "kind")),
        (("content",), ("talk",)),
        (("/talk/0/content",), ("talk",)),
        (("/caption",), ("caption",)),
        (("/cap",), ()),
        (("image",), ()),
    ],
)
def test_the_columns_of_text(wanted, found):
    assert text_columns(MANY, "p.parquet", "image", wanted) == found


IMG2DATASET = (
    "url",
    "caption",
    "key",
    "status",
    "error_message",
    "exif",
    "sha256",
    "license",
)
OTHERS = (
    "image_id",
    "PHOTO-ID",
    "file_name",
    "md5",
    "source_url",
    "copyright",
    "language",
    "mime_type",
    "split",
)


def test_beside_pictures_captions_are_text_and_addresses_numbers_and_licences_are_not():
    told = schema(("jpg", pa.binary()), *((name, pa.string()) for name in IMG2DATASET + OTHERS))
    assert text_columns(told, "p.parquet", "jpg", ()) == ("caption",)
    assert text_columns(told, "p.parquet", "jpg", ("url", "key")) == ("url", "key")
    texts = ("text", "caption_ja", "alt", "prompt", "title", "hashtags", "idea", "name", "metadata")
    beside = schema(("jpg", pa.binary()), *((name, pa.string()) for name in texts))
    assert text_columns(beside, "p.parquet", "jpg", ()) == tuple(name for name in texts if name != "name")


def test_in_a_table_without_pictures_every_text_is_looked_at():
    told = schema(("url", pa.string()), ("text", pa.string()), ("sha256", pa.string()))
    assert text_columns(told, "p.parquet", None, ()) == ("url", "text", "sha256")


def test_a_named_column_without_text_is_refused():
    for name in ("id", "mask"):
        with pytest.raises(ConfigError, match=f"{name!r}.*holds no text"):
            text_columns(MANY, "p.parquet", "image", (name,))
    with pytest.raises(ConfigError, match="several columns 'a'"):
        text_columns(schema(("a", pa.string()), ("a", pa.string())), "p.parquet", None, ())


def test_a_row_that_is_not_utf8_costs_only_itself():
    raw = pa.array([b"one", b"\xff", b"three"], pa.binary())
    bad = pa.Array.from_buffers(pa.string(), 3, raw.buffers())
    one, two, three = text_values(bad)
    assert (one, three) == ("one", "three")
    assert isinstance(two, UnicodeDecodeError)


def told_of(**columns):
    (batch,) = pa.table(columns).to_batches()
    return list(told_rows(batch, telling_columns(batch.schema, None)))


def test_columns_that_tell_are_known_by_name_and_hold_no_bytes():
    texts = ("URL", "text", "license", "license")
    given = schema(("image", pa.binary()), ("exif", pa.binary()), *((name, pa.string()) for name in texts))
    assert telling_columns(given, "image") == ("URL",)
    assert telling_columns(given, "URL") == ()


def test_what_rows_tell():
    one, two = told_of(
        url=["https://a.example/", None],
        tdm_reservation=[float("nan"), 1.0],
        headers=pa.array([[("X-Robots-Tag", "noai")], None], pa.map_(pa.string(), pa.string())),
        warc_date=pa.array([1709210096123456789, None], pa.timestamp("ns")),
    )
    assert (one.url, one.captured.isoformat()) == ("https://a.example/", "2024-02-29T12:34:56.123456+00:00")
    assert [signal.family for signal in one.signals] == [SignalFamily.X_ROBOTS]
    assert [signal.family for signal in two.signals] == [SignalFamily.TDMREP]


def test_values_that_python_can_not_hold_tell_nothing():
    far = pa.array([1 << 62, 0], pa.timestamp("s"))
    wrong = pa.array([b"noai\xff", b"noai"], pa.binary()).cast(pa.string(), safe=False)
    assert told_of(warc_date=far) == [None, None]
    assert [len(one.signals) for one in told_of(x_robots_tag=pa.array(wrong), url=["https://a/"] * 2)][1] == 1
