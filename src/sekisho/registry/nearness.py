"""Which entries of different holders have the same or near prints: a warning, never a refusal.

Two people may both be right (an edition, a translation, a licence), so a registry takes in both and
says so. "Older" is what came in earlier, not what is dated earlier: a day can be chosen.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sekisho.model import MAX_RADIUS, PDQ_BYTES, EntryId, KeyId

__all__ = ["Columns", "Near", "PrintRow", "alike_entries", "columns_of", "near_entries", "searcher"]

Hits = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]
"""Query, row and distance of each hit."""
Searcher = Callable[[NDArray[np.uint64]], Hits]

PrintRow = tuple[str, str, bytes, bytes]
"""Entry, its registrant, and its SHA-256 and PDQ digests, each one after another."""
TABLES_PAY = 500
"""Queries from which building tables first is faster than that many scans, at 1e5 and at 1e6 rows."""
PLAIN_PAYS = 20_000_000
"""Comparisons (about 20 ns each in numpy) up to which loading compiled code costs more."""
_AT_ONCE = 64
"""Queries searched together: bounds the memory where many entries show nearly the same."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Near:
    """An entry of another holder, and how near its nearest print is: bits, 0 for the same."""

    distance: int
    entry: EntryId
    registrant: KeyId


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """The prints of a registry, in the order in which the entries came in.

    Attributes:
        entries, owners: by row number of the entry.
        sha256: (s,) S32, and the row of its entry (s,) int64.
        pdq: (p, 4) uint64, and the row of its entry (p,) int64.
    """

    entries: tuple[EntryId, ...]
    owners: tuple[KeyId, ...]
    sha256: tuple[NDArray[np.bytes_], NDArray[np.int64]]
    pdq: tuple[NDArray[np.uint64], NDArray[np.int64]]


