"""A working picture -> the smoothed grey pictures in which keypoints are found. Whole numbers throughout.

Three levels an octave: each is smaller than the one before by the cube root of two. Every level is
surrounded by `PAD` pixels that repeat its border, so that what looks at a keypoint's surroundings needs
no bounds check.
"""

import numba
import numpy as np
from numpy.typing import NDArray

__all__ = ["LEVELS", "PAD", "SCALES", "levels_of"]

PAD = 26
"""Pixels around every level: what lies around a keypoint is read up to 25 from it (descriptor.py)."""
LEVELS = 10
SCALES = tuple(round(2 ** (level / 3) * (1 << 14)) for level in range(LEVELS))
"""Side of a pixel of each level in pixels of the working picture, times 2**14."""
MIN_LEVEL_SIDE = 20
"""Pixels; a level with a shorter side is not made."""
_OCTAVE = 3


@numba.njit(cache=True, nogil=True)
def _grey(rgb: NDArray[np.uint8], out: NDArray[np.uint8]) -> None:
    """Weigh the colours (h, 3w) as Rec. 601 does, in 256ths: 77, 150, 29."""
    for y in range(out.shape[0]):
        line, row = rgb[y], out[y]
        for x in range(out.shape[1]):
            c = 3 * x
            row[x] = np.uint8(
                np.uint16(
                    np.uint16(77) * np.uint16(line[c])
                    + np.uint16(150) * np.uint16(line[c + 1])
                    + np.uint16(29) * np.uint16(line[c + 2])
                    + np.uint16(128)
                )
                >> np.uint16(8)
            )


@numba.njit(cache=True, nogil=True)
def _halve(grey: NDArray[np.uint8], out: NDArray[np.uint8]) -> None:
    """Take the mean of every 2 x 2 pixels; a last odd row or column is left out."""
    for y in range(out.shape[0]):
        a, b, row = grey[2 * y], grey[2 * y + 1], out[y]
        for x in range(out.shape[1]):
            row[x] = (int(a[2 * x]) + int(a[2 * x + 1]) + int(b[2 * x]) + int(b[2 * x + 1]) + 2) >> 2


@numba.njit(cache=True, nogil=True)
def _shrink(grey: NDArray[np.uint8], step: int, out: NDArray[np.uint8]) -> None:
    """Read between pixels (bilinear, 1/64): pixel centres lie `step` / 2**14 apart."""
    height, width = grey.shape
    columns = np.empty(out.shape[1], np.int32)
    shares = np.empty(out.shape[1], np.int32)
    for x in range(out.shape[1]):
        place = max(0, (x * step + (step >> 1) - (1 << 13)) >> 8)
        columns[x] = min(place >> 6, width - 2)
        shares[x] = min(64, place - (columns[x] << 6))
    line = np.empty(width, np.int32)
    for y in range(out.shape[0]):
        place = max(0, (y * step + (step >> 1) - (1 << 13)) >> 8)
        top = min(place >> 6, height - 2)
        share = np.int32(min(64, place - (top << 6)))
        a, b = grey[top], grey[top + 1]
        for x in range(width):
            line[x] = np.int32(a[x]) * (np.int32(64) - share) + np.int32(b[x]) * share
        row = out[y]
        for x in range(out.shape[1]):
            c, part = columns[x], shares[x]
            row[x] = (line[c] * (64 - part) + line[c + 1] * part + (1 << 11)) >> 12


@numba.njit(cache=True, nogil=True)
def _padded(grey: NDArray[np.uint8], out: NDArray[np.uint8]) -> None:
    """Repeat the border of (h, w) into out (h + 2 PAD, w + 2 PAD)."""
    height, width = grey.shape
    for y in range(out.shape[0]):
        line, row = grey[min(max(y - PAD, 0), height - 1)], out[y]
        row[:PAD] = line[0]
        row[PAD : PAD + width] = line
        row[PAD + width :] = line[width - 1]


@numba.njit(cache=True, nogil=True)
def _smooth(padded: NDArray[np.uint8], out: NDArray[np.uint8]) -> None:
    """Weigh the neighbours 1, 4, 6, 4, 1 in both directions (sigma 1); two pixels at the edge stay."""
    height, width = padded.shape
    out[:2] = padded[:2]
    out[height - 2 :] = padded[height - 2 :]
    sums = np.empty(width, np.uint16)
    for y in range(2, height - 2):
        a, b, c, d, e = padded[y - 2], padded[y - 1], padded[y], padded[y + 1], padded[y + 2]
        for x in range(width):
            sums[x] = np.uint16(
                np.uint16(a[x])
                + np.uint16(e[x])
                + np.uint16(4) * (np.uint16(b[x]) + np.uint16(d[x]))
                + np.uint16(6) * np.uint16(c[x])
            )
        row = out[y]
        row[:2] = c[:2]
        row[width - 2 :] = c[width - 2 :]
        for x in range(2, width - 2):
            total = np.uint16(
                sums[x - 2]
                + sums[x + 2]
                + np.uint16(4) * (sums[x - 1] + sums[x + 1])
                + np.uint16(6) * sums[x]
                + np.uint16(128)
            )
            row[x] = np.uint8(total >> np.uint16(8))


def _smoothed(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    shape = (grey.shape[0] + 2 * PAD, grey.shape[1] + 2 * PAD)
    padded, out = np.empty(shape, np.uint8), np.empty(shape, np.uint8)
    _padded(grey, padded)
    _smooth(padded, out)
    return out


def levels_of(working: NDArray[np.uint8]) -> list[NDArray[np.uint8]]:
    """Return the smoothed levels of a working picture, the largest first; none if it is too small.

    Levels 1 and 2 are read between the pixels of level 0; from level 3 on, each is the one three before
    it, halved.

    Args:
        working: (h, w, 3) uint8, sRGB, C order.

    Returns:
        For each level (h + 2 PAD, w + 2 PAD) uint8.
    """
    height, width = working.shape[:2]
    greys: list[NDArray[np.uint8]] = []
    for level in range(LEVELS):
        if level == 0:
            shape = (height, width)
        elif level < _OCTAVE:
            shape = ((height << 14) // SCALES[level], (width << 14) // SCALES[level])
        else:
            shape = (greys[level - _OCTAVE].shape[0] // 2, greys[level - _OCTAVE].shape[1] // 2)
        if min(shape) < MIN_LEVEL_SIDE:
            break
        grey = np.empty(shape, np.uint8)
        if level == 0:
            _grey(np.require(working, requirements=["C", "W"]).reshape(height, 3 * width), grey)
        elif level < _OCTAVE:
            _shrink(greys[0], SCALES[level], grey)
        else:
            _halve(greys[level - _OCTAVE], grey)
        greys.append(grey)
    return [_smoothed(grey) for grey in greys]
