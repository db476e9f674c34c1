"""The one place where a log writes, renames, links, removes and syncs files.

What is published never changes: a name is given once, to bytes that are on the disk already. New
files are written under a working name, synced, then renamed; folders are synced once for all of them.
Many syncs at once share one commit of the file system's journal, so they are made by threads.
"""

import fcntl
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Self

from sekisho.errors import EvidenceError

__all__ = [
    "FRESH",
    "NewFiles",
    "drop_folders",
    "locked",
    "make_folder",
    "publish_files",
    "replace_files",
    "sweep",
    "sync_folder",
]

FRESH = ".fresh"
"""Folder of files that have no name yet; what a crash leaves here is swept."""
FILES_AT_ONCE = 128
"""Files in memory: 64 full tiles and their bundles are about 3 MB."""
SYNCERS = 8
"""Threads; 64 files of 8 kB take 15 ms with 4 to 16 of them and 230 ms one by one (bench_ledger.py)."""


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, each name brought to the disk."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    sync_folder(folder.parent)


def _write(path: Path, data: bytes) -> None:
    """Write a file and bring its bytes, not yet its name, to the disk."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def replace_files(files: Sequence[tuple[Path, bytes]]) -> None:
    """Replace files one after the other, each so that after a crash it has its old or its new bytes.

    A later one has its new bytes only if all before it have them, on the disk.
    """
    for path, _ in files:
        make_folder(path.parent)
    fresh = [path.with_name(f".{path.name}.tmp") for path, _ in files]
    with ThreadPoolExecutor(SYNCERS) as pool:
        list(pool.map(_write, fresh, [data for _, data in files]))
    for temporary, (path, _) in zip(fresh, files, strict=True):
        temporary.rename(path)
        sync_folder(path.parent)


def _is_there(folder: Path, name: str, data: bytes) -> bool:
    try:
        found = (folder / name).read_bytes()
    except FileNotFoundError:
        return False
    if found != data:
        raise EvidenceError(
            f"{folder / name} is there with other bytes than the log's entries give",
            hint="something else wrote it; find the first wrong file: sekisho log fsck",
        )
    return True


def _above(folder: Path, names: Iterable[str]) -> list[Path]:
    """Return the folders that lead to some files, the log's own last."""
    found: dict[Path, None] = {}
    for name in names:
        found.update(dict.fromkeys((folder / name).relative_to(folder).parents))
    return [folder / place for place in sorted(found, key=lambda place: -len(place.parts))]


class NewFiles:
    """Files that get their names for good; when the context ends, bytes and names are on the disk.

    They are written and synced while the caller computes the next ones. Names that are there already
    with the same bytes are kept: a publisher that died begins again. All folders on the way are synced,
    also those that were there: nobody knows whether one that died did it.
    """

    def __init__(self, folder: Path) -> None:
        """Begin to publish into a folder, which is there."""
        self._folder = folder
        self._pool = ThreadPoolExecutor(SYNCERS)
        self._writing: list[tuple[str, Path, Future[bool]]] = []

    def __enter__(self) -> Self:
        (self._folder / FRESH).mkdir(exist_ok=True)
        return self

    def add(self, files: Iterable[tuple[str, bytes]]) -> None:
        """Write some files, without a name yet, in other threads.

        Raises:
            EvidenceError: a name is there with other bytes.
            OSError: the disk is full or broken; no name was given to half a file.
        """
        for name, data in files:
            fresh = self._folder / FRESH / str(len(self._writing))
            self._writing.append((name, fresh, self._pool.submit(self._write, fresh, name, data)))
        if len(self._writing) >= FILES_AT_ONCE:
            self._name_all()

    def _write(self, fresh: Path, name: str, data: bytes) -> bool:
        """Write a file unless it is there; in one of the threads, so that nobody else waits for the disk."""
        if _is_there(self._folder, name, data):
            return False
        _write(fresh, data)
        return True

    def _name_all(self) -> None:
        """Wait until all bytes are on the disk, then give the names and bring them there too."""
        new = [(fresh, self._folder / name) for name, fresh, made in self._writing if made.result()]
        above = _above(self._folder, [name for name, *_ in self._writing])
        for place in reversed(above):
            place.mkdir(exist_ok=True)
        for fresh, path in new:
            fresh.rename(path)
        list(self._pool.map(sync_folder, above))
        self._writing = []

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None and self._writing:
                self._name_all()
        finally:
            self._pool.shutdown()


def publish_files(folder: Path, files: Iterable[tuple[str, bytes]]) -> None:
    """Give files their names for good, see `NewFiles`.

    Raises:
        EvidenceError: a name is there with other bytes.
        OSError: the disk is full or broken; no name was given to half a file.
    """
    with NewFiles(folder) as new:
        new.add(files)


def sweep(folder: Path) -> None:
    """Remove what a crash has left without a name."""
    fresh = folder / FRESH
    for path in fresh.iterdir() if fresh.is_dir() else ():
        path.unlink()


def drop_folders(folders: Iterable[Path]) -> None:
    """Remove folders of files that are needed no more; if that fails they do no harm."""
    with ThreadPoolExecutor(SYNCERS) as pool:
        list(pool.map(partial(shutil.rmtree, ignore_errors=True), folders))


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a lock against other threads and processes; it ends with its holder."""
    with path.open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
