"""Walk the headers of a tar: ustar, GNU and pax, of any hand, without trusting one of its numbers.

Contents are skipped, not read. As readers for training do (`tarfile`, `ignore_zeros`), members after an
end marker are found too: what a loader could see must be looked at. A tar without an end marker may have
lost members, so it counts as cut. Sources: POSIX.1-2017 pax, GNU tar manual "Basic Tar Format".
"""

import re
from collections.abc import Iterator
from typing import NamedTuple, Protocol

from sekisho.store.datasets.damage import DamageError

__all__ = ["BLOCK", "Entry", "Stream", "entries", "is_header"]

BLOCK = 512
ZEROS = bytes(BLOCK)
MAX_EXTENSION = 1 << 20
"""Bytes of one long name or pax header; names of 100 kB are known to exist, of 1 MiB are not."""
MAX_EXTENSIONS = 16
"""Extension headers before one member; writers use at most three."""
CHECKSUM = slice(148, 156)
WITHOUT_CONTENT = frozenset((b"1", b"2", b"3", b"4", b"5", b"6"))
"""Links, devices, directories and pipes: readers take no content after them, whatever the size says."""
REGULAR = frozenset((b"0", b"\0", b"7"))
_RECORD = re.compile(rb"(\d{1,9}) ([^=]+)=")


class Stream(Protocol):
    """What the walk needs of a file: it only ever goes forward."""

    position: int

    def read(self, count: int) -> bytes:
        """Return `count` bytes, fewer only at the end."""
        ...

    def skip_to(self, position: int) -> None:
        """Go forward to a position.

        Raises:
            DamageError: the file ends before.
        """
        ...


class Entry(NamedTuple):
    """One member.

    Attributes:
        type: the type flag; `D` stands also for GNU directories.
        header, data, stop: where its first header, its content and its padding begin and end.
        is_file: a regular file whose content is the `size` bytes from `data`.
    """

    name: bytes
    type: bytes
    header: int
    data: int
    size: int
    stop: int
    is_file: bool

    @property
    def is_folder(self) -> bool:
        """Tell whether the member is a directory."""
        return self.type in (b"5", b"D")


class _Extras(NamedTuple):
    name: bytes | None = None
    size: int | None = None
    sparse: bool = False


def _number(field: bytes) -> int:
    """Read an octal or base-256 number; negative or unreadable ones are not numbers."""
    if field[0] == 0x80:  # noqa: PLR2004 - GNU base-256, positive
        return int.from_bytes(field[1:], "big")
    digits = field.split(b"\0", 1)[0].strip()
    if not digits:
        return 0
    try:
        # int() alone would take signs and underscores.
        return int(digits if digits.isdigit() else b"?", 8)
    except ValueError:
        raise DamageError("a number in a header is not octal") from None


def is_header(block: bytes) -> bool:
    """Tell whether 512 bytes are a tar header: its checksum fits, signed or unsigned."""
    if len(block) < BLOCK:
        return False
    try:
        written = _number(block[CHECKSUM])
    except DamageError:
        return False
    rest = block[:148] + block[156:BLOCK]
    total = sum(rest) + 8 * 32
    return written == total or written == total - 256 * sum(byte > 127 for byte in rest)  # noqa: PLR2004


def _payload(stream: Stream, size: int) -> bytes:
    if size > MAX_EXTENSION:
        raise DamageError("an extension header is too large")
    payload = stream.read(size)
    if len(payload) < size:
        raise DamageError("the tar ends inside an extension header")
    stream.skip_to(stream.position + -size % BLOCK)
    return payload


def _pax(payload: bytes, extras: _Extras) -> _Extras:
    """Read `length key=value` records; only the name and the size matter here."""
    at = 0
    while at < len(payload) and payload[at]:
        record = _RECORD.match(payload, at)
        stop = at + int(record[1]) if record else 0
        if record is None or stop <= record.end() or payload[stop - 1 : stop] != b"\n":
            raise DamageError("a pax record has the wrong form")
        key, value = record[2], payload[record.end() : stop - 1]
        if key == b"path" and not extras.sparse:
            extras = extras._replace(name=value)
        elif key == b"size":
            if not re.fullmatch(rb"\d{1,19}", value):
                raise DamageError("a pax size is not a number")
            extras = extras._replace(size=int(value))
        elif key.startswith(b"GNU.sparse."):
            name = value if key == b"GNU.sparse.name" else extras.name
            extras = extras._replace(name=name, sparse=True)
        at = stop
    return extras


def _block(stream: Stream) -> bytes:
    block = stream.read(BLOCK)
    if not is_header(block):
        raise DamageError("a header is cut or its checksum is wrong")
    return block


def _extended(stream: Stream, block: bytes) -> tuple[bytes, _Extras]:
    """Read extension headers up to the member's own header."""
    extras = _Extras()
    for _ in range(MAX_EXTENSIONS):
        kind = block[156:157]
        if kind not in b"LKxXg":
            return block, extras
        payload = _payload(stream, _number(block[124:136]))
        if kind == b"L":
            extras = extras._replace(name=payload.split(b"\0", 1)[0])
        elif kind in b"xX":
            extras = _pax(payload, extras)
        block = _block(stream)
    raise DamageError("too many extension headers")


def _own_name(block: bytes) -> bytes:
    name = block[:100].split(b"\0", 1)[0]
    prefix = block[345:500].split(b"\0", 1)[0] if block[257:263] == b"ustar\0" else b""
    return prefix + b"/" + name if prefix else name


def _skip_sparse_map(stream: Stream, block: bytes) -> None:
    more = block[482]
    while more:
        extension = stream.read(BLOCK)
        if len(extension) < BLOCK:
            raise DamageError("the tar ends inside a sparse map")
        more = extension[504]


def _entry(stream: Stream, header: int, first: bytes) -> Entry:
    block, extras = _extended(stream, first)
    kind = block[156:157]
    name = _own_name(block) if extras.name is None else extras.name
    size = _number(block[124:136]) if extras.size is None else extras.size
    if kind == b"S":
        _skip_sparse_map(stream, block)
    if kind == b"\0" and name.endswith(b"/"):
        kind = b"5"
    data = stream.position
    size = 0 if kind in WITHOUT_CONTENT else size
    stop = data + size + -size % BLOCK
    return Entry(name, kind, header, data, size, stop, kind in REGULAR and not extras.sparse)


def entries(stream: Stream) -> Iterator[Entry]:
    """Yield the members of a tar in order; the caller may read an entry's content before it goes on.

    Raises:
        DamageError: a wrong header, a cut, or no end marker; what was yielded before is sound
            if its content could be read.
    """
    ended = False
    while True:
        header = stream.position
        block = stream.read(BLOCK)
        if ended and not any(block):
            if not block:
                return
            continue
        if block == ZEROS:
            ended = True
            continue
        if not block:
            raise DamageError("the tar has no end marker")
        if not is_header(block):
            raise DamageError("a header is cut or its checksum is wrong")
        ended = False
        entry = _entry(stream, header, block)
        yield entry
        stream.skip_to(entry.stop)
