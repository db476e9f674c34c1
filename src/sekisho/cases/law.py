"""Which law a case asks: the packs of its places, the day on which it began, and all that is known of it.

A case keeps the rules of the day on which it began, however long it stays open.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from sekisho.cases.facts import facts_of_case, together
from sekisho.cases.reasons import MEMBERS
from sekisho.model import Case, CaseKind
from sekisho.rules.conclude import Conclusion, conclude, packs_for
from sekisho.rules.evaluate import Result
from sekisho.rules.pack import Pack
from sekisho.rules.shipped import shipped_packs
from sekisho.rules.vocabulary import shipped_vocabulary
from sekisho.rules.words import Facts, Outcome

__all__ = ["CaseLaw", "concluded", "law_of", "named_rule", "opened_on", "rule_name", "touched"]

ANYWHERE = "*"
DIGITS = 8
"""Of a pack's digest in the name of a rule; it says which text of the law was at hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLaw:
    """Which law a case asks.

    Attributes:
        packs: of its places, with their parents and the house rules.
        facts: all that is known.
        missing: places for which there is no pack.
    """

    packs: tuple[Pack, ...]
    facts: Facts
    missing: tuple[str, ...] = field(default=())


def _pack_place(place: str, known: frozenset[str]) -> str:
    """Return the place whose pack answers for a place: itself, its country, or the Union that it is in."""
    country = place.partition("-")[0]
    if place in known or country in known:
        return place if place in known else country
    return "EU" if country in MEMBERS and "EU" in known else place


def _places(case: Case, facts: Facts, more: Iterable[str]) -> Iterable[str]:
    if case.jurisdiction != ANYWHERE:
        yield case.jurisdiction
    elif case.kind is CaseKind.REQUEST and isinstance(home := facts.get("operator.country"), str):
        yield home
    if isinstance(region := facts.get("subject.prefecture"), str):
        yield region
    yield from more


def law_of(
    case: Case,
    *,
    packs: Sequence[Pack] | None = None,
    notice: Facts | None = None,
    given: Facts | None = None,
    desk: Facts | None = None,
    places: Iterable[str] = (),
) -> CaseLaw:
    """Return which law a case asks, and what is known of it.

    Args:
        case: any.
        packs: at hand; default: those of this version.
        notice: of `facts_of_notice`, if the notice can be read.
        given: facts of an interview.
        desk: what the operator declares of itself.
        places: beside the one that the notice names.

    Raises:
        ConfigError: two sources contradict each other.
    """
    at_hand = shipped_packs() if packs is None else tuple(packs)
    known = frozenset(pack.jurisdiction for pack in at_hand)
    facts = together(facts_of_case(case), notice=notice, given=given, desk=desk)
    wanted = tuple(dict.fromkeys(_pack_place(place, known) for place in _places(case, facts, places)))
    missing = tuple(place for place in wanted if place not in known)
    chosen = packs_for(at_hand, [place for place in wanted if place in known])
    return CaseLaw(packs=chosen, facts=facts, missing=missing)


def opened_on(case: Case, law: CaseLaw) -> date:
    """Return the day on which a case began, where its law counts days."""
    zone = next((ZoneInfo(pack.zone) for pack in law.packs if pack.jurisdiction != ANYWHERE), UTC)
    began = law.facts.get("notice.received_at", law.facts.get("request.received_at"))
    at = began if isinstance(began, datetime) else case.opened
    return at.astimezone(zone).date()


def concluded(case: Case, law: CaseLaw) -> Conclusion:
    """Return what the law of the day on which a case began says about it.

    Raises:
        ConfigError: the facts contradict each other.
    """
    return conclude(law.packs, law.facts, opened_on(case, law), shipped_vocabulary())


def touched(conclusion: Conclusion) -> tuple[Result, ...]:
    """Return the results that a case has to do with: met or open, those that are met for sure first."""
    found = [r for r in conclusion.results if r.touched and r.outcome in {Outcome.YES, Outcome.UNKNOWN}]
    return tuple(sorted(found, key=lambda r: (r.outcome is not Outcome.YES, not r.binding)))


def rule_name(pack: Pack, rule_id: str) -> str:
    """Return the name of a rule in an event: its id and the beginning of its pack's digest."""
    return f"{rule_id}@{pack.digest[:DIGITS]}"


def named_rule(name: str, packs: Sequence[Pack]) -> tuple[Pack | None, bool]:
    """Return the pack at hand that has the rule of an event, and whether it is the very text of then.

    Args:
        name: as `rule_name` gives it, or an id alone.
        packs: at hand.
    """
    rule_id, _, digest = name.partition("@")
    pack = next((pack for pack in packs if pack.rule(rule_id) is not None), None)
    return pack, pack is not None and (not digest or pack.digest.startswith(digest))
