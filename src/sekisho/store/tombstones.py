"""What was shredded: a file that only ever grows, apart from the keys whose return it forbids.

    TOMBSTONES      a line each: 64 hex digits, a space, the day

The digits are an HMAC of the subject under a key that follows from the master key: who holds the file
can not test whom it names, and a statement that was erased is still recognised when it is brought again.
"""

import os
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sekisho.errors import EvidenceError

__all__ = ["Tombstones", "append_line"]

_DIGITS = 64


def append_line(file: Path, line: bytes) -> None:
    """Add a line to a file that only grows, durable when this returns; after a cut one it begins anew.

    Args:
        file: made if it is not there, for its owner alone.
        line: with its newline.
    """
    with os.fdopen(os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600), "r+b") as stream:
        size = stream.seek(0, os.SEEK_END)
        cut = size > 0 and os.pread(stream.fileno(), 1, size - 1) != b"\n"
        stream.write(b"\n" + line if cut else line)
        stream.flush()
        os.fsync(stream.fileno())


@dataclass(slots=True)
class Tombstones:
    """The file, and what was read of it; only what came since is read again."""

    file: Path
    _read: int = 0
    _known: set[bytes] = field(default_factory=set)

    def gone(self) -> frozenset[bytes] | set[bytes]:
        """Return the places of everything that was shredded, by this process or another.

        Raises:
            EvidenceError: the file was changed by something else.
        """
        try:
            stream = self.file.open("rb")
        except FileNotFoundError:
            return self._known
        with stream:
            stream.seek(self._read)
            # A line that a crash has cut was never acknowledged; the next one begins on a line of its own.
            more, end, _ = stream.read().rpartition(b"\n")
        self._read += len(more) + len(end)
        for line in filter(None, more.split(b"\n")):
            self._keep(line)
        return self._known

    def add(self, place: bytes, at: datetime) -> None:
        """Write a line, durable when this returns; a place that is there already stays as it is."""
        if place in self.gone():
            return
        append_line(self.file, f"{place.hex()} {at:%Y-%m-%d}\n".encode())

    def _keep(self, line: bytes) -> None:
        if len(line) < _DIGITS:
            return
        try:
            self._known.add(bytes.fromhex(line[:_DIGITS].decode("ascii")))
        except ValueError as error:
            raise EvidenceError(
                f"{self.file} was changed: a line of it is no tombstone",
                hint="bring back the newest copy of it; without it, what was erased could return",
            ) from error
