r"""One part of a signal snapshot: copies of site files, an index, a foot. Never changed once sealed.

    8     "SKSIGN1\\n"
    ...   records: u32 bytes packed, u32 bytes plain, SHA-256 of the plain bytes, the bytes in zlib form
    64 n  index, sorted as bytes: first 16 bytes of the URL's SHA-256, u64 time, SHA-256 of the record,
          u64 place of the record
    64    foot: "SKSIGNX1", u64 place of the index, u64 records, 8 zero bytes, digest

All numbers are big-endian, so that rows sort as bytes; times are seconds since 1970. Plain bytes are a line
of JSON and the file's body. The digest is the SHA-256 of all rows without the place: it depends on what
was read, not on the sequence in which it came. While a part is being written it is `NAME.part`: records only,
and after a crash its whole records are there.
"""

import fcntl
import hashlib
import os
import struct
import zlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import msgspec
import numpy as np

from sekisho.detect.signals.kept import MAX_KEPT, Kept, Why
from sekisho.detect.signals.sites import Copy, Reached
from sekisho.errors import InputError, UsageError

__all__ = [
    "FOOT",
    "KEY_BYTES",
    "MAGIC",
    "OPEN",
    "ROW",
    "SEALED",
    "Foot",
    "PartWriter",
    "Row",
    "digest_of",
    "read_foot",
    "read_record",
    "url_key",
]

MAGIC, FOOT_MAGIC = b"SKSIGN1\n", b"SKSIGNX1"
OPEN, SEALED = ".part", ".signals"
KEY_BYTES = 16
ROW = struct.Struct(">16sQ32sQ")
FOOT = struct.Struct(">8sQQ8x32s")
_HEAD = struct.Struct(">II32s")
_DIGESTED = 56
"""Bytes of a row without the place."""
_ROWS = 1 << 14
"""Rows that are digested at a time."""
_MAX_PLAIN = MAX_KEPT + 256 * 1024
_MAX_PACKED = _MAX_PLAIN + 64 * 1024


class Row(NamedTuple):
    """A row of the index."""

    key: bytes
    captured: int
    sha256: bytes
    place: int


class Foot(NamedTuple):
    """What the foot of a sealed part says."""

    begins: int
    records: int
    digest: bytes


def url_key(url: str) -> bytes:
    """Return what a URL is looked up by."""
    return hashlib.sha256(url.encode("utf-8", "surrogatepass")).digest()[:KEY_BYTES]


def _plain(kept: Kept) -> bytes:
    copy = kept.copy
    head = {
        "url": copy.url,
        "reached": copy.reached.value,
        "captured": int(copy.captured.timestamp()),
        "status": kept.status,
        "why": kept.why.value,
        "final": kept.final,
        "chain": list(kept.chain),
        "type": kept.type,
        "sha256": copy.sha256,
        "bytes": len(copy.body),
    }
    return msgspec.json.encode(head) + b"\n" + copy.body


def _kept(plain: bytes) -> Kept:
    line, _, body = plain.partition(b"\n")
    try:
        head: dict[str, Any] = msgspec.json.decode(line)
        copy = Copy(
            url=head["url"],
            reached=Reached(head["reached"]),
            captured=datetime.fromtimestamp(head["captured"], UTC),
            body=body,
        )
        kept = Kept(
            copy=copy,
            status=head["status"],
            why=Why(head["why"]),
            final=head["final"],
            chain=tuple(head["chain"]),
            type=head["type"],
        )
    except (KeyError, TypeError, ValueError, OverflowError, OSError) as error:
        raise InputError(f"a record has the wrong form: {error}") from error
    if head.get("sha256") != copy.sha256:
        raise InputError("the body of a record is not the one that was read")
    return kept


def read_record(data: bytes | memoryview, place: int, wanted: bytes | None = None) -> tuple[Kept, bytes, int]:
    """Read the record at a place; return it, its digest and where it ends.

    Args:
        data: the file.
        place: where the record begins.
        wanted: the digest that it must have; None: the one that it names.

    Raises:
        InputError: it is cut, or its bytes are not those that were written.
    """
    start = place + _HEAD.size
    if start > len(data):
        raise InputError("a record is cut short")
    packed, size, digest = _HEAD.unpack(data[place:start])
    if packed > _MAX_PACKED or size > _MAX_PLAIN or start + packed > len(data):
        raise InputError("a record is cut short")
    stream = zlib.decompressobj()
    try:
        plain = stream.decompress(data[start : start + packed], size + 1)
    except zlib.error as error:
        raise InputError(f"a record can not be unpacked: {error}") from error
    if len(plain) != size or hashlib.sha256(plain).digest() != digest or wanted not in {None, digest}:
        raise InputError("a record is not the one that was written")
    return _kept(plain), digest, start + packed


