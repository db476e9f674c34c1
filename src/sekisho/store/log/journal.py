"""The entries that wait for a checkpoint: files that only grow, one write and one sync for a group.

A group is a header and its entries, each behind its length as in a bundle. Numbers are little-endian:

    magic 8 B | first u64 | count u32 | bytes u32 | latest hour u64 | digest 16 B | entries

`digest` begins SHA-256 over the header before it and the entries. A segment is named for the index of
its first entry and begins with an empty group; it is closed when it has `SEGMENT_BYTES`, and the next
one begins with the index that follows, so that all processes agree where the journal ends.

A group is in the log when its sync has ended. One writes at a time, and who finds a group that another
has written syncs it before the next one; so a crash leaves at most one that is not whole, at the end.
Nobody has acknowledged it: it is cut off. What is not whole before another group is damage.
"""

import hashlib
import os
import struct
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from sekisho.errors import EvidenceError
from sekisho.store.log.disk import replace_files, sync_data, sync_folder, write_all

__all__ = ["HEADER_BYTES", "MAGIC", "Journal", "JournalEnd", "Run"]

MAGIC = b"\xffsekisho"
"""No entry has this byte, and no length begins with it: what looks like a group is one."""
SEGMENT_BYTES = 8 << 20
_HEADER = struct.Struct("<8sQIIQ")
_DIGEST_BYTES = 16
HEADER_BYTES = _HEADER.size + _DIGEST_BYTES
_NAME_DIGITS = 20
RESTORE = (
    "bring back the newest copy of the log's folder; if only this file is old or damaged: sekisho log restore"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Some entries in their order: the index of the first, how many, and each behind its length."""

    first: int
    count: int
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalEnd:
    """Where the journal ends.

    Attributes:
        segment, inode, offset: the last segment, which file it is, and its bytes in whole groups.
        next: the index that the next entry will get.
        latest: the hour of the newest entry, since 1970.
    """

    segment: Path
    inode: int
    offset: int
    next: int
    latest: int


def _encoded(run: Run, latest: int) -> bytes:
    header = _HEADER.pack(MAGIC, run.first, run.count, len(run.data), latest)
    digest = hashlib.sha256(header + run.data).digest()[:_DIGEST_BYTES]
    return b"".join((header, digest, run.data))


def _decoded(data: bytes, at: int) -> tuple[Run, int] | None:
    """Return the group at an offset and its latest hour; None if there is no whole one."""
    body = at + HEADER_BYTES
    if len(data) < body:
        return None
    magic, first, count, length, latest = _HEADER.unpack_from(data, at)
    if magic != MAGIC or len(data) < body + length:
        return None
    header, entries = data[at : at + _HEADER.size], data[body : body + length]
    if hashlib.sha256(header + entries).digest()[:_DIGEST_BYTES] != data[at + _HEADER.size : body]:
        return None
    return Run(first=first, count=count, data=entries), latest


def _in_segment(data: bytes, first: int) -> Iterator[tuple[Run, int, int]]:
    """Yield the whole groups that follow each other from `first` on: group, latest hour, where it ends."""
    at = 0
    while (found := _decoded(data, at)) is not None and found[0].first == first:
        run, latest = found
        at, first = at + HEADER_BYTES + len(run.data), first + run.count
        yield run, latest, at


def _groups_of(segment: Path, offset: int) -> Iterator[tuple[Run, int]]:
    """Yield the whole groups of a segment from an offset on, one in memory, and where each ends."""
    with segment.open("rb") as file:
        file.seek(offset)
        while len(header := file.read(HEADER_BYTES)) == HEADER_BYTES:
            found = _decoded(header + file.read(_HEADER.unpack_from(header)[3]), 0)
            if found is None:
                return
            yield found[0], file.tell()


def _size(end: JournalEnd) -> int:
    """Return the bytes of a segment now; -1 if it is gone, or another file has its name."""
    try:
        found = os.stat(end.segment)  # noqa: PTH116 - twice as fast, and this is all that one append reads
    except FileNotFoundError:
        return -1
    return found.st_size if found.st_ino == end.inode else -1


def _damaged(path: Path, what: str) -> EvidenceError:
    return EvidenceError(f"refusing to sign: {path} {what}", hint=RESTORE)


class Journal:
    """The journal in one folder; callers see to it that one thread at a time uses it.

    What writes must hold the lock of those who append; `look` and `runs` need none.
    """

    def __init__(self, folder: Path) -> None:
        """Name the folder; `begin` makes it."""
        self._folder = folder
        self._end: JournalEnd | None = None
        self._read: tuple[int, Path, int] | None = None

    def _segments(self) -> list[Path]:
        """Return the segments, the oldest first."""
        names = self._folder.iterdir() if self._folder.is_dir() else ()
        return sorted(path for path in names if path.name.isdigit())

    def _segment(self, first: int) -> Path:
        return self._folder / str(first).zfill(_NAME_DIGITS)

    @property
    def begun(self) -> bool:
        """Whether there is a journal."""
        return bool(self._segments())

    def begin(self, first: int, latest: int, runs: Iterable[Run] = ()) -> None:
        """Make the journal anew: one segment that begins at an index, and nothing else."""
        segment, empty = self._segment(first), Run(first=first, count=0, data=b"")
        groups = [_encoded(run, latest) for run in (empty, *runs)]
        replace_files([(segment, b"".join(groups))])
        for other in self._segments():
            if other != segment:
                other.unlink()
        sync_folder(self._folder)
        self._end = self._read = None

    def _opened(self) -> JournalEnd:
        """Return the beginning of the last segment."""
        try:
            segment = self._segments()[-1]
        except IndexError as error:
            raise _damaged(self._folder, "is missing") from error
        return JournalEnd(
            segment=segment, inode=segment.stat().st_ino, offset=0, next=int(segment.name), latest=0
        )

    def _read_on(self, end: JournalEnd) -> tuple[JournalEnd, bytes]:
        """Follow a segment from an offset; return where its groups end, and what stands behind them."""
        with end.segment.open("rb") as file:
            file.seek(end.offset)
            data = file.read()
        at, first, latest = 0, end.next, end.latest
        for run, hour, stop in _in_segment(data, first):
            at, first, latest = stop, run.first + run.count, max(latest, hour)
        if end.offset + at == 0:
            raise _damaged(end.segment, "does not begin with a group")
        return replace(end, offset=end.offset + at, next=first, latest=latest), data[at:]

    def _looked(self) -> tuple[JournalEnd, bytes]:
        """Return where the journal ends now, and what stands behind it and is no whole group."""
        end, rest = self._end, b""
        size = _size(end) if end else -1
        if end is None or size < end.offset:
            end, rest = self._read_on(self._opened())
        elif size > end.offset:
            end, rest = self._read_on(end)
        while end.offset >= SEGMENT_BYTES and (segment := self._segment(end.next)).exists():
            begun = replace(end, segment=segment, inode=segment.stat().st_ino, offset=0)
            end, rest = self._read_on(begun)
        return end, rest

    def look(self) -> JournalEnd:
        """Return where the journal ends now; its last group may be on its way to the disk."""
        return self._looked()[0]

    def settle(self) -> JournalEnd:
        """Return where the journal ends, all of it on the disk, after what a crash left is cut off.

        Raises:
            EvidenceError: a segment is missing or damaged, or the journal was taken back.
            OSError: the disk is broken.
        """
        end, rest = self._looked()
        if end is self._end and not rest:
            return end
        if MAGIC in rest[1:] or _decoded(rest, 0) is not None:
            raise _damaged(end.segment, f"has a damaged group at byte {end.offset}")
        if self._end is not None and end.next < self._end.next:
            raise _damaged(self._folder, f"was taken back from {self._end.next} entries to {end.next}")
        descriptor = os.open(end.segment, os.O_WRONLY)
        try:
            if rest:
                os.ftruncate(descriptor, end.offset)
            sync_data(descriptor)
        finally:
            os.close(descriptor)
        self._end = end
        return end

    def append(self, data: bytes, count: int, latest: int) -> int:
        """Append a group; it is on the disk when this returns the index of its first entry.

        Args:
            data: the entries, each behind its length.
            count: how many.
            latest: the hour of the newest of them.

        Raises:
            EvidenceError: as `settle`.
            OSError: the disk is full or broken; nothing was appended.
        """
        end = self.settle()
        if end.offset >= SEGMENT_BYTES:
            end = self._next_segment(end)
        latest = max(latest, end.latest)
        group = _encoded(Run(first=end.next, count=count, data=data), latest)
        descriptor = os.open(end.segment, os.O_WRONLY | os.O_APPEND)
        try:
            write_all(descriptor, group)
            sync_data(descriptor)
        except BaseException:
            with suppress(OSError):
                os.ftruncate(descriptor, end.offset)
            raise
        finally:
            os.close(descriptor)
        self._end = JournalEnd(
            segment=end.segment,
            inode=end.inode,
            offset=end.offset + len(group),
            next=end.next + count,
            latest=latest,
        )
        return end.next

    def _next_segment(self, end: JournalEnd) -> JournalEnd:
        segment = self._segment(end.next)
        replace_files([(segment, _encoded(Run(first=end.next, count=0, data=b""), end.latest))])
        self._end = replace(end, segment=segment, inode=segment.stat().st_ino, offset=HEADER_BYTES)
        return self._end

    def runs(self, first: int) -> Iterator[Run]:
        """Yield the groups from an index on up to where `settle` has found the end; one at a time in memory.

        Raises:
            EvidenceError: entries are missing or damaged.
        """
        end = self._end.next if self._end else self.look().next
        while first < end:
            began, (segment, offset) = first, self._place(first)
            for run, stop in _groups_of(segment, offset):
                if run.first == first < end and run.count:
                    yield run
                    first += run.count
                    self._read = (first, segment, stop)
            if first == began:
                raise _damaged(self._folder, f"lacks the entries from {first} on")

    def _place(self, first: int) -> tuple[Path, int]:
        """Return a segment and an offset from which on the entry `first` is to be found."""
        if self._read and self._read[0] == first and self._read[1].exists():
            segment, offset = self._read[1:]
            if offset < segment.stat().st_size:
                return segment, offset
        before = [path for path in self._segments() if int(path.name) <= first]
        if not before:
            raise _damaged(self._folder, f"lacks the entries from {first} on")
        return before[-1], 0

    def whole(self) -> list[Run]:
        """Return all whole groups of all segments, in their order; a damaged segment is kept aside too."""
        found = []
        for segment in self._segments():
            data = segment.read_bytes()
            groups = list(_in_segment(data, int(segment.name)))
            found += [run for run, *_ in groups if run.count]
            rest = data[groups[-1][2] if groups else 0 :]
            if MAGIC in rest[1:] or not groups:
                with suppress(FileExistsError):
                    segment.with_name(f"{segment.name}.broken").hardlink_to(segment)
        return found

    def drop(self, published: int) -> None:
        """Remove the segments whose entries all stand before an index; the last segment stays."""
        segments = self._segments()
        for segment, following in pairwise(segments):
            if int(following.name) <= published:
                segment.unlink(missing_ok=True)
