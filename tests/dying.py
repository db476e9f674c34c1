"""Datasets whose items kill, hang or fail the process that looks at them. Picklable, for real workers."""

import os
import signal
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sekisho.model import Item, KeyId
from sekisho.snapshot import Snapshot, check_sections, open_snapshot
from tests.world import MemoryReading, MemorySource, MemoryUnit

__all__ = ["DyingSource", "OpenBytes"]


@dataclass(frozen=True)
class OpenBytes:
    """Open a snapshot from bytes, in whichever process."""

    data: bytes
    trusted: KeyId
    now: datetime

    def __call__(self) -> Snapshot:
        snapshot = open_snapshot(
            memoryview(self.data),
            trusted=frozenset({self.trusted}),
            now=self.now,
            max_age=timedelta(days=30),
        )
        check_sections(snapshot)
        return snapshot


def first_time(marks: Path, name: str) -> bool:
    """Tell whether this was never asked before, by any process."""
    mark = marks / f"{name}.mark"
    if mark.exists():
        return False
    mark.touch()
    return True


class Deadly(bytes):
    """The bytes of a picture that strike when a decoder asks for the first of them."""

    deed: str
    marks: Path

    def __getitem__(self, key):
        if self.deed == "exit" or (self.deed == "once" and first_time(self.marks, "once")):
            os._exit(9)
        if self.deed == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        if self.deed == "hang":
            time.sleep(600)
        if self.deed == "full":
            raise OSError(28, "No space left on device", "the-file")
        return super().__getitem__(key)


@dataclass
class DyingSource(MemorySource):
    """Hand out some items as `Deadly`.

    Attributes:
        deeds: by item: exit, kill, hang, full (a full disk), once (dies the first time only).
        marks: a folder that outlives processes, for what happens once.
        before_first: how often a worker dies before it has an item in hand.
    """

    deeds: dict[str, str] = field(default_factory=dict)
    marks: Path = Path()
    before_first: int = 0

    def read(self, unit: MemoryUnit) -> MemoryReading:
        for death in range(self.before_first):
            if first_time(self.marks, f"first-{death}"):
                os._exit(9)
        reading = super().read(unit)
        return MemoryReading([self._armed(item) for item in reading.found])

    def _armed(self, item: Item | None) -> Item | None:
        if item is None or item.name not in self.deeds:
            return item
        data = Deadly(item.data)
        data.deed, data.marks = self.deeds[item.name], self.marks
        return Item(name=item.name, data=data)
