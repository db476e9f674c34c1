"""JPEG: our own marker scan, then libjpeg-turbo through simplejpeg, Pillow for the rest.

The scan is on the hot path of every audit (about 5 us) and reads untrusted bytes: each index is
checked, the number of segments is bounded. ITU-T T.81 annex B; EXIF 3.0 4.7.2; ICC.1 B.4.
"""

import io
import re
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import simplejpeg
from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile

from sekisho.media import exif, icc
from sekisho.media.limits import CannotDecode, Limits, Pixels, check_size
from sekisho.media.pixels import rgb_pixels
from sekisho.model import Unreadable

__all__ = ["Header", "decode", "scan"]

MAX_SEGMENTS = 10_000
"""A file of 256 MiB holds 4096 segments of full length before its scan data."""
_MARKER = re.compile(rb"\xff[^\x00\xff]")
_FILL, _SOI, _APP1, _APP2 = 0xFF, 0xD8, 0xE1, 0xE2
_NO_MARKER = (0x00, _FILL)
_LAST = (0xDA, 0xD9)
_PROGRESSIVE = frozenset({0xC2, 0xC6, 0xCA, 0xCE})
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_BARE = frozenset({0x01, *range(0xD0, 0xD9)})
_EXIF = b"Exif\0\0"
_ICC = b"ICC_PROFILE\0"
_GRAY_OR_COLOUR = (1, 3)


class Header(NamedTuple):
    """What a JPEG says before its first scan. `icc` is empty if a part of the profile is missing."""

    width: int
    height: int
    components: int
    precision: int
    frame: int
    orientation: int
    icc: bytes


def scan(data: bytes | memoryview) -> Header:
    """Read the segments up to the first scan. O(segments).

    Raises:
        CannotDecode: truncated, corrupt.
    """
    turn, size = 0, None
    parts: dict[int, bytes] = {}
    try:
        for marker, at, end in _segments(data):
            if marker == _APP1:
                if not turn and data[at : at + 6] == _EXIF:
                    turn = exif.orientation(bytes(data[at + 6 : end]))
            elif marker == _APP2:
                if data[at : at + 12] == _ICC and end >= at + 14:
                    parts.setdefault(data[at + 12], bytes(data[at + 14 : end]))
            elif marker in _FRAMES and size is None:
                size = (data[at + 3] << 8 | data[at + 4], data[at + 1] << 8 | data[at + 2])
                depth, kind, components = data[at], marker, data[at + 5]
    except IndexError:
        raise CannotDecode(Unreadable.TRUNCATED, "ends within the JPEG header") from None
    if size is None:
        raise CannotDecode(Unreadable.CORRUPT, "no frame header before the first scan")
    return Header(*size, components, depth, kind, turn or exif.UPRIGHT, _assembled(parts))


def _segments(data: bytes | memoryview) -> Iterator[tuple[int, int, int]]:
    """Yield marker, begin and end of each segment's content. IndexError says that the file ends."""
    if data[0] != _FILL or data[1] != _SOI:
        raise CannotDecode(Unreadable.CORRUPT, "no JPEG start")
    at = 2
    for _ in range(MAX_SEGMENTS):
        marker = data[at + 1]
        if data[at] != _FILL or marker in _NO_MARKER:
            at = _next_marker(data, at)
            marker = data[at + 1]
        if marker in _LAST:
            return
        if marker in _BARE:
            at += 2
            continue
        end = at + 2 + (data[at + 2] << 8 | data[at + 3])
        if end < at + 4:
            raise CannotDecode(Unreadable.CORRUPT, "segment length below 2")
        yield marker, at + 4, end
        at = end
    raise CannotDecode(Unreadable.CORRUPT, "too many segments")


def _next_marker(data: bytes | memoryview, at: int) -> int:
    """Skip fill bytes and garbage as libjpeg does; return where the next marker's 0xFF stands."""
    found = _MARKER.search(data, at)
    if found is None:
        raise CannotDecode(Unreadable.TRUNCATED, "no further marker")
    return found.end() - 2


def _assembled(parts: dict[int, bytes]) -> bytes:
    """Join the parts of a profile, numbered from 1 without a gap."""
    if not parts or sorted(parts) != list(range(1, len(parts) + 1)):
        return b""
    return b"".join(parts[number] for number in sorted(parts))


def decode(data: bytes | memoryview, limits: Limits) -> Pixels:
    """Return the upright sRGB pixels of a JPEG.

    Raises:
        CannotDecode: by the header or by a limit. What the decoders raise is passed on.
    """
    header = scan(data)
    check_size(header.width, header.height, limits)
    if header.frame in _PROGRESSIVE and bytes(data).count(b"\xff\xda") > limits.max_scans:
        raise CannotDecode(Unreadable.COMPRESSION_RATIO, "too many progressive scans")
    if header.components in _GRAY_OR_COLOUR:
        rgb = _fast(data, header)
        if rgb is not None:
            return rgb if _is_plain(header) else _finished(rgb, header)
    return _slow(data, header)


def _fast(data: bytes | memoryview, header: Header) -> Pixels | None:
    """Decode into an array of the size that was checked; None if libjpeg-turbo has any complaint."""
    rgb = np.empty((header.height, header.width, 3), np.uint8)
    try:
        decoded = simplejpeg.decode_jpeg(data, "RGB", buffer=rgb)
    except ValueError:
        return None
    return rgb if decoded.shape == rgb.shape else None


def _mode(header: Header) -> str:
    return "L" if header.components == 1 else "RGB"


def _is_plain(header: Header) -> bool:
    """Tell whether the decoded pixels are already upright sRGB."""
    if header.orientation != exif.UPRIGHT:
        return False
    return not header.icc or icc.is_srgb(header.icc, _mode(header))


def _finished(rgb: Pixels, header: Header) -> Pixels:
    """Apply profile and orientation."""
    image = Image.fromarray(rgb if header.components > 1 else np.ascontiguousarray(rgb[..., 0]))
    return np.array(exif.upright(icc.to_srgb(image, header.icc), header.orientation))


def _slow(data: bytes | memoryview, header: Header) -> Pixels:
    """Decode through Pillow: CMYK, and files that libjpeg-turbo reads only with warnings."""
    if header.precision != 8:  # noqa: PLR2004 - bits
        raise CannotDecode(Unreadable.UNSUPPORTED_MODE, f"JPEG of {header.precision} bits")
    image = JpegImageFile(io.BytesIO(data))
    if image.size != (header.width, header.height):
        raise CannotDecode(Unreadable.CORRUPT, "two frame headers that differ")
    image.load()
    turned = exif.upright(image, header.orientation)
    return rgb_pixels(turned, header.icc)
