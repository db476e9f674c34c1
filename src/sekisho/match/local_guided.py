"""Where a work would lie in an item -> how much of what should be seen there is seen.

Few corners of a small or cropped part are among the strongest of a picture. So where a handful of features
agree on a place, the item is described anew at every point at which a feature of the work should lie, turned
and sized as it should be. A true copy shows most of them; a place that agrees by chance shows hardly any,
and the likeness of outlines (a circle, a frame) not most of them. What the work has in several places
proves nothing here, nor does an even area.
"""

from math import sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sekisho.fingerprint.descriptor import TURN, described, direction
from sekisho.fingerprint.pyramid import PAD, SCALES
from sekisho.match.local_geometry import ALIKE, CELL, Placed, repeated

__all__ = ["BEGIN", "LEAST_SEEN", "SHARE_SEEN", "guided"]

BEGIN = 6
"""Features that agree, from which the place is looked at again."""
LEAST_SEEN = 10
"""Features that the work has only once: at least so many are seen, in different cells,"""
SHARE_SEEN = 60
"""and of a hundred that should be seen at least so many. Of 346 unrelated pictures 52 at most."""
MARGIN = 2
"""Pixels of a level at its border in which nothing is expected."""
_BLOCKS = 4
"""A work is divided into so many rows and columns; what is seen of a block counts towards its extent"""
_OF_BLOCK = 2
"""if it is at least so many features, and half of those that should be seen."""
_PLAIN = 32
"""A descriptor with fewer bits set shows an even area."""
_SAMPLE = 5
"""Of so many features one is looked at first; if of those that should be seen"""
_LEAST_SAMPLE = 4
_HOPELESS = 30
"""there are a few, and fewer than so many of a hundred are seen, the others need not be looked at."""
_STEPS = 64
_FINE = 1 << 20
_HALF_LEVELS = np.array([round(2 ** ((2 * k + 1) / 6) * (1 << 14)) for k in range(-15, 15)], np.int64)
"""Scales half-way between levels."""


class _Expected(NamedTuple):
    """Where the features of a work should lie in the item.

    Attributes:
        places: (n, 2) float64 x, y, 1/64 px of the item.
        turns: (n,) uint8, 1/256 of a turn.
        levels: (n,) int64; some are none that the item has.
    """

    places: NDArray[np.float64]
    turns: NDArray[np.uint8]
    levels: NDArray[np.int64]


