"""Tell a page of text on white paper (a colophon, an afterword) from a drawn page.

The pieces of ink of a printed text are small or thin: letters, and lines of letters that touch. Those
of a drawing are neither: outlines, hair, panels. Measured on drawn pages by `tests/manga.py`; a
colophon in a box counts as drawn, and is found only where another volume has it too.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from sekisho.media.limits import Pixels

__all__ = ["is_prose"]

SIDE = 640
"""Pixels of the longer side, at most, on which pieces are looked for; a letter of 9 points has about 8."""
INK, PAPER = 160, 225
"""Levels of 255: below is ink, above is paper."""
MIN_PAPER = 0.7
INK_SHARE = (0.001, 0.25)
"""Share of the page; headings alone have 0.3 %, dense small type up to 20 %."""
MAX_COLOUR = 0.01
"""Share of the page whose colour is not gray by more than `COLOUR` levels."""
COLOUR = 40
PIECE = 0.12
"""Of the longer side. What is wider and higher is part of a drawing; a publisher's mark is smaller."""
MIN_PIECES = 8


def is_prose(rgb: Pixels) -> bool:
    """Tell whether a page holds nothing but printed text on white. About 8 ms at 1500 px.

    Args:
        rgb: (H, W, 3) uint8, sRGB.
    """
    small = _reduced(rgb)
    gray = np.asarray(small.convert("L"))
    ink = gray < INK
    if not INK_SHARE[0] <= ink.mean() <= INK_SHARE[1] or (gray > PAPER).mean() < MIN_PAPER:
        return False
    if _coloured(np.asarray(small)) > MAX_COLOUR:
        return False
    boxes = _pieces(ink)
    limit = PIECE * max(ink.shape)
    return len(boxes) >= MIN_PIECES and not bool((boxes.min(axis=1) > limit).any())


def _reduced(rgb: Pixels) -> Image.Image:
    """Return the box mean over whole pixels whose longer side is at most `SIDE`."""
    image = Image.fromarray(rgb)
    factor = -(-max(image.size) // SIDE)
    return image.reduce(factor) if factor > 1 else image


def _coloured(rgb: Pixels) -> float:
    """Return the share of pixels that are not gray."""
    wide = rgb.astype(np.int16)
    apart = np.maximum(np.abs(wide[..., 0] - wide[..., 1]), np.abs(wide[..., 1] - wide[..., 2]))
    return float((apart > COLOUR).mean())


def _pieces(ink: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return width and height, (n, 2), of each piece of ink; pieces that touch at corners are one.

    The runs of each row are joined with those of the row above. O(runs log runs).
    """
    padded = np.pad(ink, ((0, 0), (1, 1))).astype(np.int8)
    change = np.diff(padded, axis=1)
    rows, begins = np.nonzero(change == 1)
    ends = np.nonzero(change == -1)[1]
    above = (rows - 1) * (ink.shape[1] + 2)
    first = np.searchsorted(rows * (ink.shape[1] + 2) + ends, above + begins, "left")
    last = np.searchsorted(rows * (ink.shape[1] + 2) + begins, above + ends, "right")
    counts = np.maximum(last - first, 0)
    here = np.repeat(np.arange(len(rows)), counts)
    there = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts - first, counts)
    return _boxes(rows, begins, ends, _joined(len(rows), here, there))


def _joined(count: int, here: NDArray[np.int64], there: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the smallest number that each of `count` things is joined with, over any number of joints."""
    label = np.arange(count)
    while True:
        one, other = label[here], label[there]
        if np.array_equal(one, other):
            return label
        np.minimum.at(label, np.maximum(one, other), np.minimum(one, other))
        while not np.array_equal(label, shorter := label[label]):
            label = shorter


def _boxes(
    rows: NDArray[np.int64], begins: NDArray[np.int64], ends: NDArray[np.int64], label: NDArray[np.int64]
) -> NDArray[np.int64]:
    if not len(rows):
        return np.zeros((0, 2), np.int64)
    _, piece = np.unique(label, return_inverse=True)
    count = int(piece.max()) + 1
    low = np.full((count, 2), np.iinfo(np.int64).max)
    high = np.zeros((count, 2), np.int64)
    for axis, (start, stop) in enumerate(((begins, ends), (rows, rows + 1))):
        np.minimum.at(low[:, axis], piece, start)
        np.maximum.at(high[:, axis], piece, stop)
    sizes: NDArray[np.int64] = high - low
    return sizes
