"""The table of passages: which registered texts have a hash, and about where, as flat arrays.

A row is one key (a permuted 48-bit hash), one text and one bucket of 256 units. Rows are sorted by
key, then text, then bucket. Of a key only the low 32 bits are stored: its top bits are the number of
the cell that `starts` puts it in, and there are at least 2**16 cells.

    low     (n,) uint32          low 32 bits of the key
    starts  (2**b + 1,) uint32   first row of each cell; empty if n is 0
    text    (n,) uint32          row of the text; top bit: a stock phrase, no seed of this text
    bucket  (n,) uint16          unit // 256, modulo 2**16
    bloom   uint64               see bloom.py; empty in a delta

Memory that is touched all the time: the filter and `starts`, together under 3 bytes a row.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from sekisho.snapshot.permutation import KEY_BITS

__all__ = [
    "ROWS_OF_KEY",
    "STOCK",
    "Columns",
    "Rows",
    "Texts",
    "cell_bits",
    "columns",
    "distinct_seeds",
    "find_row",
    "kept_passages",
    "lines_hold",
    "ranges",
    "rows_hold",
    "starts_length",
]

MIN_CELL_BITS = 16
_ROWS_OF_CELL = 8
_LOW = np.uint64(0xFFFFFFFF)

ROWS_OF_KEY = 16
"""Rows of one key at most; what a hash can cost. See stock.py for which ones stay."""
STOCK = np.uint32(1 << 31)
"""Bit of `text`: the hash is a stock phrase, and no seed of this text (see stock.py)."""
_TEXT = 0x7FFFFFFF


class Rows(NamedTuple):
    """Rows with whole keys, (n,) each: uint64, uint32, uint16."""

    keys: NDArray[np.uint64]
    text: NDArray[np.uint32]
    bucket: NDArray[np.uint16]

    def where(self, some: NDArray[np.generic]) -> "Rows":
        """Return some of the rows, by a mask or by number."""
        return Rows(self.keys[some], self.text[some], self.bucket[some])


class Columns(NamedTuple):
    """Rows as they are stored, and where each cell starts."""

    low: NDArray[np.uint32]
    starts: NDArray[np.uint32]
    text: NDArray[np.uint32]
    bucket: NDArray[np.uint16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """Registered texts and short works of a base, or of all deltas together.

    Attributes:
        constants: the registry's permutation.
        dropped: rows, sorted int64, that became stock phrases through deltas; only of a base.
        entry, units, passages: of each text: its entry's number, folded units, distinct hashes in it
            that are seeds. (t,) uint32.
        line_keys, line_entry: permuted hashes of short works, sorted (l,) uint64, and their entries.
    """

    constants: NDArray[np.uint64]
    rows: Columns
    bloom: NDArray[np.uint64]
    dropped: NDArray[np.int64]
    entry: NDArray[np.uint32]
    units: NDArray[np.uint32]
    passages: NDArray[np.uint32]
    line_keys: NDArray[np.uint64]
    line_entry: NDArray[np.uint32]

    def whole_rows(self) -> Rows:
        """Return all rows with their keys. O(n), 8 bytes a row."""
        low, starts, text, bucket = self.rows
        cells = np.arange(max(len(starts) - 1, 0), dtype=np.uint64)
        shift = np.uint64(KEY_BITS - cell_bits(len(low)))
        each = starts[1:] - starts[:-1]
        high = np.repeat(cells << shift, each.astype(np.int64))
        return Rows(high | (low & ((np.uint64(1) << shift) - np.uint64(1))), text, bucket)


def cell_bits(rows: int) -> int:
    """Return the number of top bits of a key that name its cell: about 4 to 8 rows in each."""
    return max(MIN_CELL_BITS, (max(rows, 1) // _ROWS_OF_CELL).bit_length())


def starts_length(rows: int) -> int:
    """Return the length of `starts` for a number of rows."""
    return (1 << cell_bits(rows)) + 1 if rows else 0


def columns(rows: Rows) -> Columns:
    """Return rows, which are sorted, as they are stored. O(n)."""
    count = len(rows.keys)
    shift = np.uint64(KEY_BITS - cell_bits(count))
    starts = np.zeros(starts_length(count), np.uint32)
    if count:
        sizes = np.bincount((rows.keys >> shift).astype(np.int64), minlength=len(starts) - 1)
        starts[1:] = np.cumsum(sizes)
    return Columns((rows.keys & _LOW).astype(np.uint32), starts, rows.text, rows.bucket)


def kept_passages(rows: Rows, texts: int) -> NDArray[np.uint32]:
    """Count the distinct hashes of each text that are its seeds, (t,) uint32; rows are sorted."""
    # All rows of a text with one key are stock phrases, or none is.
    first = rows.text < STOCK
    first[1:] &= (rows.keys[1:] != rows.keys[:-1]) | (rows.text[1:] != rows.text[:-1])
    return np.bincount(rows.text[first], minlength=texts).astype(np.uint32)


@numba.njit(cache=True, nogil=True, inline="always")
def find_row(low: NDArray[np.uint32], wanted: int, begin: int, end: int) -> int:
    """Return the first row from `begin` to before `end` that is not lower; `end` if there is none."""
    while begin < end:
        middle = (begin + end) >> 1
        if np.int64(low[middle]) < wanted:
            begin = middle + 1
        else:
            end = middle
    return begin


@numba.njit(cache=True, nogil=True)
def _ranges(
    low: NDArray[np.uint32], starts: NDArray[np.uint32], bits: int, keys: NDArray[np.uint64]
) -> NDArray[np.int64]:
    found = np.empty((2, len(keys)), np.int64)
    for i in range(len(keys)):
        cell = int(np.int64(keys[i] >> np.uint64(KEY_BITS - bits)))
        wanted = int(np.int64(keys[i] & _LOW))
        end = int(np.int64(starts[cell + 1]))
        at = find_row(low, wanted, int(np.int64(starts[cell])), end)
        found[0, i] = at
        while at < end and np.int64(low[at]) == wanted:
            at += 1
        found[1, i] = at
    return found


def ranges(rows: Columns, keys: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Return the first row of each key and the one after its last, (2, k) int64; equal if it has none."""
    if not len(rows.low):
        return np.zeros((2, len(keys)), np.int64)
    return _ranges(rows.low, rows.starts, cell_bits(len(rows.low)), keys)


