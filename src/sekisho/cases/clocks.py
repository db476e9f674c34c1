"""The terms of a case: which duties run by the law of the day on which their clock started, and until when.

A duty of a rule that is met runs. One of a rule that only waits for facts, and whose clock has been started,
may run: it is counted too, so that nothing is missed in silence. The clocks come from the packs of rules.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sekisho.cases.law import CaseLaw, law_of, rule_name
from sekisho.model import Case, CaseState
from sekisho.rules.clocks import Clock
from sekisho.rules.evaluate import Due, Result, evaluate
from sekisho.rules.pack import Pack, Rule
from sekisho.rules.words import Applies, Confidence, Effect, Outcome, Status, Text

__all__ = ["Term", "terms"]

REQUEST_RULE = "request"
"""The term that an authority has set itself."""
_COUNTED = frozenset({Status.IN_FORCE, Status.ENACTED, Status.HOUSE})
"""Of a bill or guidance no term runs; of a law that has passed, and whose day is not known, one may."""

_RIGHTS = frozenset({Effect.REMEDY, Effect.PERMITTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A clock that runs, may run, or has run, in one case.

    Attributes:
        rule: id of the rule and beginning of its pack's digest.
        basis: the citation; `stands`: how sure it is (`rules.words.Confidence`).
        due: aware UTC; the moment after which it is overdue.
        zone: name of the time zone in which its days are counted.
        met: when it was stopped, None if it runs.
        met_by: the number of the event that has stopped it, None if it runs.
        paused: it stands still now; `due` is as if it went on now.
        may: it is not sure that it runs.
        needs: facts that would decide that.
        duty: what has to be done; None: to answer.
        window: somebody's right runs out with it, as the uploader's to object; nobody is late.
    """

    rule: str
    basis: str
    stands: str
    due: datetime
    zone: str
    met: datetime | None
    paused: bool
    met_by: int | None = None
    may: bool = False
    needs: tuple[str, ...] = ()
    duty: Text | None = None
    window: bool = False

    def is_overdue(self, now: datetime) -> bool:
        """Tell whether it ended before it was met."""
        return (self.met or now) > self.due and not (self.paused and self.met is None)


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


def _term(case: Case, result: Result, due: Due, start: datetime, now: datetime) -> Term | None:
    clock = due.duty.clock
    if due.at is None or clock is None:
        return None
    pack, rule, source = result.pack, result.rule, result.pack.source(result.rule)
    stopped = next((e for e in case.events if e.at >= start and e.state in clock.stop), None)
    met = None if stopped is None else stopped.at
    pause, paused = _paused(case, clock, start, met or now)
    return Term(
        rule=rule_name(pack, rule.id),
        basis=source.cite,
        stands=source.status.value,
        due=due.at + pause,
        zone=clock.tz or pack.zone,
        met=met,
        met_by=None if stopped is None else stopped.number,
        paused=paused and met is None,
        may=result.outcome is Outcome.UNKNOWN or rule.status is Status.ENACTED,
        needs=tuple(sorted(result.needs)),
        duty=due.duty.otherwise if due.otherwise else due.duty.text,
        window=rule.effect in _RIGHTS,
    )


def _of_rule(case: Case, law: CaseLaw, pack: Pack, rule: Rule, now: datetime) -> Iterator[Term]:
    for place, duty in enumerate(rule.duties):
        start = None if duty.clock is None or not duty.clock.stop else law.facts.get(duty.clock.start)
        if duty.clock is None or not isinstance(start, datetime):
            continue
        began = start.astimezone(ZoneInfo(duty.clock.tz or pack.zone)).date()
        result = evaluate(pack, rule, law.facts, began)
        runs = result.outcome in {Outcome.YES, Outcome.UNKNOWN}
        if runs and (term := _term(case, result, result.dues[place], start, now)) is not None:
            yield term


def _own(case: Case) -> Term | None:
    """Return the term that an authority has set."""
    if case.due is None:
        return None
    end = datetime(case.due.year, case.due.month, case.due.day, tzinfo=UTC) + timedelta(days=1)
    told = next((e for e in case.events if e.state is CaseState.NOTIFIED), None)
    return Term(
        rule=REQUEST_RULE,
        basis="",
        stands=Confidence.VERIFIED.value,
        due=end,
        zone="UTC",
        met=None if told is None else told.at,
        met_by=None if told is None else told.number,
        paused=False,
    )


def terms(case: Case, now: datetime, law: CaseLaw | None = None) -> tuple[Term, ...]:
    """Return the terms of a case, those that run first, the next one due before others.

    Args:
        case: any.
        now: aware UTC.
        law: which law is asked, and what is known; default: what events and opening tell, and the packs of
            this version.
    """
    asked = law_of(case) if law is None else law
    found = [] if (own := _own(case)) is None else [own]
    for pack in asked.packs:
        for rule in pack.rules:
            if rule.applies is Applies.CASE and rule.status in _COUNTED:
                found += _of_rule(case, asked, pack, rule, now)
    return tuple(sorted(found, key=lambda term: (term.met is not None, term.due, term.may, term.rule)))
