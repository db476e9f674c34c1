"""Plan and read Parquet files with one column of pictures: plain binary, or Hugging Face `{bytes, path}`.

Only that column is read, batch by batch; an item's data is a view of the batch's buffer. The file is never
memory-mapped: a file that is cut while it is read would kill the process.
"""

import json
import os
import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from sekisho.codec import canonical
from sekisho.errors import ConfigError
from sekisho.model import Item, Unreadable
from sekisho.store.datasets.files import changed, open_planned, problem_item
from sekisho.store.datasets.names import item_name
from sekisho.store.datasets.unit import Unit

__all__ = [
    "DAMAGE",
    "NOTHING",
    "Groups",
    "cut_parquet",
    "image_column",
    "members_of",
    "open_parquet",
    "picture_values",
    "read_rows",
    "survey_rows",
]

_PICTURE_NAME = re.compile(
    "images?|img|picture|photo|bytes|image_bytes|data|content|jpe?g|png|webp|gif|bmp|tiff?|avif",
    re.IGNORECASE,
)
"""Names by which a binary column is taken for the pictures when there are other binary columns."""
BATCH_BYTES = 8 << 20
BATCH_ROWS = 256
NOTHING = -1
"""Limit of bytes under which no member's content is read."""
BUFFER = 1 << 20
"""Bytes read ahead of a column, so that memory does not grow with the row group."""
DAMAGE = (pa.ArrowException, OSError, OverflowError, MemoryError, UnicodeDecodeError)
"""What pyarrow raises for damaged files; all but OSError are its own or about sizes in the file."""


class Groups(NamedTuple):
    """Consecutive row groups and where their rows begin and end in the file."""

    first: int
    last: int
    start: int
    stop: int
    bytes: int


def open_parquet(source: Any) -> pq.ParquetFile:  # noqa: ANN401 - whatever pyarrow can read from
    """Open a Parquet file without memory-mapping it and without reading ahead of what is asked for."""
    return pq.ParquetFile(source, memory_map=False, pre_buffer=False, buffer_size=BUFFER)


def _is_binary(kind: pa.DataType) -> bool:
    return bool(pa.types.is_binary(kind) or pa.types.is_large_binary(kind))


def _is_struct(kind: pa.DataType) -> bool:
    if not pa.types.is_struct(kind):
        return False
    fields = {kind.field(i).name: kind.field(i).type for i in range(kind.num_fields)}
    return "bytes" in fields and _is_binary(fields["bytes"])


def _declared(schema: pa.Schema) -> list[str]:
    """Return the columns that the Hugging Face metadata calls images."""
    try:
        features = json.loads((schema.metadata or {})[b"huggingface"])["info"]["features"]
        return [name for name, kind in features.items() if kind.get("_type") == "Image"]
    except (KeyError, ValueError, TypeError, AttributeError):
        return []


def _candidates(schema: pa.Schema) -> list[str]:
    """Return the columns that may be the pictures, by the strongest sign that any column has."""
    usable = [f.name for f in schema if _is_struct(f.type) or _is_binary(f.type)]
    structs = [f.name for f in schema if _is_struct(f.type)]
    declared = [name for name in _declared(schema) if name in usable]
    named = [name for name in usable if _PICTURE_NAME.fullmatch(name)]
    return declared or structs or named or usable


def image_column(schema: pa.Schema, path: str, wanted: str | None) -> str | None:
    """Return the column of pictures; None if no column could be one.

    Args:
        schema: of the file.
        path: what to call the file in a message.
        wanted: the column that the user named.

    Raises:
        ConfigError: several columns could be it, or the named one could not.
    """
    usable = [f.name for f in schema if _is_struct(f.type) or _is_binary(f.type)]
    if not usable:
        return None
    found = [wanted] if wanted else _candidates(schema)
    if len(found) == 1 and usable.count(found[0]) == 1:
        return found[0]
    columns = ", ".join(f"{f.name} ({f.type})" for f in schema)
    why = f"has no column {wanted!r} of pictures" if wanted else "has several columns that may be pictures"
    raise ConfigError(f"{path} {why}: {columns}", hint="name the one to check with --image-column")


