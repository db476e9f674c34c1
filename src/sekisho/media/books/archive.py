"""ZIP archives that nobody vouches for: the list of members is judged before any of them is unpacked.

One bad member spoils the whole archive: a volume is read in full or not at all. Read are stored and
deflated members, ZIP64 and names in UTF-8, Shift_JIS or code page 437. Nothing is ever written, and
archives inside of an archive are not opened. APPNOTE.TXT 6.3.10, sections 4.3 and 4.4.
"""

import re
import struct
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sekisho.media.books.limits import BookLimits, Reader
from sekisho.media.limits import CannotDecode
from sekisho.model import Unreadable

__all__ = ["Archive", "Member", "open_archive"]

_END, _END64, _LOCATOR64 = b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"
_CENTRAL, _LOCAL = b"PK\x01\x02", b"PK\x03\x04"
_END_FORM = struct.Struct("<4s4H2LH")
_END64_FORM = struct.Struct("<4sQ2H2L4Q")
_LOCATOR_FORM = struct.Struct("<4sLQL")
_CENTRAL_FORM = struct.Struct("<4s4B4HL2L5H2L")
_LOCAL_FORM = struct.Struct("<4s5HL2L2H")
_MAX_COMMENT = 0xFFFF
_FULL16, _FULL32 = 0xFFFF, 0xFFFFFFFF
_ZIP64_EXTRA = 1
_ENCRYPTED, _STRONG, _MASKED, _UTF8 = 1, 1 << 6, 1 << 13, 1 << 11
_STORED, _DEFLATED = 0, 8
_UNIX, _MACOS = 3, 19
_TYPE, _LINK = 0o170000, 0o120000
_SPECIAL = frozenset({0o010000, 0o020000, 0o060000, 0o140000})
_UNSAFE = re.compile(r"\A[A-Za-z]:|[\\\x00-\x1f\x7f]")
"""A drive, a backslash (a folder on other systems), control characters."""
_SHOWN = 100


