"""The one place where a log writes, renames, links, removes and syncs files.

What is published never changes: a name is given once, to bytes that are on the disk already. New
files are written under a working name, synced, then renamed; folders are synced once for all of them.
Many syncs at once share one commit of the file system's journal, so they are made by threads.
"""

import fcntl
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from functools import lru_cache, partial
from pathlib import Path
from typing import Self

from sekisho.errors import EvidenceError

__all__ = [
    "FRESH",
    "NewFiles",
    "drop_folders",
    "locked",
    "make_folder",
    "replace_files",
    "sweep",
    "sync_data",
    "sync_folder",
    "write_all",
]

FRESH = ".fresh"
"""Folder of files that have no name yet; what a crash leaves here is swept."""
FILES_AT_ONCE = 128
"""Files that are open until they get their names, at most twice as many: 64 full tiles and their bundles."""
SYNCERS = 8
"""Threads; 64 files of 8 kB take 15 ms with 4 to 16 of them and 230 ms one by one (bench_ledger.py)."""


@lru_cache(maxsize=1)
def _syncers(_process: int) -> ThreadPoolExecutor:
    """Return the threads of this process: to start them costs more than to sync a file on a quick disk."""
    return ThreadPoolExecutor(SYNCERS, thread_name_prefix="sync")


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


def write_all(descriptor: int, data: bytes) -> None:
    """Write all bytes to an open file, however many the system takes at a time."""
    written = os.write(descriptor, data)
    while written < len(data):
        written += os.write(descriptor, data[written:])


def sync_data(descriptor: int) -> None:
    """Bring the bytes and the length of an open file to the disk; where it can, without its times."""
    getattr(os, "fdatasync", os.fsync)(descriptor)


def _write(path: Path, data: bytes) -> None:
    """Write a file and bring its bytes, not yet its name, to the disk."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    try:
        write_all(descriptor, data)
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
    if len(fresh) == 1:
        _write(fresh[0], files[0][1])
    else:
        list(_syncers(os.getpid()).map(_write, fresh, [data for _, data in files]))
    for temporary, (path, _) in zip(fresh, files, strict=True):
        temporary.rename(path)
        sync_folder(path.parent)


def _is_there(path: str, data: bytes) -> bool:
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - a path of pathlib costs more than the file
            found = file.read()
    except FileNotFoundError:
        return False
    if found != data:
        raise EvidenceError(
            f"{path} is there with other bytes than the log's entries give",
            hint="something else wrote it; find the first wrong file: sekisho log fsck",
        )
    return True


def _above(folder: Path, names: Iterable[str]) -> list[Path]:
    """Return the folders that lead to some files, the log's own last."""
    found = {""}
    for name in names:
        above = name.rpartition("/")[0]
        while above not in found:
            found.add(above)
            above = above.rpartition("/")[0]
    return [folder / place for place in sorted(found, key=lambda place: (-place.count("/"), not place))]


def _sync_all(descriptors: Sequence[int]) -> None:
    for descriptor in descriptors:
        os.fsync(descriptor)


class NewFiles:
    """Files that get their names for good; when the context ends, bytes and names are on the disk.

    They are synced while the caller computes the next ones. Names that are there already
    with the same bytes are kept: a publisher that died begins again. All folders on the way are synced,
    also those that were there: nobody knows whether one that died did it.
    """

    def __init__(self, folder: Path) -> None:
        """Begin to publish into a folder, which is there."""
        self._folder = folder
        self._pool = _syncers(os.getpid())
        self._names: list[str] = []
        self._new: list[tuple[str, str]] = []
        self._open: list[int] = []
        self._syncing: list[Future[None]] = []

    def __enter__(self) -> Self:
        (self._folder / FRESH).mkdir(exist_ok=True)
        return self

    def add(self, files: Iterable[tuple[str, bytes]]) -> None:
        """Write some files, without a name yet, and let other threads sync them.

        Raises:
            EvidenceError: a name is there with other bytes.
            OSError: the disk is full or broken; no name was given to half a file.
        """
        all_files = list(files)
        for start in range(0, len(all_files), FILES_AT_ONCE):
            self._add(all_files[start : start + FILES_AT_ONCE])
            if len(self._names) >= FILES_AT_ONCE:
                self._name_all()

    def _add(self, files: Sequence[tuple[str, bytes]]) -> None:
        begun = len(self._open)
        for name, data in files:
            self._names.append(name)
            path = f"{self._folder}/{name}"
            if not _is_there(path, data):
                self._write(path, data)
        # A thread that waits for the disk needs the interpreter once a file and not several times.
        some = self._open[begun:]
        parts = [some[i::SYNCERS] for i in range(min(SYNCERS, len(some)))]
        self._syncing += [self._pool.submit(_sync_all, part) for part in parts]

    def _write(self, path: str, data: bytes) -> None:
        fresh = f"{self._folder}/{FRESH}/{len(self._new)}"
        self._open.append(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644))
        self._new.append((fresh, path))
        write_all(self._open[-1], data)

    def _name_all(self) -> None:
        """Wait until all bytes are on the disk, then give the names and bring them there too."""
        for synced in self._syncing:
            synced.result()
        self._close()
        above = _above(self._folder, self._names)
        for place in reversed(above):
            place.mkdir(exist_ok=True)
        for fresh, path in self._new:
            os.rename(fresh, path)  # noqa: PTH104 - as in `_is_there`
        list(self._pool.map(sync_folder, above))
        self._names, self._new, self._syncing = [], [], []

    def _close(self) -> None:
        while self._open:
            os.close(self._open.pop())

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None and self._names:
                self._name_all()
        finally:
            wait(self._syncing)
            self._close()


def sweep(folder: Path) -> None:
    """Remove what a crash has left without a name."""
    fresh = folder / FRESH
    for path in fresh.iterdir() if fresh.is_dir() else ():
        path.unlink()


def drop_folders(folders: Iterable[Path]) -> None:
    """Remove folders of files that are needed no more; if that fails they do no harm."""
    list(_syncers(os.getpid()).map(partial(shutil.rmtree, ignore_errors=True), folders))


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a lock against other threads and processes; it ends with its holder."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
