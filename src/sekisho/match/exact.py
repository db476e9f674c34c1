"""Find registered files by SHA-256: the same bytes, whatever they show."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["find_exact"]

NOT_FOUND = -1


def find_exact(rows: NDArray[np.bytes_], digests: Sequence[bytes]) -> NDArray[np.int64]:
    """Return the row of each digest, -1 where it is not registered.

    Args:
        rows: (s,) S32, sorted and distinct.
        digests: of 32 bytes each. O(Q log s).
    """
    wanted = np.frombuffer(b"".join(digests), np.dtype("S32"))
    if not len(rows) or not len(wanted):
        return np.full(len(wanted), NOT_FOUND, np.int64)
    at = np.minimum(np.searchsorted(rows, wanted), len(rows) - 1)
    return np.where(rows[at] == wanted, at, NOT_FOUND).astype(np.int64)
