"""The oracle of the search of embeddings: all similarities, sorted, in plain numpy.

Slow and obvious on purpose. `match/dense.py` must give the same for every input.
"""

import numpy as np
from numpy.typing import NDArray

from sekisho.match.dense import LISTS, MOST, SCALE, Nearest

__all__ = ["nearest_of_all"]


def nearest_of_all(
    values: NDArray[np.float16],
    entry: NDArray[np.uint32],
    confirmed: NDArray[np.bool_],
    queries: NDArray[np.int16],
    most: int = MOST,
) -> Nearest:
    """Return what `dense.nearest` returns, by sorting everything; the same arguments."""
    whole = np.rint(values.astype(np.float64) * SCALE).astype(np.int64)
    shape = (len(queries), LISTS, most)
    found = Nearest(np.full(shape, np.iinfo(np.int32).min, np.int32), np.full(shape, -1, np.int64))
    for number, query in enumerate(queries.astype(np.int64)):
        similarity = whole @ query
        for which in range(LISTS):
            seen: dict[int, int] = {}
            for row in np.lexsort((np.arange(len(entry)), -similarity)).tolist():
                if confirmed[row] == which:
                    seen.setdefault(int(entry[row]), row)
            kept = list(seen.values())[:most]
            found.row[number, which, : len(kept)] = kept
            found.similarity[number, which, : len(kept)] = similarity[kept]
    return found
