"""The files of a snapshot: FILE is the base, FILE.1 to FILE.16 the deltas that follow it.

A publisher writes a new base in one step and removes the deltas of the old one afterwards, the last
first. A reader that comes in between, or after a crash, finds deltas that do not follow the new base
and are of a lower edition: such a leftover is passed over. Everything else that does not fit is an
error: a gap, a delta of another base, a file that is no delta.
"""

import mmap
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sekisho.errors import ExistsError, NotFoundError, SnapshotError, SnapshotSequence, SnapshotTampered
from sekisho.snapshot import Head, SegmentKind, peek
from sekisho.snapshot.layout import MAGIC, MAX_DELTAS
from sekisho.store.atomic import Chunk, write_atomic

__all__ = ["SegmentFile", "chain", "delta_path", "is_segment", "write_base", "write_delta"]

_TRIES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentFile:
    """One mapped file of a snapshot, and what its head says; nothing of it is verified yet.

    Attributes:
        stamp: size, inode, device and times: whatever changes when a file does.
    """

    path: Path
    buffer: memoryview
    stamp: tuple[int, ...]
    digest: str
    head: Head


def delta_path(base: Path, number: int) -> Path:
    """Return the name of delta `number`, from 1, of a base."""
    return base.with_name(f"{base.name}.{number}")


def _stamp(status: os.stat_result) -> tuple[int, ...]:
    return (status.st_size, status.st_ino, status.st_dev, status.st_mtime_ns, status.st_ctime_ns)


def _map(path: Path) -> tuple[memoryview, tuple[int, ...]]:
    try:
        with path.open("rb") as stream:
            status = os.fstat(stream.fileno())
            if not status.st_size:
                raise SnapshotTampered(f"{path} is empty", hint="fetch the snapshot again")
            mapped = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
            return memoryview(mapped), _stamp(status)
    except (FileNotFoundError, IsADirectoryError) as error:
        raise NotFoundError(
            f"there is no snapshot {path}",
            hint="ask your registry for one: `sekisho snapshot publish -o FILE`",
        ) from error


def _read(path: Path) -> SegmentFile:
    buffer, stamp = _map(path)
    digest, head = peek(buffer)
    return SegmentFile(path=path, buffer=buffer, stamp=stamp, digest=digest, head=head)


def _read_delta(path: Path) -> SegmentFile | None:
    """Read a delta; None if there is none, or it was removed this moment."""
    try:
        found = _read(path) if path.is_file() else None
    except NotFoundError:
        return None
    except SnapshotError as error:
        raise type(error)(f"{path.name}: {error}", hint=error.hint) from error
    if found is not None and found.head.segment is not SegmentKind.DELTA:
        raise SnapshotSequence(
            f"{path.name} is a whole snapshot under the name of a segment", hint="move it elsewhere"
        )
    return found


def _followed(base: SegmentFile) -> list[SegmentFile]:
    """Return the base and what follows it; refuse whatever else has the name of a delta."""
    found = [base]
    strays: list[SegmentFile] = []
    for number in range(1, MAX_DELTAS + 2):
        delta = _read_delta(delta_path(base.path, number))
        if delta is not None:
            fits = number == len(found) <= MAX_DELTAS and delta.head.parent == found[-1].digest
            (found if fits else strays).append(delta)
    newest = found[-1].head
    for stray in strays:
        if stray.head.registry != newest.registry or stray.head.edition >= newest.edition:
            raise SnapshotSequence(
                f"{stray.path.name} (edition {stray.head.edition}) does not follow {found[-1].path.name}"
                f" (edition {newest.edition}): of another base, out of sequence, or one is missing",
                hint="fetch the base and all its segments again",
            )
    return found


def chain(path: Path, until: str = "") -> Sequence[SegmentFile]:
    """Return the files of a snapshot, the base first.

    Args:
        path: the base.
        until: hex digest of the edition to stop at; empty: the newest.

    Raises:
        NotFoundError: there is no such file.
        SnapshotError: a file is no segment, does not fit, or none has the wanted digest.
    """
    for again in reversed(range(_TRIES)):
        base = _read(path)
        try:
            found = _until(_followed(base), until)
        except SnapshotError:
            if not again or not _was_replaced(base):
                raise
        else:
            if not again or not _was_replaced(base):
                return found
    raise AssertionError  # pragma: no cover - the last try returns or raises


def _was_replaced(base: SegmentFile) -> bool:
    """Tell whether a new base came while we were reading: what we found may be of two snapshots."""
    try:
        return _stamp(base.path.stat()) != base.stamp
    except FileNotFoundError:
        return True


def _until(found: list[SegmentFile], digest: str) -> Sequence[SegmentFile]:
    if not digest:
        return found
    for number, one in enumerate(found):
        if one.digest == digest:
            return found[: number + 1]
    raise SnapshotError(
        f"{found[0].path} is not the edition sha256:{digest[:12]}..., and none of its segments is",
        hint="it was replaced by another; name the file of that one with --snapshot",
    )


def is_segment(path: Path) -> bool:
    """Tell whether a file begins like a base or a delta."""
    if not path.is_file():
        return False
    with path.open("rb") as stream:
        return stream.read(len(MAGIC)) == MAGIC


def _is_delta(path: Path) -> bool:
    """Tell whether a file may be replaced as a delta: it is one, or a damaged segment."""
    if not is_segment(path):
        return False
    try:
        return _read(path).head.segment is SegmentKind.DELTA
    except SnapshotError:
        return True


def _deltas(base: Path) -> list[Path]:
    """Return the files with the names of deltas, the last first.

    Raises:
        ExistsError: one of them is something else, which readers would stumble over.
    """
    found = [delta_path(base, n) for n in range(MAX_DELTAS + 1, 0, -1)]
    found = [path for path in found if path.exists() or path.is_symlink()]
    for path in found:
        if not _is_delta(path):
            raise ExistsError(f"{path} is not a segment of a snapshot", hint="readers look there; move it")
    return found


def write_base(path: Path, chunks: Iterable[Chunk], *, force: bool = False) -> int:
    """Write a base in one step, then remove the deltas of the one that it replaces.

    Returns:
        The number of bytes written.

    Raises:
        ExistsError: the name is taken by something else than a snapshot and `force` is not set.
    """
    old = _deltas(path)
    size = write_atomic(path, chunks, force=force or is_segment(path))
    for delta in old:
        delta.unlink(missing_ok=True)
    return size


def write_delta(path: Path, number: int, chunks: Iterable[Chunk]) -> int:
    """Write delta `number` of a base in one step, over what an older base has left there.

    Raises:
        ExistsError: the name is taken by something else than a segment.
    """
    place = delta_path(path, number)
    return write_atomic(place, chunks, force=_is_delta(place))
