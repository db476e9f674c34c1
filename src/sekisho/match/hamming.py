"""Exact search within a Hamming radius over a memory-mapped multi-index hash (see snapshot/mih.py).

Recall is 1.0 by construction and by property test against `match/brute.py`. A query asks all
tables; each bucket, then each candidate row, is prefetched before it is read, since the time goes
into cache misses. A hit is reported by the first chunk that can find it, so that nothing needs to be
made unique afterwards. Data that gather in few buckets (clusters) fall back to a scan.
"""

from functools import lru_cache

import numba
import numpy as np
from numpy.typing import NDArray

from sekisho.match.bits import popcount, prefetch
from sekisho.snapshot.mih import WORDS, chunk_key, chunks

__all__ = ["HashIndex", "radii", "search", "warm_up"]

HashIndex = tuple[NDArray[np.uint64], NDArray[np.uint32], NDArray[np.uint32]]
"""rows (N, 4), starts, ids (m, N); m = 0 means that there is no table and rows are scanned."""

MAX_RADIUS = 31
_PROBES = 1024
_BUFFER = 1 << 16
_SCAN_SHARE = 16
"""Above N / 16 candidates a scan, which reads in order, is cheaper than the tables."""
_SCAN_FLOOR = 4096


@lru_cache(maxsize=1024)
def radii(count: int, radius: int) -> NDArray[np.int64]:
    """Spread a radius over the chunks: sum(r + 1) = radius + 1; -1 means that a chunk is not asked.

    The later, narrower chunks take the larger share: fewer probes for the same number of flips.
    """
    share, rest = divmod(radius + 1, count)
    return np.array([share - 1 + (c >= count - rest) for c in range(count)], np.int64)


@numba.njit(cache=True, nogil=True, inline="always")
def _distance(a: NDArray[np.uint64], b: NDArray[np.uint64]) -> int:
    return int(popcount(a[0] ^ b[0]) + popcount(a[1] ^ b[1]) + popcount(a[2] ^ b[2]) + popcount(a[3] ^ b[3]))


@numba.njit(cache=True, nogil=True)
def _found_before(
    a: NDArray[np.uint64],
    b: NDArray[np.uint64],
    chunk: int,
    first_bit: NDArray[np.int64],
    widths: NDArray[np.int64],
    reach: NDArray[np.int64],
) -> bool:
    """Tell whether an earlier chunk reports this pair already."""
    x = np.empty(WORDS, np.uint64)
    for i in range(WORDS):
        x[i] = a[i] ^ b[i]
    for c in range(chunk):
        key = np.uint64(chunk_key(x, first_bit[c], widths[c]))
        if int(popcount(key)) <= reach[c]:
            return True
    return False


@numba.njit(cache=True, nogil=True)
def _scan(
    rows: NDArray[np.uint64],
    query: NDArray[np.uint64],
    number: int,
    radius: int,
    found: int,
    out: NDArray[np.int64],
) -> int:
    """Compare one query with all rows; return the new number of hits."""
    for row in range(rows.shape[0]):
        d = _distance(rows[row], query)
        if d <= radius:
            if found < out.shape[1]:
                out[0, found] = number
                out[1, found] = row
                out[2, found] = d
            found += 1
    return found


@numba.njit(cache=True, nogil=True)
def _probe_keys(key: int, width: int, reach: int, keys: NDArray[np.int64]) -> int:
    """List all values within `reach` (0-2) flips of a chunk's value."""
    keys[0] = key
    n = 1
    if reach >= 1:
        for i in range(width):
            one = key ^ (1 << i)
            keys[n] = one
            n += 1
            if reach >= 2:  # noqa: PLR2004
                for j in range(i):
                    keys[n] = one ^ (1 << j)
                    n += 1
    return n