@numba.njit(cache=True, nogil=True)
def _distinct(
    low: NDArray[np.uint32], text: NDArray[np.uint32], entry: NDArray[np.uint32], wanted: NDArray[np.bool_]
) -> NDArray[np.int64]:
    found = np.zeros(len(wanted), np.int64)
    for row in range(len(low)):
        of = np.int64(text[row])
        if of > _TEXT or not wanted[entry[of]]:
            continue
        # Texts of one entry have numbers that follow each other, so its rows of a key stand together.
        if row == 0 or low[row - 1] != low[row] or entry[np.int64(text[row - 1]) & _TEXT] != entry[of]:
            found[entry[of]] += 1
    return found


def distinct_seeds(texts: Texts, wanted: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Count the distinct hashes that are seeds of some entries, whichever of their texts have them. O(n).

    Args:
        texts: of a base.
        wanted: (e,) of all entries up to the highest number.

    Returns:
        (e,); 0 of an entry that is not wanted.
    """
    found: NDArray[np.int64] = _distinct(texts.rows.low, texts.rows.text, texts.entry, wanted)
    return found


@numba.njit(cache=True, nogil=True)
def _hold(
    low: NDArray[np.uint32], starts: NDArray[np.uint32], text: NDArray[np.uint32], bits: int, texts: int
) -> bool:
    """Tell whether rows are where their keys say, and every number stays in its table."""
    count = len(low)
    cells = len(starts) - 1
    if np.int64(starts[0]) != 0 or np.int64(starts[cells]) != count:
        return False
    for cell in range(cells):
        begin, end = np.int64(starts[cell]), np.int64(starts[cell + 1])
        if begin > end or end > count:
            return False
        top = np.int64(cell) & ((np.int64(1) << (bits - MIN_CELL_BITS)) - 1)
        for row in range(begin, end):
            if np.int64(low[row]) >> (KEY_BITS - bits) != top or np.int64(text[row]) & _TEXT >= texts:
                return False
            if row > begin and low[row] < low[row - 1]:
                return False
            if row - begin >= ROWS_OF_KEY and low[row] == low[row - ROWS_OF_KEY]:
                return False
    return True


def rows_hold(rows: Columns, texts: int) -> bool:
    """Check everything that the search, which has no bounds checks, relies on. O(n).

    Args:
        rows: of the lengths that go together.
        texts: number of texts.
    """
    count = len(rows.low)
    return not count or bool(_hold(rows.low, rows.starts, rows.text, cell_bits(count), texts))


def lines_hold(keys: NDArray[np.uint64]) -> bool:
    """Check that the keys of short works are sorted, have 48 bits and few rows each."""
    rising = bool((keys[1:] >= keys[:-1]).all())
    repeats = bool((keys[ROWS_OF_KEY:] == keys[:-ROWS_OF_KEY]).any())
    return rising and not repeats and (not len(keys) or int(keys[-1]) >> KEY_BITS == 0)