def _joined(blobs: Sequence[bytes]) -> tuple[bytes, NDArray[np.int64]]:
    counts = np.fromiter((len(b) // PDQ_BYTES for b in blobs), np.int64, len(blobs))
    return b"".join(blobs), np.repeat(np.arange(len(blobs), dtype=np.int64), counts)


def columns_of(rows: Iterable[PrintRow]) -> Columns:
    """Lay out rows of the registry as arrays. 64 bytes a print."""
    entries: list[EntryId] = []
    owners: list[KeyId] = []
    digests: tuple[list[bytes], list[bytes]] = ([], [])
    names: dict[str, KeyId] = {}
    for entry, owner, sha256, pdqs in rows:
        entries.append(EntryId(entry))
        owners.append(names.setdefault(owner, KeyId(owner)))
        digests[0].append(sha256)
        digests[1].append(pdqs)
    (sha, sha_row), (pdq, pdq_row) = map(_joined, digests)
    return Columns(
        entries=tuple(entries),
        owners=tuple(owners),
        sha256=(np.frombuffer(sha, "S32"), sha_row),
        pdq=(np.frombuffer(pdq, "<u8").reshape(-1, 4).astype(np.uint64, copy=False), pdq_row),
    )


def searcher(rows: NDArray[np.uint64], queries: int) -> Searcher:
    """Return the quickest exact search over (N, 4) hashes for a number of queries.

    Few comparisons are made in plain numpy, so that a small registry compiles nothing; more by a
    compiled scan; and from `TABLES_PAY` queries on with tables. All three find the same.
    """
    # Numba takes half a second to import, and most batches hold no registration.
    from sekisho.match.brute import search_all  # noqa: PLC0415
    from sekisho.match.hamming import search  # noqa: PLC0415
    from sekisho.snapshot.mih import build_tables, chunk_count  # noqa: PLC0415

    if len(rows) * queries <= PLAIN_PAYS:
        return lambda part: search_all(rows, part, MAX_RADIUS)
    count = chunk_count(len(rows)) if queries > TABLES_PAY else 0
    none = np.empty(0, np.uint32), np.empty((0, 0), np.uint32)
    index = (rows, *(build_tables(rows, count) if count else none))
    return lambda part: search(index, part, MAX_RADIUS)


def _same_files(columns: Columns, new: NDArray[np.bool_]) -> Iterator[NDArray[np.int64]]:
    """Yield (3, hits): row of the new entry, row of the other, distance 0."""
    values, rows = columns.sha256
    order = np.argsort(values, kind="stable")
    ordered, owners = values[order], rows[order]
    asked = np.nonzero(new[rows])[0]
    low = np.searchsorted(ordered, values[asked], "left")
    high = np.searchsorted(ordered, values[asked], "right")
    for at, begin, end in zip(asked[high - low > 1], low[high - low > 1], high[high - low > 1], strict=True):
        others = owners[begin:end]
        yield np.stack([np.full(len(others), rows[at]), others, np.zeros(len(others), np.int64)])


def _near_prints(columns: Columns, new: NDArray[np.bool_]) -> Iterator[NDArray[np.int64]]:
    values, rows = columns.pdq
    asked = np.nonzero(new[rows])[0]
    if not len(asked):
        return
    search = searcher(values, len(asked))
    for start in range(0, len(asked), _AT_ONCE):
        part = asked[start : start + _AT_ONCE]
        query, hit, distance = search(values[part])
        yield np.stack([rows[part[query]], rows[hit], distance])


def _asked(columns: Columns, new: Collection[str]) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Return which entries are asked about, and the number of each one's owner."""
    asked = frozenset(new)
    is_new = np.fromiter(map(asked.__contains__, columns.entries), np.bool_, len(columns.entries))
    names = {owner: number for number, owner in enumerate(dict.fromkeys(columns.owners))}
    return is_new, np.fromiter(map(names.__getitem__, columns.owners), np.int64, len(columns.owners))


def near_entries(columns: Columns, new: Collection[str]) -> Mapping[EntryId, tuple[Near, ...]]:
    """Find, for each new entry, the earlier entries of other holders with a same or near print.

    Args:
        columns: of the whole registry, the new entries with it.
        new: ids of the entries that are asked about.

    Returns:
        For each new entry that has any, the others with their smallest distance (bits, at most 31),
        the nearest first.
    """
    is_new, owner = _asked(columns, new)
    best: dict[tuple[int, int], int] = {}
    for search_all in (_same_files, _near_prints):
        for hits in search_all(columns, is_new):
            kept = hits[:, (hits[1] < hits[0]) & (owner[hits[0]] != owner[hits[1]])]
            for mine, other, distance in kept.T.tolist():
                best[mine, other] = min(distance, best.get((mine, other), distance))
    found: dict[EntryId, list[Near]] = {}
    for (mine, other), distance in best.items():
        near = Near(distance=distance, entry=columns.entries[other], registrant=columns.owners[other])
        found.setdefault(columns.entries[mine], []).append(near)
    return {entry: tuple(sorted(nears)) for entry, nears in found.items()}


def alike_entries(columns: Columns, new: Collection[str]) -> Mapping[EntryId, int]:
    """Count, for each new entry, the earlier ones of the same holder with a near print.

    Many of them are made by one template: what they have in common is not the work.

    Args:
        columns: of the whole registry, the new entries with it.
        new: ids of the entries that are asked about.

    Returns:
        The new entries that have any.
    """
    is_new, owner = _asked(columns, new)
    pairs = [np.empty(0, np.int64)]
    for mine, other, _ in _near_prints(columns, is_new):
        kept = (other < mine) & (owner[mine] == owner[other])
        pairs.append(np.unique(mine[kept] * len(is_new) + other[kept]))
    counts = np.bincount(np.unique(np.concatenate(pairs)) // max(1, len(is_new)), minlength=len(is_new))
    return {columns.entries[row]: int(counts[row]) for row in np.nonzero(counts)[0].tolist()}
