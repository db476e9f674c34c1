"""Hashes and the entries that own them: as they lie in a base, or merged in memory from deltas.

Deltas are small and many; they are searched as one table, so that the cost of a query does not grow
with their number.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sekisho.snapshot.mih import build_tables

__all__ = ["NO_TABLES", "SHARED", "Hashes", "Owned", "distinct", "merged"]

SHARED = np.uint32(1 << 31)
"""Owner values from here on are positions in the list of shared owners."""

Tables = tuple[NDArray[np.uint32], NDArray[np.uint32]]
NO_TABLES: Tables = (np.empty(0, np.uint32), np.empty((0, 0), np.uint32))


class Owned(NamedTuple):
    """Distinct hashes in order, and whose they are.

    Attributes:
        values: (n,) S32, sorted; fixed width, so zero bytes count.
        owner: (n,) uint32, an entry, or `SHARED` + position in `shared`.
        shared: uint32, lists of entries, each after its length.
    """

    values: NDArray[np.bytes_]
    owner: NDArray[np.uint32]
    shared: NDArray[np.uint32]

    def owners(self, row: int) -> tuple[int, ...]:
        """Return the entries that a hash belongs to."""
        owner = int(self.owner[row])
        if owner < SHARED:
            return (owner,)
        at = owner - int(SHARED)
        return tuple(int(e) for e in self.shared[at + 1 : at + 1 + int(self.shared[at])])

    def pairs(self) -> tuple[NDArray[np.bytes_], NDArray[np.uint32]]:
        """Return every hash with every one of its owners, (m,) each."""
        single = self.owner < SHARED
        rows = [np.nonzero(single)[0]]
        owners = [self.owner[single]]
        for row in np.nonzero(~single)[0].tolist():
            several = self.owners(row)
            rows.append(np.full(len(several), row))
            owners.append(np.array(several, np.uint32))
        return self.values[np.concatenate(rows)], np.concatenate(owners)


def distinct(values: NDArray[np.bytes_], owners: NDArray[np.uint32]) -> Owned:
    """Make hashes distinct and sorted, each with its owner or a list of owners."""
    order = np.lexsort((owners, values))
    values, owners = values[order], owners[order]
    repeated = np.zeros(len(values), np.bool_)
    repeated[1:] = (values[1:] == values[:-1]) & (owners[1:] == owners[:-1])
    values, owners = values[~repeated], owners[~repeated]
    first = np.ones(len(values), np.bool_)
    first[1:] = values[1:] != values[:-1]
    begin = np.nonzero(first)[0]
    count = np.diff(np.append(begin, len(values)))
    owner = owners[begin].copy()
    shared: list[NDArray[np.uint32]] = []
    position = 0
    for i in np.nonzero(count > 1)[0]:
        owner[i] = SHARED + np.uint32(position)
        shared.append(np.array([count[i]], np.uint32))
        shared.append(owners[begin[i] : begin[i] + count[i]])
        position += int(count[i]) + 1
    lists = np.concatenate(shared) if shared else np.empty(0, np.uint32)
    return Owned(values[begin], owner, lists.astype(np.uint32))


@dataclass(frozen=True, slots=True, kw_only=True)
class Hashes:
    """One searchable table; owners are rows of the entry table of the segment, or of the edition."""

    sha256: Owned
    pdq: Owned
    tables: Tables

    def pdq_index(self) -> tuple[NDArray[np.uint64], NDArray[np.uint32], NDArray[np.uint32]]:
        """Return rows (p, 4) uint64, starts uint32 and ids (m, p) uint32; m = 0: no tables."""
        return (self.pdq.values.view("<u8").reshape(-1, 4), *self.tables)


def _joined(parts: Sequence[tuple[Owned, int]]) -> Owned:
    values, owners = zip(*(owned.pairs() for owned, _ in parts), strict=True)
    shifted = [o + np.uint32(first) for o, (_, first) in zip(owners, parts, strict=True)]
    made = distinct(np.concatenate(values), np.concatenate(shifted))
    for array in made:
        array.flags.writeable = False
    return made


def _chunks_beside_a_base(rows: int) -> int:
    """Choose the number of chunks of a merged table; 0 means scan it.

    More and narrower ones than a base of that size has (`mih.chunk_count`): every query pays for
    this table on top, so the turned orientations' small radius counts most, and the table is not
    stored. Microseconds for eight orientations at 1,000 rows: scan 13.5, 22 chunks 5.8; at 4,000:
    scan 51, 18 chunks 9; at 20,000: 16 chunks 14.5 (benchmarks/bench_delta.py; a base of 1e6: 130).
    """
    for limit, count in ((300, 0), (1_500, 22), (15_000, 18)):
        if rows <= limit:
            return count
    return 16


def merged(parts: Sequence[tuple[Hashes, int]]) -> Hashes:
    """Merge the hashes of checked segments into one table.

    Args:
        parts: one or more, each with the number of its first entry in the edition.
    """
    pdq = _joined([(hashes.pdq, first) for hashes, first in parts])
    rows = pdq.values.view("<u8").reshape(-1, 4)
    count = _chunks_beside_a_base(len(rows))
    tables = build_tables(rows, count) if count else NO_TABLES
    return Hashes(sha256=_joined([(hashes.sha256, first) for hashes, first in parts]), pdq=pdq, tables=tables)
