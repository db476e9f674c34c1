"""The terms of a case: which clocks run, until when, and what has stopped or paused them."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Annotated

import msgspec

from sekisho.model import Case, CaseState, Subject

__all__ = ["Clock", "Term", "Unit", "clocks", "terms"]

REQUEST_RULE = "request"
"""The term that an authority has set itself."""


class Unit(StrEnum):
    """How a term is counted."""

    HOURS = "hours"
    DAYS = "days"


class Clock(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """One term of law or of the house, as `clocks.toml` has it."""

    id: str
    version: str
    jurisdiction: str
    subjects: list[Subject]
    start: CaseState
    stop: list[CaseState]
    length: Annotated[int, msgspec.Meta(gt=0)]
    unit: Unit
    zone: Annotated[int, msgspec.Meta(ge=-12, le=14)]
    pause: list[CaseState]
    stands: str
    basis: str

    @property
    def rule(self) -> str:
        """Return id and version, as an event names it."""
        return f"{self.id}@{self.version}"


class _File(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    clock: list[Clock]


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A clock that runs, or has run, in one case.

    Attributes:
        due: aware UTC; the moment after which it is overdue.
        zone: hours from UTC in which its days are counted.
        met: when it was stopped, None if it runs.
        met_by: the number of the event that has stopped it, None if it runs.
        paused: it stands still now; `due` is as if it went on now.
    """

    rule: str
    basis: str
    stands: str
    due: datetime
    zone: int
    met: datetime | None
    paused: bool
    met_by: int | None = None

    def is_overdue(self, now: datetime) -> bool:
        """Tell whether it ended before it was met."""
        return (self.met or now) > self.due and not (self.paused and self.met is None)


@cache
def clocks() -> tuple[Clock, ...]:
    """Return the clocks that this version knows."""
    text = resources.files("sekisho.cases").joinpath("clocks.toml").read_text(encoding="utf-8")
    return tuple(msgspec.convert(tomllib.loads(text), _File).clock)


def _due(clock: Clock, start: datetime) -> datetime:
    if clock.unit is Unit.HOURS:
        return start + timedelta(hours=clock.length)
    local = start.astimezone(timezone(timedelta(hours=clock.zone)))
    last = (local + timedelta(days=clock.length + 1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return last.astimezone(start.tzinfo)


def _paused(case: Case, clock: Clock, start: datetime, end: datetime) -> tuple[timedelta, bool]:
    """Return for how long the clock stood still between two moments, and whether it does at the end."""
    total, since = timedelta(), None
    for event in case.events:
        still = event.state in clock.pause
        if still and since is None:
            since = max(event.at, start)
        elif not still and since is not None:
            total, since = total + (max(event.at, start) - since), None
    if since is not None:
        total += max(timedelta(), end - since)
    return total, since is not None


def _term(case: Case, clock: Clock, now: datetime) -> Term | None:
    starts = [event.at for event in case.events if event.state is clock.start]
    if not starts:
        return None
    # Whoever asks for what was missing gains no time by it; an inquiry may be repeated.
    start = starts[-1] if clock.start is CaseState.AWAITING_UPLOADER else starts[0]
    stopped = next((e for e in case.events if e.at >= start and e.state in clock.stop), None)
    met = None if stopped is None else stopped.at
    pause, paused = _paused(case, clock, start, met or now)
    return Term(
        rule=clock.rule,
        basis=clock.basis,
        stands=clock.stands,
        due=_due(clock, start) + pause,
        zone=clock.zone,
        met=met,
        paused=paused and met is None,
        met_by=None if stopped is None else stopped.number,
    )


def _own(case: Case) -> Term | None:
    if case.due is None:
        return None
    end = datetime(case.due.year, case.due.month, case.due.day, tzinfo=case.opened.tzinfo) + timedelta(days=1)
    told = next((e for e in case.events if e.state is CaseState.NOTIFIED), None)
    met, number = (None, None) if told is None else (told.at, told.number)
    return Term(
        rule=REQUEST_RULE, basis="", stands="read", due=end, zone=0, met=met, paused=False, met_by=number
    )


def terms(case: Case, now: datetime, known: Sequence[Clock] | None = None) -> tuple[Term, ...]:
    """Return the terms of a case, those that run first, the next one due before others.

    Args:
        case: any.
        now: aware UTC.
        known: the clocks; default: those of this version.
    """
    found = [] if (own := _own(case)) is None else [own]
    for clock in clocks() if known is None else known:
        applies = clock.jurisdiction in {"*", case.jurisdiction} and case.subject in clock.subjects
        if applies and (term := _term(case, clock, now)) is not None:
            found.append(term)
    return tuple(sorted(found, key=lambda term: (term.met is not None, term.due, term.rule)))
