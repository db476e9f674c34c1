"""Open Parquet files and cut them into units: runs of whole row groups.

A file is never memory-mapped: one that is cut while it is read would kill the process.
"""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from sekisho.codec import canonical
from sekisho.store.datasets.unit import Unit

__all__ = ["DAMAGE", "Groups", "Told", "cut_parquet", "members_of", "open_parquet", "told_of"]

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


class Told(NamedTuple):
    """What a reader of row groups must know.

    Attributes:
        column: of pictures; None if there is none.
        texts: the columns whose text is looked at.
        first, last: row groups.
        positions: of the items of a sample; None: all of them.
    """

    column: str | None
    texts: tuple[str, ...]
    first: int
    last: int
    positions: tuple[int, ...] | None = None

    @property
    def step(self) -> int:
        """How many items a row can have; their positions are numbered by it."""
        return 2 if self.column is not None and self.texts else 1

    @property
    def columns(self) -> list[str]:
        """Return all that is looked at."""
        return [*([] if self.column is None else [self.column]), *self.texts]


def open_parquet(source: Any) -> pq.ParquetFile:  # noqa: ANN401 - whatever pyarrow can read from
    """Open a Parquet file without memory-mapping it and without reading ahead of what is asked for."""
    return pq.ParquetFile(source, memory_map=False, pre_buffer=False, buffer_size=BUFFER)


def cut_parquet(file: pq.ParquetFile, size: int, target_bytes: int, most: int) -> Iterator[Groups]:
    """Cut a file into runs of whole row groups, by their share of the file's bytes and by rows.

    The sizes of single columns are not asked for: where the description of one is damaged, pyarrow ends
    the process (`ColumnChunkMetaData` throws through code that can not raise).

    Args:
        file: opened.
        size: of the file, in bytes.
        target_bytes: of a unit.
        most: rows of a unit.
    """
    meta = file.metadata
    groups = [meta.row_group(number) for number in range(meta.num_row_groups)]
    sizes = [max(0, group.total_byte_size) for group in groups]
    total = sum(sizes) or 1
    first = start = row = filled = 0
    for number, group in enumerate(groups):
        share = size * sizes[number] // total
        if number > first and (filled + share > target_bytes or row + group.num_rows - start > most):
            yield Groups(first, number, start, row, filled)
            first, start, filled = number, row, 0
        row += group.num_rows
        filled += share
    if groups:
        yield Groups(first, len(groups), start, row, filled)


def members_of(groups: Groups, column: str | None, texts: tuple[str, ...]) -> bytes:
    """Write what a reader of these row groups must know: canonical JSON."""
    members = {"column": column, "groups": [groups.first, groups.last]}
    return canonical(members | ({"texts": list(texts)} if texts else {}))


def told_of(unit: Unit) -> Told:
    """Read what `members_of` wrote, and which items are left of a sample."""
    told = json.loads(unit.members)
    positions = told.get("positions")
    first, last = told["groups"]
    texts = tuple(told.get("texts", ()))
    return Told(told["column"], texts, first, last, None if positions is None else tuple(positions))
