"""The oracle: exact Hamming search by comparing everything with everything, in plain numpy.

Slow and obvious on purpose. `match/hamming.py` must give the same result for every input.
"""

import numpy as np
from numpy.typing import NDArray

__all__ = ["search_all"]


def search_all(
    rows: NDArray[np.uint64], queries: NDArray[np.uint64], radius: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return every pair within `radius`.

    Args:
        rows: (N, 4) uint64 hashes.
        queries: (Q, 4) uint64 hashes.
        radius: bits, 0-256.

    Returns:
        Query number, row number and distance in bits, ordered by query, then row. O(N Q).
    """
    found = []
    for number, query in enumerate(queries):
        distance = np.bitwise_count(rows ^ query).sum(axis=1, dtype=np.int64)
        hits = np.nonzero(distance <= radius)[0]
        found.append((np.full(len(hits), number, np.int64), hits.astype(np.int64), distance[hits]))
    if not found:
        empty = np.empty(0, np.int64)
        return empty, empty, empty
    numbers, rows_found, bits = zip(*found, strict=True)
    return np.concatenate(numbers), np.concatenate(rows_found), np.concatenate(bits)
