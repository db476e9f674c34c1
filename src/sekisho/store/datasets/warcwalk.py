"""Walk the records of a WARC file without trusting one of its numbers (ISO 28500:2017 4).

Contents are skipped, not read. A file that ends inside a record, or goes on with anything but a record,
is damaged from there on; what was yielded before is sound. The file may be packed with gzip as a whole
or record by record.
"""

import os
import re
from collections.abc import Iterator
from typing import NamedTuple

from sekisho.store.datasets.damage import DamageError
from sekisho.store.datasets.streams import GzipStream, PlainStream

__all__ = ["GZIP_MAGIC", "TRAILER", "Record", "Walk", "kind_of", "walk_from"]

GZIP_MAGIC = b"\x1f\x8b"
MAX_HEAD = 1 << 20
"""Bytes of a record's header fields; those of archives have a few thousand."""
PIECE = 2048
_VERSION = re.compile(rb"WARC/\d\.\d\r?\n")
_END = re.compile(rb"\r?\n\r?\n")
_LENGTH = re.compile(rb"^content-length:[ \t]*(\d{1,18})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_TYPE = re.compile(rb"^warc-type:[ \t]*(\w+)", re.IGNORECASE | re.MULTILINE)
TRAILER = b"\r\n\r\n"


class Record(NamedTuple):
    """One record.

    Attributes:
        head: version line and header fields, with the empty line after them.
        size: bytes of its block.
    """

    head: bytes
    size: int


def kind_of(record: Record) -> bytes:
    """Return the type of a record in lower case; empty if it has none."""
    found = _TYPE.search(record.head)
    return found[1].lower() if found else b""


class Walk:
    """Go through the records of a stream; the block of each may be read before the next one.

    Attributes:
        start: where the record in hand begins, in the unpacked stream.
        place: where it begins in the file, if one can begin to read there; else None.
    """

    def __init__(self, stream: PlainStream | GzipStream) -> None:
        """Begin where the stream stands."""
        self._stream = stream
        self._held = b""
        self.start = stream.position
        self.place: int | None = None
        self._left = 0

    @property
    def _position(self) -> int:
        return self._stream.position - len(self._held)

    def _place(self) -> int | None:
        """Return where the next record begins in the file; in a gzip member of its own, or not at all."""
        if not isinstance(self._stream, GzipStream):
            return self._position
        return self._stream.member[0] if not self._held and self._stream.begins_member() else None

    def _more(self) -> bool:
        # Twice as much each time, so that a long header costs no more than its length.
        piece = bytes(self._stream.some(max(PIECE, len(self._held))))
        self._held += piece
        return bool(piece)

    def _take(self, count: int) -> bytes:
        """Return the next bytes, fewer only at the end."""
        taken, self._held = self._held[:count], self._held[count:]
        if len(taken) < count:
            taken += self._stream.read(count - len(taken))
        return taken

    def read(self, count: int) -> bytes:
        """Return the next bytes of the block in hand.

        Raises:
            DamageError: the file ends before, or the stream is damaged.
        """
        data = self._take(min(count, self._left))
        if len(data) < min(count, self._left):
            raise DamageError("the file ends inside a record")
        self._left -= len(data)
        return data

    def _finish(self) -> None:
        """Go behind the block in hand and the two line ends after it."""
        held = min(self._left, len(self._held))
        self._held = self._held[held:]
        if self._left > held:
            self._stream.skip_to(self._stream.position + self._left - held)
        self._left = 0
        if self._take(len(TRAILER)) != TRAILER:
            raise DamageError("a record does not end as its length says")

    def _head(self) -> bytes:
        """Return the next header; nothing at the end of the file."""
        seen = 0
        while (end := _END.search(self._held, max(0, seen - 3))) is None:
            seen = len(self._held)
            if seen > MAX_HEAD:
                raise DamageError("a header is too large")
            if not self._more():
                if self._held:
                    raise DamageError("the file ends inside a header")
                return b""
        return self._take(end.end())

    def __iter__(self) -> Iterator[Record]:
        """Yield the records in order.

        Raises:
            DamageError: something is no record, or cut; or as the stream.
        """
        first = True
        while True:
            if not first:
                self._finish()
            self.start = self._position
            self.place = self._place()
            head = self._head()
            if not head and first:
                raise DamageError("the file is empty")
            if not head:
                return
            length = _LENGTH.findall(head)
            if not _VERSION.match(head) or len(set(length)) != 1:
                raise DamageError("something is no WARC record")
            first = False
            self._left = int(length[0])
            yield Record(head, self._left)


def walk_from(descriptor: int, size: int, start: int = 0) -> Walk:
    """Begin to walk the records of an open file at a place where one begins."""
    if os.pread(descriptor, len(GZIP_MAGIC), 0) == GZIP_MAGIC:
        return Walk(GzipStream(descriptor, start))
    return Walk(PlainStream(descriptor, size, start))
