"""The surroundings of a keypoint -> its direction and 256 bits. Whole numbers throughout.

The direction points to the centre of change of a disc, in 1/256 of a turn. (The centre of brightness, Rosin
1999, turns round when light and dark change places, and drawn outlines do that.) Then 18 x 18 places, two
pixels of the level apart and turned by it, are read; the inner 16 x 16 of them have a brightness and four
strengths of change: along, across, and the two diagonals. Each bit compares the sums of two squares of equal
size, either both of brightness or both of change. What compares change does not depend on whether a line is
dark or an area is: redrawn outlines keep such bits. Strong change is compressed, so that a faint edge counts
beside a strong one.
"""

import math
from functools import lru_cache
from importlib.resources import files

import numba
import numpy as np
from numpy.typing import NDArray

from sekisho.fingerprint.pyramid import PAD

__all__ = ["SIDE", "TURN", "angles", "described", "direction", "pattern"]

TURN = 256
"""Steps of a direction in a full turn."""
SIDE = 16
"""Places of the patch in each direction."""
CHANNELS = 5
"""Brightness; change along, across, down the diagonal, up the diagonal."""
_DISC = 24
"""Radius, in pixels of the level, of the disc whose centre of change gives the direction."""
_ONE = 1 << 14
_SOFT, _SOFT_FAR = 16, 32
"""Change of so many steps of grey counts half of the most, between neighbours and over four pixels."""
_WIDE = SIDE + 2
_TABLE = SIDE + 1

_COS = np.array([round(_ONE * math.cos(2 * math.pi * i / TURN)) for i in range(TURN)], np.int64)
_SIN = np.array([round(_ONE * math.sin(2 * math.pi * i / TURN)) for i in range(TURN)], np.int64)
_HALF_WIDTHS = np.array([math.isqrt(_DISC * _DISC - dy * dy) for dy in range(_DISC + 1)], np.int64)
_BOUND_COS = np.array([round(_ONE * math.cos(2 * math.pi * (i + 0.5) / TURN)) for i in range(64)], np.int64)
_BOUND_SIN = np.array([round(_ONE * math.sin(2 * math.pi * (i + 0.5) / TURN)) for i in range(64)], np.int64)
"""Directions half-way between two steps of the first quarter."""


