"""Write a Parquet file anew with only the allowed rows: same schema, metadata, row groups, compression.

A row is a sample: its picture and its text are kept only together. A text that is kept with changes has
them in the cells that it stands in.
"""

import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from sekisho.store.datasets.columns import image_column, picture_values, text_columns
from sekisho.store.datasets.names import item_name
from sekisho.store.datasets.parquet import DAMAGE, Told, open_parquet
from sekisho.store.datasets.rows import row_texts
from sekisho.store.datasets.source import Dataset
from sekisho.store.materialise.order import Order, sync, verdict
from sekisho.store.materialise.records import edit_value, is_pointer
from sekisho.store.materialise.spans import Change, by_field

__all__ = ["rewrite_parquet"]


class _Row(NamedTuple):
    """What becomes of a row.

    Attributes:
        changes: by pointer, the first part of which is the column.
    """

    keep: bool
    changes: Mapping[str, Sequence[Change]]


def _picture(value: bytes | memoryview | None, item: str, order: Order) -> bool | None:
    return verdict(order, item, hashlib.sha256(value or b"").digest(), media=value is not None)


def _text(
    value: bytes | Exception | None, item: str, order: Order
) -> tuple[bool | None, Mapping[str, Sequence[Change]]]:
    if value is None:
        return None, {}
    if isinstance(value, Exception):
        return False, {}
    digest = hashlib.sha256(value).digest()
    if item not in order.edits:
        return verdict(order, item, digest, media=True), {}
    expected, changes = order.edits[item]
    if expected != digest:
        order.tally.refused.append(item)
        return False, {}
    fields = by_field(changes)
    if not all(map(is_pointer, fields)):
        order.tally.unedited.append(item)
        return False, {}
    return True, fields


def _rows(table: pa.Table, told: Told, first: int, prefix: str, order: Order) -> Iterator[_Row]:
    number = first
    for batch in table.select(told.columns).to_batches():
        pictures = None if told.column is None else picture_values(batch.select([told.column]))
        texts = row_texts(batch, told.texts) if told.texts else None
        for _ in range(batch.num_rows):
            raw, size, verdicts = b"%d" % number, 0, []
            changes: Mapping[str, Sequence[Change]] = {}
            if pictures is not None:
                value, _path = next(pictures)
                size = len(value or b"")
                verdicts.append(_picture(value, item_name(prefix, raw), order))
            if texts is not None:
                text = next(texts)
                size += len(text) if isinstance(text, bytes) else 0
                allowed, changes = _text(text, item_name(prefix, raw, told.step), order)
                verdicts.append(allowed)
            yield _counted(verdicts, changes, size, order)
            number += 1


def _counted(
    verdicts: Sequence[bool | None], changes: Mapping[str, Sequence[Change]], size: int, order: Order
) -> _Row:
    """Keep a row if something in it was looked at, and all of that is allowed."""
    known = [allowed for allowed in verdicts if allowed is not None]
    keep = bool(known) and all(known)
    for _ in range(max(1, len(known))):
        order.tally.count(kept=keep, media=True, size=size)
        size = 0
    order.tally.edited += bool(keep and changes)
    return _Row(keep, changes if keep else {})


def _edited(table: pa.Table, rows: Sequence[_Row]) -> pa.Table:
    """Return the kept rows with their changes made."""
    cells: dict[str, list[tuple[int, str, Sequence[Change]]]] = {}
    for place, row in enumerate(rows):
        for pointer, changes in row.changes.items():
            step, _, rest = pointer[1:].partition("/")
            column = step.replace("~1", "/").replace("~0", "~")
            cells.setdefault(column, []).append((place, pointer[len(step) + 1 :] if rest else "", changes))
    for column, some in cells.items():
        table = _with_cells(table, column, some)
    return table


def _with_cells(table: pa.Table, column: str, cells: Sequence[tuple[int, str, Sequence[Change]]]) -> pa.Table:
    index = table.schema.get_field_index(column)
    values: list[Any] = table.column(index).to_pylist() if index >= 0 else [None] * table.num_rows
    for place, pointer, changes in cells:
        values[place] = edit_value(values[place], pointer, changes)
    field = table.schema.field(index)
    return table.set_column(index, field, pa.array(values, field.type))


def _compression(file: pq.ParquetFile) -> dict[str, str]:
    """Return each leaf column's codec, as the writer wants it."""
    group = file.metadata.row_group(0)
    columns = (group.column(i) for i in range(group.num_columns))
    return {c.path_in_schema: "NONE" if c.compression == "UNCOMPRESSED" else c.compression for c in columns}


def _kept_groups(file: pq.ParquetFile, told: Told, prefix: str, order: Order) -> Iterator[pa.Table]:
    row = 0
    for group in range(file.metadata.num_row_groups):
        rows = file.metadata.row_group(group).num_rows
        try:
            table = file.read_row_group(group, use_threads=False)
        except DAMAGE:
            order.tally.dropped += rows
        else:
            judged = list(_rows(table, told, row, prefix, order))
            kept = table.filter(pa.array([one.keep for one in judged], pa.bool_()))
            if kept.num_rows:
                yield _edited(kept, [one for one in judged if one.keep])
        row += rows


def rewrite_parquet(raw: io.FileIO, dataset: Dataset, prefix: str, target: bytes, order: Order) -> None:
    """Write the allowed rows of an open file to a new one; nothing is written if there are none.

    The other columns of a row go with it. Memory is one row group with all its columns.

    Raises:
        EvidenceError: a change is not within its cell.
    """
    try:
        file = open_parquet(pa.PythonFile(raw, mode="r"))
    except DAMAGE:
        return
    schema = file.schema_arrow
    column = image_column(schema, prefix, dataset.image_column)
    texts = text_columns(schema, prefix, column, dataset.text_fields) if order.texts else ()
    if column is None and not texts:
        return
    groups = _kept_groups(file, Told(column, texts, 0, 0), prefix, order)
    first = next(groups, None)
    if first is None:
        return
    with open(target, "xb") as out:  # noqa: PTH123 - names are bytes
        with pq.ParquetWriter(out, schema, compression=_compression(file)) as writer:
            writer.write_table(first, row_group_size=max(1, first.num_rows))
            for group in groups:
                writer.write_table(group, row_group_size=group.num_rows)
        sync(out)