def cut_parquet(file: pq.ParquetFile, column: str, target_bytes: int, max_items: int) -> Iterator[Groups]:
    """Cut a file into runs of whole row groups."""
    meta = file.metadata
    index = next(i for i in range(meta.num_columns) if _is_part(meta.schema.column(i).path, column))
    first = start = row = filled = 0
    for group in range(meta.num_row_groups):
        rows = meta.row_group(group).num_rows
        size = max(0, meta.row_group(group).column(index).total_compressed_size)
        if group > first and (filled + size > target_bytes or row + rows - start > max_items):
            yield Groups(first, group, start, row, filled)
            first, start, filled = group, row, 0
        row += rows
        filled += size
    if meta.num_row_groups:
        yield Groups(first, meta.num_row_groups, start, row, filled)


def _is_part(path: str, column: str) -> bool:
    return path in (column, f"{column}.bytes")


def members_of(groups: Groups, column: str) -> bytes:
    """Write what a reader of these row groups must know: canonical JSON."""
    return canonical({"column": column, "groups": [groups.first, groups.last]})


def _view(array: pa.Array) -> Sequence[memoryview | None]:
    """Return each value of a binary array as a view of its buffer, without copying."""
    wide = pa.types.is_large_binary(array.type)
    valid, offsets, data = array.buffers()
    if data is None:
        return [None if not value.is_valid else memoryview(b"") for value in array]
    places = memoryview(offsets).cast("q" if wide else "i")[array.offset : array.offset + len(array) + 1]
    # pyarrow says that its bytes are signed; everybody else counts from 0 to 255.
    view = memoryview(data).cast("B")
    present = array.is_valid().to_pylist() if valid is not None else [True] * len(array)
    return [view[places[i] : places[i + 1]] if there else None for i, there in enumerate(present)]


def picture_values(batch: pa.RecordBatch) -> Iterator[tuple[memoryview | None, bool]]:
    """Yield each row's picture, and whether a missing one is named by a path instead."""
    array = batch.column(0)
    if not pa.types.is_struct(array.type):
        yield from ((value, False) for value in _view(array))
        return
    names = [array.type.field(i).name for i in range(array.type.num_fields)]
    fields = dict(zip(names, array.flatten(), strict=True))
    paths = fields["path"].to_pylist() if "path" in fields else [None] * len(array)
    yield from zip(_view(fields["bytes"]), map(bool, paths), strict=True)


