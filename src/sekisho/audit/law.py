"""What the law says about the items of a run: facts of decisions, judged once for each distinct set.

The facts come from what the run has seen (`audit.law_facts`); what only the operator can know is declared in
a file. A rule that needs more stays open and says what it needs.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast

from sekisho.codec import parse
from sekisho.errors import ConfigError
from sekisho.rules.conclude import Conclusion, check_facts, conclude, packs_for
from sekisho.rules.evaluate import Result
from sekisho.rules.pack import Pack
from sekisho.rules.vocabulary import Vocabulary, shipped_vocabulary
from sekisho.rules.words import Applies, Facts, Outcome, plain

__all__ = ["Law", "concluded", "judged_law", "law_for"]

ASKED = (Applies.ITEM, Applies.DATASET, Applies.OPERATOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """Which law is asked.

    Attributes:
        places: that were asked for.
        missing: those of them for which there is no pack.
        packs: of the others, with their parents and the house rules.
        declared: facts that the operator has stated.
    """

    places: tuple[str, ...]
    missing: tuple[str, ...]
    packs: tuple[Pack, ...]
    declared: Facts = field(default_factory=dict)


def law_for(
    packs: Sequence[Pack], places: Sequence[str], declared: Facts, vocabulary: Vocabulary | None = None
) -> Law:
    """Return which packs answer for some places.

    Raises:
        ConfigError: a declared fact is not one that an operator can state, or facts contradict each other.
    """
    known = shipped_vocabulary() if vocabulary is None else vocabulary
    for name in declared:
        fact = known.fact(name)
        if fact.reserved or "operator" not in fact.by:
            raise ConfigError(
                f"{name} is not the operator's to declare", hint=f"it comes from: {', '.join(fact.by)}"
            )
    check_facts(declared, known)
    there = {pack.jurisdiction for pack in packs}
    present = [place for place in places if place in there]
    missing = tuple(place for place in places if place not in there)
    chosen = packs_for(packs, present) if present else ()
    return Law(places=tuple(places), missing=missing, packs=chosen, declared=declared)


def concluded(law: Law, facts: Facts, on: date) -> Conclusion:
    """Return what the law says about some facts; what the run has seen goes before what was declared."""
    return conclude(law.packs, {**law.declared, **facts}, on, shipped_vocabulary(), applies=ASKED)


def _shown_rule(result: Result) -> dict[str, Any]:
    rule, source = result.rule, result.pack.source(result.rule)
    return {
        "pack": result.pack.id,
        "effect": rule.effect.value,
        "status": rule.status.value,
        "contested": result.contested,
        "title": {"en": rule.title.en, "ja": rule.title.ja},
        "then": {"en": rule.then.en, "ja": rule.then.ja},
        "cite": source.cite,
        "confidence": source.status.value,
    }


def _touched(conclusion: Conclusion) -> list[Result]:
    wanted = {Outcome.YES, Outcome.UNKNOWN}
    return [result for result in conclusion.results if result.outcome in wanted and result.touched]


def _one_set(
    law: Law, facts: Facts, items: int, on: date, rules: dict[str, dict[str, Any]]
) -> dict[str, Any]:
    """Judge one set of facts, and count its items at the rules that it touches."""
    found = concluded(law, facts, on)
    touched = _touched(found)
    for result in touched:
        if result.rule.id not in rules:
            rules[result.rule.id] = _shown_rule(result) | {"yes": 0, "unknown": 0, "needs": []}
        shown = rules[result.rule.id]
        shown[result.outcome.value] += items
        shown["needs"] = sorted({*shown["needs"], *result.needs})
    outcomes = {result.rule.id: result.outcome.value for result in touched}
    return {"facts": dict(facts), "items": items, "standing": found.standing.value, "rules": outcomes}


def judged_law(law: Law | None, on: date, commits: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the manifest's `law`: each distinct set of facts, how many items have it, what it comes to.

    Args:
        law: which law is asked; None: none is.
        on: the day of the use.
        commits: of all units; each counts its items by `fact_key`.
    """
    if law is None:
        return {"evaluated": False}
    if not law.packs:
        return {"evaluated": False, "missing": list(law.missing)}
    counts: Counter[str] = Counter()
    for commit in commits:
        counts.update(commit.get("law", {}))
    rules: dict[str, dict[str, Any]] = {}
    sets = [
        _one_set(law, cast("Facts", parse(key.encode())), items, on, rules)
        for key, items in sorted(counts.items())
    ]
    return {
        "evaluated": True,
        "on": on.isoformat(),
        "places": list(law.places),
        "missing": list(law.missing),
        "packs": [
            {
                "id": pack.id,
                "sha256": pack.digest,
                "law_as_of": pack.law_as_of.isoformat(),
                "reviewed": bool(pack.reviewed_by),
            }
            for pack in law.packs
        ],
        "declared": {name: plain(value) for name, value in law.declared.items()},
        "sets": sets,
        "rules": dict(sorted(rules.items())),
    }
