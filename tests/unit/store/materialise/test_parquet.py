import hashlib
import os

import pyarrow as pa
import pyarrow.parquet as pq

from sekisho.audit.clean import choose
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
        rewrite_parquet(raw, None, "p", os.fsencode(tmp_path / "out"), order)
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
