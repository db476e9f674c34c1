"""The same facts under the law of several places: what is met, what is missing, how long there is to act."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sekisho.rules.clocks import Clock
from sekisho.rules.conclude import EVERYWHERE, Conclusion, Question, conclude, packs_for
from sekisho.rules.evaluate import Due, Result
from sekisho.rules.pack import Pack
from sekisho.rules.rule_shown import length_of
from sekisho.rules.vocabulary import Vocabulary
from sekisho.rules.words import Effect, Facts, Outcome, Status

__all__ = ["Compared", "Kind", "Term", "compared", "missing"]

DAY, MONTH = 24, 30 * 24
"""Hours, for the length of a bar; when a term ends is counted exactly elsewhere (`clocks`)."""
_STRICT = (Effect.PROHIBITED, Effect.OBLIGATION)
_COMING = (Status.ENACTED, Status.BILL)


class Kind(StrEnum):
    """Whether a term runs."""

    RUNS = "runs"
    WAITS = "waits"
    """It would run if facts were known that are missing."""
    COMING = "coming"
    """Its rule is not in force yet."""


@dataclass(frozen=True, slots=True)
class Term:
    """How long somebody has, by which rule."""

    kind: Kind
    result: Result
    due: Due
    clock: Clock
    needs: frozenset[str]

    @property
    def hours(self) -> int:
        """Return its length in hours, a month as 30 days."""
        clock = self.clock
        return clock.hours or DAY * (clock.days or clock.business_days) or MONTH * clock.months

    @property
    def said(self) -> tuple[str, int]:
        """Return the key of the words for its length, and the number in them."""
        return length_of(self.clock)


@dataclass(frozen=True, slots=True)
class Compared:
    """What one place says.

    Attributes:
        met: rules that bind and are met, prohibitions first.
        would: rules that do not bind and are met.
        open: rules that bind, are more than half met, and for which facts are missing.
        terms: the shortest of each kind, what runs first.
    """

    place: str
    pack: Pack
    conclusion: Conclusion
    met: tuple[Result, ...]
    would: tuple[Result, ...]
    open: tuple[Result, ...]
    terms: tuple[Term, ...]

    @property
    def decisive(self) -> tuple[Result, ...]:
        """Return the prohibitions and obligations that are met, its country's too; else those that wait."""
        hard = [r for r in self.conclusion.results if r.binding and r.rule.effect in _STRICT]
        met = tuple(r for r in hard if r.outcome is Outcome.YES)
        return met or tuple(r for r in hard if r.near)


def _kind(result: Result, due: Due) -> Kind | None:
    if result.rule.effect not in _STRICT or not (result.outcome is Outcome.YES or result.near):
        return None
    if not result.binding:
        return Kind.COMING if result.rule.status in _COMING else None
    return Kind.RUNS if result.outcome is Outcome.YES and due.at is not None else Kind.WAITS


def _terms(results: Sequence[Result]) -> Iterator[Term]:
    """Return the shortest term of each kind; one that waits only where it is shorter than what runs."""
    best: dict[Kind, Term] = {}
    for result in results:
        for due in result.dues:
            kind, clock = _kind(result, due), due.duty.clock
            if kind is None or clock is None:
                continue
            term = Term(
                kind, result, due, clock, result.needs | (due.needs if due.at is None else frozenset())
            )
            if kind not in best or term.hours < best[kind].hours:
                best[kind] = term
    runs = best.get(Kind.RUNS)
    for kind in Kind:
        if kind in best and not (kind is Kind.WAITS and runs and runs.hours <= best[kind].hours):
            yield best[kind]


def _own(place: str, chosen: Sequence[Pack]) -> Pack:
    """Return the pack that stands for a place: the one with law in force, before guidance."""
    packs = [pack for pack in chosen if pack.jurisdiction == place]
    return max(packs, key=lambda pack: sum(rule.status is Status.IN_FORCE for rule in pack.rules))


def _one(
    place: str, packs: Sequence[Pack], others: frozenset[str], facts: Facts, on: date, vocabulary: Vocabulary
) -> Compared:
    chosen = [pack for pack in packs_for(packs, [place]) if pack.jurisdiction != EVERYWHERE]
    whole = conclude(chosen, facts, on, vocabulary)
    results = [r for r in whole.results if r.pack.jurisdiction not in others]
    yes = sorted(
        (r for r in results if r.outcome is Outcome.YES), key=lambda r: tuple(Effect).index(r.rule.effect)
    )
    return Compared(
        place=place,
        pack=_own(place, chosen),
        conclusion=whole,
        met=tuple(r for r in yes if r.binding),
        would=tuple(r for r in yes if not r.binding),
        open=tuple(r for r in results if r.binding and r.near),
        terms=tuple(_terms(whole.results)),
    )


def compared(
    packs: Sequence[Pack], places: Sequence[str], facts: Facts, on: date, vocabulary: Vocabulary
) -> tuple[Compared, ...]:
    """Return what each of several places says about the same facts on the same day, in the order given.

    A state or prefecture lists its own rules if its country is there too; what they come to counts both.

    Raises:
        ConfigError: there is no pack for a place, or the facts contradict each other.
    """
    asked = frozenset(places)
    return tuple(_one(place, packs, asked - {place}, facts, on, vocabulary) for place in places)


def missing(places: Sequence[Compared]) -> tuple[tuple[Question, tuple[Compared, ...]], ...]:
    """Return what would have to be known, with the places that wait: what most wait for first."""
    asked: dict[str, Question] = {}
    waiting: dict[str, dict[str, Compared]] = {}
    for one in places:
        needs = frozenset[str]().union(*(r.needs for r in one.open), *(t.needs for t in one.terms))
        for question in one.conclusion.questions:
            if question.fact.name in needs:
                asked[question.fact.name] = question
                waiting.setdefault(question.fact.name, {})[one.place] = one
    order = sorted(asked, key=lambda name: (-len(waiting[name]), -asked[name].fact.weight, name))
    return tuple((asked[name], tuple(waiting[name].values())) for name in order)
