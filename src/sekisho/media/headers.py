"""What PNG, WebP, GIF and TIFF files say about themselves, read before any decoder runs.

These walks cost a few microseconds, allocate no pixels and stop at limits, so that a decoder is
never asked for more than was allowed. Each ends quietly where the file ends; whether that is an
error is the decoder's finding.
"""

import struct
import zlib
from typing import NamedTuple

from sekisho.media.exif import UPRIGHT, orientation
from sekisho.media.icc import MAX_PROFILE
from sekisho.media.limits import CannotDecode
from sekisho.model import Unreadable

__all__ = ["Png", "gif_extent", "png_parts", "tiff_pages", "webp_size"]

_PNG_SIGNATURE = 8
_PNG_DEPTH_AT = 24
_PNG_LEFT_OUT = frozenset({b"tEXt", b"zTXt", b"iTXt", b"iCCP", b"eXIf"})
_RIFF_HEAD = 12
_WEBP_HEAD = 30
_GIF_HEAD = 13
_GIF_IMAGE, _GIF_EXTENSION = 0x2C, 0x21
_COLOUR_TABLE = 0x80


class Png(NamedTuple):
    """The parts of a PNG. `body` is the file without texts (which Pillow would count against us)."""

    body: bytes
    depth: int
    orientation: int
    icc: bytes


def png_parts(data: bytes | memoryview) -> Png:
    """Take a PNG apart into what is decoded and what explains it (PNG 3, 5.3 and 11)."""
    kept = [bytes(data[:_PNG_SIGNATURE])]
    at, turn, icc = _PNG_SIGNATURE, UPRIGHT, b""
    while at + 8 <= len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        end = at + 12 + size
        if kind not in _PNG_LEFT_OUT:
            kept.append(bytes(data[at:end]))
        elif kind == b"eXIf":
            turn = orientation(bytes(data[at + 8 : end - 4]))
        elif kind == b"iCCP":
            icc = _inflated(bytes(data[at + 8 : end - 4]))
        at = end
        if kind == b"IEND":
            break
    depth = data[_PNG_DEPTH_AT] if len(data) > _PNG_DEPTH_AT else 8
    return Png(b"".join(kept), depth, turn, icc)


def _inflated(chunk: bytes) -> bytes:
    """Return the profile of an iCCP chunk; empty if it is broken or too large."""
    _, _, rest = chunk.partition(b"\0")
    try:
        profile = zlib.decompressobj().decompress(rest[1:], MAX_PROFILE + 1)
    except zlib.error:
        return b""
    return profile if len(profile) <= MAX_PROFILE else b""


def webp_size(data: bytes | memoryview) -> tuple[int, int]:
    """Return width and height of a WebP's canvas (RFC 9649 2.5 to 2.7).

    Raises:
        CannotDecode: truncated (shorter than it says), corrupt.
    """
    head = bytes(data[:_WEBP_HEAD])
    if len(head) < _WEBP_HEAD or int.from_bytes(head[4:8], "little") + 8 > len(data):
        raise CannotDecode(Unreadable.TRUNCATED, "WebP shorter than its header says")
    match head[_RIFF_HEAD : _RIFF_HEAD + 4]:
        case b"VP8X":
            return int.from_bytes(head[24:27], "little") + 1, int.from_bytes(head[27:30], "little") + 1
        case b"VP8L" if head[20] == 0x2F:  # noqa: PLR2004 - signature byte
            bits = int.from_bytes(head[21:25], "little")
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"VP8 " if head[23:26] == b"\x9d\x01\x2a":
            width, height = struct.unpack_from("<HH", head, 26)
            return width & 0x3FFF, height & 0x3FFF
    raise CannotDecode(Unreadable.CORRUPT, "no WebP picture header")


def gif_extent(data: bytes | memoryview, stop: int) -> tuple[int, int, int]:
    """Return width, height and frames of a GIF; frames are counted up to `stop` (GIF89a 17 to 20).

    A frame that reaches beyond the logical screen makes the picture larger, as Pillow does.

    Raises:
        CannotDecode: truncated.
    """
    if len(data) < _GIF_HEAD:
        raise CannotDecode(Unreadable.TRUNCATED, "ends within the GIF header")
    width, height = struct.unpack_from("<HH", data, 6)
    at, frames = _GIF_HEAD + _table_bytes(data[10]), 0
    try:
        while frames < stop:
            if data[at] == _GIF_IMAGE:
                left, top, wide, high = struct.unpack_from("<HHHH", data, at + 1)
                width, height = max(width, left + wide), max(height, top + high)
                frames += 1
                at = _after_blocks(data, at + 11 + _table_bytes(data[at + 9]))
            elif data[at] == _GIF_EXTENSION:
                at = _after_blocks(data, at + 2)
            else:
                break
    except (IndexError, struct.error):
        pass
    return width, height, frames


def _table_bytes(flags: int) -> int:
    """Size of the colour table that the flags announce."""
    return 3 << (flags & 7) + 1 if flags & _COLOUR_TABLE else 0


def _after_blocks(data: bytes | memoryview, at: int) -> int:
    """Skip data sub-blocks; return where the terminator was passed."""
    while data[at]:
        at += data[at] + 1
    return at + 1


def tiff_pages(data: bytes | memoryview, stop: int) -> int:
    """Count the pages of a TIFF or BigTIFF up to `stop` (TIFF 6.0 section 2); a loop ends the count."""
    order = "<" if bytes(data[:2]) == b"II" else ">"
    big = bytes(data[2:4]) in (b"\x2b\0", b"\0\x2b")
    pointer, count, entry = ("Q", "Q", 20) if big else ("I", "H", 12)
    seen: set[int] = set()
    try:
        (at,) = struct.unpack_from(order + pointer, data, 8 if big else 4)
        while at and at not in seen and len(seen) < stop:
            seen.add(at)
            (entries,) = struct.unpack_from(order + count, data, at)
            (at,) = struct.unpack_from(order + pointer, data, at + struct.calcsize(count) + entries * entry)
    except (struct.error, OverflowError):
        pass
    return len(seen)
