"""Multi-index hashing: the part of the snapshot that makes an exact Hamming search fast.

A 256-bit hash is cut into m chunks; for each chunk a table lists the rows by the chunk's value. Two
hashes within radius R agree in at least one chunk up to r_c flips if sum(r_c + 1) > R, so probing
each table within r_c finds every match (Norouzi, Punjani, Fleet 2012). Flat arrays, no pointers:
the file is the index.

    rows    (N, 4) uint64   the distinct hashes, little-endian words of the 32 bytes
    starts  uint32          per chunk 2**bits + 1 offsets into its part of ids, chunks one after another
    ids     (m, N) uint32   row numbers, ordered by the chunk's value
"""

from functools import lru_cache

import numba
import numpy as np
from numpy.typing import NDArray

__all__ = [
    "WORDS",
    "Chunks",
    "build_tables",
    "check_tables",
    "chunk_count",
    "chunk_key",
    "chunks",
    "fill_tables",
    "table_length",
]

BITS = 256
WORDS = 4
MAX_ROWS = 2**31 - 1
MAX_CHUNKS = 32
"""Chunk radii stay within 0-2 for radius 31 from 11 chunks on."""
MIN_CHUNKS = 11

Chunks = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]
"""First bit, number of bits, and first position in `starts`, each (m,), of every chunk."""


def chunk_count(rows: int) -> int:
    """Choose the number of chunks by the number of distinct hashes; 0 means scan them all.

    Crossovers by benchmarks/bench_search.py: below 4,000 rows a scan (1.3 ns a row) wins, above that
    fewer and wider chunks cost table memory and save candidates.
    """
    if rows <= 4_000:  # noqa: PLR2004
        return 0
    if rows <= 300_000:  # noqa: PLR2004
        return 16
    return 12 if rows <= 3_000_000 else 11  # noqa: PLR2004


@lru_cache(maxsize=32)
def chunks(count: int) -> Chunks:
    """Cut 256 bits into `count` chunks as even as possible, the wider ones first."""
    base, extra = divmod(BITS, count)
    widths = np.array([base + (c < extra) for c in range(count)], np.int64)
    first_bit = np.concatenate([[0], np.cumsum(widths)[:-1]]).astype(np.int64)
    sizes = (1 << widths) + 1
    table = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64)
    return first_bit, widths, table


def table_length(count: int) -> int:
    """Return the length of `starts` for a number of chunks."""
    _, widths, _ = chunks(count)
    return int(((1 << widths) + 1).sum())


@numba.njit(cache=True, nogil=True, inline="always")
def chunk_key(row: NDArray[np.uint64], bit: int, width: int) -> int:
    """Return `width` bits of a hash from bit number `bit` on."""
    word = bit >> 6
    shift = bit & 63
    value = row[word] >> np.uint64(shift)
    if shift + width > 64:  # noqa: PLR2004
        value |= row[word + 1] << np.uint64(64 - shift)
    return int(value & ((np.uint64(1) << np.uint64(width)) - np.uint64(1)))


@numba.njit(cache=True, nogil=True)
def _fill(
    rows: NDArray[np.uint64],
    first_bit: NDArray[np.int64],
    widths: NDArray[np.int64],
    table: NDArray[np.int64],
    starts: NDArray[np.uint32],
    ids: NDArray[np.uint32],
) -> None:
    """Sort the row numbers of every chunk by its value (counting sort, stable)."""
    n = rows.shape[0]
    for c in range(len(widths)):
        base = table[c]
        buckets = 1 << widths[c]
        for i in range(n):
            starts[base + chunk_key(rows[i], first_bit[c], widths[c]) + 1] += np.uint32(1)
        for k in range(buckets):
            starts[base + k + 1] += starts[base + k]
        for i in range(n):
            k = base + chunk_key(rows[i], first_bit[c], widths[c])
            ids[c, starts[k]] = i
            starts[k] += np.uint32(1)
        for k in range(buckets, 0, -1):
            starts[base + k] = starts[base + k - 1]
        starts[base] = 0


def build_tables(rows: NDArray[np.uint64], count: int) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Return `starts` and `ids` for distinct hashes. O(m N); 4 m bytes a row and the tables."""
    starts = np.zeros(table_length(count), np.uint32)
    ids = np.empty((count, len(rows)), np.uint32)
    fill_tables(np.ascontiguousarray(rows), starts, ids)
    return starts, ids


def fill_tables(rows: NDArray[np.uint64], starts: NDArray[np.uint32], ids: NDArray[np.uint32]) -> None:
    """Do as `build_tables` into arrays that the caller made: `starts` of zeros, both perhaps in files.

    Raises:
        ValueError: arrays of another shape.
    """
    if len(starts) != table_length(len(ids)) or ids.shape[1] != len(rows):
        raise ValueError("the arrays do not fit the rows")
    _fill(rows, *chunks(len(ids)), starts, ids)


@numba.njit(cache=True, nogil=True)
def _ordered(
    starts: NDArray[np.uint32],
    ids: NDArray[np.uint32],
    widths: NDArray[np.int64],
    table: NDArray[np.int64],
) -> bool:
    """Tell whether every offset stays in its table and every row number in range."""
    n = ids.shape[1]
    for c in range(len(widths)):
        base = table[c]
        buckets = 1 << widths[c]
        if starts[base] != 0 or starts[base + buckets] != n:
            return False
        for k in range(buckets):
            if starts[base + k] > starts[base + k + 1]:
                return False
        for i in range(n):
            if ids[c, i] >= n:
                return False
    return True


def check_tables(starts: NDArray[np.uint32], ids: NDArray[np.uint32]) -> bool:
    """Check everything that the search, which has no bounds checks, relies on. O(m N)."""
    count = ids.shape[0]
    if not MIN_CHUNKS <= count <= MAX_CHUNKS or len(starts) != table_length(count):
        return False
    _, widths, table = chunks(count)
    return bool(_ordered(starts, ids, widths, table))
