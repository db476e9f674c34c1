"""The unit of work: a slice of one container, or a chunk of files, with a compact list of its members.

A unit is planned in one process and read in another, perhaps on another day: it is plain text, numbers
and bytes. Its identity says what was planned (dataset, path, size, slice, names and sizes of members)
and leaves out what differs between two copies of the same dataset (times, inodes).
"""

import hashlib
import json
import os
import struct
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from itertools import groupby
from typing import NamedTuple

from sekisho.codec import canonical
from sekisho.model import Item, Unreadable
from sekisho.store.datasets.names import is_sidecar, sample_key

__all__ = [
    "PROBLEM_OF",
    "Mark",
    "Member",
    "Reading",
    "Stamp",
    "Unit",
    "pack",
    "stamp_of",
    "thinned",
    "unpack",
    "with_sidecars",
]

Blob = bytes
"""The type, in a class that has an attribute called `bytes`."""
COMPRESSION = 1
"""zlib level: names in a sequence shrink to a tenth already; higher levels only cost time."""
COLUMNS = 5
PACKED_MEMBERS = frozenset({"folder", "tar"})
"""Kinds of units that list their members with `pack`; the others tell in canonical JSON what is read."""


class Mark(IntEnum):
    """What the plan already knows about a member."""

    READ = 0
    SKIP = 1
    NOT_REGULAR = 2
    LINK_OUTSIDE = 3
    UNSAFE_NAME = 4
    IO_ERROR = 5
    CORRUPT = 6
    RATIO = 7
    BESIDE = 8
    """A sidecar that is read for what it tells of others; it is none of the members that are asked for."""


PROBLEM_OF = {
    Mark.NOT_REGULAR: Unreadable.NOT_A_REGULAR_FILE,
    Mark.LINK_OUTSIDE: Unreadable.LINK_OUTSIDE,
    Mark.UNSAFE_NAME: Unreadable.UNSAFE_NAME,
    Mark.IO_ERROR: Unreadable.IO_ERROR,
    Mark.CORRUPT: Unreadable.CONTAINER_CORRUPT,
    Mark.RATIO: Unreadable.COMPRESSION_RATIO,
}
"""The reason that stands in the row of a member which the plan says can not be read."""


class Member(NamedTuple):
    """One file of a folder or one member of a tar.

    Attributes:
        nth: which of the tar's members of this name, from 1; 0 for files and for the tar itself.
        start: where its bytes begin in the tar; 0 for files.
        size: bytes.
    """

    name: bytes
    nth: int
    start: int
    size: int
    mark: Mark


class Stamp(NamedTuple):
    """How a file looked when it was planned; another look means that it was changed."""

    size: int
    mtime_ns: int
    inode: int


def stamp_of(status: os.stat_result) -> Stamp:
    """Return the stamp of an open file."""
    return Stamp(status.st_size, status.st_mtime_ns, status.st_ino)


def _joined(members: Sequence[Member]) -> bytes:
    columns = [[len(m.name), m.nth, m.start, m.size, m.mark] for m in members]
    flat = [row[c] for c in range(COLUMNS) for row in columns]
    return struct.pack(f"<q{len(flat)}q", len(members), *flat) + b"".join(m.name for m in members)


def pack(members: Sequence[Member]) -> bytes:
    """Write a list of members in about a tenth of its size: columns of int64, then the names, zlib."""
    return zlib.compress(_joined(members), COMPRESSION)


