"""What all packs together say about a set of facts on a day, and what is best asked next.

Prohibition before obligation before permission; the strictest place wins; a permission never lifts another
pack's prohibition. Bills, proposals, guidance and houses' own rules are shown and bind nobody. There is no
conclusion "lawful": what is not prohibited by a rule here may be by one that is not here.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

from sekisho.errors import ConfigError
from sekisho.rules.evaluate import Due, Result, evaluate_pack
from sekisho.rules.expression import parse_expression
from sekisho.rules.kleene import truth
from sekisho.rules.pack import Pack
from sekisho.rules.vocabulary import Fact, Vocabulary
from sekisho.rules.words import Applies, Effect, Facts, Outcome

__all__ = ["Conclusion", "Question", "Standing", "check_facts", "conclude", "packs_for", "questions"]

EVERYWHERE = "*"
BINDS, TOUCHED = 4, 8
"""How much more a rule counts for the next question if it binds, and if the facts touch it."""
NEVER = datetime.max.replace(tzinfo=UTC)
"""Where what has no date stands in an order by dates."""
_GRAVITY = {
    Effect.PROHIBITED: 5,
    Effect.OBLIGATION: 4,
    Effect.REMEDY: 2,
    Effect.PERMITTED: 2,
    Effect.INFORMATION: 1,
}


class Standing(StrEnum):
    """What the rules that bind come to together, strictest first."""

    PROHIBITED = "prohibited"
    OBLIGATION = "obligation"
    OPEN = "open"
    """No binding rule is met for sure, and facts are missing, a rule is contested, or no rule at all was in
    force on that day: somebody has to look."""
    NOTHING_MET = "nothing_met"
    """No prohibition and no obligation of these packs is met. It does not say that the thing is lawful."""


@dataclass(frozen=True, slots=True)
class Question:
    """A fact to ask for next, how grave it is, and which rules wait for it."""

    fact: Fact
    gravity: int
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Conclusion:
    """All results, what they come to together, and what is best asked next.

    Attributes:
        packs: those that were asked, parents and house rules included.
        results: of all rules that apply, in the packs' order.
        dues: what is due by rules that bind and are met, the earliest first, then what has no date.
    """

    on: date
    packs: tuple[Pack, ...]
    facts: Facts
    results: tuple[Result, ...]
    standing: Standing
    questions: tuple[Question, ...]
    dues: tuple[tuple[Result, Due], ...]


def packs_for(packs: Sequence[Pack], jurisdictions: Collection[str]) -> tuple[Pack, ...]:
    """Return the packs of some places with those of their parents and the house rules.

    Raises:
        ConfigError: there is no pack for a place.
    """
    known = {pack.jurisdiction for pack in packs} - {EVERYWHERE}
    wanted: set[str] = {EVERYWHERE}
    waiting = list(jurisdictions)
    while waiting:
        place = waiting.pop()
        if place not in known:
            raise ConfigError(
                f"there is no pack for {place[:40]}",
                hint=f"known are: {', '.join(sorted(known))}; 'sekisho rules new {place[:6]}' writes a kit",
            )
        if place not in wanted:
            wanted.add(place)
            waiting += [pack.parent for pack in packs if pack.jurisdiction == place and pack.parent]
    return tuple(pack for pack in packs if pack.jurisdiction in wanted)


def check_facts(facts: Facts, vocabulary: Vocabulary) -> None:
    """Raise if facts contradict each other.

    Raises:
        ConfigError: two facts can not both be true; the message says which and why.
    """
    for never, why in vocabulary.contradictions:
        if truth(parse_expression(never, vocabulary), facts, {})[0]:
            raise ConfigError(
                f"the facts contradict each other ({never}): {why.en}", hint="correct one of them"
            )


def _gravity(result: Result, fact: Fact) -> int:
    """Return how grave it is to know a fact for a rule: more if it binds, and if it is half met."""
    weight = _GRAVITY[result.rule.effect] * fact.weight
    return weight * (BINDS if result.binding else 1) * (TOUCHED if result.touched else 1)


def questions(results: Iterable[Result], vocabulary: Vocabulary) -> tuple[Question, ...]:
    """Return the missing facts, best question first: the one that most and the gravest rules wait for."""
    waiting: dict[str, list[Result]] = {}
    for result in results:
        open_ones = result.needs.union(*(due.needs for due in result.dues if result.outcome is Outcome.YES))
        for name in open_ones:
            waiting.setdefault(name, []).append(result)
    found = [
        Question(
            vocabulary.fact(name),
            sum(_gravity(result, vocabulary.fact(name)) for result in rules),
            tuple(result.rule.id for result in rules),
        )
        for name, rules in waiting.items()
    ]
    return tuple(sorted(found, key=lambda question: (-question.gravity, question.fact.name)))


def _standing(results: Sequence[Result]) -> Standing:
    binding = [result for result in results if result.binding]
    met = {r.rule.effect for r in binding if r.outcome is Outcome.YES and not r.contested}
    if Effect.PROHIBITED in met:
        return Standing.PROHIBITED
    if Effect.OBLIGATION in met:
        return Standing.OBLIGATION
    hard = [r for r in binding if r.rule.effect in {Effect.PROHIBITED, Effect.OBLIGATION}]
    if all(r.outcome is Outcome.NOT_IN_FORCE for r in results):
        return Standing.OPEN  # packs that know no rule of that day have nothing to say about it
    waits = any(r.outcome is Outcome.UNKNOWN or (r.outcome is Outcome.YES and r.contested) for r in hard)
    return Standing.OPEN if waits else Standing.NOTHING_MET


def _dues(results: Sequence[Result]) -> tuple[tuple[Result, Due], ...]:
    met = [(r, due) for r in results if r.binding and r.outcome is Outcome.YES for due in r.dues]
    return tuple(sorted(met, key=lambda entry: (entry[1].at or NEVER, entry[0].rule.id)))


def conclude(
    packs: Sequence[Pack],
    facts: Facts,
    on: date,
    vocabulary: Vocabulary,
    *,
    applies: Collection[Applies] = tuple(Applies),
) -> Conclusion:
    """Return what packs say about facts on a day.

    Args:
        packs: as `packs_for` returns them.
        facts: dotted names and values.
        on: the day whose law is asked for.
        vocabulary: of the packs.
        applies: the kinds of rules that are asked.

    Raises:
        ConfigError: the facts contradict each other.
    """
    check_facts(facts, vocabulary)
    results = tuple(
        result
        for pack in packs
        for result in evaluate_pack(pack, facts, on)
        if result.rule.applies in applies
    )
    return Conclusion(
        on=on,
        packs=tuple(packs),
        facts=facts,
        results=results,
        standing=_standing(results),
        questions=questions(results, vocabulary),
        dues=_dues(results),
    )
