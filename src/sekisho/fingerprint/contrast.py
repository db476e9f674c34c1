"""Does a picture show anything that could be recognised?"""

import numba
import numpy as np
from numpy.typing import NDArray

__all__ = ["MIN_CONTRAST", "is_plain", "warm_up"]

MIN_CONTRAST = 4
"""Standard deviation of the pixels, of 255, below which nothing is seen: the noise of a JPEG file."""


@numba.njit(cache=True, nogil=True)
def _sums(picture: NDArray[np.uint8], sums: NDArray[np.int64]) -> None:
    """Add up the values of each channel, and their squares, in sums (2, 3)."""
    for y in range(picture.shape[0]):
        for x in range(picture.shape[1]):
            for channel in range(3):
                value = np.int64(picture[y, x, channel])
                sums[0, channel] += value
                sums[1, channel] += value * value


def is_plain(part: NDArray[np.uint8]) -> bool:
    """Tell whether a picture or a part of it (h, w, 3) has too little contrast in every channel.

    In whole numbers, the same on every CPU. O(n).
    """
    sums = np.zeros((2, 3), np.int64)
    _sums(part, sums)
    count = part.shape[0] * part.shape[1]
    spread = count * sums[1] - sums[0] * sums[0]
    return bool((spread < count * count * MIN_CONTRAST * MIN_CONTRAST).all())


def warm_up() -> None:
    """Compile the kernel (a second, once per machine; cached on disk)."""
    picture = np.zeros((4, 4, 3), np.uint8)
    is_plain(picture)
    is_plain(picture[:2, 1:])
    picture.flags.writeable = False
    is_plain(picture)
    is_plain(picture[:2, 1:])
