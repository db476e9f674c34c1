"""What JPEG, PNG, WebP and GIF files hold about themselves. O(segments); no pixel is touched.

XMP: ISO 16684-1 and "XMP Specification Part 3: Storage in Files" 1.1.2 (GIF), 1.1.3 (JPEG, with packets
beyond 64 kB), 1.1.5 (PNG), WebP: RFC 9649, 2.7.1.4. IPTC in JPEG: Photoshop image resources, 0x0404.
C2PA 2.2, A.3: APP11 of JPEG, `caBX` of PNG, `C2PA` of WebP, an application extension of GIF.
"""

import re
import struct
from collections.abc import Iterator
from itertools import pairwise

from sekisho.detect.signals.held import Data, Held

__all__ = ["in_gif", "in_jpeg", "in_png", "in_webp", "resources"]

MAX_SEGMENTS = 10_000
MAX_CHUNKS = 100_000
_FILL = 0xFF
_APP1, _APP11, _APP13 = 0xE1, 0xEB, 0xED
_READ = frozenset({_APP1, _APP11, _APP13})
_BARE = frozenset({0x01, *range(0xD0, 0xD9)})
_LAST = frozenset({0xDA, 0xD9})
_MARKER = re.compile(rb"\xff[^\x00\xff]")
_EXIF = b"Exif\0"
_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_MORE = b"http://ns.adobe.com/xmp/extension/\0"
_MORE_HEAD = struct.Struct(">32sII")
_PHOTOSHOP = b"Photoshop 3.0\0"
_JUMBF = b"JP"
_IPTC, _IPTC_IN_XMP = 0x0404, 0x0424
_PNG_BEGINS = 8
_KEYWORD = b"XML:com.adobe.xmp\0"
_RAW = re.compile(rb"Raw profile type (xmp|iptc|exif|8bim)", re.IGNORECASE)
_CLAIMS = frozenset({b"Copyright", b"Author"})
_HEX = re.compile(rb"\s*\w+\s+\d+\s+([0-9A-Fa-f\s]*)\s*")
_TEXT_LIMIT = 64 * 1024
_GIF_PART = re.compile(rb"\x21\xff\x0b(?:(XMP DataXMP)|(C2PA_GIF))")
_MAX_LONG = 16
_TRAILER = 258
"""Bytes of the "magic trailer" behind a packet, by which readers that know blocks only find its end."""


def in_jpeg(data: Data, held: Held) -> None:
    """Read the segments up to the first scan."""
    more: dict[bytes, dict[int, bytes]] = {}
    totals: dict[bytes, int] = {}
    for marker, at, end in _segments(data):
        if marker == _APP11:
            held.c2pa = held.c2pa or bytes(data[at : at + 2]) == _JUMBF
        elif marker == _APP13:
            if bytes(data[at : at + len(_PHOTOSHOP)]) == _PHOTOSHOP:
                resources(bytes(data[at + len(_PHOTOSHOP) : end]), held)
        else:
            part = bytes(data[at:end])
            if part.startswith(_XMP):
                held.packet(part[len(_XMP) :])
            elif part.startswith(_MORE) and len(part) >= len(_MORE) + _MORE_HEAD.size:
                name, total, offset = _MORE_HEAD.unpack_from(part, len(_MORE))
                more.setdefault(name, {})[offset] = part[len(_MORE) + _MORE_HEAD.size :]
                totals[name] = total
            elif part.startswith(_EXIF):
                held.exif.append(part[6:])
    if len(more) > _MAX_LONG:
        held.problem("XMP: too many long packets")
        return
    for name, parts in more.items():
        _join(name, parts, totals[name], held)


def _segments(data: Data) -> Iterator[tuple[int, int, int]]:
    """Yield marker, begin and end of the segments that are read; ends where the file does."""
    size, at = len(data), 2
    for _ in range(MAX_SEGMENTS):
        if at + 4 > size:
            return
        marker = data[at + 1]
        if data[at] != _FILL or marker in (0, _FILL):
            found = _MARKER.search(data, at)
            if found is None:
                return
            at = found.end() - 2
            marker = data[at + 1]
        if marker in _LAST:
            return
        if marker in _BARE:
            at += 2
            continue
        if at + 4 > size:
            return
        end = at + 2 + (data[at + 2] << 8 | data[at + 3])
        if end < at + 4:
            return
        if marker in _READ:
            yield marker, at + 4, end
        at = end


def _join(name: bytes, parts: dict[int, bytes], total: int, held: Held) -> None:
    """Put a long packet together (Part 3, 1.1.3.1); one that the main packet does not name is left out."""
    if not held.xmp or name not in held.xmp[0]:
        return
    places = sorted(parts)
    follows = all(a + len(parts[a]) == b for a, b in pairwise(places))
    whole = b"".join(parts[offset] for offset in places)
    if places[0] == 0 and follows and len(whole) == total:
        held.packet(whole)
    else:
        held.problem("XMP: a long packet of which parts are missing")


