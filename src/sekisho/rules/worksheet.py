"""The sanctions worksheet: each penalty that may apply, as the law writes it, and the figures that it needs.

For an authority and for the operator itself. A figure that nobody has given is never taken for zero: the
amount is an interval, and the sheet names the figure and what it would change. Nothing is added up: whether
penalties stand beside each other is for a court. Bills say what they would do.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sekisho.errors import RefusedError
from sekisho.rules.amounts import Amount, amount, facts_of_amount
from sekisho.rules.conclude import Conclusion
from sekisho.rules.evaluate import Cost, Result
from sekisho.rules.pack import Pack, Source
from sekisho.rules.rule_shown import Audience
from sekisho.rules.vocabulary import Fact, Vocabulary
from sekisho.rules.words import Facts, Interval, Outcome, Truth, as_interval, plain

__all__ = ["Entry", "Figure", "Missing", "formula", "sheet_json", "worksheet"]

_PROBE = 1e12
"""A figure beyond every threshold of a formula that the packs have; two of them show how steep it is."""
_DECIMALS = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number of a formula that is known.

    Attributes:
        since: from which day on a parameter of the law has it; None of a fact of the case.
    """

    name: str
    value: Interval
    unit: str = ""
    since: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A fact that is not known, and what it would change.

    Attributes:
        decides: without it nobody knows whether the rule or the penalty applies.
        at_zero: the amount if it were nothing; None: it is no part of the formula.
        adds: by how much each further one raises the amount; None: that depends on other missing figures.
        beyond: from which figure on it does.
    """

    fact: Fact
    decides: bool
    at_zero: Interval | None = None
    adds: float | None = None
    beyond: float = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One penalty that may apply.

    Attributes:
        formula: as the pack writes it; empty if it is not money.
        source: where the penalty stands.
    """

    result: Result
    cost: Cost
    formula: str
    source: Source
    figures: tuple[Figure, ...]
    missing: tuple[Missing, ...]


def formula(written: Amount) -> str:
    """Return an amount as a pack writes it."""
    parts = [formula(part) for part in written.parts]
    match written.operation:
        case "number":
            return f"{written.value:.15g}"
        case "fact" | "parameter":
            return written.name
        case "max" | "min":
            return f"{written.operation}({', '.join(parts)})"
        case "*":
            sums = [part.operation == "+" for part in written.parts]
            return " * ".join(f"({p})" if s else p for p, s in zip(parts, sums, strict=True))
        case _:
            return f" {written.operation} ".join(parts)


def _parameters_in(written: Amount) -> Iterator[str]:
    if written.operation == "parameter":
        yield written.name
    for part in written.parts:
        yield from _parameters_in(part)


def _of_law(pack: Pack, name: str, on: date) -> Figure:
    parameter = pack.parameters[name]
    since = max((start for start, _ in parameter.values if start <= on), default=None)
    return Figure(name=name, value=as_interval(parameter.on(on)), unit=parameter.unit, since=since)


def _figures(result: Result, written: Amount, facts: Facts) -> tuple[Figure, ...]:
    law = [_of_law(result.pack, name, result.on) for name in dict.fromkeys(_parameters_in(written))]
    known = sorted(name for name in facts_of_amount(written) if name in facts)
    return (*law, *(Figure(name=name, value=as_interval(facts[name])) for name in known))


def _steep(
    written: Amount, name: str, facts: Facts, parameters: Mapping[str, float | None]
) -> tuple[Interval, float | None, float]:
    """Return an amount without a figure, by how much each further one raises it, and from where on."""
    at = [amount(written, {**facts, name: value}, parameters)[0] for value in (0, _PROBE, 2 * _PROBE)]
    zero, one, two = (interval.low or 0 for interval in at)
    slope = round((two - one) / _PROBE, _DECIMALS)
    if slope <= 0:
        return at[0], None if at[1].high is None else 0, 0
    return at[0], slope, max(0, round((zero - (one - slope * _PROBE)) / slope, 2))