@numba.njit(cache=True, nogil=True)
def _search(
    rows: NDArray[np.uint64],
    starts: NDArray[np.uint32],
    ids: NDArray[np.uint32],
    first_bit: NDArray[np.int64],
    widths: NDArray[np.int64],
    table: NDArray[np.int64],
    reach: NDArray[np.int64],
    queries: NDArray[np.uint64],
    radius: int,
    out: NDArray[np.int64],
) -> int:
    """Fill out (3, capacity) with query, row and distance; return the number of hits, even if more."""
    n = rows.shape[0]
    budget = n // _SCAN_SHARE + _SCAN_FLOOR
    keys = np.empty(_PROBES, np.int64)
    begin = np.empty(_PROBES, np.int64)
    end = np.empty(_PROBES, np.int64)
    candidates = np.empty(_BUFFER, np.uint32)
    found = 0
    for number in range(queries.shape[0]):
        query = queries[number]
        before = found
        spent = 0
        for c in range(len(widths)):
            if reach[c] < 0:
                continue
            base = table[c]
            column = ids[c]
            probes = _probe_keys(chunk_key(query, first_bit[c], widths[c]), widths[c], reach[c], keys)
            for p in range(probes):
                prefetch(starts, np.int64(base + keys[p]))
            buckets = 0
            for p in range(probes):
                s = np.int64(starts[base + keys[p]])
                e = np.int64(starts[base + keys[p] + 1])
                if e > s:
                    begin[buckets] = s
                    end[buckets] = e
                    prefetch(column, s)
                    spent += int(e - s)
                    buckets += 1
            if spent > budget:
                break
            b = 0
            t = begin[0] if buckets else 0
            while b < buckets:
                filled = 0
                while b < buckets and filled < _BUFFER:
                    stop = min(end[b], t + _BUFFER - filled)
                    while t < stop:
                        row = column[t]
                        candidates[filled] = row
                        prefetch(rows[row], np.int64(0))
                        filled += 1
                        t += 1
                    if t == end[b]:
                        b += 1
                        if b < buckets:
                            t = begin[b]
                for i in range(filled):
                    row = candidates[i]
                    d = _distance(rows[row], query)
                    if d <= radius and not _found_before(rows[row], query, c, first_bit, widths, reach):
                        if found < out.shape[1]:
                            out[0, found] = number
                            out[1, found] = row
                            out[2, found] = d
                        found += 1
        if spent > budget:
            found = _scan(rows, query, number, radius, before, out)
    return found


@numba.njit(cache=True, nogil=True)
def _scan_all(
    rows: NDArray[np.uint64], queries: NDArray[np.uint64], radius: int, out: NDArray[np.int64]
) -> int:
    found = 0
    for number in range(queries.shape[0]):
        found = _scan(rows, queries[number], number, radius, found, out)
    return found


def search(
    index: HashIndex, queries: NDArray[np.uint64], radius: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return every (query, row) pair within a Hamming radius, exactly.

    Args:
        index: a checked index (`snapshot.mih.check_tables`): the kernels have no bounds checks.
        queries: (Q, 4) uint64, little-endian words of the 32 bytes of a PDQ.
        radius: bits, 0-31.

    Returns:
        Query number, row number and distance, each (hits,) int64, ordered by query, then row.

    Raises:
        ValueError: a radius outside 0-31.
    """
    if not 0 <= radius <= MAX_RADIUS:
        raise ValueError(f"radius must be 0-{MAX_RADIUS}")
    rows, starts, ids = index
    queries = np.ascontiguousarray(queries)
    capacity = 1024 + 64 * len(queries)
    while True:
        out = np.empty((3, capacity), np.int64)
        if len(ids):
            layout = chunks(len(ids))
            found = _search(rows, starts, ids, *layout, radii(len(ids), radius), queries, radius, out)
        else:
            found = _scan_all(rows, queries, radius, out)
        if found <= capacity:
            break
        capacity = int(found)
    hits = out[:, :found]
    hits = hits[:, np.lexsort((hits[1], hits[0]))]
    return hits[0], hits[1], hits[2]


def warm_up() -> None:
    """Compile the kernels (seconds, once per machine; cached on disk)."""
    from sekisho.snapshot.mih import build_tables, check_tables  # noqa: PLC0415

    queries = np.arange(4 * WORDS, dtype=np.uint64).reshape(4, WORDS)
    # As in a mapped file: compiled code for arrays that can be written is another.
    rows = queries.copy()
    rows.flags.writeable = False
    built = build_tables(rows, 32)
    empty = np.empty(0, np.uint32), np.empty((0, 0), np.uint32)
    for tables in (built, empty):
        for array in tables:
            array.flags.writeable = False
        search((rows, *tables), queries, MAX_RADIUS)
    check_tables(*built)
