"""The canonical decode of a picture, profile `full-v1`; `frames` is the only way in.

EXIF upright -> ICC to sRGB -> over white -> 8-bit RGB, at full size (one 2x2 mean above 50 MP).
All frames are read, each as it is shown. Whatever the bytes are, the only exception is
`CannotDecode`. Not read: gAMA and cHRM of PNG, CICP colour of PNG and AVIF, XMP orientation.
"""

import io
import re
import warnings
from collections.abc import Iterator
from typing import TypeVar

from PIL import Image
from PIL.AvifImagePlugin import AvifImageFile
from PIL.BmpImagePlugin import BmpImageFile
from PIL.GifImagePlugin import GifImageFile
from PIL.ImageFile import ImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.TiffImagePlugin import PHOTOMETRIC_INTERPRETATION, TiffImageFile
from PIL.WebPImagePlugin import WebPImageFile

from sekisho.media import headers, jpeg
from sekisho.media.exif import orientation, upright
from sekisho.media.limits import MIN_SIDE, CannotDecode, Limits, Pixels, check_size
from sekisho.media.pixels import halve, rgb_pixels
from sekisho.media.sniff import SUPPORTED
from sekisho.model import Unreadable

__all__ = ["frames"]

F = TypeVar("F", bound=ImageFile)

DEFAULT = Limits()
_DETAIL = 120
_MAX_SHOWN = 655_350
"""Milliseconds, the longest that a GIF can say of one frame (GIF89a 23)."""
_ADDRESS = re.compile(r"<[^>]*>|0x[0-9a-fA-F]+|[^ -~]")


def frames(
    data: bytes | memoryview,
    media_type: str,
    limits: Limits = DEFAULT,
    *,
    shown: list[int] | None = None,
) -> Iterator[Pixels]:
    """Yield every frame of a picture, at least one, as (H, W, 3) uint8 sRGB.

    Each array is C-contiguous, writable and the caller's own. A frame that fails after others
    were yielded fails the whole file: the caller drops what it had.

    Args:
        data: the whole file.
        media_type: what `sniff` said.
        limits: what the file may cost.
        shown: takes for how many milliseconds each frame of an animation is shown, as its file says; at
            the end empty, or as long as there are frames.

    Raises:
        CannotDecode: with the reason; nothing else, for any bytes.
    """
    try:
        if isinstance(data, memoryview):
            data = data.cast("B")  # another format would count from -128 to 127
        if media_type == "image/jpeg" and 0 < len(data) <= limits.max_bytes:
            yield _within(jpeg.decode(data, limits), limits)
            return
        for frame in _frames(data, media_type, limits, [] if shown is None else shown):
            yield _within(frame, limits)
    except CannotDecode:
        raise
    except Exception as error:
        raise _refusal(error) from error


def _within(frame: Pixels, limits: Limits) -> Pixels:
    return halve(frame) if frame.shape[0] * frame.shape[1] > limits.full_pixels else frame


def _refusal(error: Exception) -> CannotDecode:
    """Name what a decoder's exception means; the text loses addresses, so that runs agree."""
    text = _ADDRESS.sub("", f"{type(error).__name__}: {error}")[:_DETAIL]
    if isinstance(error, MemoryError):
        return CannotDecode(Unreadable.DECODER_CRASH, "out of memory")
    if isinstance(error, Image.DecompressionBombError):
        return CannotDecode(Unreadable.TOO_MANY_PIXELS, text)
    if isinstance(error, EOFError) or "runcated" in text:
        return CannotDecode(Unreadable.TRUNCATED, text)
    if "unknown pixel" in text or "nsupported" in text:
        return CannotDecode(Unreadable.UNSUPPORTED_MODE, text)
    return CannotDecode(Unreadable.CORRUPT, text)