def resources(data: bytes, held: Held) -> None:
    """Read the image resource blocks of Photoshop (Adobe Photoshop File Formats, "Image Resource Blocks")."""
    at = 0
    while at + 12 <= len(data) and data[at : at + 4] == b"8BIM":
        kind = data[at + 4] << 8 | data[at + 5]
        begin = at + 6 + (data[at + 6] + 2) // 2 * 2
        if begin + 4 > len(data):
            return
        length = int.from_bytes(data[begin : begin + 4], "big")
        body = data[begin + 4 : begin + 4 + length]
        if kind == _IPTC:
            held.iptc.append(body)
        elif kind == _IPTC_IN_XMP:
            held.packet(body)
        at = begin + 4 + (length + 1) // 2 * 2


def in_png(data: Data, held: Held) -> None:
    """Read the chunks (PNG 3, 5.3 and 11.3)."""
    at, size = _PNG_BEGINS, len(data)
    for _ in range(MAX_CHUNKS):
        if at + 8 > size:
            return
        length, kind = struct.unpack_from(">I4s", data, at)
        if kind in _PNG_READERS:
            _PNG_READERS[kind](data[at + 8 : at + 8 + length], held)
        elif kind == b"IEND":
            return
        at += 12 + length


def _international(chunk: Data, held: Held) -> None:
    """Read an iTXt chunk: keyword, flag, method, language, translated keyword, text (11.3.3.4)."""
    if bytes(chunk[: len(_KEYWORD)]) != _KEYWORD:
        return
    part = bytes(chunk)
    packed = part[len(_KEYWORD) : len(_KEYWORD) + 1] == b"\1"
    _, _, rest = part[len(_KEYWORD) + 2 :].partition(b"\0")
    _, _, text = rest.partition(b"\0")
    packet = held.unpacked(text) if packed else text
    if packet is not None:
        held.packet(packet)


def _latin(chunk: Data, held: Held) -> None:
    """Read a tEXt chunk: a claim of rights, or a profile as ImageMagick writes it."""
    keyword, _, text = bytes(chunk).partition(b"\0")
    if keyword in _CLAIMS:
        held.claims.append((f"png:{keyword.decode()}", text[:_TEXT_LIMIT].decode("latin-1")))
    else:
        _profile(keyword, text, held)


def _packed(chunk: Data, held: Held) -> None:
    """Read a zTXt chunk: the same, compressed."""
    keyword, _, rest = bytes(chunk).partition(b"\0")
    if keyword in _CLAIMS or _RAW.fullmatch(keyword):
        plain = held.unpacked(rest[1:])
        if plain is not None:
            _latin(keyword + b"\0" + plain, held)


def _profile(keyword: bytes, text: bytes, held: Held) -> None:
    """Read a profile in hexadecimal digits behind its name and length (ImageMagick, coders/png.c)."""
    named = _RAW.fullmatch(keyword)
    digits = _HEX.fullmatch(text) if named else None
    if named is None:
        return
    try:
        body = bytes.fromhex(digits[1].decode()) if digits else b""
    except ValueError:
        body = b""
    kind = named[1].lower()
    if kind == b"xmp":
        if body:
            held.packet(body)
        else:
            held.problem("XMP: a profile that is not hexadecimal")
    elif kind == b"exif":
        held.exif.append(body.removeprefix(b"Exif\0\0"))
    else:
        resources(body.removeprefix(_PHOTOSHOP), held)


def _exif_chunk(chunk: Data, held: Held) -> None:
    held.exif.append(bytes(chunk))


def _manifest_chunk(_chunk: Data, held: Held) -> None:
    held.c2pa = True


_PNG_READERS = {
    b"iTXt": _international,
    b"tEXt": _latin,
    b"zTXt": _packed,
    b"eXIf": _exif_chunk,
    b"caBX": _manifest_chunk,
}


def in_webp(data: Data, held: Held) -> None:
    """Read the chunks of a WebP (RFC 9649, 2.3)."""
    at, size = 12, len(data)
    for _ in range(MAX_CHUNKS):
        if at + 8 > size:
            return
        kind, length = struct.unpack_from("<4sI", data, at)
        if kind == b"XMP ":
            held.packet(bytes(data[at + 8 : at + 8 + length]))
        elif kind == b"EXIF":
            held.exif.append(bytes(data[at + 8 : at + 8 + length]).removeprefix(b"Exif\0\0"))
        elif kind == b"C2PA":
            held.c2pa = True
        at += 8 + length + (length & 1)


def in_gif(data: Data, held: Held) -> None:
    """Find the application extensions of a GIF (Part 3, 1.1.2) by their beginning. O(bytes)."""
    at, size = 0, len(data)
    while found := _GIF_PART.search(data, at):
        at = found.end()
        if found[2]:
            held.c2pa = True
            continue
        while at < size and data[at]:
            at += data[at] + 1
        if at >= size:
            held.problem("XMP: cut off")
            return
        held.packet(bytes(data[found.end() : max(found.end(), at + 1 - _TRAILER)]))
