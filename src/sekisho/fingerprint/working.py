"""A picture -> its working pictures: small enough for local features and encoders, the same everywhere.

A long strip (a webtoon, a scroll) would be some pixels wide; it has working pictures of its stretches too.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from sekisho.media import Pixels
from sekisho.model import WORKING_SIDE

__all__ = ["LONG", "STRETCHES", "Working", "working_picture", "working_pictures"]

LONG = 3
"""How many times as long as wide a picture is a strip. The whole of it has at least 170 px of width else."""
STRETCHES = 32
"""Of a strip at most; of a very long one they are longer than twice its width."""
NARROW = 32
"""Pixels; in a strip that is narrower there is nothing to be found."""
_WHOLE = 1000

Box = tuple[int, int, int, int]


class Working(NamedTuple):
    """A working picture, and what it shows.

    Attributes:
        pixels: (h, w, 3) uint8, sRGB.
        frame: of the item, from 0.
        box: left, top, right, bottom of what it shows, per mille of the frame.
    """

    pixels: NDArray[np.uint8]
    frame: int = 0
    box: Box = (0, 0, _WHOLE, _WHOLE)

    @property
    def is_whole(self) -> bool:
        """Tell whether it shows the whole frame."""
        return self.box == (0, 0, _WHOLE, _WHOLE)

    def in_frame(self, region: Box) -> Box:
        """Return a region of this picture as one of the frame, both per mille."""
        left, top, right, bottom = self.box
        wide, high = right - left, bottom - top
        x, y = left + region[0] * wide // _WHOLE, top + region[1] * high // _WHOLE
        return (
            x,
            y,
            max(x + 1, left + region[2] * wide // _WHOLE),
            max(y + 1, top + region[3] * high // _WHOLE),
        )


def working_pictures(pixels: Pixels, frame: int = 0, *, stretches: bool = True) -> list[Working]:
    """Return the working picture of a frame, and of a long strip those of its stretches.

    Stretches are twice as long as wide and overlap by half, so that whatever is no longer than the strip is
    wide lies in one of them as a whole.

    Args:
        pixels: (H, W, 3) uint8, sRGB.
        frame: its number in the item.
        stretches: False: the whole only.
    """
    made = [Working(working_picture(pixels), frame)]
    height, width = pixels.shape[:2]
    long, wide = max(height, width), min(height, width)
    if not stretches or long <= max(WORKING_SIDE, LONG * wide) or wide < NARROW:
        return made
    length = max(2 * wide, -(-2 * long // (STRETCHES + 1)))
    count = -(-2 * (long - length) // length) + 1
    for number in range(count):
        start = (long - length) * number // (count - 1)
        stop = start + length
        begin, end = start * _WHOLE // long, max(start * _WHOLE // long + 1, stop * _WHOLE // long)
        if height > width:
            made.append(Working(working_picture(pixels[start:stop]), frame, (0, begin, _WHOLE, end)))
        else:
            made.append(Working(working_picture(pixels[:, start:stop]), frame, (begin, 0, end, _WHOLE)))
    return made


def working_picture(pixels: Pixels) -> NDArray[np.uint8]:
    """Shrink a picture until its longer side has `WORKING_SIDE` pixels; a smaller one stays as it is.

    Each pixel is the mean of those that it covers; Pillow reckons that in whole numbers.

    Args:
        pixels: (H, W, 3) uint8, sRGB.

    Returns:
        (h, w, 3) uint8, sRGB.
    """
    height, width = pixels.shape[:2]
    longer = max(height, width)
    if longer <= WORKING_SIDE:
        return np.ascontiguousarray(pixels)
    size = (max(1, round(width * WORKING_SIDE / longer)), max(1, round(height * WORKING_SIDE / longer)))
    return np.asarray(Image.fromarray(np.ascontiguousarray(pixels)).resize(size, Image.Resampling.BOX))
