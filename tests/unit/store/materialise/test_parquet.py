import hashlib
import os

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sekisho.audit.clean import choose
from sekisho.errors import EvidenceError
from sekisho.store.datasets import open_datasets
from sekisho.store.materialise.order import Order
from sekisho.store.materialise.parquet import rewrite_parquet

BODIES = [b"\xff\xd8\xff" + bytes([i]) * 99 for i in range(30)]
STRUCT = pa.struct([("bytes", pa.binary()), ("path", pa.string())])


def write(path):
    images = pa.array([{"bytes": b, "path": f"{i}.jpg"} for i, b in enumerate(BODIES)], STRUCT)
    table = pa.table({"image": images, "caption": [f"c{i}" for i in range(30)]})
    table = table.replace_schema_metadata({b"huggingface": b'{"info": 1}'})
    pq.write_table(
        table,
        path,
        row_group_size=10,
        compression={"image.bytes": "NONE", "image.path": "ZSTD", "caption": "ZSTD"},
    )


def rewrite(tmp_path, allowed, changed=()):
    write(tmp_path / "p")
    known = {f"p#{i}": hashlib.sha256(b).digest() if i in allowed else None for i, b in enumerate(BODIES)}
    known |= {f"p#{i}": bytes(32) for i in changed}
    order = Order(known=known, denied=frozenset(), choose=choose)
    with (tmp_path / "p").open("rb", buffering=0) as raw:
        (dataset,) = open_datasets([tmp_path / "p"], text_fields=("label",))
        rewrite_parquet(raw, dataset, "p", os.fsencode(tmp_path / "out"), order)
    return order.tally


def test_rows_schema_metadata_groups_and_compression(tmp_path):
    allowed = {0, 3, 9, 25, 26}
    tally = rewrite(tmp_path, allowed)
    before, after = pq.ParquetFile(tmp_path / "p"), pq.ParquetFile(tmp_path / "out")
    assert after.schema_arrow.equals(before.schema_arrow, check_metadata=True)
    assert [after.metadata.row_group(i).num_rows for i in range(2)] == [3, 2]
    assert [after.metadata.row_group(0).column(i).compression for i in range(3)] == [
        "UNCOMPRESSED",
        "ZSTD",
        "ZSTD",
    ]
    rows = after.read().to_pylist()
    assert [r["image"]["bytes"] for r in rows] == [BODIES[i] for i in sorted(allowed)]
    assert [r["caption"] for r in rows] == [f"c{i}" for i in sorted(allowed)]
    assert (tally.kept, tally.dropped, tally.refused) == (5, 25, [])


def test_changed_rows_are_refused(tmp_path):
    assert rewrite(tmp_path, {0, 1}, changed=[1]).refused == ["p#1"]
    assert pq.read_table(tmp_path / "out").num_rows == 1


def test_nothing_allowed_writes_nothing(tmp_path):
    rewrite(tmp_path, set())
    assert not (tmp_path / "out").exists()


TEXTS = ["one", "call 03", "", None, "five", "six"]


def rewrite_texts(tmp_path, table, known, **more):
    pq.write_table(table, tmp_path / "p", row_group_size=3)
    (tmp_path / "out").unlink(missing_ok=True)
    order = Order(known=known, denied=frozenset(), choose=choose, **more)
    (dataset,) = open_datasets([tmp_path / "p"])
    with (tmp_path / "p").open("rb", buffering=0) as raw:
        rewrite_parquet(raw, dataset, "p", os.fsencode(tmp_path / "out"), order)
    return order.tally


def sha(text):
    return hashlib.sha256(text.encode()).digest()


def test_rows_of_text(tmp_path):
    table = pa.table({"t": TEXTS, "n": range(6)})
    known = {"p#0": sha('{"t":"one"}'), "p#1": None, "p#4": sha('{"t":"other"}'), "p#5": sha('{"t":"six"}')}
    tally = rewrite_texts(tmp_path, table, known)
    assert pq.read_table(tmp_path / "out").to_pylist() == [{"t": "one", "n": 0}, {"t": "six", "n": 5}]
    assert tally.refused == ["p#4"]


def test_picture_and_text_of_a_row_are_kept_only_together(tmp_path):
    table = pa.table({"image": BODIES[:6], "t": TEXTS})
    known = {f"p#{i}": hashlib.sha256(BODIES[i]).digest() for i in range(5)} | {"p#5": None}
    known |= {"p#0~2": sha('{"t":"one"}'), "p#1~2": None, "p#4~2": None, "p#5~2": sha('{"t":"six"}')}
    tally = rewrite_texts(tmp_path, table, known)
    assert pq.read_table(tmp_path / "out")["t"].to_pylist() == ["one", "", None]
    assert (tally.kept, tally.dropped) == (4, 6)


def test_cells_are_edited_where_the_text_stands(tmp_path):
    talk = [[{"role": "user", "content": "call 03"}], [{"role": "user", "content": "x"}]]
    kinds = pa.array(["call 03", "call 03"]).dictionary_encode()
    table = pa.table({"t": ["call 03", "y"], "talk": talk, "kind": kinds, "n": [1, 2]})
    raw = '{"t":"call 03","talk":[{"role":"user","content":"call 03"}],"kind":"call 03"}'
    fields = ("/t", "/talk/0/content", "/kind")
    edits = {"p#0": (sha(raw), [(field, 5, 7, "[phone]") for field in fields])}
    tally = rewrite_texts(tmp_path, table, {"p#0": None, "p#1": None}, edits=edits)
    out = pq.read_table(tmp_path / "out")
    assert out.schema.equals(table.schema)
    (row,) = out.to_pylist()
    talked = [{"role": "user", "content": "call [phone]"}]
    assert row == {"t": "call [phone]", "talk": talked, "kind": "call [phone]", "n": 1}
    assert (tally.kept, tally.edited, tally.dropped) == (1, 1, 1)


def test_a_span_outside_of_its_cell_is_evidence(tmp_path):
    for change in (("/t", 5, 8, ""), ("/n", 0, 1, ""), ("/x", 0, 1, "")):
        edits = {"p#0": (sha('{"t":"call 03"}'), [change])}
        table = pa.table({"t": ["call 03"], "n": [1]})
        with pytest.raises(EvidenceError):
            rewrite_texts(tmp_path, table, {"p#0": None}, edits=edits)


def test_a_key_that_is_data_is_not_edited(tmp_path):
    for field in ("/~k0", "/~k0~n", "/t/~k0"):
        edits = {"p#0": (sha('{"t":"call 03"}'), [(field, 0, 1, "")])}
        table = pa.table({"t": ["call 03"], "n": [1]})
        tally = rewrite_texts(tmp_path, table, {"p#0": None}, edits=edits)
        assert (tally.kept, tally.unedited) == (0, ["p#0"])


def test_before_texts_were_looked_at_a_row_went_with_its_picture(tmp_path):
    table = pa.table({"image": BODIES[:2], "t": TEXTS[:2]})
    known = {"p#0": hashlib.sha256(BODIES[0]).digest(), "p#1": None}
    rewrite_texts(tmp_path, table, known, texts=False)
    assert pq.read_table(tmp_path / "out")["t"].to_pylist() == ["one"]
