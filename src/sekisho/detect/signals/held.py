"""What a file holds about itself: XMP packets, EXIF, IPTC and whether a C2PA manifest is in it.

Every reader here walks headers and tables only, checks each index, stops at limits, and never raises. What
could not be taken out of a file although it is there (cut off, compressed beyond the limit, a part of it
missing) is a problem, and a problem becomes an `error` signal: it is never silence.
"""

import zlib
from dataclasses import dataclass, field

from sekisho.media.limits import CannotDecode
from sekisho.media.texts.charset import decode

__all__ = ["MAX_PACKET", "Data", "Held", "worded"]

Data = bytes | memoryview

MAX_PACKET = 16 << 20
"""Bytes of all XMP packets of a file; packets with depth maps of phone cameras reach some megabytes."""
MAX_PACKETS = 64
_MAX_CLAIM = 64 * 1024


@dataclass(slots=True)
class Held:
    """Collect what is found in one file.

    Attributes:
        xmp: packets in the sequence of the file.
        exif: TIFF structures, from their header on.
        iptc: runs of IIM datasets.
        claims: texts in which somebody claims rights, with the name of the field.
        c2pa: there is a place where C2PA manifests stand.
        problems: what is there and could not be taken out.
        room: bytes that further packets may have.
    """

    xmp: list[bytes] = field(default_factory=list)
    exif: list[bytes] = field(default_factory=list)
    iptc: list[bytes] = field(default_factory=list)
    claims: list[tuple[str, str]] = field(default_factory=list)
    c2pa: bool = False
    problems: list[str] = field(default_factory=list)
    room: int = MAX_PACKET

    @property
    def holds_anything(self) -> bool:
        """Tell whether there is anything to read."""
        return bool(self.xmp or self.exif or self.iptc or self.claims or self.problems)

    def packet(self, xmp: bytes) -> None:
        """Keep a packet, unless there are too many or they are too large together."""
        if len(xmp) > self.room or len(self.xmp) >= MAX_PACKETS:
            self.problem("XMP: too large, or too many packets")
        else:
            self.room -= len(xmp)
            self.xmp.append(xmp)

    def unpacked(self, data: Data) -> bytes | None:
        """Unpack a zlib stream within the room that is left; None if it is broken, cut off or larger.

        A stream that fails has cost as much as the largest one, so no other one is unpacked after it.
        """
        unpack = zlib.decompressobj()
        try:
            plain = unpack.decompress(data, self.room + 1)
        except zlib.error:
            plain = b""
        if unpack.eof and len(plain) <= self.room:
            return plain
        self.room = 0
        self.problem("XMP: a compressed packet that is broken or too large")
        return None

    def problem(self, what: str) -> None:
        """Keep what could not be read; each sentence once."""
        if what not in self.problems:
            self.problems.append(what)


def worded(value: bytes) -> str:
    """Return a text field of a camera or program: mostly ASCII by its standard, often another charset."""
    text = value[:_MAX_CLAIM].replace(b"\0", b" ").strip()
    try:
        return decode(text).text
    except CannotDecode:
        return text.decode("latin-1")
