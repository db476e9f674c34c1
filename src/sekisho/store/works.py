"""A registrant's own files: found in a fixed order, read part by part, never written."""

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from sekisho.errors import NotFoundError
from sekisho.media.books import BookKind, book_kind, natural_key
from sekisho.store.datasets.names import escape

__all__ = ["FileReader", "Work", "list_works", "opened", "unchanged"]

_MAX_NAME = 2000
"""Characters, as `codec` allows for a name in prints.jsonl."""
_MAX_VOLUME_NAME = 900
"""Characters, so that the name of a page fits behind it."""
HEAD = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One file that was given.

    Attributes:
        name: relative to the folder that was given; of a volume percent-encoded as in `datasets.names`, and
            no second volume has it.
        path: absolute, as bytes on disk.
        folder: where it lies, so that the pictures of a folder can be one volume.
        size, mtime: bytes and nanoseconds, when it was found.
        kind: what kind of volume it is; None for everything else.
    """

    name: str
    path: bytes
    folder: bytes
    size: int
    mtime: int
    kind: BookKind | None = None


@dataclass(frozen=True, slots=True)
class FileReader:
    """An open file of which any part can be read."""

    descriptor: int
    size: int

    def read(self, start: int, count: int) -> bytes:
        """Return up to `count` bytes from `start` on; fewer only at the end of the file."""
        parts = []
        while count > 0 and (part := os.pread(self.descriptor, count, start)):
            parts.append(part)
            start, count = start + len(part), count - len(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def whole(self, limit: int) -> bytes | None:
        """Return the file's bytes, None if there are more than `limit`."""
        return self.read(0, self.size) if self.size <= limit else None


def _plain(name: str) -> str:
    """Write a name that is not UTF-8 with backslash escapes, so that it can stand in JSON."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")[-_MAX_NAME:]


def _not_listed(error: OSError) -> None:
    raise error


def _below(folder: Path) -> Iterator[Path]:
    # Links to folders are not followed: they could lead round in a circle.
    for parent, folders, files in os.walk(folder, onerror=_not_listed):
        folders.sort(key=natural_key)
        for name in sorted(files, key=natural_key):
            path = Path(parent, name)
            if path.is_file():
                yield path


def _found(path: Path, name: str) -> Work:
    status = path.stat()
    whole = os.fsencode(path.absolute())
    kind = _kind(path)
    return Work(
        name=escape(os.fsencode(name))[-_MAX_VOLUME_NAME:] if kind else _plain(name),
        path=whole,
        folder=whole.rpartition(b"/")[0],
        size=status.st_size,
        mtime=status.st_mtime_ns,
        kind=kind,
    )


def _kind(path: Path) -> BookKind | None:
    if book_kind(path.name, b"") is None:
        return None
    try:
        with path.open("rb") as stream:
            return book_kind(path.name, stream.read(HEAD))
    except OSError:
        return book_kind(path.name, b"")


def _apart(works: Sequence[Work]) -> Iterator[Work]:
    """Give a second volume of a name another one, so that their pages stay apart."""
    seen: Counter[str] = Counter()
    for work in works:
        seen[work.name] += work.kind is not None
        again = work.kind is not None and seen[work.name] > 1
        yield replace(work, name=f"{work.name}~{seen[work.name]}") if again else work


def list_works(paths: Sequence[Path]) -> tuple[Work, ...]:
    """Return every regular file below the paths, as given, and in the natural order of their names.

    The name is relative to the folder that was given; a file that was given has its own name.

    Raises:
        NotFoundError: a path is not there.
        OSError: a folder can not be listed.
    """
    found: list[Work] = []
    for path in paths:
        if path.is_dir():
            found += [_found(file, file.relative_to(path).as_posix()) for file in _below(path)]
        elif path.is_file():
            found.append(_found(path, path.name))
        else:
            raise NotFoundError(
                f"there is no file or folder {path}",
                hint="look at the spelling; a relative path counts from the folder you are in",
            )
    return tuple(_apart(found))


@contextmanager
def opened(work: Work) -> Iterator[FileReader]:
    """Open a file for reading.

    Raises:
        OSError: what the system says.
    """
    descriptor = os.open(work.path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        yield FileReader(descriptor, os.fstat(descriptor).st_size)
    finally:
        os.close(descriptor)


def unchanged(work: Work) -> bool:
    """Tell whether a file still looks as it did when it was found."""
    try:
        status = Path(os.fsdecode(work.path)).stat()
    except OSError:
        return False
    return (status.st_size, status.st_mtime_ns) == (work.size, work.mtime)