def _frames(data: bytes | memoryview, media_type: str, limits: Limits, shown: list[int]) -> Iterator[Pixels]:
    if not data:
        raise CannotDecode(Unreadable.EMPTY)
    if media_type not in SUPPORTED:
        raise CannotDecode(Unreadable.UNSUPPORTED_FORMAT, media_type)
    if len(data) > limits.max_bytes:
        raise CannotDecode(Unreadable.TOO_LARGE, f"{len(data)} bytes")
    match media_type:
        case "image/png":
            yield from _png(data, limits, shown)
        case "image/gif":
            yield from _gif(data, limits, shown)
        case "image/tiff":
            yield from _tiff(data, limits)
        case "image/webp":
            check_size(*headers.webp_size(data), limits)
            yield from _tagged(WebPImageFile, data, limits, shown)
        case "image/avif":
            yield from _tagged(AvifImageFile, data, limits, shown)
        case _:
            yield from _tagged(BmpImageFile, data, limits, shown)


def _open(opener: type[F], data: bytes | memoryview, limits: Limits) -> F:
    """Read a file's header through Pillow and check the size that it states."""
    with warnings.catch_warnings(action="ignore"):
        image = opener(io.BytesIO(data))
    check_size(*image.size, limits)
    return image


def _check_count(count: int, pixels: int, limits: Limits) -> None:
    if count > limits.max_frames:
        raise CannotDecode(Unreadable.TOO_MANY_FRAMES, f"more than {limits.max_frames}")
    if count * pixels > limits.max_total_pixels:
        raise CannotDecode(Unreadable.TOO_MANY_PIXELS, f"{count} frames of {pixels} pixels")


def _load(image: ImageFile, index: int, limits: Limits) -> None:
    """Decode frame `index`, after its size was checked again."""
    with warnings.catch_warnings(action="ignore"):
        image.seek(index)
        check_size(*image.size, limits)
        image.load()


def _shown(image: ImageFile) -> int:
    """Return for how long the frame that was loaded is shown; 0 if the file does not say it."""
    stated = image.info.get("duration")
    return min(max(0, round(stated)), _MAX_SHOWN) if isinstance(stated, int | float) else 0


def _tagged(
    opener: type[ImageFile], data: bytes | memoryview, limits: Limits, shown: list[int]
) -> Iterator[Pixels]:
    """Read formats whose frames all have the canvas's size and whose EXIF and ICC Pillow hands out."""
    image = _open(opener, data, limits)
    count = getattr(image, "n_frames", 1)
    _check_count(count, image.width * image.height, limits)
    turn = orientation(image.info.get("exif") or b"")
    profile = image.info.get("icc_profile") or b""
    for index in range(count):
        _load(image, index, limits)
        shown.append(_shown(image))
        yield rgb_pixels(upright(image, turn), profile)


def _png(data: bytes | memoryview, limits: Limits, shown: list[int]) -> Iterator[Pixels]:
    parts = headers.png_parts(data)
    image = _open(PngImageFile, parts.body, limits)
    count = getattr(image, "n_frames", 1)
    _check_count(count, image.width * image.height, limits)
    for index in range(count):
        _load(image, index, limits)
        shown.append(_shown(image))
        yield rgb_pixels(upright(image, parts.orientation), parts.icc, depth=parts.depth)


def _gif(data: bytes | memoryview, limits: Limits, shown: list[int]) -> Iterator[Pixels]:
    width, height, count = headers.gif_extent(data, limits.max_frames + 1)
    check_size(width, height, limits)
    _check_count(count, width * height, limits)
    image = _open(GifImageFile, data, limits)
    for index in range(max(count, 1)):
        _load(image, index, limits)
        shown.append(_shown(image))
        yield rgb_pixels(image, b"")


def _tiff(data: bytes | memoryview, limits: Limits) -> Iterator[Pixels]:
    """Read every page; one below the smallest side is left out, unless it is the first."""
    count = headers.tiff_pages(data, limits.max_frames + 1)
    _check_count(count, 0, limits)
    image = _open(TiffImageFile, data, limits)
    total = 0
    for index in range(max(count, 1)):
        with warnings.catch_warnings(action="ignore"):
            image.seek(index)
        if index and min(image.size) < MIN_SIDE:
            continue
        total += image.width * image.height
        _check_count(1, total, limits)
        inverted = image.tag_v2.get(PHOTOMETRIC_INTERPRETATION) == 0
        _load(image, index, limits)
        profile = image.info.get("icc_profile") or b""
        yield rgb_pixels(image, profile, inverted=inverted)
