"""What AVIF pictures and MP4 films hold about themselves: boxes of ISO/IEC 14496-12.

AVIF keeps XMP and EXIF as items of its `meta` box (ISO/IEC 23008-12, annex A); films keep XMP in a `uuid`
box or in `moov/udta/XMP_` (XMP Part 3, 1.2). C2PA 2.2, A.3.5: a `uuid` box. O(boxes).
"""

import struct
from collections.abc import Iterator
from typing import NamedTuple

from sekisho.detect.signals.held import MAX_PACKET, Data, Held

__all__ = ["in_boxes"]

_MAX_BOXES = 4096
_MAX_ITEMS = 4096
_XMP_UUID = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_C2PA_UUID = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
_XMP_TYPE = b"application/rdf+xml"
_WIDE, _TO_THE_END = 1, 0
_IN_FILE, _IN_IDAT = 0, 1


class _Box(NamedTuple):
    kind: bytes
    begin: int
    end: int


def in_boxes(data: Data, held: Held) -> None:
    """Read the boxes at the top, and within `meta` and `moov`."""
    for box in _boxes(data, 0, len(data)):
        if box.kind == b"uuid":
            _own(data, box, held)
        elif box.kind == b"meta":
            _meta(data, box, held)
        elif box.kind == b"moov":
            _film(data, box, held)


def _boxes(data: Data, at: int, end: int) -> Iterator[_Box]:
    """Yield the boxes from one place to another; a size that can not be ends it."""
    for _ in range(_MAX_BOXES):
        if at + 8 > end:
            return
        size, kind = struct.unpack_from(">I4s", data, at)
        begin = at + 8
        if size == _WIDE and at + 16 <= end:
            (size,) = struct.unpack_from(">Q", data, begin)
            begin = at + 16
        stop = end if size == _TO_THE_END else min(at + size, end)
        if stop < begin:
            return
        yield _Box(kind, begin, stop)
        at = stop


def _own(data: Data, box: _Box, held: Held) -> None:
    name = bytes(data[box.begin : box.begin + 16])
    if name == _XMP_UUID:
        _keep(data, box.begin + 16, box.end, held)
    elif name == _C2PA_UUID:
        held.c2pa = True


def _keep(data: Data, begin: int, end: int, held: Held) -> None:
    if end - begin > MAX_PACKET:
        held.problem("XMP: cut off or too large")
    else:
        held.packet(bytes(data[begin:end]))


def _film(data: Data, moov: _Box, held: Held) -> None:
    for box in _boxes(data, moov.begin, moov.end):
        if box.kind == b"udta":
            for inner in _boxes(data, box.begin, box.end):
                if inner.kind == b"XMP_":
                    _keep(data, inner.begin, inner.end, held)


def _meta(data: Data, meta: _Box, held: Held) -> None:
    """Read the items of a picture that are metadata."""
    inside = {box.kind: box for box in _boxes(data, meta.begin + 4, meta.end)}
    if b"iinf" not in inside or b"iloc" not in inside:
        return
    named = _items(data, inside[b"iinf"])
    if not named:
        return
    idat = inside.get(b"idat", _Box(b"idat", 0, 0))
    try:
        places = _places(data, inside[b"iloc"], named, idat)
    except struct.error:
        places = {}
    for item, is_xmp in named.items():
        body = _joined(data, places.get(item, ()))
        if is_xmp and body is None:
            held.problem("XMP: cut off or too large")
        elif is_xmp and body is not None:
            held.packet(body)
        elif body is not None and len(body) > 4:  # noqa: PLR2004 - an offset before the header
            held.exif.append(body[4 + int.from_bytes(body[:4], "big") :])


def _items(data: Data, iinf: _Box) -> dict[int, bool]:
    """Return the items that are XMP (True) or EXIF (False) (14496-12, 8.11.6)."""
    found: dict[int, bool] = {}
    version = data[iinf.begin] if iinf.begin < iinf.end else 0
    for box in _boxes(data, iinf.begin + (8 if version else 6), iinf.end):
        part = bytes(data[box.begin : min(box.end, box.begin + 256)])
        if box.kind != b"infe" or len(part) < 12 or part[0] not in (2, 3):  # noqa: PLR2004
            continue
        wide = part[0] == 3  # noqa: PLR2004 - version with 32-bit identifiers
        item = int.from_bytes(part[4 : 8 if wide else 6], "big")
        kind = part[10:14] if wide else part[8:12]
        rest = part[14 if wide else 12 :].split(b"\0")
        if kind == b"Exif":
            found[item] = False
        elif kind == b"mime" and len(rest) > 1 and rest[1] == _XMP_TYPE:
            found[item] = True
        if len(found) >= _MAX_ITEMS:
            break
    return found


def _places(
    data: Data, iloc: _Box, wanted: dict[int, bool], idat: _Box
) -> dict[int, tuple[tuple[int, int], ...]]:
    """Return where the parts of each wanted item stand (14496-12, 8.11.3).

    Raises:
        struct.error: the table is cut off.
    """
    version, sizes, base_sizes = struct.unpack_from(">BxxxBB", data, iloc.begin)
    offset_size, length_size, base_size = sizes >> 4, sizes & 15, base_sizes >> 4
    index_size = base_sizes & 15 if version else 0
    at = iloc.begin + 6
    (count,) = struct.unpack_from(">I" if version > 1 else ">H", data, at)
    at += 4 if version > 1 else 2
    found: dict[int, tuple[tuple[int, int], ...]] = {}
    for _ in range(min(count, _MAX_ITEMS)):
        head = struct.Struct((">I" if version > 1 else ">H") + ("HH" if version else "H"))
        item, *method = head.unpack_from(data, at)
        at += head.size
        base = int.from_bytes(data[at : at + base_size], "big")
        at += base_size
        (extents,) = struct.unpack_from(">H", data, at)
        at += 2
        method_kind = method[0] & 15 if version else _IN_FILE
        base += idat.begin if method_kind == _IN_IDAT else 0
        step = index_size + offset_size + length_size
        if item in wanted:
            found[item] = tuple(
                (
                    base + int.from_bytes(data[place + index_size : place + index_size + offset_size], "big"),
                    int.from_bytes(data[place + step - length_size : place + step], "big"),
                )
                for place in range(at, min(at + extents * step, iloc.end), step or 1)
            )
        at += extents * step
    return found


def _joined(data: Data, parts: tuple[tuple[int, int], ...]) -> bytes | None:
    """Return the parts of an item one after the other; None if one is missing or they are too large."""
    total = sum(length for _, length in parts)
    if not parts or total > MAX_PACKET or any(at + length > len(data) for at, length in parts):
        return None
    return b"".join(bytes(data[at : at + length]) for at, length in parts)
