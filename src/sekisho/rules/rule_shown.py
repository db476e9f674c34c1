"""The result of one rule in words: its trace, what is due and until when, what a breach may cost.

Guardians and children are told no trace and no penalties.
"""

from collections.abc import Iterator
from datetime import timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sekisho.locale import number, text
from sekisho.rules.clocks import Clock
from sekisho.rules.evaluate import Cost, Due, ElementResult, Result
from sekisho.rules.pack import Rule, binds
from sekisho.rules.words import Effect, Interval, Outcome, Status

__all__ = [
    "RIGHTS",
    "Audience",
    "due_words",
    "interval_words",
    "kind_of_due",
    "length_of",
    "moment_words",
    "rule_lines",
]


class Audience(StrEnum):
    """For whom an answer is."""

    GUARDIAN = "guardian"
    OPERATOR = "operator"
    AUTHORITY = "authority"


_MARKS = {True: "rules.met", False: "rules.not_met", None: "rules.open"}
RIGHTS = {Effect.REMEDY, Effect.PERMITTED}
"""Effects of which a term is somebody's right and no duty."""


def interval_words(most: Interval, unit: str, lang: str) -> str:
    """Say between which bounds an amount lies."""
    low, high = most.low or 0, most.high
    if high is None:
        if not low:
            return text("rules.no_bound", lang)
        return text("rules.at_least", lang, low=number(low, lang), unit=unit)
    if low == high:
        return text("rules.up_to", lang, high=number(high, lang), unit=unit)
    return text("rules.between", lang, low=number(low, lang), high=number(high, lang), unit=unit)


def length_of(clock: Clock) -> tuple[str, int]:
    """Return the key of the words for a term's length, and the number in them."""
    lengths = {name: getattr(clock, name) for name in ("hours", "days", "business_days", "months")}
    name, count = next((name, count) for name, count in lengths.items() if count)
    return f"rules.diff_{name}{'_one' if count == 1 else ''}", count


def moment_words(result: Result, due: Due, lang: str) -> str:
    """Say when a term ends, as the law counts it: a moment after hours, the end of a day after days."""
    clock = due.duty.clock
    if clock is None or due.at is None:
        return ""
    zone = ZoneInfo(clock.tz or result.pack.zone)
    local = due.at.astimezone(zone)
    if clock.hours:
        offset = f"UTC{local:%z}"
        time = f"{local:%H:%M}"
        return text("rules.by_moment", lang, day=local.date(), time=time, zone=f"{offset[:6]}:{offset[6:]}")
    return text("rules.by_day", lang, day=(local - timedelta(microseconds=1)).date(), zone=zone.key)


def due_words(result: Result, due: Due, lang: str, *, names: bool = True) -> str:
    """Say what is due and until when, in the zone of the pack; with the names of missing facts or not."""
    duty = due.duty
    said = duty.otherwise if due.otherwise and duty.otherwise is not None else duty.text
    words = said.in_language(lang)
    needs = due.needs
    if due.at is not None:
        words = text("rules.due_at", lang, duty=words, moment=moment_words(result, due, lang))
    elif duty.clock is not None:
        words = text("rules.due_open", lang, duty=words, fact=duty.clock.start)
        needs -= {duty.clock.start}
    return f"{words}  {_needs(needs, lang)}" if needs and names else words


def _needs(facts: frozenset[str], lang: str) -> str:
    return text("rules.needs", lang, facts=", ".join(sorted(facts)))


def _element(element: ElementResult, place: int, lang: str) -> Iterator[str]:
    mark = text(_MARKS[element.met], lang)
    legal = element.element
    yield f"  [{mark}] {place}. {legal.text.in_language(lang)}  ({legal.cite})"
    if element.needs:
        yield "      " + _needs(element.needs, lang)


def _cost(cost: Cost, lang: str) -> str:
    words = cost.penalty.text.in_language(lang)
    if cost.most is not None:
        most = interval_words(cost.most, cost.penalty.unit, lang)
        words = text("rules.cost_of", lang, penalty=words, most=most)
    return f"{words}  {_needs(cost.needs, lang)}" if cost.needs else words


def kind_of_due(rule: Rule) -> str:
    """Return whether a term is something to do, somebody's right, or only asked for."""
    if rule.effect in RIGHTS:
        return "rules.window"
    return "rules.due" if binds(rule) else "rules.asked_for"


def _consequence(result: Result, audience: Audience, lang: str) -> Iterator[str]:
    guardian = audience is Audience.GUARDIAN
    would = "rules.then" if result.binding else "rules.would"
    if not guardian or result.rule.effect is not Effect.PROHIBITED:
        yield "  " + text(would, lang, then=result.rule.then.in_language(lang))
    for due in result.dues:
        kind = kind_of_due(result.rule)
        kind = "rules.due_theirs" if guardian and kind == "rules.due" else kind
        yield "  " + text(kind, lang, words=due_words(result, due, lang, names=not guardian))
    if guardian:
        return
    for cost in result.costs:
        if cost.applies is not False:
            yield "  " + text("rules.cost", lang, words=_cost(cost, lang))


def rule_lines(result: Result, audience: Audience, lang: str, *, trace: bool = True) -> Iterator[str]:
    """Say what one rule comes to, with its whole trace; a guardian is told what follows and no trace."""
    rule, source = result.rule, result.pack.source(result.rule)
    guardian = audience is Audience.GUARDIAN
    effect = text(f"rules.effect_{rule.effect}", lang)
    outcome = text(f"rules.outcome_{result.outcome}", lang)
    yield f"{outcome}  {effect}  {rule.id}  {rule.title.in_language(lang)}"
    if rule.status is not Status.IN_FORCE:
        yield "  " + text(f"rules.status_{rule.status}", lang)
    for place, element in enumerate(result.elements if trace and not guardian else (), 1):
        yield from _element(element, place, lang)
    if result.displaced is not None:
        yield "  " + text("rules.displaced", lang, rule=result.displaced.id)
    if result.outcome in {Outcome.YES, Outcome.UNKNOWN}:
        yield from _consequence(result, audience, lang)
    if rule.contested is not None:
        why = text("rules.contested_ask", lang) if guardian else rule.contested.in_language(lang)
        yield "  " + text("rules.contested", lang, why=why)
    confidence = text(f"rules.confidence_{source.status}", lang)
    cite = result.pack.title.in_language(lang) if guardian else source.cite
    yield "  " + text("rules.source", lang, cite=cite, confidence=confidence)
