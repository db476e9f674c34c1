"""Sets of 256-bit hashes as registries hold them: unrelated, in clusters, repeated."""

import numpy as np
import numpy.typing as npt

from sekisho.snapshot.mih import build_tables

__all__ = ["clustered", "index_of", "noisy", "unrelated"]

Hashes = npt.NDArray[np.uint64]
"""(N, 4) uint64."""


def unrelated(count: int, seed: int = 0) -> Hashes:
    """Draw hashes that have nothing to do with each other."""
    return np.random.default_rng(seed).integers(0, 2**64, (count, 4), np.uint64)


def noisy(rows: Hashes, share: float, seed: int = 0) -> Hashes:
    """Flip each bit with a probability."""
    flips = np.random.default_rng([seed, 1]).random((len(rows), 256)) < share
    return rows ^ np.packbits(flips, axis=1).view(np.uint64)


def clustered(count: int, centres: int, share: float, seed: int = 0) -> Hashes:
    """Draw hashes around a few centres."""
    middle = unrelated(centres, seed)
    return noisy(middle[np.arange(count) % centres], share, seed)


def index_of(rows: Hashes, chunks: int):
    """Build a search index over the distinct hashes, as a snapshot holds it; 0 chunks: no tables."""
    rows = np.unique(rows, axis=0) if len(rows) else rows
    if not chunks:
        return rows, np.empty(0, np.uint32), np.empty((0, 0), np.uint32)
    return rows, *build_tables(rows, chunks)
