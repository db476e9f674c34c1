"""Write a Parquet file anew with only the allowed rows: same schema, metadata, row groups, compression."""

import hashlib
import io
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.parquet as pq

from sekisho.store.datasets.names import item_name
from sekisho.store.datasets.parquet import DAMAGE, image_column, open_parquet, picture_values
from sekisho.store.materialise.order import Order, sync, verdict

__all__ = ["rewrite_parquet"]


def _flags(table: pa.Table, column: str, first: int, prefix: str, order: Order) -> Iterator[bool]:
    row = first
    for batch in table.select([column]).to_batches():
        for value, _ in picture_values(batch):
            digest = hashlib.sha256(value or b"").digest()
            item = item_name(prefix, b"%d" % row)
            allowed = verdict(order, item, digest, media=value is not None) is True
            order.tally.count(kept=allowed, media=True, size=len(value or b""))
            yield allowed
            row += 1


def _compression(file: pq.ParquetFile) -> dict[str, str]:
    """Return each leaf column's codec, as the writer wants it."""
    group = file.metadata.row_group(0)
    columns = (group.column(i) for i in range(group.num_columns))
    return {c.path_in_schema: "NONE" if c.compression == "UNCOMPRESSED" else c.compression for c in columns}


def _kept_groups(file: pq.ParquetFile, column: str, prefix: str, order: Order) -> Iterator[pa.Table]:
    row = 0
    for group in range(file.metadata.num_row_groups):
        rows = file.metadata.row_group(group).num_rows
        try:
            table = file.read_row_group(group, use_threads=False)
        except DAMAGE:
            order.tally.dropped += rows
        else:
            kept = table.filter(pa.array(list(_flags(table, column, row, prefix, order)), pa.bool_()))
            if kept.num_rows:
                yield kept
        row += rows


def rewrite_parquet(raw: io.FileIO, wanted: str | None, prefix: str, target: bytes, order: Order) -> None:
    """Write the allowed rows of an open file to a new one; nothing is written if there are none.

    The other columns of a row go with its picture. Memory is one row group with all its columns.
    """
    try:
        file = open_parquet(pa.PythonFile(raw, mode="r"))
    except DAMAGE:
        return
    column = image_column(file.schema_arrow, prefix, wanted)
    if column is None:
        return
    groups = _kept_groups(file, column, prefix, order)
    first = next(groups, None)
    if first is None:
        return
    with open(target, "xb") as out:  # noqa: PTH123 - names are bytes
        with pq.ParquetWriter(out, file.schema_arrow, compression=_compression(file)) as writer:
            writer.write_table(first, row_group_size=max(1, first.num_rows))
            for group in groups:
                writer.write_table(group, row_group_size=group.num_rows)
        sync(out)
