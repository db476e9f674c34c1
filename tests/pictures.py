"""Drawn test pictures and their files. No photograph is ever used."""

import io
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

__all__ = ["Pixels", "encode", "picture"]

Pixels = npt.NDArray[np.uint8]
"""(H, W, 3) uint8, sRGB."""

SHAPES = 48


def picture(seed: int, width: int = 320, height: int = 256) -> Pixels:
    """Draw picture number `seed`: a gradient under soft waves and 48 ellipses and boxes.

    The drawing is in relative coordinates, so one seed gives the same picture in any size. It has
    enough detail for PDQ quality 100, and two seeds are as far apart as two unrelated pictures.

    Returns:
        (height, width, 3) uint8, sRGB, C-contiguous.
    """
    random = np.random.default_rng(seed)
    y = ((np.arange(height) + 0.5) / height)[:, None].astype(np.float32)
    x = ((np.arange(width) + 0.5) / width)[None, :].astype(np.float32)
    a, b = random.uniform(0, 255, (2, 3)).astype(np.float32)
    canvas = a + (b - a) * ((x + y) / 2)[..., None]
    for _ in range(6):
        fx, fy = random.uniform(-9, 9, 2)
        wave = np.sin(2 * np.pi * (fx * x + fy * y + random.uniform()))
        canvas += wave[..., None] * random.uniform(-14, 14, 3).astype(np.float32)
    for shape in range(SHAPES):
        cx, cy = random.uniform(0, 1, 2)
        rx, ry = random.uniform(0.02, 0.2, 2) * (1 - shape / (2 * SHAPES))
        u, v = np.abs(x - cx) / rx, np.abs(y - cy) / ry
        inside = (u * u + v * v < 1) if shape % 3 else (np.maximum(u, v) < 1)
        canvas[inside] = random.uniform(0, 255, 3).astype(np.float32)
    return np.clip(np.rint(canvas), 0, 255).astype(np.uint8)


def encode(array: npt.NDArray[Any], format: str = "JPEG", *, mode: str = "", **options: Any) -> bytes:  # noqa: A002
    """Write an array, (H, W) or (H, W, 2..4), as the bytes of a file.

    Args:
        format: a Pillow format name: JPEG, PNG, WEBP, GIF, BMP, TIFF, AVIF.
        mode: a Pillow mode to convert to first, such as "L", "P", "1" or "CMYK".
        options: what Pillow's `save` takes: quality, icc_profile, exif, lossless, ...
    """
    image = Image.fromarray(np.ascontiguousarray(array))
    if mode:
        image = image.convert(mode)
    stream = io.BytesIO()
    image.save(stream, format, **options)
    return stream.getvalue()