def unpack(blob: bytes) -> Iterator[Member]:
    """Read the members that `pack` wrote, in order."""
    raw = zlib.decompress(blob)
    (count,) = struct.unpack_from("<q", raw)
    flat = struct.unpack_from(f"<{COLUMNS * count}q", raw, 8)
    at = 8 * (1 + COLUMNS * count)
    marks = list(Mark)
    for i in range(count):
        length = flat[i]
        yield Member(
            raw[at : at + length],
            flat[count + i],
            flat[2 * count + i],
            flat[3 * count + i],
            marks[flat[4 * count + i]],
        )
        at += length


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A piece of work that one process does in one go.

    Attributes:
        dataset: the dataset's name, as in the manifest.
        number: the dataset's number from 1; 0 if there is only one. Part of every item's name.
        kind: folder, tar, tar.gz, parquet, jsonl, jsonl.gz, jsonl.zst or warc.
        path: escaped path of the container below the root; empty for a chunk of a folder's files.
        start, stop: bytes in a tar, a WARC or plain lines; rows in a Parquet file; lines in packed
            ones; files in the order of the walk.
        items: members that may be media, an upper bound; None where it is not known before reading.
        bytes: how many the members have as stored.
        members: what `pack` made of a folder's or tar's members; canonical JSON for the others.
        size, mtime_ns, inode: how the container looked when it was planned; 0 for files of a folder.
    """

    dataset: str
    number: int
    kind: str
    path: str
    start: int
    stop: int
    items: int | None
    bytes: int
    members: Blob
    size: int = 0
    mtime_ns: int = 0
    inode: int = 0

    @property
    def stamp(self) -> Stamp:
        """Return how the container looked when it was planned."""
        return Stamp(self.size, self.mtime_ns, self.inode)

    @property
    def prefix(self) -> str:
        """Return what stands before the path in the names of this unit's items."""
        return f"{self.number}:{self.path}" if self.number else self.path

    def numbers(self) -> range | None:
        """Return the rows, lines or records of a unit, if its items are named by numbers."""
        if self.kind == "parquet":
            return range(self.start, self.stop)
        if self.kind in PACKED_MEMBERS or self.kind == "tar.gz":
            return None
        told = json.loads(self.members)
        return range(told["first"], told["first"] + told.get("lines", told.get("records", 0)))

    def identity(self) -> Blob:
        """Return canonical JSON of what was planned: equal for equal copies of a dataset.

        The members are hashed uncompressed, because two builds of zlib may compress differently.
        """
        inner = zlib.decompress(self.members) if self.kind in PACKED_MEMBERS else self.members
        return canonical(
            {
                "dataset": self.dataset,
                "kind": self.kind,
                "members": hashlib.sha256(inner).hexdigest(),
                "number": self.number,
                "path": self.path,
                "size": self.size,
                "slice": [self.start, self.stop],
            }
        )


def with_sidecars(members: Sequence[Member], kept: Sequence[Member]) -> list[Member]:
    """Return some members of a tar in its order, each with the sidecars of its sample.

    Args:
        members: all of a unit.
        kept: some of them.
    """
    wanted = {(member.name, member.nth) for member in kept}
    left: list[Member] = []
    for key, run in groupby(members, lambda member: sample_key(member.name)):
        sample = list(run)
        if not any((member.name, member.nth) in wanted for member in sample):
            continue
        if left and key is not None and sample_key(left[-1].name) == key:
            left.append(_GAP)
        left += (
            member if (member.name, member.nth) in wanted else member._replace(mark=Mark.BESIDE)
            for member in sample
            if (member.name, member.nth) in wanted or (key is not None and _may_tell(member))
        )
    return left


def _may_tell(member: Member) -> bool:
    return is_sidecar(member.name) and member.mark in {Mark.READ, Mark.UNSAFE_NAME}


_GAP = Member(b"", 0, 0, 0, Mark.BESIDE)
"""Stands between two samples of one key that were apart."""


def thinned(unit: Unit, positions: Sequence[int]) -> Unit:
    """Return a unit of which only some items are left: a sample.

    Args:
        unit: of a plan.
        positions: ascending, as the survey counts them.
    """
    if unit.kind in PACKED_MEMBERS:
        members = list(unpack(unit.members))
        kept = [members[position] for position in positions]
        packed = pack(with_sidecars(members, kept) if unit.kind == "tar" else kept)
        return replace(unit, members=packed, items=len(kept), bytes=sum(m.size for m in kept))
    before = json.loads(unit.members) if unit.members else {}
    left = canonical({**before, "positions": list(positions)})
    return replace(unit, members=left, items=len(positions))


class Reading:
    """The items of one unit, once, and how many members were no media.

    `skipped` is complete when the iteration has ended.
    """

    def __init__(self, read: Callable[[], Iterator[Item | None]]) -> None:
        """Take a function that reads; None stands for a member that is no media."""
        self._read = read
        self.skipped = 0

    def __iter__(self) -> Iterator[Item]:
        """Read the unit from its beginning."""
        self.skipped = 0
        for item in self._read():
            if item is None:
                self.skipped += 1
            else:
                yield item
