"""Exact search of embeddings: every query is compared with every registered vector.

Vectors lie in the file as float16. Here each value is the whole number nearest to 2**14 times itself, and
a similarity is the sum of their products: whole numbers throughout, so that it is the same on every CPU;
a sum is below 2**31 for vectors of length 1 (Cauchy-Schwarz). The file is read once for all queries
of a batch. `match/brute_dense.py` is the oracle.

Of each entry the best vector counts, and confirmed and self-declared entries have lists of their own:
whoever registers copies can not push a confirmed work off the list.
"""

from typing import NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

__all__ = ["LISTS", "MOST", "SCALE", "Nearest", "fixed", "nearest", "warm_up"]

SCALE = 1 << 14
"""Of a value; a similarity of 1 is SCALE * SCALE."""
MOST = 16
"""Entries in each list."""
LISTS = 2
"""Self-declared, confirmed."""
LONGEST = 1.01
"""Length of a vector from which it is no longer one of length 1 in float16."""
_BLOCK = 4
"""Rows converted together: with 512 dimensions they stay in the first cache."""
_KEPT = np.int32(-0x70002000)
"""Sign, exponent and mantissa of a float16 that was widened with its sign and shifted by 13 bits."""
_LIFT = np.float32(2.0**126)
"""float16 bits shifted into a float32 stand for 2**-112 times the value; and SCALE."""
_ROUND = np.float32(1.5 * 2**23)
"""Added to a float32 it leaves the nearest whole number (to even) in the low bits."""


class Nearest(NamedTuple):
    """The entries nearest to each of some queries, the nearest first.

    Attributes:
        similarity: (Q, LISTS, MOST) int32, in 1 / SCALE**2; -2**31 where the list ends.
        row: (Q, LISTS, MOST) int64, of the entry's best vector; -1 where the list ends.
    """

    similarity: NDArray[np.int32]
    row: NDArray[np.int64]


def fixed(vectors: NDArray[np.float32]) -> NDArray[np.int16]:
    """Return vectors in whole numbers, as the search compares them.

    Args:
        vectors: (Q, D) float32, of length 1; they are rounded to float16 first, as in a file.

    Raises:
        ValueError: a vector is not of length 1.
    """
    if not bool(np.all(np.abs(np.linalg.norm(vectors, axis=-1) - 1) < LONGEST - 1)):
        raise ValueError("an embedding must have length 1")
    return np.rint(vectors.astype(np.float16).astype(np.float32) * SCALE).astype(np.int16)


@numba.njit(cache=True, nogil=True)
def _convert(
    halves: NDArray[np.int16],
    bits: NDArray[np.int32],
    singles: NDArray[np.float32],
    sums: NDArray[np.float32],
    low: NDArray[np.int32],
    out: NDArray[np.int16],
) -> None:
    """Convert float16 bits (n,) to whole numbers; bits and singles, sums and low are the same memory."""
    for j in range(len(halves)):
        bits[j] = np.int32(np.int32(np.int32(halves[j]) << np.int32(13)) & _KEPT)
    for j in range(len(halves)):
        sums[j] = singles[j] * _LIFT + _ROUND
    for j in range(len(halves)):
        out[j] = np.int16(low[j])


@numba.njit(cache=True, nogil=True)
def _products(rows: NDArray[np.int16], query: NDArray[np.int16], out: NDArray[np.int32]) -> None:
    """Fill out (n,) with the similarity of each row (n, D) to a query (D,)."""
    for i in range(len(rows)):
        row = rows[i]
        total = np.int32(0)
        for j in range(len(query)):
            total = np.int32(total + np.int32(np.int32(row[j]) * np.int32(query[j])))
        out[i] = total


@numba.njit(cache=True, nogil=True)
def _insert(
    similarity: NDArray[np.int32], row: NDArray[np.int64], entry: NDArray[np.uint32], value: int, at: int
) -> None:
    """Put a row where it belongs in a list (MOST,), its entry's former row away; equals keep their order."""
    last = len(row) - 1
    for k in range(len(row)):
        if row[k] >= 0 and entry[row[k]] == entry[at]:
            if similarity[k] >= value:
                return
            last = k
            break
    k = last
    while k > 0 and similarity[k - 1] < value:
        similarity[k], row[k] = similarity[k - 1], row[k - 1]
        k -= 1
    similarity[k], row[k] = value, at


@numba.njit(cache=True, nogil=True)
def _search(
    halves: NDArray[np.int16],
    entry: NDArray[np.uint32],
    confirmed: NDArray[np.uint8],
    queries: NDArray[np.int16],
    similarity: NDArray[np.int32],
    row: NDArray[np.int64],
) -> None:
    """Compare all queries (Q, D) with all rows (N, D), block after block."""
    n, width = halves.shape
    bits = np.empty(_BLOCK * width, np.int32)
    sums = np.empty(_BLOCK * width, np.float32)
    singles, low = bits.view(np.float32), sums.view(np.int32)
    values = np.empty((_BLOCK, width), np.int16)
    products = np.empty(_BLOCK, np.int32)
    last = row.shape[2] - 1
    for start in range(0, n, _BLOCK):
        count = min(_BLOCK, n - start)
        flat = halves[start : start + count].reshape(count * width)
        _convert(flat, bits, singles, sums, low, values.reshape(_BLOCK * width))
        for q in range(len(queries)):
            _products(values[:count], queries[q], products)
            for i in range(count):
                which = confirmed[start + i]
                if products[i] > similarity[q, which, last]:
                    _insert(similarity[q, which], row[q, which], entry, products[i], start + i)


def nearest(
    values: NDArray[np.float16],
    entry: NDArray[np.uint32],
    confirmed: NDArray[np.bool_],
    queries: NDArray[np.int16],
    most: int = MOST,
) -> Nearest:
    """Return the entries nearest to each query; among equals the lower row. O(Q N D), 2 N D bytes read.

    Args:
        values: (N, D) float16, little-endian, of length 1, usually memory-mapped.
        entry: (N,) the entry of each vector.
        confirmed: (N,) whether a voucher stands behind that entry.
        queries: (Q, D) of `fixed`.
        most: entries in each list.

    Raises:
        ValueError: the arrays do not fit one another.
    """
    if not (len(values) == len(entry) == len(confirmed)) or values.shape[1] != queries.shape[1]:
        raise ValueError("vectors, their entries and the queries must fit one another")
    shape = (len(queries), LISTS, most)
    found = Nearest(np.full(shape, np.iinfo(np.int32).min, np.int32), np.full(shape, -1, np.int64))
    if len(values) and len(queries):
        halves = np.ascontiguousarray(values).view(np.int16)
        flags = np.ascontiguousarray(confirmed).view(np.uint8)
        _search(halves, np.ascontiguousarray(entry), flags, np.ascontiguousarray(queries), *found)
    return found


def warm_up() -> None:
    """Compile the kernels (seconds, once per machine; cached on disk)."""
    values = np.eye(3, 8, dtype=np.float16)
    entry, confirmed = np.arange(3, dtype=np.uint32), np.ones(3, np.bool_)
    queries = fixed(np.eye(2, 8, dtype=np.float32))
    nearest(values, entry, confirmed, queries)
    # As in a mapped file: compiled code for arrays that can be written is another.
    for array in (values, entry):
        array.flags.writeable = False
    nearest(values, entry, confirmed, queries)
