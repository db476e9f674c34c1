"""A conclusion in words: rule by rule, element by element, with its place in the law and what is missing.

Guardians and children are told desks and questions, never penalties.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from sekisho.locale import number, text
from sekisho.rules.conclude import Conclusion
from sekisho.rules.evaluate import Cost, Due, ElementResult, Result
from sekisho.rules.gates import is_stale
from sekisho.rules.words import Interval, Outcome, Status, Truth, Value

__all__ = ["Audience", "as_json", "due_words", "interval_words", "lines", "rule_lines"]


class Audience(StrEnum):
    """For whom an answer is."""

    GUARDIAN = "guardian"
    OPERATOR = "operator"
    AUTHORITY = "authority"


_MARKS = {True: "rules.met", False: "rules.not_met", None: "rules.open"}


def interval_words(most: Interval, unit: str, lang: str) -> str:
    """Say between which bounds an amount lies."""
    low, high = most.low or 0, most.high
    if high is None:
        return text("rules.at_least", lang, low=number(low, lang), unit=unit)
    if low == high:
        return text("rules.up_to", lang, high=number(high, lang), unit=unit)
    return text("rules.between", lang, low=number(low, lang), high=number(high, lang), unit=unit)


def due_words(result: Result, due: Due, lang: str) -> str:
    """Say what is due and until when, in the time zone of the pack."""
    duty = due.duty
    said = duty.otherwise if due.otherwise and duty.otherwise is not None else duty.text
    words = said.in_language(lang)
    if due.at is not None:
        zone = duty.clock.tz if duty.clock is not None and duty.clock.tz else result.pack.zone
        local = due.at.astimezone(ZoneInfo(zone))
        words = text("rules.due_at", lang, duty=words, moment=f"{local:%Y-%m-%d %H:%M} UTC{local:%z}")
    elif duty.clock is not None:
        words = text("rules.due_open", lang, duty=words, fact=duty.clock.start)
    return words


def _element(element: ElementResult, place: int, lang: str) -> Iterator[str]:
    mark = text(_MARKS[element.met], lang)
    legal = element.element
    yield f"  [{mark}] {place}. {legal.text.in_language(lang)}  ({legal.cite})"
    if element.needs:
        yield "      " + text("rules.needs", lang, facts=", ".join(sorted(element.needs)))


def _cost(cost: Cost, lang: str) -> str:
    words = cost.penalty.text.in_language(lang)
    if cost.most is not None:
        words += ": " + interval_words(cost.most, cost.penalty.unit, lang)
    if cost.needs:
        words += "  " + text("rules.needs", lang, facts=", ".join(sorted(cost.needs)))
    return words


def _consequence(result: Result, audience: Audience, lang: str) -> Iterator[str]:
    would = "rules.then" if result.binding else "rules.would"
    yield "  " + text(would, lang, then=result.rule.then.in_language(lang))
    for due in result.dues:
        yield "  " + text("rules.due", lang, words=due_words(result, due, lang))
    if audience is Audience.GUARDIAN:
        return
    for cost in result.costs:
        if cost.applies is not False:
            yield "  " + text("rules.cost", lang, words=_cost(cost, lang))


def rule_lines(result: Result, audience: Audience, lang: str) -> Iterator[str]:
    """Say what one rule comes to, with its whole trace."""
    rule, source = result.rule, result.pack.source(result.rule)
    effect = text(f"rules.effect_{rule.effect}", lang)
    outcome = text(f"rules.outcome_{result.outcome}", lang)
    yield f"{outcome}  {effect}  {rule.id}  {rule.title.in_language(lang)}"
    if rule.status is not Status.IN_FORCE:
        yield "  " + text(f"rules.status_{rule.status}", lang)
    for place, element in enumerate(result.elements, 1):
        yield from _element(element, place, lang)
    if result.displaced is not None:
        yield "  " + text("rules.displaced", lang, rule=result.displaced.id)
    if result.outcome in {Outcome.YES, Outcome.UNKNOWN}:
        yield from _consequence(result, audience, lang)
    if rule.contested is not None:
        yield "  " + text("rules.contested", lang, why=rule.contested.in_language(lang))
    confidence = text(f"rules.confidence_{source.status}", lang)
    yield "  " + text("rules.source", lang, cite=source.cite, confidence=confidence)


def _decided(result: Result) -> str:
    """Return the number and id of the element that was not met."""
    for place, element in enumerate(result.elements, 1):
        if element.met is False:
            return f"{result.rule.id} ({place}. {element.element.id})"
    return result.rule.id


def _warnings(conclusion: Conclusion, today: date, lang: str) -> Iterator[str]:
    if conclusion.unreviewed:
        yield text("rules.unreviewed", lang, packs=", ".join(conclusion.unreviewed))
    stale = [pack for pack in conclusion.packs if is_stale(pack, today)]
    if stale:
        day = min(pack.law_as_of for pack in stale)
        yield text("rules.stale", lang, packs=", ".join(pack.id for pack in stale), day=day)


def _shown(conclusion: Conclusion, audience: Audience) -> Sequence[Result]:
    looked = [result for result in conclusion.results if result.touched]
    met = [result for result in looked if result.outcome in {Outcome.YES, Outcome.UNKNOWN}]
    if audience is Audience.GUARDIAN:
        return [result for result in met if result.binding and result.outcome is Outcome.YES]
    return sorted(met, key=lambda result: (result.outcome is not Outcome.YES, not result.binding))


def _rest(conclusion: Conclusion, lang: str) -> Iterator[str]:
    refuted = [_decided(r) for r in conclusion.results if r.outcome is Outcome.NO]
    asleep = [r.rule.id for r in conclusion.results if r.outcome is Outcome.NOT_IN_FORCE]
    dark = [r.rule.id for r in conclusion.results if r.outcome is Outcome.UNKNOWN and not r.touched]
    if dark:
        yield text("rules.dark", lang, rules=", ".join(dark))
    if refuted:
        yield text("rules.refuted", lang, rules=", ".join(refuted))
    if asleep:
        yield text("rules.asleep", lang, rules=", ".join(asleep))


def _desks(conclusion: Conclusion, lang: str) -> Iterator[str]:
    for pack in conclusion.packs:
        for desk in pack.desks:
            yield text(
                "rules.desk",
                lang,
                name=desk.name.in_language(lang),
                about=desk.about.in_language(lang),
                contact=desk.contact,
            )


def lines(
    conclusion: Conclusion, today: date, lang: str, audience: Audience = Audience.OPERATOR
) -> Iterator[str]:
    """Say what the law says about some facts, as lines for a terminal.

    Args:
        conclusion: as `conclude` returns it.
        today: for the warning that packs may be out of date.
        lang: `ja` or `en`.
        audience: a guardian is told desks and questions, and no penalty.
    """
    places = ", ".join(pack.jurisdiction for pack in conclusion.packs if pack.jurisdiction != "*")
    yield text("rules.head", lang, day=conclusion.on, places=places)
    yield text(f"rules.standing_{conclusion.standing}", lang)
    yield from _warnings(conclusion, today, lang)
    for result in _shown(conclusion, audience):
        yield ""
        yield from rule_lines(result, audience, lang)
    yield ""
    if audience is Audience.GUARDIAN:
        yield from _desks(conclusion, lang)
    else:
        yield from _rest(conclusion, lang)
    asked = [q for q in conclusion.questions if audience is Audience.AUTHORITY or not q.fact.reserved]
    if asked:
        fact = asked[0].fact
        yield text("rules.next", lang, ask=fact.ask.in_language(lang), fact=fact.name)


def _value(value: Value) -> object:
    if isinstance(value, Interval):
        return {"min": value.low, "max": value.high}
    return value.isoformat() if isinstance(value, date) else value


_TRUTHS: dict[Truth, str] = {True: "yes", False: "no", None: "unknown"}


def _result_json(result: Result) -> dict[str, Any]:
    return {
        "rule": result.rule.id,
        "pack": result.pack.id,
        "effect": result.rule.effect,
        "status": result.rule.status,
        "outcome": result.outcome,
        "binding": result.binding,
        "contested": result.contested,
        "source": {
            "cite": result.pack.source(result.rule).cite,
            "status": result.pack.source(result.rule).status,
        },
        "elements": [
            {"id": e.element.id, "cite": e.element.cite, "met": _TRUTHS[e.met], "needs": sorted(e.needs)}
            for e in result.elements
        ],
        "needs": sorted(result.needs),
        "due": [
            {
                "duty": due.duty.id,
                "at": None if due.at is None else due.at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
                "otherwise": _TRUTHS[due.otherwise],
                "needs": sorted(due.needs),
            }
            for due in result.dues
        ],
        "cost": [
            {
                "penalty": cost.penalty.id,
                "applies": _TRUTHS[cost.applies],
                "unit": cost.penalty.unit,
                "most": None if cost.most is None else {"min": cost.most.low, "max": cost.most.high},
                "needs": sorted(cost.needs),
            }
            for cost in result.costs
        ],
    }


def as_json(conclusion: Conclusion) -> dict[str, Any]:
    """Return a conclusion as a record that a program reads and that anybody can replay.

    It names each pack with its digest, the day, and the facts that were used.
    """
    return {
        "v": 1,
        "on": conclusion.on.isoformat(),
        "standing": conclusion.standing,
        "packs": [
            {
                "id": p.id,
                "sha256": p.digest,
                "law_as_of": p.law_as_of.isoformat(),
                "reviewed": bool(p.reviewed_by),
            }
            for p in conclusion.packs
        ],
        "facts": {name: _value(value) for name, value in conclusion.facts.items()},
        "results": [_result_json(result) for result in conclusion.results],
        "questions": [{"fact": q.fact.name, "rules": list(q.rules)} for q in conclusion.questions],
    }