def _batch_rows(file: pq.ParquetFile, group: int) -> int:
    """Return how many rows of a row group make a batch of about 8 MiB."""
    meta = file.metadata.row_group(group)
    mean: int = max(1, meta.total_byte_size) // max(1, meta.num_rows)
    return max(1, min(BATCH_ROWS, BATCH_BYTES // max(1, mean)))


def _item(name: str, value: memoryview | None, limit: int, *, has_path: bool) -> Item | None:
    if value is None:
        return problem_item(name, Unreadable.NOT_EMBEDDED) if has_path else None
    if not len(value):
        return problem_item(name, Unreadable.EMPTY)
    if len(value) > limit:
        return problem_item(name, Unreadable.TOO_LARGE, f"{len(value)} bytes")
    return Item(name=name, data=value, named_as_media=True)


def _group_values(file: pq.ParquetFile, group: int, column: str) -> Iterator[tuple[memoryview | None, bool]]:
    rows = _batch_rows(file, group)
    batches = file.iter_batches(batch_size=rows, row_groups=[group], columns=[column], use_threads=False)
    for batch in batches:
        yield from picture_values(batch)


def _read_group(
    file: pq.ParquetFile, group: int, rows: range, unit: Unit, limit: int
) -> Iterator[tuple[int, Item | None]]:
    """Yield the rows of one row group with their numbers; what can not be read is one item, at its first."""
    row, why = rows.start, ""
    try:
        for value, has_path in _group_values(file, group, json.loads(unit.members)["column"]):
            if row == rows.stop:
                why = "more rows than the footer says"
                break
            yield row, _item(item_name(unit.prefix, b"%d" % row), value, limit, has_path=has_path)
            row += 1
    except DAMAGE as error:
        why = str(error)[:200]
    if row < rows.stop or why:
        rest = item_name(unit.prefix, b"%d-%d" % (row, rows.stop - 1))
        yield row, problem_item(rest, Unreadable.CONTAINER_CORRUPT, why)


def _groups(file: pq.ParquetFile, unit: Unit) -> Iterator[tuple[int, range]]:
    """Yield a unit's row groups and which rows of the file they hold."""
    row = unit.start
    first, last = json.loads(unit.members)["groups"]
    for group in range(first, last):
        stop = row + file.metadata.row_group(group).num_rows
        yield group, range(row, stop)
        row = stop


def _read_groups(raw: Any, unit: Unit, limit: int) -> Iterator[Item | None]:  # noqa: ANN401 - a pa.PythonFile
    file = open_parquet(raw)
    wanted = json.loads(unit.members).get("rows")
    for group, rows in _groups(file, unit):
        if wanted is None:
            yield from (item for _, item in _read_group(file, group, rows, unit, limit))
        elif left := [row for row in wanted if row in rows]:
            yield from _only(_read_group(file, group, rows, unit, limit), left)


def _only(found: Iterator[tuple[int, Item | None]], left: Sequence[int]) -> Iterator[Item | None]:
    """Keep some rows, and the item that stands for all that can not be read if any of them is among it."""
    for row, item in found:
        stands_for_rest = item is not None and "-" in item.name.rpartition("#")[2]
        if row in left or (stands_for_rest and row <= left[-1]):
            yield item
        if row >= left[-1]:
            return


def _is_full(file: pq.ParquetFile, group: int, column: str) -> bool:
    """Tell whether a row group says of itself that each of its rows has a picture."""
    meta = file.metadata.row_group(group)
    parts = [meta.column(i) for i in range(meta.num_columns)]
    counts = [
        part.statistics.null_count if part.statistics and part.statistics.has_null_count else None
        for part in parts
        if _is_part(part.path_in_schema, column)
    ]
    return counts == [0]


def survey_rows(root: bytes, path: bytes, unit: Unit) -> Iterator[tuple[int, str]]:
    """Yield row and name of each item of a unit; a row group is only read if it has rows without picture."""
    whole = item_name(unit.prefix, b"%d-%d" % (unit.start, unit.stop - 1))
    descriptor, why = open_planned(root, path, unit.stamp)
    if why is not None:
        yield unit.start, whole
        return
    with os.fdopen(descriptor, "rb", buffering=0) as raw:
        try:
            file = open_parquet(pa.PythonFile(raw, mode="r"))
            for group, rows in _groups(file, unit):
                if _is_full(file, group, json.loads(unit.members)["column"]):
                    yield from ((row, item_name(unit.prefix, b"%d" % row)) for row in rows)
                else:
                    found = _read_group(file, group, rows, unit, NOTHING)
                    yield from ((row, item.name) for row, item in found if item is not None)
        except DAMAGE:
            yield unit.start, whole


def read_rows(root: bytes, path: bytes, unit: Unit, limit: int) -> Iterator[Item | None]:
    """Read the pictures of a unit's row groups; None for each row without one.

    Rows that can not be read share one row of their own, `file.parquet#first-last`.
    """
    whole = item_name(unit.prefix, b"%d-%d" % (unit.start, unit.stop - 1))
    descriptor, why = open_planned(root, path, unit.stamp)
    if why is not None:
        yield problem_item(whole, why)
        return
    with os.fdopen(descriptor, "rb", buffering=0) as raw:
        try:
            for item in _read_groups(pa.PythonFile(raw, mode="r"), unit, limit):
                if item is not None and changed(descriptor, unit.stamp):
                    yield problem_item(item.name, Unreadable.CHANGED_WHILE_READ)
                else:
                    yield item
        except DAMAGE as error:
            yield problem_item(whole, Unreadable.CONTAINER_CORRUPT, str(error)[:200])
