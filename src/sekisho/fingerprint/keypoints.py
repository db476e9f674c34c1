"""A smoothed level -> its corners, spread over the picture.

A corner is where the picture changes in two directions (Harris and Stephens 1988; the harmonic mean of the
two strengths, Förstner 1986): it survives blur, recolouring and redrawing of outlines better than a test of
single pixels. Sums of products are whole numbers; the last steps are single divisions in float32, which
every CPU rounds alike.
"""

import math
from typing import NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from sekisho.fingerprint.pyramid import PAD

__all__ = ["Corners", "corners"]

EDGE = 6
"""Pixels of a level at its border in which no corner is looked for."""
MIN_STRENGTH = np.float32(120.0)
"""Of squared gradient over 25 pixels: noise of JPEG in an even area stays below it."""
_CELL_DECAY = np.float32(0.5)
"""The second corner of a cell counts half, the third a quarter, and so on."""


class Corners(NamedTuple):
    """Corners of one level, the one to be kept first at the beginning.

    Attributes:
        x, y: int64, 1/64 pixel of the level; the middle of the first pixel is 0.
        strength: float32, halved for every stronger corner of the same cell.
    """

    x: NDArray[np.int64]
    y: NDArray[np.int64]
    strength: NDArray[np.float32]


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _strengths(smooth: NDArray[np.uint8], out: NDArray[np.float32]) -> None:
    """Fill out (h, w) with the corner strength of every pixel of the level: det / trace over 5 x 5.

    The divisor is at least 1; without numba's check of it, which Python's rules ask for, vectors divide.
    """
    height, width = out.shape
    low, high = PAD - 2, PAD + width + 2
    products = np.zeros((5, 3, width + 4), np.int32)
    sums = np.zeros((3, width + 4), np.int32)
    for y in range(-2, height + 2):
        above, here, below = smooth[PAD + y - 1], smooth[PAD + y], smooth[PAD + y + 1]
        slot = products[(y + 2) % 5]
        xx, xy, yy = slot[0], slot[1], slot[2]
        sxx, sxy, syy = sums[0], sums[1], sums[2]
        left, right = here[low - 1 : high - 1], here[low + 1 : high + 1]
        up, down = above[low:high], below[low:high]
        for x in range(width + 4):
            gx = np.int32(right[x]) - np.int32(left[x])
            gy = np.int32(down[x]) - np.int32(up[x])
            pxx, pxy, pyy = np.int32(gx * gx), np.int32(gx * gy), np.int32(gy * gy)
            sxx[x] += pxx - xx[x]
            sxy[x] += pxy - xy[x]
            syy[x] += pyy - yy[x]
            xx[x], xy[x], yy[x] = pxx, pxy, pyy
        if y < 2:  # noqa: PLR2004
            continue
        row = out[y - 2]
        for x in range(width):
            a = np.float32(np.int32(sxx[x] + sxx[x + 1] + sxx[x + 2] + sxx[x + 3] + sxx[x + 4]))
            b = np.float32(np.int32(sxy[x] + sxy[x + 1] + sxy[x + 2] + sxy[x + 3] + sxy[x + 4]))
            c = np.float32(np.int32(syy[x] + syy[x + 1] + syy[x + 2] + syy[x + 3] + syy[x + 4]))
            row[x] = (a * c - b * b) / (a + c + np.float32(1.0))


@numba.njit(cache=True, nogil=True)
def _peaks(strengths: NDArray[np.float32], x_out: NDArray[np.int64], y_out: NDArray[np.int64]) -> int:
    """Write down the pixels that no neighbour exceeds (of equals, the first), row by row; return how many."""
    height, width = strengths.shape
    count = 0
    marks = np.zeros(width, np.bool_)
    for y in range(EDGE, height - EDGE):
        above, here, below = strengths[y - 1], strengths[y], strengths[y + 1]
        for x in range(EDGE, width - EDGE):
            s = here[x]
            first = (s > here[x - 1]) & (s > above[x - 1]) & (s > above[x]) & (s > above[x + 1])
            last = (s >= here[x + 1]) & (s >= below[x - 1]) & (s >= below[x]) & (s >= below[x + 1])
            marks[x] = (s >= MIN_STRENGTH) & first & last
        for x in range(EDGE, width - EDGE):
            if marks[x]:
                x_out[count], y_out[count] = x, y
                count += 1
    return count


@numba.njit(cache=True, nogil=True)
def _shift(before: np.float32, here: np.float32, after: np.float32) -> int:
    """Return how far the top of the parabola through three strengths lies off the middle, in 1/64."""
    bend = before + after - here - here
    if bend >= np.float32(0.0):
        return 0
    return int(np.rint(np.float32(32.0) * ((before - after) / bend)))


@numba.njit(cache=True, nogil=True)
def _spread(
    strengths: NDArray[np.float32],
    xs: NDArray[np.int64],
    ys: NDArray[np.int64],
    order: NDArray[np.int64],
    side: int,
    out: NDArray[np.float32],
) -> None:
    """Halve the strength of a corner for every earlier one of `order` in its square of `side` pixels."""
    across = strengths.shape[1] // side + 1
    taken = np.zeros((strengths.shape[0] // side + 1) * across, np.float32)
    taken[:] = np.float32(1.0)
    for i in order:
        cell = ys[i] // side * across + xs[i] // side
        out[i] = strengths[ys[i], xs[i]] * taken[cell]
        taken[cell] *= _CELL_DECAY


@numba.njit(cache=True, nogil=True)
def _refined(
    strengths: NDArray[np.float32],
    xs: NDArray[np.int64],
    ys: NDArray[np.int64],
) -> None:
    """Turn whole pixels into 1/64 pixels, between which the strength is highest."""
    for i in range(len(xs)):
        x, y = xs[i], ys[i]
        here = strengths[y, x]
        xs[i] = 64 * x + _shift(strengths[y, x - 1], here, strengths[y, x + 1])
        ys[i] = 64 * y + _shift(strengths[y - 1, x], here, strengths[y + 1, x])


def corners(smooth: NDArray[np.uint8], *, cells: int, most: int) -> Corners:
    """Find at most so many corners of one level, strong ones in every part of it.

    Args:
        smooth: a level of `levels_of`, with its padding.
        cells: into how many squares the level is divided; each has its share of the places.
        most: how many to return.
    """
    shape = (smooth.shape[0] - 2 * PAD, smooth.shape[1] - 2 * PAD)
    strengths = np.empty(shape, np.float32)
    _strengths(smooth, strengths)
    xs, ys = np.empty(strengths.size // 4 + 1, np.int64), np.empty(strengths.size // 4 + 1, np.int64)
    count = _peaks(strengths, xs, ys)
    xs, ys = xs[:count], ys[:count]
    spread = np.empty(count, np.float32)
    side = max(4, math.isqrt(strengths.size // cells))
    order = np.argsort(-strengths[ys, xs], kind="stable")
    _spread(strengths, xs, ys, order, side, spread)
    best = np.argsort(-spread, kind="stable")[:most]
    xs, ys = xs[best], ys[best]
    _refined(strengths, xs, ys)
    return Corners(xs, ys, spread[best])
