"""How far a run is: a bar on a terminal, a plain line now and then elsewhere, and status.json."""

import json
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any, Self

from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from sekisho.audit.job import Planned
from sekisho.cli.say import note
from sekisho.locale import text
from sekisho.store.clock import now
from sekisho.store.runs import RunDirectory

__all__ = ["Progress"]

PLAIN_SECONDS = 30.0
"""Between two plain lines, where nobody watches a bar."""
STATUS_SECONDS = 1.0


class Progress:
    """Count what is done; everything here is for people, nothing of it is evidence."""

    def __init__(
        self,
        *,
        files: RunDirectory,
        datasets: Sequence[Path],
        snapshot: Path,
        lang: str,
        more: Mapping[str, str | None] = MappingProxyType({}),
    ) -> None:
        """Remember where the run is, and `more` that a later run may ask for."""
        self._files = files
        self._places = {"datasets": [str(d.absolute()) for d in datasets], "snapshot": str(snapshot), **more}
        self.lang = lang
        self._outcomes: Counter[str] = Counter()
        self._items = self._before = self._units = self._total = self._expected = 0
        self._started = self._said = self._written = time.monotonic()
        self._begun = now().isoformat()
        console = Console(stderr=True)
        self._bar = Bar(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[line]}"),
            TimeRemainingColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task("audit", total=None, line="")

    def __enter__(self) -> Self:
        """Show the bar."""
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Hide the bar; after an interruption say how to go on."""
        self._bar.stop()
        if kind is not None and self._total:
            note(text("audit.resume", self.lang, path=str(self._files.path)))
            # On a full disk this fails too; the trouble that is on its way says more.
            with suppress(OSError):
                self._status("interrupted")

    def begin(self, planned: Sequence[Planned], done: Mapping[str, Mapping[str, Any]]) -> None:
        """Take the plan, and what an earlier try has done of it."""
        self._total = len(planned)
        self._expected = sum(unit.unit.items or 0 for unit in planned)
        for commit in done.values():
            self._count(commit)
        self._before = self._items
        self._status("running")

    def tick(self, in_hand: int) -> None:
        """Show progress inside of units."""
        self._show(self._items + in_hand)

    def commit(self, commit: Mapping[str, Any]) -> None:
        """Count a finished unit."""
        self._count(commit)
        self._show(self._items)

    def timing(self) -> Mapping[str, float]:
        """Return seconds and speed of this try."""
        seconds = time.monotonic() - self._started
        rate = (self._items - self._before) / seconds if seconds > 0 else 0.0
        return {"seconds": round(seconds, 1), "items_per_second": round(rate, 1)}

    def finish(self) -> None:
        """Write the last status."""
        self._status("finished")

    def _count(self, commit: Mapping[str, Any]) -> None:
        self._units += 1
        self._items += commit["rows"]
        self._outcomes.update(commit["outcomes"])

    def _line(self, items: int) -> str:
        seconds = time.monotonic() - self._started
        rate = (items - self._before) / seconds if seconds > 0 else 0.0
        counts = {f"{o}s": self._outcomes[o] for o in ("allow", "review", "block")}
        return text("audit.progress", self.lang, items=items, rate=round(rate), **counts)

    def _show(self, items: int) -> None:
        moment = time.monotonic()
        self._bar.update(
            self._task, completed=items, total=max(self._expected, items) or None, line=self._line(items)
        )
        if self._bar.disable and moment - self._said >= PLAIN_SECONDS:
            self._said = moment
            note(f"{self._line(items)}  ({self._units}/{self._total})")
            sys.stderr.flush()
        if moment - self._written >= STATUS_SECONDS:
            self._written = moment
            self._status("running")

    def _status(self, state: str) -> None:
        status = {
            "state": state,
            "items": self._items,
            "units_done": self._units,
            "units_total": self._total,
            "started": self._begun,
            "updated": now().isoformat(),
            "outcomes": dict(sorted(self._outcomes.items())),
            **self.timing(),
            **self._places,
        }
        data = json.dumps(status, ensure_ascii=False, indent=1) + "\n"
        # A path need not be UTF-8; what is not becomes an escape that JSON has too.
        self._files.write("status.json", data.encode(errors="backslashreplace"))
