"""Shrink or enlarge a picture for an encoder: bilinear, defined in whole numbers, the same everywhere.

Pixel i of n is the weighted mean of the m pixels of the source, pixel j with the weight

    max(0, 2 max(m, n) - |(2 j + 1) n - (2 i + 1) m|)

which is a tent over the place of i in the source: as wide as two of the wider pixels, so that a picture
that shrinks loses nothing between samples. Both sides are done at once, all sums are whole numbers, and
the only rounding is that of the last division, half upwards. A browser can do the same in doubles.
"""

from functools import lru_cache

import numba
import numpy as np
from numpy.typing import NDArray

__all__ = ["resized", "tent", "warm_up"]

Tent = tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]
"""Weights (n, taps), first pixel (n,), and how many weights of each row count (n,)."""


@lru_cache(maxsize=1 << 12)
def tent(source: int, target: int) -> Tent:
    """Return the weights that make `target` pixels of `source`, both 1 or more.

    A sum of weights stays below 4 * 512 * 512, and with pixels below 2**31.
    """
    wide = 2 * max(source, target)
    i, j = np.arange(target)[:, None], np.arange(source)[None, :]
    weights = np.maximum(0, wide - np.abs((2 * j + 1) * target - (2 * i + 1) * source))
    count = np.count_nonzero(weights, axis=1)
    first = np.argmax(weights > 0, axis=1)
    kept = np.zeros((target, int(count.max())), np.int32)
    for row in range(target):
        kept[row, : count[row]] = weights[row, first[row] : first[row] + count[row]]
    return kept, first.astype(np.int32), count.astype(np.int32)


@numba.njit(cache=True, nogil=True)
def _resize(
    picture: NDArray[np.uint8],
    top: int,
    left: int,
    down: Tent,
    across: Tent,
    out: NDArray[np.uint8],
) -> None:
    """Fill out (n, m, 3) from the part of a picture that begins at (top, left)."""
    row_weights, row_first, row_count = down
    weights, first, count = across
    height, width = out.shape[:2]
    deepest = 0
    for i in range(height):
        deepest = max(deepest, row_first[i] + row_count[i])
    lines = np.empty((deepest, width * 3), np.int32)
    for y in range(deepest):
        for x in range(width):
            red, green, blue = 0, 0, 0
            begin = left + first[x]
            for k in range(count[x]):
                weight = weights[x, k]
                red += weight * picture[top + y, begin + k, 0]
                green += weight * picture[top + y, begin + k, 1]
                blue += weight * picture[top + y, begin + k, 2]
            lines[y, 3 * x], lines[y, 3 * x + 1], lines[y, 3 * x + 2] = red, green, blue
    sums = np.empty(width, np.int64)
    for x in range(width):
        total = np.int64(0)
        for k in range(count[x]):
            total += weights[x, k]
        sums[x] = total
    line = np.empty(width * 3, np.int64)
    for i in range(height):
        line[:] = 0
        total = np.int64(0)
        for k in range(row_count[i]):
            weight = np.int64(row_weights[i, k])
            total += weight
            source = lines[row_first[i] + k]
            for x in range(width * 3):
                line[x] += weight * source[x]
        for x in range(width):
            whole = total * sums[x]
            for channel in range(3):
                out[i, x, channel] = np.uint8((2 * line[3 * x + channel] + whole) // (2 * whole))


def resized(
    picture: NDArray[np.uint8], size: tuple[int, int], box: tuple[int, int, int, int] | None = None
) -> NDArray[np.uint8]:
    """Return a picture, or the part of it in a box, at another size.

    Args:
        picture: (H, W, 3) uint8.
        size: height and width in pixels, 1 or more.
        box: top, left, bottom, right within the picture, half-open and not empty; None: all of it.

    Raises:
        ValueError: the box is empty or not within the picture.
    """
    height, width = picture.shape[:2]
    top, left, bottom, right = box or (0, 0, height, width)
    if not (0 <= top < bottom <= height and 0 <= left < right <= width and min(size) > 0):
        raise ValueError("the box must lie within the picture")
    out = np.empty((*size, 3), np.uint8)
    across, down = tent(right - left, size[1]), tent(bottom - top, size[0])
    _resize(np.ascontiguousarray(picture), top, left, down, across, out)
    return out


def warm_up() -> None:
    """Compile the kernel (a second, once per machine; cached on disk)."""
    picture = np.zeros((4, 4, 3), np.uint8)
    resized(picture, (2, 2))
    picture.flags.writeable = False
    resized(picture, (2, 2))
