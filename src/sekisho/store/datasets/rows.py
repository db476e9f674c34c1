"""Read the rows of a Parquet file: each row's picture, and its text as one record.

Only the columns that are looked at are read, batch by batch; a picture is a view of the batch's buffer.
The text of a row is one item. Its bytes, and so its SHA-256, are those of a compact JSON object in UTF-8:
the columns that are not null, in the sequence of the file. It is `file.parquet#row`, and in a file with
pictures `file.parquet#row~2`.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from io import FileIO
from itertools import repeat

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from sekisho.model import Item, TextForm, TextSource, Unreadable
from sekisho.store.datasets.columns import picture_values, telling_columns, text_values, told_rows
from sekisho.store.datasets.files import Terms, changed, open_planned, problem_item
from sekisho.store.datasets.names import item_name
from sekisho.store.datasets.parquet import DAMAGE, Told, open_parquet, told_of
from sekisho.store.datasets.unit import Unit

__all__ = ["NOTHING", "read_rows", "row_texts", "survey_rows"]

BATCH_BYTES = 8 << 20
BATCH_PICTURES, BATCH_TEXTS = 256, 4096
NOTHING = -1
"""Limit of bytes under which no member's content is read."""
Bytes = bytes | memoryview


def _batch_rows(file: pq.ParquetFile, group: int, told: Told) -> int:
    """Return how many rows of a row group make a batch of about 8 MiB."""
    meta = file.metadata.row_group(group)
    mean: int = max(1, meta.total_byte_size) // max(1, meta.num_rows)
    most = BATCH_TEXTS if told.column is None else BATCH_PICTURES
    return max(1, min(most, BATCH_BYTES // max(1, mean)))


def row_texts(batch: pa.RecordBatch, texts: Sequence[str]) -> Iterator[bytes | Exception | None]:
    """Yield the text of each row as JSON; None if there is none, an error if it can not be written."""
    for values in zip(*(text_values(batch.column(name)) for name in texts), strict=True):
        record = {name: value for name, value in zip(texts, values, strict=True) if value is not None}
        wrong = next((value for value in values if isinstance(value, Exception)), None)
        if wrong is None and not any(record.values()):
            yield None
            continue
        try:
            yield wrong or msgspec.json.encode(record)
        except (TypeError, ValueError, RecursionError) as error:
            yield error


def _picture(name: str, value: Bytes | None, limit: int, *, has_path: bool) -> Item | None:
    if value is None:
        return problem_item(name, Unreadable.NOT_EMBEDDED) if has_path else None
    if not len(value):
        return problem_item(name, Unreadable.EMPTY)
    if len(value) > limit:
        return problem_item(name, Unreadable.TOO_LARGE, f"{len(value)} bytes")
    return Item(name=name, data=value, named_as_media=True)


def _text(name: str, value: bytes | Exception | None, terms: Terms) -> Item | None:
    if value is None:
        return None
    if isinstance(value, Exception):
        return problem_item(name, Unreadable.CORRUPT, "no text")
    if len(value) > terms.limit:
        return problem_item(name, Unreadable.TOO_LARGE, f"{len(value)} bytes")
    source = TextSource(form=TextForm.JSON, fields=terms.fields)
    return Item(name=name, data=value, named_as_media=True, text=source)


def _batch_items(
    batch: pa.RecordBatch, told: Told, row: int, prefix: str, terms: Terms, telling: Sequence[str]
) -> Iterator[list[Item | None]]:
    """Yield the items of each row of a batch, from a row number on."""
    beside = told_rows(batch, telling) if telling else repeat(None)
    pictures = texts = None
    if told.column is not None:
        pictures = picture_values(batch.select([told.column]))
    if told.texts:
        texts = row_texts(batch, told.texts)
    for number in range(row, row + batch.num_rows):
        raw = b"%d" % number
        items: list[Item | None] = []
        if pictures is not None:
            value, has_path = next(pictures)
            items.append(_picture(item_name(prefix, raw), value, terms.limit, has_path=has_path))
        if texts is not None:
            items.append(_text(item_name(prefix, raw, told.step), next(texts), terms))
        said = next(beside)
        yield items if said is None else [item and replace(item, told=said) for item in items]


def _changed(items: Sequence[Item | None]) -> list[Item | None]:
    return [item and problem_item(item.name, Unreadable.CHANGED_WHILE_READ) for item in items]


def _read_group(
    file: pq.ParquetFile,
    group: int,
    rows: range,
    unit: Unit,
    terms: Terms,
    is_changed: Callable[[], bool],
) -> Iterator[tuple[int, Item | None]]:
    """Yield the items of one row group with their positions; the file is looked at again for each batch.

    What can not be read is one item, at the position of its first row.
    """
    told = told_of(unit)
    row, why = rows.start, ""
    size = _batch_rows(file, group, told)
    telling = () if terms.limit < 0 else telling_columns(file.schema_arrow, told.column)
    columns = [*dict.fromkeys((*told.columns, *telling))]
    try:
        for batch in file.iter_batches(size, row_groups=[group], columns=columns, use_threads=False):
            if row + batch.num_rows > rows.stop:
                why = "more rows than the footer says"
            late = is_changed()
            inside = batch.slice(0, rows.stop - row)
            for items in _batch_items(inside, told, row, unit.prefix, terms, telling):
                yield from enumerate(_changed(items) if late else items, told.step * row)
                row += 1
            if why:
                break
    except DAMAGE as error:
        why = str(error)[:200]
    if row < rows.stop or why:
        rest = item_name(unit.prefix, b"%d-%d" % (row, rows.stop - 1))
        yield told.step * row, problem_item(rest, Unreadable.CONTAINER_CORRUPT, why)


def _groups(file: pq.ParquetFile, unit: Unit, told: Told) -> Iterator[tuple[int, range]]:
    """Yield a unit's row groups and which rows of the file they hold."""
    row = unit.start
    for group in range(told.first, told.last):
        stop = row + file.metadata.row_group(group).num_rows
        yield group, range(row, stop)
        row = stop


def _read_groups(raw: FileIO, unit: Unit, terms: Terms) -> Iterator[Item | None]:
    file, told = open_parquet(pa.PythonFile(raw, mode="r")), told_of(unit)

    def is_changed() -> bool:
        return changed(raw.fileno(), unit.stamp)

    for group, rows in _groups(file, unit, told):
        if told.positions is None:
            yield from (item for _, item in _read_group(file, group, rows, unit, terms, is_changed))
        elif left := [place for place in told.positions if place // told.step in rows]:
            yield from _only(_read_group(file, group, rows, unit, terms, is_changed), left)


def _only(found: Iterator[tuple[int, Item | None]], left: Sequence[int]) -> Iterator[Item | None]:
    """Keep some items, and the one that stands for all that can not be read if any of them is among it."""
    for place, item in found:
        stands_for_rest = item is not None and "-" in item.name.rpartition("#")[2]
        if place in left or (stands_for_rest and place <= left[-1]):
            yield item
        if place >= left[-1]:
            return


def _is_full(file: pq.ParquetFile, group: int, told: Told) -> bool:
    """Tell whether a row group says of itself that each of its rows is one item: a picture."""
    if told.column is None or told.texts:
        return False
    meta = file.metadata.row_group(group)
    parts = [meta.column(i) for i in range(meta.num_columns)]
    counts = [
        part.statistics.null_count if part.statistics and part.statistics.has_null_count else None
        for part in parts
        if part.path_in_schema in (told.column, f"{told.column}.bytes")
    ]
    return counts == [0]


def survey_rows(root: bytes, path: bytes, unit: Unit) -> Iterator[tuple[int, str]]:
    """Yield position and name of each item of a unit; pictures are only read if there are rows without."""
    whole = item_name(unit.prefix, b"%d-%d" % (unit.start, unit.stop - 1))
    told = told_of(unit)
    first = told.step * unit.start
    descriptor, why = open_planned(root, path, unit.stamp)
    if why is not None:
        yield first, whole
        return
    with os.fdopen(descriptor, "rb", buffering=0) as raw:
        try:
            file = open_parquet(pa.PythonFile(raw, mode="r"))
            for group, rows in _groups(file, unit, told):
                if _is_full(file, group, told):
                    yield from ((row, item_name(unit.prefix, b"%d" % row)) for row in rows)
                else:
                    found = _read_group(file, group, rows, unit, Terms(NOTHING), lambda: False)
                    yield from ((place, item.name) for place, item in found if item is not None)
        except DAMAGE:
            yield first, whole


def read_rows(root: bytes, path: bytes, unit: Unit, terms: Terms) -> Iterator[Item | None]:
    """Read the items of a unit's row groups; None for each picture or text that a row does not have.

    Rows that can not be read share one row of their own, `file.parquet#first-last`.
    """
    whole = item_name(unit.prefix, b"%d-%d" % (unit.start, unit.stop - 1))
    descriptor, why = open_planned(root, path, unit.stamp)
    if why is not None:
        yield problem_item(whole, why)
        return
    with os.fdopen(descriptor, "rb", buffering=0) as raw:
        try:
            yield from _read_groups(raw, unit, terms)
        except DAMAGE as error:
            yield problem_item(whole, Unreadable.CONTAINER_CORRUPT, str(error)[:200])
