"""A picture -> its working picture: small enough for local features and encoders, the same everywhere."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from sekisho.media import Pixels
from sekisho.model import WORKING_SIDE

__all__ = ["working_picture"]


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
    return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.BOX))
