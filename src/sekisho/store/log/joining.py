"""Join what several threads append at one time into one group: one wait for the disk for all."""

from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from sekisho.store.log.disk import locked
from sekisho.store.log.sequence import Sequencer

__all__ = ["Joined"]


@dataclass(slots=True)
class _Asked:
    """What one thread wants to append, and what became of it."""

    data: bytes
    count: int
    latest: int
    first: int = -1
    error: Exception | None = None
    done: bool = False


@dataclass(slots=True)
class Joined:
    """A sequencer whose callers share groups.

    The thread that gets the turn appends for all who wait; they find their index when their turn comes.

    Attributes:
        lock: file that keeps other processes waiting in line.
    """

    sequencer: Sequencer
    lock: Path
    _waiting: list[_Asked] = field(default_factory=list)
    _gate: Lock = field(default_factory=Lock)
    _turn: Lock = field(default_factory=Lock)

    def append(self, data: bytes, count: int, latest: int) -> int:
        """Append entries, see `Sequencer.append`; their indices follow each other."""
        asked = _Asked(data, count, latest)
        with self._gate:
            self._waiting.append(asked)
        with self._turn:
            if not asked.done:
                self._append_for_all()
        if asked.error is not None:
            raise asked.error
        return asked.first

    def _append_for_all(self) -> None:
        with self._gate:
            joined, self._waiting = self._waiting, []
        data = b"".join([asked.data for asked in joined])
        count, latest = sum(asked.count for asked in joined), max(asked.latest for asked in joined)
        try:
            with locked(self.lock):
                first = self.sequencer.append(data, count, latest)
        except Exception as error:  # noqa: BLE001 - each of those who wait raises it
            for asked in joined:
                asked.error, asked.done = error, True
            return
        for asked in joined:
            asked.first, asked.done = first, True
            first += asked.count
