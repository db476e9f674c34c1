"""A decoded Pillow image of any mode to sRGB pixels over white.

Alpha: `(c * a + 255 * (255 - a) + 127) // 255` per channel, after the colours became sRGB.
16 bits: `(v * 255 + 32767) // 65535`. Pillow itself gives 16-bit RGB and gray with alpha as their
high bytes, at most one level darker than that; only 16-bit gray comes in full.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from sekisho.media import icc
from sekisho.media.limits import CannotDecode, Pixels
from sekisho.model import Unreadable

__all__ = ["halve", "over_white", "rgb_pixels"]

_STRIP = 1 << 19
"""Pixels worked on at a time, so that wide intermediate values stay small."""
_WHITE16 = 65535
_BYTES16 = 2
_OPAQUE = 255
_CONVERTED = {
    "LAB": "RGB",
    "YCbCr": "RGB",
    "HSV": "RGB",
    "RGBX": "RGB",
    "La": "LA",
    "RGBa": "RGBA",
    "PA": "RGBA",
}

Alpha = npt.NDArray[np.uint8] | None


def rgb_pixels(image: Image.Image, profile: bytes, *, depth: int = 8, inverted: bool = False) -> Pixels:
    """Return the image as sRGB pixels over white.

    Args:
        image: loaded, any mode.
        profile: ICC profile; empty if there is none.
        depth: bits of a sample in the file, the unit of PNG's transparent colour.
        inverted: 16-bit gray whose zero is white (TIFF photometric 0), which Pillow leaves so.

    Raises:
        CannotDecode: unsupported_mode, for floating point and for integers beyond 16 bits.
    """
    if image.mode == "P":
        return _palette_pixels(image, profile)
    image, alpha = _base_and_alpha(image, depth, inverted=inverted)
    rgb = np.array(icc.to_srgb(image, profile))
    return rgb if alpha is None else over_white(rgb, alpha)


def over_white(rgb: Pixels, alpha: npt.NDArray[np.uint8]) -> Pixels:
    """Composite (H, W, 3) over white by (H, W) alpha, in place; return the same array."""
    if int(alpha.min()) == _OPAQUE:
        return rgb
    for rows in _strips(rgb):
        wide = rgb[rows].astype(np.uint16)
        cover = alpha[rows][..., None].astype(np.uint16)
        wide *= cover
        wide += _OPAQUE * (_OPAQUE - cover) + 127
        wide //= _OPAQUE
        rgb[rows] = wide
    return rgb


def halve(rgb: Pixels) -> Pixels:
    """Return the 2x2 box mean, halves rounded up; an odd last row or column is left out."""
    height, width = rgb.shape[0] // 2, rgb.shape[1] // 2
    small = np.empty((height, width, 3), np.uint8)
    for rows in _strips(small):
        block = rgb[2 * rows.start : 2 * rows.stop, : 2 * width]
        total = block[0::2, 0::2].astype(np.uint16)
        for part in (block[0::2, 1::2], block[1::2, 0::2], block[1::2, 1::2]):
            total += part
        small[rows] = (total + 2) >> 2
    return small


def _strips(array: npt.NDArray[Any]) -> list[slice]:
    height, step = array.shape[0], max(1, _STRIP // array.shape[1])
    return [slice(top, min(top + step, height)) for top in range(0, height, step)]


def _palette_pixels(image: Image.Image, profile: bytes) -> Pixels:
    """Turn the palette, not the pixels, into sRGB over white; a colour that is missing is black."""
    table = np.zeros((1, 256, 3), np.uint8)
    cover = np.full((1, 256), _OPAQUE, np.uint8)
    palette = image.palette
    if palette is not None and palette.mode == "RGBA":
        colours = np.array(image.getpalette("RGBA") or [], np.uint8).reshape(-1, 4)[:256]
        cover[0, : len(colours)] = colours[:, 3]
    else:
        colours = np.array(image.getpalette("RGB") or [], np.uint8).reshape(-1, 3)[:256]
    table[0, : len(colours)] = colours[:, :3]
    clear = image.info.get("transparency")
    if isinstance(clear, bytes):
        cover[0, : len(clear)] = np.frombuffer(clear[:256], np.uint8)
    elif isinstance(clear, int) and 0 <= clear < cover.size:
        cover[0, clear] = 0
    table = over_white(np.array(icc.to_srgb(Image.fromarray(table), profile)), cover)
    return np.take(table[0], np.asarray(image), axis=0)


def _base_and_alpha(image: Image.Image, depth: int, *, inverted: bool) -> tuple[Image.Image, Alpha]:
    """Split an image into one of mode L, RGB or CMYK and its alpha, if it has any."""
    if image.mode in _CONVERTED:
        image = image.convert(_CONVERTED[image.mode])
    clear = image.info.get("transparency")
    match image.mode:
        case "LA" | "RGBA":
            return image.convert(image.mode[:-1]), np.asarray(image.getchannel("A"))
        case "RGB":
            return image, _clear_colour(image, clear, depth)
        case "1":
            image = image.convert("L")
            return image, _clear_where(np.asarray(image), clear)
        case "L":
            unit = _OPAQUE // ((1 << min(depth, 8)) - 1)
            return image, _clear_where(np.asarray(image), clear * unit if isinstance(clear, int) else None)
        case "I" | "I;16" | "I;16L" | "I;16B" | "I;16N":
            return _scaled(np.asarray(image), clear, inverted=inverted)
        case "CMYK":
            return image, None
        case other:
            raise CannotDecode(Unreadable.UNSUPPORTED_MODE, other)


def _clear_where(values: npt.NDArray[Any], clear: object) -> Alpha:
    """Make pixels of one value transparent (PNG 11.3.2.1, tRNS)."""
    if not isinstance(clear, int):
        return None
    return np.where(values == clear, np.uint8(0), np.uint8(_OPAQUE))


def _clear_colour(image: Image.Image, clear: object, depth: int) -> Alpha:
    """Make pixels of one colour transparent; of 16 bits only the high byte is known."""
    if not isinstance(clear, tuple):
        return None
    colour = np.array([value >> max(0, depth - 8) for value in clear])
    return np.where((np.asarray(image) == colour).all(axis=-1), np.uint8(0), np.uint8(_OPAQUE))


def _scaled(values: npt.NDArray[Any], clear: object, *, inverted: bool) -> tuple[Image.Image, Alpha]:
    """Scale 16-bit gray to 8 bits, rounded, never clipped."""
    if values.dtype.itemsize > _BYTES16 and (int(values.min()) < 0 or int(values.max()) > _WHITE16):
        raise CannotDecode(Unreadable.UNSUPPORTED_MODE, "integers beyond 16 bits")
    gray = np.empty(values.shape, np.uint8)
    for rows in _strips(values):
        gray[rows] = (values[rows].astype(np.uint32) * _OPAQUE + _WHITE16 // 2) // _WHITE16
    alpha = _clear_where(values, clear)
    return Image.fromarray(_OPAQUE - gray if inverted else gray), alpha
