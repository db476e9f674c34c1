"""A working picture -> its local features: what finds a part of a drawing in another picture.

Corners on ten levels (pyramid.py, keypoints.py), each with a direction and 256 bits (descriptor.py). The
form and the algorithm are written down in docs/reference/local-features.md.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sekisho.fingerprint.descriptor import TURN, angles, described
from sekisho.fingerprint.keypoints import Corners, corners
from sekisho.fingerprint.pyramid import SCALES, levels_of
from sekisho.model import FEATURE_BYTES, MAX_FEATURES, Local

__all__ = [
    "MIN_FEATURES",
    "Features",
    "features_of",
    "local_features",
    "local_of",
    "query_features",
    "warm_up",
]

MIN_FEATURES = 16
"""A picture with fewer is not registered by them: they could prove nothing (a plain area, a gradient)."""
QUERY_FEATURES = 500
_SHARES = tuple(2 ** (-level / 6) for level in range(len(SCALES)))
"""How the places are shared between the levels: coarse ones have fewer pixels, but survive more edits."""


class Features(NamedTuple):
    """Local features of one picture, the strongest first.

    Attributes:
        descriptors: (n, 4) uint64.
        places: (n, 4) uint16: x, y (1/64 px of the working picture), angle (1/256 of a turn from x
            towards y), level (a level's pixel is 2**(level / 3) px).
        width, height: of the working picture, px.
    """

    descriptors: NDArray[np.uint64]
    places: NDArray[np.uint16]
    width: int
    height: int


def _chosen(levels: list[NDArray[np.uint8]], most: int) -> tuple[list[Corners], NDArray[np.int64]]:
    """Find the corners of all levels and choose among them.

    Returns:
        The chosen corners of each level, and where each stands in the sequence of all: (n,) int64, level
        after level.
    """
    shares = [share / sum(_SHARES[: len(levels)]) for share in _SHARES[: len(levels)]]
    found = [
        corners(smooth, cells=int(most * share) + 1, most=most)
        for smooth, share in zip(levels, shares, strict=True)
    ]
    turn = np.concatenate(
        [(np.arange(len(some.x)) + 0.5) / share for some, share in zip(found, shares, strict=True)]
    )
    first = np.argsort(turn, kind="stable")[:most]
    place = np.full(len(turn), -1, np.int64)
    place[first] = np.arange(len(first))
    kept, begin = [], 0
    for some in found:
        here = place[begin : begin + len(some.x)] >= 0
        kept.append(Corners(some.x[here], some.y[here], some.strength[here]))
        begin += len(some.x)
    return kept, place[place >= 0]


def _found(working: NDArray[np.uint8], most: int, *, mirrored: bool) -> tuple[Features, ...]:
    """Return the features upright, and of the flipped picture if asked for."""
    height, width = working.shape[:2]
    levels = levels_of(working)
    if not levels:
        nothing = Features(np.empty((0, 4), np.uint64), np.empty((0, 4), np.uint16), width, height)
        return (nothing,) * (1 + mirrored)
    kept, place = _chosen(levels, most)
    bits = np.empty((1 + mirrored, len(place), 4), np.uint64)
    places = np.empty((1 + mirrored, len(place), 4), np.uint16)
    begin = 0
    for level, (smooth, some) in enumerate(zip(levels, kept, strict=True)):
        rows = place[begin : begin + len(some.x)]
        begin += len(some.x)
        turns = angles(smooth, some.x, some.y)
        bits[:, rows] = described(smooth, some.x, some.y, turns, mirrored=mirrored)
        x, y = (((axis + 32) * SCALES[level] + (1 << 13)) >> 14 for axis in (some.x, some.y))
        places[0, rows] = np.stack([x, y, turns.astype(np.int64), np.full(len(x), level)], axis=1)
        if mirrored:
            flipped = (TURN // 2 - turns.astype(np.int64)) % TURN
            places[1, rows] = np.stack([64 * width - x, y, flipped, np.full(len(x), level)], axis=1)
    return tuple(Features(bits[i], places[i], width, height) for i in range(1 + mirrored))


def local_features(working: NDArray[np.uint8], *, most: int = MAX_FEATURES) -> Features:
    """Return the local features of a picture, the strongest first.

    Args:
        working: (h, w, 3) uint8, sRGB, the longer side at most `WORKING_SIDE`.
        most: how many at most; fewer are found in an even picture.
    """
    return _found(working, most, mirrored=False)[0]


def query_features(working: NDArray[np.uint8], *, most: int = QUERY_FEATURES) -> tuple[Features, Features]:
    """Return the local features of a picture and of the picture flipped left to right.

    The second are made from the keypoints of the first; their places are those in the flipped picture.
    """
    upright, flipped = _found(working, most, mirrored=True)
    return upright, flipped


def local_of(working: NDArray[np.uint8]) -> Local | None:
    """Return what a registration keeps of a drawn picture; nothing if there are too few features."""
    found = local_features(working)
    count = len(found.places)
    if count < MIN_FEATURES:
        return None
    rows = np.empty((count, FEATURE_BYTES), np.uint8)
    rows[:, :32] = found.descriptors.astype("<u8").view(np.uint8).reshape(count, 32)
    rows[:, 32:36] = found.places[:, :2].astype("<u2").view(np.uint8).reshape(count, 4)
    rows[:, 36:] = found.places[:, 2:]
    return Local(width=found.width, height=found.height, rows=rows.tobytes())


def features_of(local: Local) -> Features:
    """Return registered features as arrays."""
    rows = np.frombuffer(local.rows, np.uint8).reshape(-1, FEATURE_BYTES)
    places = np.empty((len(rows), 4), np.uint16)
    places[:, :2] = np.ascontiguousarray(rows[:, 32:36]).view("<u2")
    places[:, 2:] = rows[:, 36:]
    descriptors = np.ascontiguousarray(rows[:, :32]).view("<u8").astype(np.uint64)
    return Features(descriptors, places, local.width, local.height)


def warm_up() -> None:
    """Compile (some seconds) or load (milliseconds) every kernel."""
    query_features(np.zeros((64, 64, 3), np.uint8))
