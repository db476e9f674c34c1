"""The same facts under the law of several places, side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sekisho.rules.conclude import EVERYWHERE, Conclusion, conclude, packs_for
from sekisho.rules.evaluate import Due, Result
from sekisho.rules.pack import Pack
from sekisho.rules.vocabulary import Vocabulary
from sekisho.rules.words import Facts, Outcome

__all__ = ["Compared", "compared"]


@dataclass(frozen=True, slots=True)
class Compared:
    """What one place says.

    Attributes:
        met: rules that bind and are met, prohibitions first.
        would: rules that do not bind and are met.
        open: rules that bind, are met in part, and for which facts are missing.
        next: what is due first, or None.
        hours: from the start of its term to its end, None if nothing dated is due.
    """

    place: str
    pack: Pack
    conclusion: Conclusion
    met: tuple[Result, ...]
    would: tuple[Result, ...]
    open: tuple[Result, ...]
    next: tuple[Result, Due] | None
    hours: float | None


def _hours(due: Due, facts: Facts) -> float | None:
    start = None if due.duty.clock is None else facts.get(due.duty.clock.start)
    if due.at is None or not isinstance(start, datetime):
        return None
    return (due.at - start).total_seconds() / 3600


def _one(place: str, chosen: Sequence[Pack], facts: Facts, on: date, vocabulary: Vocabulary) -> Compared:
    own = next(pack for pack in chosen if pack.jurisdiction == place)
    result = conclude([p for p in chosen if p.jurisdiction != EVERYWHERE], facts, on, vocabulary)
    yes = [r for r in result.results if r.outcome is Outcome.YES]
    first = result.dues[0] if result.dues else None
    return Compared(
        place=place,
        pack=own,
        conclusion=result,
        met=tuple(r for r in yes if r.binding),
        would=tuple(r for r in yes if not r.binding),
        open=tuple(r for r in result.results if r.binding and r.outcome is Outcome.UNKNOWN and r.touched),
        next=first,
        hours=None if first is None else _hours(first[1], facts),
    )


def compared(
    packs: Sequence[Pack], places: Sequence[str], facts: Facts, on: date, vocabulary: Vocabulary
) -> tuple[Compared, ...]:
    """Return what each of several places says about the same facts on the same day, in the order given.

    Raises:
        ConfigError: there is no pack for a place, or the facts contradict each other.
    """
    return tuple(_one(place, packs_for(packs, [place]), facts, on, vocabulary) for place in places)
