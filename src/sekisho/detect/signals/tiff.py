"""TIFF: directories of tags, in files of their own and within EXIF blocks. Nothing but tables is read.

TIFF 6.0, section 2; XMP: tag 700, IPTC: 33723, Photoshop image resources: 34377, C2PA 2.2, A.3.4: 52545.
"""

import struct
from collections.abc import Iterator

from sekisho.detect.signals.held import MAX_PACKET, Data, Held, worded
from sekisho.detect.signals.pictures import resources

__all__ = ["ARTIST", "COPYRIGHT", "directories", "in_tiff", "tag_bytes"]

ARTIST, COPYRIGHT = 0x013B, 0x8298
_XMP, _IPTC, _PHOTOSHOP, _C2PA = 700, 33723, 34377, 0xCD41
_MAX_DIRECTORIES = 64
_MAX_TAGS = 4096
_SMALL = 1 << 20
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8}
"""Bytes of a value by its type (section 2, "Types"; 16 is LONG8 of BigTIFF)."""

Tags = dict[int, tuple[int, int]]
"""Where the value of each tag begins, and its length in bytes."""


def directories(data: Data) -> Iterator[Tags]:
    """Yield the directories of a TIFF or BigTIFF; ends where the file or its chain does. O(tags)."""
    order = {b"II": "<", b"MM": ">"}.get(bytes(data[:2]))
    if order is None or len(data) < 8:  # noqa: PLR2004 - bytes of the header
        return
    (version,) = struct.unpack_from(order + "H", data, 2)
    wide = version == 43  # noqa: PLR2004 - BigTIFF
    pointer, count_form = ("Q", "Q") if wide else ("I", "H")
    entry = struct.Struct(order + ("HHQ" if wide else "HHI"))
    step, inline = (20, 8) if wide else (12, 4)
    seen: set[int] = set()
    try:
        (at,) = struct.unpack_from(order + pointer, data, 8 if wide else 4)
        while at and at not in seen and len(seen) < _MAX_DIRECTORIES:
            seen.add(at)
            (count,) = struct.unpack_from(order + count_form, data, at)
            first = at + struct.calcsize(count_form)
            tags: Tags = {}
            for place in range(first, min(first + min(count, _MAX_TAGS) * step, len(data) - step + 1), step):
                tag, kind, values = entry.unpack_from(data, place)
                length = _SIZES.get(kind, 1) * values
                value = place + step - inline
                if length > inline:
                    (value,) = struct.unpack_from(order + pointer, data, value)
                tags.setdefault(tag, (value, length))
            yield tags
            (at,) = struct.unpack_from(order + pointer, data, first + count * step)
    except (struct.error, OverflowError):
        return


def tag_bytes(data: Data, tags: Tags, tag: int, limit: int = MAX_PACKET) -> bytes | None:
    """Return the value of a tag; None if it is not there, too long, or cut off."""
    at, length = tags.get(tag, (0, 0))
    if not 0 < length <= limit or at + length > len(data):
        return None
    return bytes(data[at : at + length])


def in_tiff(data: Data, held: Held) -> None:
    """Read the directories of a TIFF file."""
    for tags in directories(data):
        for tag in (_XMP, _IPTC, _PHOTOSHOP, COPYRIGHT, ARTIST):
            if tag in tags:
                _take(tag, tag_bytes(data, tags, tag, MAX_PACKET if tag == _XMP else _SMALL), held)
        held.c2pa = held.c2pa or _C2PA in tags


def _take(tag: int, value: bytes | None, held: Held) -> None:
    if tag == _XMP:
        if value is None:
            held.problem("XMP: cut off or too large")
        else:
            held.packet(value)
    elif value is None:
        return
    elif tag == _IPTC:
        held.iptc.append(value)
    elif tag == _PHOTOSHOP:
        resources(value, held)
    else:
        name = "exif:Copyright" if tag == COPYRIGHT else "exif:Artist"
        held.claims.append((name, worded(value)))