def digest_of(index: bytes | memoryview) -> bytes:
    """Return the digest of an index: of all its rows, without their places. O(n), in bounded memory."""
    digest = hashlib.sha256()
    rows = np.frombuffer(index, np.uint8).reshape(-1, ROW.size)
    for at in range(0, len(rows), _ROWS):
        digest.update(rows[at : at + _ROWS, :_DIGESTED].tobytes())
    return digest.digest()


def read_foot(data: bytes | memoryview) -> Foot:
    """Read the foot of a sealed part.

    Raises:
        InputError: this is no sealed part, or it was cut.
    """
    if len(data) < len(MAGIC) + FOOT.size or bytes(data[: len(MAGIC)]) != MAGIC:
        raise InputError("it is no part of a signal snapshot")
    magic, index, count, digest = FOOT.unpack(data[-FOOT.size :])
    if magic != FOOT_MAGIC or index < len(MAGIC) or index + count * ROW.size + FOOT.size != len(data):
        raise InputError("it is cut short, or something was added")
    return Foot(index, count, digest)


class PartWriter:
    """Append copies to a part; what was committed survives any crash. One process writes at a time."""

    def __init__(self, path: Path) -> None:
        """Begin a part, or go on with one that was left.

        Args:
            path: its name while it is open, `NAME.part`.

        Raises:
            UsageError: another process is writing it.
        """
        self._path = path
        self._file: BinaryIO = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644), "r+b")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.close()
            raise UsageError(
                f"another sekisho is collecting into {path.parent}", hint="wait for it"
            ) from None
        self._rows: list[bytes] = []
        self._newest: dict[bytes, int] = {}
        self._end = self._recover()

    def __len__(self) -> int:
        """Return how many copies it has."""
        return len(self._rows)

    def _recover(self) -> int:
        """Take what whole records there are, and cut off the rest."""
        data = self._file.read(len(MAGIC))
        end = len(MAGIC)
        if data == MAGIC:
            while (record := self._at(end)) is not None:
                kept, digest, after = record
                self._note(kept, digest, end)
                end = after
        else:
            self._file.seek(0)
            self._file.write(MAGIC)
        self._file.truncate(end)
        self._file.seek(end)
        return end

    def _at(self, place: int) -> tuple[Kept, bytes, int] | None:
        self._file.seek(place)
        head = self._file.read(_HEAD.size)
        if len(head) < _HEAD.size or _HEAD.unpack(head)[0] > _MAX_PACKED:
            return None
        data = head + self._file.read(_HEAD.unpack(head)[0])
        try:
            kept, digest, size = read_record(data, 0)
        except InputError:
            return None
        return kept, digest, place + size

    def _note(self, kept: Kept, digest: bytes, place: int) -> None:
        key = url_key(kept.copy.url)
        self._rows.append(ROW.pack(key, int(kept.copy.captured.timestamp()), digest, place))
        self._newest[key] = place

    def newest(self, url: str) -> Kept | None:
        """Return the last copy of a file that stands in this part."""
        place = self._newest.get(url_key(url))
        if place is None:
            return None
        self._file.flush()
        found = self._at(place)
        self._file.seek(self._end)
        return None if found is None else found[0]

    def append(self, kept: Kept) -> None:
        """Add a copy; it is safe after `commit`."""
        plain = _plain(kept)
        packed, digest = zlib.compress(plain), hashlib.sha256(plain).digest()
        self._file.write(_HEAD.pack(len(packed), len(plain), digest) + packed)
        self._note(kept, digest, self._end)
        self._end += _HEAD.size + len(packed)

    def commit(self) -> None:
        """Make sure that everything so far is on the disk."""
        self._file.flush()
        os.fsync(self._file.fileno())

    def seal(self) -> Path | None:
        """Write index and foot and give the part its name; None, and nothing is left, if it has no copy."""
        if not self._rows:
            self._path.unlink(missing_ok=True)
            self.close()
            return None
        self._rows.sort()
        index = b"".join(self._rows)
        self._file.write(index)
        self._file.write(FOOT.pack(FOOT_MAGIC, self._end, len(self._rows), digest_of(index)))
        self.commit()
        sealed = self._path.with_suffix(SEALED)
        self._path.rename(sealed)
        folder = os.open(sealed.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        self.close()
        return sealed

    def close(self) -> None:
        """Let go of the file; it stays."""
        self._file.close()