def _compressed(soft: int) -> NDArray[np.uint8]:
    """Return 255 g / (g + soft) for every change g up to 1,020."""
    return np.array([(255 * g + (g + soft) // 2) // (g + soft) for g in range(1021)], np.uint8)


_FELT, _FELT_FAR = _compressed(_SOFT), _compressed(_SOFT_FAR)


@numba.njit(cache=True, nogil=True)
def direction(x: int, y: int) -> int:
    """Return the nearest of `TURN` directions of a vector; halving the quarter by cross products."""
    quarter = 0
    while not (x > 0 and y >= 0):
        if x == 0 and y == 0:
            return 0
        x, y = y, -x
        quarter += 1
    low, high = 0, 64
    while low < high:
        middle = (low + high) // 2
        if y * _BOUND_COS[middle] >= x * _BOUND_SIN[middle]:
            low = middle + 1
        else:
            high = middle
    return (quarter * 64 + low) % TURN


@numba.njit(cache=True, nogil=True)
def _change(smooth: NDArray[np.uint8], out: NDArray[np.uint8]) -> None:
    """Fill out with the change at every pixel: the larger of both directions and half the smaller."""
    height, width = smooth.shape
    out[0] = np.uint8(0)
    out[height - 1] = np.uint8(0)
    for y in range(1, height - 1):
        above, here, below, row = smooth[y - 1], smooth[y], smooth[y + 1], out[y]
        row[0] = row[width - 1] = np.uint8(0)
        for x in range(1, width - 1):
            gx = abs(np.int32(here[x + 1]) - np.int32(here[x - 1]))
            gy = abs(np.int32(below[x]) - np.int32(above[x]))
            row[x] = _FELT[max(gx, gy) + (min(gx, gy) >> 1)]


@numba.njit(cache=True, nogil=True)
def _angles(
    change: NDArray[np.uint8], xs: NDArray[np.int64], ys: NDArray[np.int64], out: NDArray[np.uint8]
) -> None:
    for i in range(len(xs)):
        column, row = PAD + ((xs[i] + 32) >> 6), PAD + ((ys[i] + 32) >> 6)
        across = down = 0
        for dy in range(-_DISC, _DISC + 1):
            half = _HALF_WIDTHS[abs(dy)]
            line = change[row + dy, column - half : column + half + 1]
            total, moment = np.int32(0), np.int32(0)
            for k in range(len(line)):
                total += np.int32(line[k])
                moment += np.int32(k) * np.int32(line[k])
            across += int(moment) - half * int(total)
            down += dy * int(total)
        out[i] = direction(across, down)


def angles(smooth: NDArray[np.uint8], xs: NDArray[np.int64], ys: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Return the directions of keypoints of one level.

    Args:
        smooth: the level with its padding.
        xs: 1/64 pixel of the level; at least 0 and inside it.
        ys: the same.

    Returns:
        (n,) uint8, 1/256 of a turn from x towards y.
    """
    out = np.empty(len(xs), np.uint8)
    change = np.empty_like(smooth)
    _change(smooth, change)
    _angles(change, xs, ys, out)
    return out


@numba.njit(cache=True, nogil=True)
def _read_patch(smooth: NDArray[np.uint8], x: int, y: int, angle: int, patch: NDArray[np.int32]) -> None:
    """Read 18 x 18 places, two pixels apart, turned: patch[v, u], u along the direction."""
    cosine, sine = _COS[angle], _SIN[angle]
    middle_x, middle_y = (x << 8) + (PAD << 14) + (1 << 13), (y << 8) + (PAD << 14) + (1 << 13)
    for v in range(_WIDE):
        b = 2 * v + 1 - _WIDE
        start_x, start_y = middle_x - b * sine, middle_y + b * cosine
        for u in range(_WIDE):
            a = 2 * u + 1 - _WIDE
            patch[v, u] = smooth[(start_y + a * sine) >> 14, (start_x + a * cosine) >> 14]


@numba.njit(cache=True, nogil=True)
def _sum_up(patch: NDArray[np.int32], tables: NDArray[np.int32]) -> None:
    """Fill the summed-area tables (5, 17, 17) of brightness and the four kinds of change."""
    for v in range(SIDE):
        grey = along = across = down = up = np.int32(0)
        for u in range(SIDE):
            gu = np.int32(patch[v + 1, u + 2] - patch[v + 1, u])
            gv = np.int32(patch[v + 2, u + 1] - patch[v, u + 1])
            grey += patch[v + 1, u + 1]
            along += np.int32(_FELT_FAR[abs(gu)])
            across += np.int32(_FELT_FAR[abs(gv)])
            down += np.int32(_FELT_FAR[abs(gu + gv)])
            up += np.int32(_FELT_FAR[abs(gu - gv)])
            tables[0, v + 1, u + 1] = tables[0, v, u + 1] + grey
            tables[1, v + 1, u + 1] = tables[1, v, u + 1] + along
            tables[2, v + 1, u + 1] = tables[2, v, u + 1] + across
            tables[3, v + 1, u + 1] = tables[3, v, u + 1] + down
            tables[4, v + 1, u + 1] = tables[4, v, u + 1] + up


@numba.njit(cache=True, nogil=True)
def _bits(flat: NDArray[np.int32], corners: NDArray[np.int32], out: NDArray[np.uint64]) -> None:
    """Fill out (4,): bit i of the whole is set if the first square of test i has the larger sum."""
    for word in range(4):
        bits = np.uint64(0)
        for bit in range(64):
            c = corners[64 * word + bit]
            first = flat[c[0]] - flat[c[1]] - flat[c[2]] + flat[c[3]]
            second = flat[c[4]] - flat[c[5]] - flat[c[6]] + flat[c[7]]
            if first > second:
                bits |= np.uint64(1) << np.uint64(bit)
        out[word] = bits


@numba.njit(cache=True, nogil=True)
def _described(
    smooth: NDArray[np.uint8],
    xs: NDArray[np.int64],
    ys: NDArray[np.int64],
    turns: NDArray[np.uint8],
    upright: NDArray[np.int32],
    mirrored: NDArray[np.int32],
    out: NDArray[np.uint64],
) -> None:
    patch = np.empty((_WIDE, _WIDE), np.int32)
    tables = np.zeros((CHANNELS, _TABLE, _TABLE), np.int32)
    flat = tables.reshape(CHANNELS * _TABLE * _TABLE)
    for i in range(len(xs)):
        _read_patch(smooth, xs[i], ys[i], int(turns[i]), patch)
        _sum_up(patch, tables)
        _bits(flat, upright, out[0, i])
        if len(out) > 1:
            _bits(flat, mirrored, out[1, i])


def described(
    smooth: NDArray[np.uint8],
    xs: NDArray[np.int64],
    ys: NDArray[np.int64],
    turns: NDArray[np.uint8],
    *,
    mirrored: bool,
) -> NDArray[np.uint64]:
    """Return the descriptors of keypoints of one level.

    Args:
        smooth: the level with its padding.
        xs: 1/64 pixel of the level; at least 0 and inside it.
        ys: the same.
        turns: directions, 1/256 of a turn.
        mirrored: also make what the keypoints would have in the picture flipped left to right.

    Returns:
        (1 or 2, n, 4) uint64.
    """
    upright, flipped = _offsets()
    out = np.empty((2 if mirrored else 1, len(xs), 4), np.uint64)
    _described(smooth, xs, ys, turns, upright, flipped, out)
    return out


def pattern() -> NDArray[np.uint8]:
    """Return the 256 tests: channel, u, v of the first square, of the second, and their side.

    Returns:
        (256, 7) uint8.
    """
    raw = (files("sekisho.fingerprint") / "tests.bin").read_bytes()
    return np.frombuffer(raw, np.uint8).reshape(256, 7)


def _square(
    channel: NDArray[np.int32], u: NDArray[np.int32], v: NDArray[np.int32], side: NDArray[np.int32]
) -> list[NDArray[np.int32]]:
    """Return the four places in the summed-area tables: sum = a - b - c + d."""
    base = channel * _TABLE * _TABLE
    return [
        base + (v + side) * _TABLE + u + side,
        base + v * _TABLE + u + side,
        base + (v + side) * _TABLE + u,
        base + v * _TABLE + u,
    ]


@lru_cache(maxsize=1)
def _offsets() -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the places that each test reads, upright and mirrored: (256, 8) int32 each.

    A mirrored picture has the same patch, upside down, and its two diagonals change places.
    """
    c1, u1, v1, c2, u2, v2, side = pattern().astype(np.int32).T
    upright = _square(c1, u1, v1, side) + _square(c2, u2, v2, side)
    swap = np.array([0, 1, 2, 4, 3], np.int32)
    mirrored = _square(swap[c1], u1, SIDE - side - v1, side) + _square(swap[c2], u2, SIDE - side - v2, side)
    return (
        np.ascontiguousarray(np.stack(upright, axis=1), np.int32),
        np.ascontiguousarray(np.stack(mirrored, axis=1), np.int32),
    )