def _corrupt(detail: str) -> CannotDecode:
    return CannotDecode(Unreadable.CONTAINER_CORRUPT, detail)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One file in an archive; its name is safe to show and leads nowhere outside."""

    name: str
    method: int
    crc: int
    packed: int
    size: int
    offset: int


class Archive:
    """The files of an archive by their names; folders are left out."""

    def __init__(self, reader: Reader, members: Sequence[Member]) -> None:
        """Keep the members that `open_archive` has judged."""
        self._reader = reader
        self.members: Mapping[str, Member] = {member.name: member for member in members}

    def read(self, name: str, limit: int) -> bytes:
        """Unpack one member.

        Raises:
            CannotDecode: there is no such member, it has more than `limit` bytes, or it is broken.
        """
        member = self.members.get(name)
        if member is None:
            raise _corrupt(f"there is no {name[:_SHOWN]}")
        if member.size > limit:
            raise CannotDecode(Unreadable.TOO_LARGE, f"{name[:_SHOWN]}: {member.size} bytes")
        data = _unpacked(self._reader, member)
        if len(data) != member.size or zlib.crc32(data) != member.crc:
            raise _corrupt(f"{name[:_SHOWN]} does not have the size or the checksum that the list says")
        return data


def _unpacked(reader: Reader, member: Member) -> bytes:
    head = reader.read(member.offset, _LOCAL_FORM.size)
    if len(head) < _LOCAL_FORM.size or head[:4] != _LOCAL:
        raise _corrupt(f"{member.name[:_SHOWN]} does not begin where the list says")
    fields = _LOCAL_FORM.unpack(head)
    if fields[3] != member.method:
        raise _corrupt(f"{member.name[:_SHOWN]}: two headers that differ")
    begin = member.offset + _LOCAL_FORM.size + fields[9] + fields[10]
    packed = reader.read(begin, member.packed)
    if len(packed) < member.packed:
        raise CannotDecode(Unreadable.TRUNCATED, f"ends within {member.name[:_SHOWN]}")
    if member.method == _STORED:
        return packed
    unpack = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        data = unpack.decompress(packed, member.size + 1)
    except zlib.error as error:
        raise _corrupt(f"{member.name[:_SHOWN]} can not be unpacked") from error
    return data


def open_archive(reader: Reader, limits: BookLimits) -> Archive:
    """Read the list of members and judge each of them. O(members).

    Raises:
        CannotDecode: container_corrupt, truncated, encrypted, unsafe_name (absolute, with `..`, a
            backslash or a drive), not_a_regular_file (a link), compression_ratio, too_many_frames.
    """
    begin, length, count = _directory(reader)
    if count > limits.max_members:
        raise CannotDecode(Unreadable.TOO_MANY_FRAMES, f"{count} members")
    if length > limits.max_directory:
        raise CannotDecode(Unreadable.TOO_LARGE, f"a list of members of {length} bytes")
    found = list(_members(reader.read(begin, length), count))
    _check_places(found, begin)
    _check_ratio(found, reader.size, limits)
    files = [member for member in found if not member.name.endswith("/")]
    if len({member.name for member in files}) < len(files):
        raise _corrupt("two members of one name")
    return Archive(reader, files)


def _directory(reader: Reader) -> tuple[int, int, int]:
    """Find where the list of members begins, how long it is and how many members it says (4.3.16)."""
    start = max(0, reader.size - _END_FORM.size - _MAX_COMMENT)
    tail = reader.read(start, reader.size - start)
    at = tail.rfind(_END)
    if at < 0 or len(tail) < at + _END_FORM.size:
        raise CannotDecode(Unreadable.TRUNCATED, "no end of a ZIP archive")
    fields = _END_FORM.unpack_from(tail, at)
    disk, count, length, begin = fields[1], fields[4], fields[5], fields[6]
    end = start + at
    if _FULL16 in (disk, count) or _FULL32 in (length, begin):
        wide = _directory64(reader, end)
        begin, length, count, end = wide or (begin, length, count, end)
    elif disk:
        raise _corrupt("a part of an archive on several disks")
    # Bytes before the archive (a self-extracting one) are refused: offsets would not mean what they say.
    if begin + length > end or length < count * _CENTRAL_FORM.size:
        raise _corrupt("the list of members is not where the end says")
    return begin, length, count


def _directory64(reader: Reader, end: int) -> tuple[int, int, int, int] | None:
    """Read the ZIP64 end (4.3.14 and 4.3.15); None if there is none, and the small numbers are meant."""
    locator = reader.read(max(0, end - _LOCATOR_FORM.size), _LOCATOR_FORM.size)
    if len(locator) < _LOCATOR_FORM.size or locator[:4] != _LOCATOR64:
        return None
    _, _, at, _ = _LOCATOR_FORM.unpack(locator)
    record = reader.read(at, _END64_FORM.size) if at < reader.size else b""
    if len(record) < _END64_FORM.size or record[:4] != _END64:
        raise _corrupt("no ZIP64 end where the locator says")
    fields = _END64_FORM.unpack(record)
    return fields[9], fields[8], fields[7], at


def _members(directory: bytes, count: int) -> Iterator[Member]:
    at = 0
    for _ in range(count):
        if at + _CENTRAL_FORM.size > len(directory) or directory[at : at + 4] != _CENTRAL:
            raise _corrupt("the list of members is broken")
        fields = _CENTRAL_FORM.unpack_from(directory, at)
        names = at + _CENTRAL_FORM.size
        extras = names + fields[12]
        at = extras + fields[13] + fields[14]
        if at > len(directory):
            raise _corrupt("the list of members ends within a name")
        yield _member(fields, directory[names:extras], directory[extras : extras + fields[13]])


def _member(fields: tuple[int, ...], raw: bytes, extra: bytes) -> Member:
    flags, method = fields[5], fields[6]
    name = _name(raw, utf8=bool(flags & _UTF8))
    shown = name[:_SHOWN]
    if flags & (_ENCRYPTED | _STRONG | _MASKED):
        raise CannotDecode(Unreadable.ENCRYPTED, shown)
    if fields[2] in (_UNIX, _MACOS) and (kind := fields[17] >> 16 & _TYPE) in _SPECIAL | {_LINK}:
        raise CannotDecode(
            Unreadable.NOT_A_REGULAR_FILE, f"a link: {shown}" if kind == _LINK else f"a device: {shown}"
        )
    if method not in (_STORED, _DEFLATED):
        raise CannotDecode(Unreadable.UNSUPPORTED_FORMAT, f"compression method {method}: {shown}")
    packed, size, offset = _sizes(fields, extra)
    if method == _STORED and packed != size:
        raise _corrupt(f"{shown}: stored with two sizes")
    return Member(name=name, method=method, crc=fields[9], packed=packed, size=size, offset=offset)


def _sizes(fields: tuple[int, ...], extra: bytes) -> tuple[int, int, int]:
    """Return packed size, size and offset, from the ZIP64 field where 32 bits are too few (4.5.3)."""
    size, packed, offset = fields[11], fields[10], fields[18]
    taken = iter(_wide(extra))
    try:
        size = next(taken) if size == _FULL32 else size
        packed = next(taken) if packed == _FULL32 else packed
        offset = next(taken) if offset == _FULL32 else offset
    except StopIteration:
        raise _corrupt("a member without its ZIP64 sizes") from None
    return packed, size, offset


def _wide(extra: bytes) -> Sequence[int]:
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        if kind == _ZIP64_EXTRA:
            body = extra[at + 4 : at + 4 + length]
            return struct.unpack(f"<{len(body) // 8}Q", body[: len(body) // 8 * 8])
        at += 4 + length
    return ()


def _name(raw: bytes, *, utf8: bool) -> str:
    """Decode a member's name, then judge it: in Shift_JIS a backslash byte may be half of a character."""
    name = _decoded(raw, utf8=utf8)
    parts = name.removesuffix("/").split("/")
    if not name or name.startswith("/") or ".." in parts or _UNSAFE.search(name):
        raise CannotDecode(Unreadable.UNSAFE_NAME, ascii(name[:_SHOWN]))
    return name


def _decoded(raw: bytes, *, utf8: bool) -> str:
    for encoding in ("utf-8",) if utf8 else ("utf-8", "cp932", "cp437"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _corrupt("a name that is not UTF-8 although it says so")


def _check_places(found: Sequence[Member], end: int) -> None:
    """Refuse members that overlap (bombs without recursion) or lie beyond the list."""
    before = 0
    for member in sorted(found, key=lambda m: m.offset):
        if member.offset < before:
            raise _corrupt("members that overlap")
        before = member.offset + _LOCAL_FORM.size + member.packed
    if before > end:
        raise _corrupt("a member that reaches into the list")


def _check_ratio(found: Sequence[Member], size: int, limits: BookLimits) -> None:
    total = sum(member.size for member in found)
    if total > max(limits.ratio_floor, limits.max_ratio * size):
        raise CannotDecode(Unreadable.COMPRESSION_RATIO, f"{size} bytes unpack to {total}")
