"""How far `sekisho fingerprint` is: a bar on a terminal, a plain line every half minute elsewhere."""

import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from sekisho.cli.say import note

__all__ = ["PagesProgress"]

PLAIN_SECONDS = 30.0


class PagesProgress:
    """Count files and pages that are done. The time that is left is reckoned from bytes."""

    def __init__(self, files: int, size: int) -> None:
        """Take how many files and bytes there are to read."""
        self._files, self._size = files, size
        self._done = self._pages = self._read = 0
        self._started = self._said = time.monotonic()
        console = Console(stderr=True)
        self._bar = Progress(
            TextColumn("fingerprinting"),
            BarColumn(),
            TextColumn("{task.fields[line]}"),
            TimeRemainingColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task("", total=max(1, size), line="")

    def __enter__(self) -> Self:
        """Show the bar."""
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Hide the bar."""
        self._bar.stop()

    def done(self, files: int, pages: int, size: int) -> None:
        """Count what is finished."""
        self._done += files
        self._pages += pages
        self._read += size

    def show(self, pages: int, size: int) -> None:
        """Show what is finished and what is on its way."""
        moment = time.monotonic()
        line = self._line(self._pages + pages, moment - self._started)
        read = self._read + size
        self._bar.update(self._task, completed=read, line=line)
        if self._bar.disable and moment - self._said >= PLAIN_SECONDS:
            self._said = moment
            left = (moment - self._started) * (self._size - read) / read if read else 0.0
            note(f"{line}, about {left / 60:.0f} min left" if read else line)

    def _line(self, pages: int, seconds: float) -> str:
        rate = pages / seconds if seconds > 0 else 0.0
        return f"{pages} pages, {self._done} of {self._files} files, {rate:.0f} pages/s"
