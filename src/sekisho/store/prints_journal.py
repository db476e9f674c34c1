"""A file of lines beside an output that takes long to make: what is done is there after any crash.

    .prints.jsonl.partial

The first line says what the rest depends on. A line that was cut by a crash is overwritten.
"""

import fcntl
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from sekisho.errors import ExistsError, UsageError

__all__ = ["Journal", "journal_path"]


def journal_path(output: Path) -> Path:
    """Return where the journal of an output lies."""
    return output.with_name(f".{output.name[:200]}.partial")


class Journal:
    """Append lines, and read any of them again by its place. One process has it at a time."""

    def __init__(self, path: Path, header: bytes, *, resume: bool, force: bool = False) -> None:
        """Begin a journal, or go on with the one that is there.

        Args:
            path: of the journal.
            header: the first line, without the newline.
            resume: go on with what is there, if anything is.
            force: begin anew, whatever is there.

        Raises:
            ExistsError: there is one, and neither was asked for.
            UsageError: it was begun by another version, or another process is at work in it.
        """
        self.path = path
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._file: BinaryIO = os.fdopen(descriptor, "r+b")
        try:
            self._lock()
            if force and not resume:
                self._file.truncate()
            self._begin(header, resume=resume)
        except BaseException:
            self._file.close()
            raise

    def _lock(self) -> None:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UsageError(
                f"another sekisho fingerprint is at work in {self.path}", hint="wait for it"
            ) from None

    def _begin(self, header: bytes, *, resume: bool) -> None:
        first = self._file.readline()
        if not first.endswith(b"\n"):
            self._file.seek(0)
            self._file.truncate()
            self.append((header,))
        elif not resume:
            raise ExistsError(
                f"{self.path} is what an interrupted try has left",
                hint="go on with --resume, or begin anew with --force",
            )
        elif first != header + b"\n":
            raise UsageError(
                f"{self.path} was begun by another version of Sekisho", hint="begin anew with --force"
            )

    def __enter__(self) -> Self:
        """Keep the file open and locked."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of the file; it stays."""
        self._file.close()

    def lines(self) -> Iterator[tuple[int, bytes]]:
        """Yield place and content of each whole line after the first, without the newline."""
        self._file.seek(0)
        self._file.readline()
        place = self._file.tell()
        for line in self._file:
            if not line.endswith(b"\n"):
                break
            yield place, line[:-1]
            place += len(line)
        self._file.seek(place)
        self._file.truncate()

    def at(self, place: int) -> bytes:
        """Return the line at a place."""
        self._file.seek(place)
        return self._file.readline()[:-1]

    def append(self, lines: Sequence[bytes]) -> Sequence[int]:
        """Write lines so that they survive a crash; return their places."""
        place = self._file.seek(0, os.SEEK_END)
        places = []
        for line in lines:
            places.append(place)
            place += len(line) + 1
        self._file.write(b"".join(line + b"\n" for line in lines))
        self._file.flush()
        os.fsync(self._file.fileno())
        return tuple(places)

    def remove(self) -> None:
        """Remove the journal: the output is there."""
        self.path.unlink(missing_ok=True)