def _missing(result: Result, cost: Cost, facts: Facts, vocabulary: Vocabulary) -> Iterator[Missing]:
    most = cost.penalty.most
    figures = frozenset() if most is None else facts_of_amount(most)
    parameters = {name: parameter.on(result.on) for name, parameter in result.pack.parameters.items()}
    for name in sorted(result.needs | cost.needs):
        fact = vocabulary.fact(name)
        decides = name in result.needs or (cost.applies is None and name not in figures)
        if most is None or name not in figures:
            yield Missing(fact=fact, decides=decides)
            continue
        at_zero, adds, beyond = _steep(most, name, facts, parameters)
        yield Missing(fact=fact, decides=decides, at_zero=at_zero, adds=adds, beyond=beyond)


def _entries(result: Result, facts: Facts, vocabulary: Vocabulary) -> Iterator[Entry]:
    for cost in result.costs:
        if cost.applies is False:
            continue
        most = cost.penalty.most
        yield Entry(
            result=result,
            cost=cost,
            formula="" if most is None else formula(most),
            source=result.pack.sources[cost.penalty.source],
            figures=() if most is None else _figures(result, most, facts),
            missing=tuple(_missing(result, cost, facts, vocabulary)),
        )


def _order(entry: Entry) -> tuple[bool, bool, bool]:
    return not entry.result.binding, entry.result.outcome is not Outcome.YES, entry.cost.applies is None


def worksheet(conclusion: Conclusion, vocabulary: Vocabulary, audience: Audience) -> tuple[Entry, ...]:
    """Return each penalty that may apply; those of rules that bind and are met come first.

    Args:
        conclusion: about some facts on a day.
        vocabulary: of the packs.
        audience: an authority or the operator.

    Raises:
        RefusedError: it is for a guardian, who is told desks and questions and no penalty.
    """
    if audience is Audience.GUARDIAN:
        raise RefusedError(
            "a guardian is told desks and questions, not penalties",
            hint="sekisho rules explain FACTS.toml --for guardian",
        )
    open_or_met = {Outcome.YES, Outcome.UNKNOWN}
    touched = [r for r in conclusion.results if r.touched and r.outcome in open_or_met]
    found = [entry for result in touched for entry in _entries(result, conclusion.facts, vocabulary)]
    return tuple(sorted(found, key=_order))


_TRUTHS: dict[Truth, str] = {True: "yes", False: "no", None: "unknown"}


def _bounds(value: Interval | None) -> object:
    return None if value is None else plain(value)


def _entry_json(entry: Entry) -> dict[str, Any]:
    result, penalty = entry.result, entry.cost.penalty
    return {
        "rule": result.rule.id,
        "pack": result.pack.id,
        "sha256": result.pack.digest,
        "outcome": result.outcome,
        "binding": result.binding,
        "contested": result.contested,
        "penalty": penalty.id,
        "text": {"en": penalty.text.en, "ja": penalty.text.ja},
        "applies": _TRUTHS[entry.cost.applies],
        "formula": entry.formula,
        "unit": penalty.unit,
        "most": _bounds(entry.cost.most),
        "source": {"cite": entry.source.cite, "status": entry.source.status},
        "known": [
            {
                "name": figure.name,
                "value": plain(figure.value),
                "unit": figure.unit,
                "since": None if figure.since is None else figure.since.isoformat(),
            }
            for figure in entry.figures
        ],
        "missing": [
            {
                "fact": missing.fact.name,
                "decides": missing.decides,
                "at_zero": _bounds(missing.at_zero),
                "adds": missing.adds,
                "beyond": missing.beyond if missing.adds else None,
            }
            for missing in entry.missing
        ],
    }


def sheet_json(conclusion: Conclusion, entries: tuple[Entry, ...]) -> dict[str, Any]:
    """Return a worksheet as a record: day, packs with digests, the facts that were used, each penalty."""
    return {
        "v": 1,
        "on": conclusion.on.isoformat(),
        "packs": [
            {
                "id": p.id,
                "sha256": p.digest,
                "law_as_of": p.law_as_of.isoformat(),
                "reviewed": bool(p.reviewed_by),
            }
            for p in conclusion.packs
        ],
        "facts": {name: plain(value) for name, value in conclusion.facts.items()},
        "penalties": [_entry_json(entry) for entry in entries],
    }
