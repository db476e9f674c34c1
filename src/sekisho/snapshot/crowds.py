"""Which features stay in a bucket of a hash table that too many works share.

A bucket that many share says little and costs every search; but nobody takes protection from another by
registering copies of its pictures, or pictures made for its buckets:

* Of features with one bucket and one tag at most 16 stay, and 3 of an entry: those of confirmed entries
  first, among equals one of each holder before a second of any, then by lot. Every bucket draws another
  lot, so that of a picture of which there are a hundred copies each keeps some features.
* Of self-declared entries at most `ROOM` features stay in a bucket, by the same lot. A declared entry
  never takes a place from a confirmed one.
"""

import numpy as np
from numpy.typing import NDArray

from sekisho.snapshot.stock import Standing, first_of, place_in_run, within_bounds

__all__ = ["ROOM", "uncrowded"]

ROOM = 1024
"""What a bucket can cost at most through declared entries: about 1 us of a search."""
_LOT = np.uint64(0xBF58476D1CE4E5B9)


def uncrowded(
    buckets: NDArray[np.uint32], tags: NDArray[np.uint32], entry: NDArray[np.uint32], standing: Standing
) -> NDArray[np.bool_]:
    """Tell of each feature in one table whether it stays. O(n), O(n log n) at worst.

    Args:
        buckets: (n,) sorted.
        tags: (n,) within 16 bits, sorted within a bucket.
        entry: (n,) whose it is; the features of one entry stand together within a tag.
        standing: of all entries.
    """
    keys = buckets.astype(np.uint64) << np.uint64(16) | tags.astype(np.uint64)
    kept = within_bounds(keys, entry, np.zeros(len(keys), np.bool_), standing)
    declared = np.flatnonzero(kept & ~standing.verified[entry])
    run = np.cumsum(first_of(buckets[declared])) if len(declared) else declared
    wide = np.bincount(run) > ROOM
    at, of_run = declared[wide[run]], run[wide[run]]
    if not len(at):
        return kept
    lot = (keys[at] ^ standing.lot[entry[at]]) * _LOT
    lot = (lot ^ (lot >> np.uint64(32))) * _LOT
    order = np.lexsort((lot, of_run))
    kept[at[order[place_in_run(first_of(of_run[order])) >= ROOM]]] = False
    return kept
