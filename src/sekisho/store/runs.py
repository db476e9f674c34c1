"""The RUN directory on disk: files written whole or not at all."""

import fcntl
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from sekisho.codec import canonical
from sekisho.errors import ExistsError, NotFoundError, UsageError
from sekisho.store.atomic import write_atomic

__all__ = ["RunDirectory", "begin_run", "lock_run", "refuse_taken"]

CONFIGURATION = "configuration.json"
"""What an interrupted run was begun with; the manifest has it too."""


@dataclass(frozen=True, slots=True)
class RunDirectory:
    """Read and write the files of a run by their names inside it; picklable."""

    path: Path

    def read(self, name: str) -> bytes | None:
        """Return a file's bytes, or None if there is no such file."""
        try:
            return (self.path / name).read_bytes()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None

    def read_part(self, name: str, start: int, stop: int) -> bytes:
        """Return the bytes of a file from `start` to before `stop`; fewer at its end, none without a file."""
        try:
            with (self.path / name).open("rb", buffering=0) as stream:
                stream.seek(start)
                return stream.read(stop - start)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return b""

    def write(self, name: str, data: bytes, *, private: bool = False) -> None:
        """Write a file whole or not at all, through a temporary one; replace what was there.

        A private one, and a folder that is made for it, can be read by nobody but the owner.
        """
        target = self.path / name
        self.path.mkdir(parents=True, exist_ok=True)
        target.parent.mkdir(mode=0o700 if private else 0o777, parents=True, exist_ok=True)
        write_atomic(target, (data,), force=True, mode=0o600 if private else 0o644)

    def append(self, name: str, data: bytes) -> None:
        """Add bytes to the end of a file; when this returns, they are on the disk."""
        with (self.path / name).open("ab") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())

    def names(self) -> Sequence[str]:
        """Return the names of all files (links and temporary ones too), sorted."""
        found = []
        for folder, _, files in os.walk(self.path):
            base = Path(folder).relative_to(self.path)
            found += [str(base / name) for name in files]
        return sorted(found)

    def drop(self, names: Iterable[str]) -> None:
        """Remove files, by their names inside the run."""
        for name in names:
            (self.path / name).unlink(missing_ok=True)

    def sweep(self) -> None:
        """Remove temporary files that a killed run has left."""
        for name in self.names():
            if _is_temporary(name):
                (self.path / name).unlink(missing_ok=True)


def _is_temporary(name: str) -> bool:
    last = name.rpartition("/")[2]
    return last.startswith(".") and last.endswith(".tmp")


def refuse_taken(files: RunDirectory, *, resume: bool) -> bool:
    """Refuse a place that is taken, before any work is done; tell whether something is there.

    Raises:
        ExistsError: there is something already and `resume` was not asked for.
    """
    is_file = files.path.exists() and not files.path.is_dir()
    there = is_file or any(not _is_temporary(name) for name in files.names())
    if there and not resume:
        raise ExistsError(
            f"{files.path} exists already", hint="choose another -o, or go on with it: --resume"
        )
    return there


def begin_run(files: RunDirectory, configuration: Mapping[str, object], *, resume: bool) -> BinaryIO:
    """Make the RUN directory, or find an interrupted run in it that can go on.

    Returns:
        A file whose lock keeps other audits out of the directory as long as it is open; the system
        drops the lock with the process, however it ends.

    Raises:
        ExistsError: there is something already and `resume` was not asked for.
        UsageError: what is there was begun with another configuration, is sealed, or is at work.
    """
    begun = canonical(dict(configuration))
    known = files.read(CONFIGURATION)
    there = refuse_taken(files, resume=resume)
    if there and known is None:
        raise UsageError(f"{files.path} is not an interrupted run", hint="choose another -o")
    if files.read("seal.json") is not None:
        raise UsageError(f"{files.path} is finished and sealed", hint=f"sekisho verify {files.path}")
    if known not in (None, begun):
        raise UsageError(
            f"{files.path} was begun with another dataset, snapshot, policy or use",
            hint="resume with the same arguments, or choose another -o",
        )
    if known is None:
        files.write(CONFIGURATION, begun)
    lock = _locked(files)
    files.sweep()
    return lock


def lock_run(files: RunDirectory) -> BinaryIO:
    """Keep other reviews out of a finished run, as long as the file that is returned stays open.

    Raises:
        NotFoundError: there is no finished run.
        UsageError: another review is at work.
    """
    try:
        lock = (files.path / "manifest.json").open("rb")
    except OSError as error:
        raise NotFoundError(
            f"{files.path} is not a finished run", hint="name a RUN directory, as `sekisho audit -o` made it"
        ) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise UsageError(f"another review is at work in {files.path}", hint="wait until it ends") from None
    return lock


def _locked(files: RunDirectory) -> BinaryIO:
    lock = (files.path / CONFIGURATION).open("rb")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise UsageError(
            f"another audit is at work in {files.path}", hint="wait for it, or choose another -o"
        ) from None
    return lock