def _unpacked(work_places: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Return registered places as (n, 4) x, y, angle, level."""
    raw = work_places.astype(np.int64)
    return np.stack([raw[:, 0] | raw[:, 1] << 8, raw[:, 2] | raw[:, 3] << 8, raw[:, 4], raw[:, 5]], axis=1)


def _expected(work: NDArray[np.int64], map_: NDArray[np.float64]) -> _Expected:
    a, b, c, d, e, f = map_.tolist()
    x, y = a * work[:, 0] + b * work[:, 1] + c, d * work[:, 0] + e * work[:, 1] + f
    turn = direction(round((a + e) * _FINE), round((d - b) * _FINE))
    scale = sqrt(a * e - b * d) * (1 << 14)
    level = int(np.searchsorted(_HALF_LEVELS, scale)) - len(_HALF_LEVELS) // 2
    turns = ((work[:, 2] + turn) % TURN).astype(np.uint8)
    return _Expected(np.stack([x, y], axis=1), turns, work[:, 3] + level)


def _compared(
    levels: list[NDArray[np.uint8]], works: NDArray[np.uint64], expected: _Expected
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Tell of each feature whether it should be seen in the item, and whether it is."""
    should, seen = np.zeros(len(works), np.bool_), np.zeros(len(works), np.bool_)
    telling = np.bitwise_count(works).sum(axis=1, dtype=np.int64) >= _PLAIN
    for level, smooth in enumerate(levels):
        of_level = telling & (expected.levels == level)
        if not of_level.any():
            continue
        width, height = smooth.shape[1] - 2 * PAD, smooth.shape[0] - 2 * PAD
        at = np.floor(expected.places * ((1 << 14) / SCALES[level]) - _STEPS // 2)
        last = np.array([width - 1 - MARGIN, height - 1 - MARGIN]) * _STEPS
        here = np.flatnonzero(of_level & ((at >= MARGIN * _STEPS) & (at <= last)).all(axis=1))
        if len(here):
            x, y = np.ascontiguousarray(at[here].astype(np.int64).T)
            bits = described(smooth, x, y, expected.turns[here], mirrored=False)[0]
            should[here] = True
            seen[here] = np.bitwise_count(works[here] ^ bits).sum(axis=1, dtype=np.int64) <= ALIKE
    return should, seen


def _is_hopeless(levels: list[NDArray[np.uint8]], works: NDArray[np.uint64], expected: _Expected) -> bool:
    """Tell from some of the features whether most of the work is not there."""
    places, turns, levels_ = expected
    some = _Expected(places[::_SAMPLE], turns[::_SAMPLE], levels_[::_SAMPLE])
    should, seen = _compared(levels, works[::_SAMPLE], some)
    most = int(should.sum())
    return most >= _LEAST_SAMPLE and 100 * int(seen.sum()) < _HOPELESS * most


def _cells(work: NDArray[np.int64], expected: _Expected, marked: NDArray[np.bool_]) -> int:
    """Count the cells in which there are marked features, of the work or of the item: the fewer."""
    there, here = work[marked, :2] // CELL, expected.places[marked].astype(np.int64) // CELL
    return min(len(np.unique(cells[:, 0] << 16 | cells[:, 1])) for cells in (there, here))


def _extent(
    work: NDArray[np.int64],
    expected: _Expected,
    size: NDArray[np.uint16],
    should: NDArray[np.bool_],
    seen: NDArray[np.bool_],
) -> tuple[int, int]:
    """Return the areas of the boxes around what is seen, of item and work; a stray feature counts nothing."""
    block = work[:, :2] * _BLOCKS // np.maximum(size.astype(np.int64) * _STEPS, 1)
    block = np.minimum(block, _BLOCKS - 1) @ np.array([1, _BLOCKS])
    most = np.bincount(block[should], minlength=_BLOCKS**2)
    some = np.bincount(block[seen], minlength=_BLOCKS**2)
    kept = seen & ((some >= _OF_BLOCK) & (2 * some >= most))[block]
    if not kept.any():
        return 0, 0
    there, here = np.ptp(work[kept, :2], axis=0), np.ptp(expected.places[kept], axis=0)
    return int(here[0] * here[1]), int(there[0] * there[1])


def guided(
    levels: list[NDArray[np.uint8]],
    placed: Placed,
    works: NDArray[np.uint64],
    work_places: NDArray[np.uint8],
    size: NDArray[np.uint16],
) -> Placed:
    """Return the place with all inliers that the item shows there, or as it was if it shows too few.

    Args:
        levels: of the item (`fingerprint.pyramid.levels_of`), flipped if the features were.
        placed: how the work would lie in it.
        works: (n, 4) uint64 descriptors of the work.
        work_places: (n, 6) uint8.
        size: (2,) uint16 width and height of the work.
    """
    work = _unpacked(work_places)
    expected = _expected(work, placed.map_)
    if _is_hopeless(levels, works, expected):
        return placed
    should, seen = _compared(levels, works, expected)
    once = ~repeated(works, work_places)
    single = _cells(work, expected, seen & once)
    if single < LEAST_SEEN or 100 * single < SHARE_SEEN * _cells(work, expected, should & once):
        return placed
    inliers = min(_cells(work, expected, seen), 2 * single)
    of_item, of_work = _extent(work, expected, size, should & once, seen & once)
    return placed._replace(
        inliers=max(placed.inliers, inliers),
        of_item=max(placed.of_item, of_item),
        of_work=max(placed.of_work, of_work),
    )
