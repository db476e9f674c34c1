"""A conclusion in words: what is due first, then place by place what is met, then what is still open.

The whole trace stands beside what is met; what is open takes one line, unless everything is asked for.
Guardians and children are told desks and questions, never penalties. Nothing here says that a thing is
lawful.
"""

from collections.abc import Iterator, Sequence
from datetime import date

from sekisho.locale import text
from sekisho.rules.conclude import EVERYWHERE, Conclusion, Standing
from sekisho.rules.evaluate import Result
from sekisho.rules.gates import is_stale
from sekisho.rules.pack import Pack
from sekisho.rules.rule_shown import RIGHTS, Audience, moment_words, rule_lines
from sekisho.rules.vocabulary import shipped_vocabulary
from sekisho.rules.words import Effect, Outcome, Status

__all__ = ["lines"]

ASKED = 3
"""Questions that stand at the end of an answer."""
_STRICTNESS = {effect: place for place, effect in enumerate(Effect)}


def _decided(result: Result) -> str:
    """Return the number and id of the element that was not met."""
    for place, element in enumerate(result.elements, 1):
        if element.met is False:
            return f"{result.rule.id} ({place}. {element.element.id})"
    return result.rule.id


def _named(packs: Sequence[Pack], chosen: Sequence[Pack], lang: str) -> str:
    """Name the chosen packs; all of them are said in two words."""
    return text("rules.all_packs", lang) if len(chosen) == len(packs) else ", ".join(p.id for p in chosen)


def _warnings(conclusion: Conclusion, today: date, lang: str) -> Iterator[str]:
    packs = conclusion.packs
    unread = [pack for pack in packs if not pack.reviewed_by]
    if unread:
        yield text("rules.unreviewed", lang, packs=_named(packs, unread, lang))
    stale = [pack for pack in packs if is_stale(pack, max(today, conclusion.on))]
    if stale:
        day = min(pack.law_as_of for pack in stale)
        yield text("rules.stale", lang, packs=_named(packs, stale, lang), day=day)


def _entered(conclusion: Conclusion, lang: str) -> Iterator[str]:
    """Name the facts that only an authorised person may have entered: whoever reads it can ask who did."""
    known = shipped_vocabulary().facts
    entered = [name for name in conclusion.facts if name in known and known[name].reserved]
    if entered:
        yield text("rules.reserved", lang, facts=", ".join(entered))


def _standing(conclusion: Conclusion, lang: str) -> str:
    """Say what it comes to, with the rules that decide."""
    words = text(f"rules.standing_{conclusion.standing}", lang)
    wanted = {Standing.PROHIBITED: Effect.PROHIBITED, Standing.OBLIGATION: Effect.OBLIGATION}
    decide = [
        r.rule.id
        for r in conclusion.results
        if r.binding
        and r.outcome is Outcome.YES
        and not r.contested
        and r.rule.effect is wanted.get(conclusion.standing)
    ]
    return text("rules.decided_by", lang, standing=words, rules=", ".join(decide)) if decide else words


def _terms(conclusion: Conclusion, lang: str) -> Iterator[str]:
    dated = [(result, due) for result, due in conclusion.dues if due.at is not None]
    if dated:
        yield ""
        yield text("rules.by_when", lang)
    for result, due in dated:
        words = f"  {moment_words(result, due, lang)}  {result.rule.id}"
        yield words + ("  " + text("rules.a_right", lang) if result.rule.effect in RIGHTS else "")


def _strict(result: Result) -> tuple[bool, int]:
    return not result.binding, _STRICTNESS[result.rule.effect]


def _has_law(pack: Pack) -> bool:
    return any(rule.status is Status.IN_FORCE for rule in pack.rules)


def _home(conclusion: Conclusion) -> set[object]:
    """Return where the person lives, as far as it is known; it comes first."""
    return {conclusion.facts.get("subject.country"), conclusion.facts.get("subject.prefecture")}


def _met(conclusion: Conclusion, audience: Audience, lang: str, *, full: bool) -> Iterator[str]:
    """Say place by place which rules are met, the strictest first; the trace of what binds somebody."""
    home = _home(conclusion)
    for pack in sorted(conclusion.packs, key=lambda p: (not _has_law(p), p.jurisdiction not in home)):
        met = [r for r in conclusion.results if r.pack is pack and r.outcome is Outcome.YES]
        if audience is Audience.GUARDIAN:
            met = [result for result in met if result.binding]
        if met:
            yield ""
            yield f"== {pack.title.in_language(lang)} =="
        for number_, result in enumerate(sorted(met, key=_strict)):
            if number_:
                yield ""
            trace = full or (result.binding and result.rule.effect is not Effect.INFORMATION)
            yield from rule_lines(result, audience, lang, trace=trace)


def _open_line(result: Result, lang: str) -> str:
    return "  " + text(
        "rules.near",
        lang,
        effect=text(f"rules.effect_{result.rule.effect}", lang),
        rule=result.rule.id,
        title=result.rule.title.in_language(lang),
        met=sum(1 for element in result.elements if element.met),
        of=len(result.elements),
        facts=", ".join(sorted(result.needs)) or (result.displaced.id if result.displaced else "?"),
    )


def _open(conclusion: Conclusion, lang: str, *, full: bool) -> Iterator[str]:
    """Say which rules wait for facts: one line each if more than half is met, or all with traces."""
    waiting = [
        r for r in conclusion.results if r.near or (full and r.outcome is Outcome.UNKNOWN and r.touched)
    ]
    near = sorted(waiting, key=lambda r: (*_strict(r), len(r.needs)))
    if near:
        yield ""
        yield text("rules.not_decided", lang)
    for result in near:
        if full:
            yield ""
            yield from rule_lines(result, Audience.OPERATOR, lang)
        else:
            yield _open_line(result, lang)


def _rest(conclusion: Conclusion, lang: str, *, full: bool) -> Iterator[str]:
    refuted = [_decided(r) for r in conclusion.results if r.outcome is Outcome.NO]
    asleep = [r.rule.id for r in conclusion.results if r.outcome is Outcome.NOT_IN_FORCE]
    unknown = [r for r in conclusion.results if r.outcome is Outcome.UNKNOWN]
    dark = [r.rule.id for r in unknown if not r.touched]
    yield ""
    if not full:
        far = sum(1 for r in unknown if not r.near)
        yield text("rules.rest", lang, refuted=len(refuted), asleep=len(asleep), far=far)
        return
    for key, names in (("rules.dark", dark), ("rules.refuted", refuted), ("rules.asleep", asleep)):
        if names:
            yield text(key, lang, rules=", ".join(names))


def _near_desks(conclusion: Conclusion) -> Sequence[Pack]:
    """Return the packs of places where a rule is met or where the person lives; all, if there is none."""
    home = _home(conclusion)
    met = {r.pack.id for r in conclusion.results if r.binding and r.outcome is Outcome.YES}
    near = [pack for pack in conclusion.packs if pack.id in met or pack.jurisdiction in home]
    return sorted(near or conclusion.packs, key=lambda pack: pack.jurisdiction not in home)


def _desks(conclusion: Conclusion, lang: str) -> Iterator[str]:
    yield ""
    for pack in _near_desks(conclusion):
        for desk in pack.desks:
            yield text(
                "rules.desk",
                lang,
                name=desk.name.in_language(lang),
                about=desk.about.in_language(lang),
                contact=desk.contact,
            )


def _asked(conclusion: Conclusion, audience: Audience, lang: str) -> Iterator[str]:
    needed = frozenset[str]().union(*(result.needs for result in conclusion.results if result.near))
    asked = [q for q in conclusion.questions if audience is Audience.AUTHORITY or not q.fact.reserved]
    asked.sort(key=lambda question: question.fact.name not in needed)
    if asked:
        yield text("rules.next", lang)
    for question in asked[:ASKED]:
        name = "" if audience is Audience.GUARDIAN else f"  ({question.fact.name})"
        yield f"  {question.fact.ask.in_language(lang)}{name}"


def lines(
    conclusion: Conclusion,
    today: date,
    lang: str,
    audience: Audience = Audience.OPERATOR,
    *,
    full: bool = False,
) -> Iterator[str]:
    """Say what the law says about some facts, as lines for a terminal.

    Args:
        conclusion: as `conclude` returns it.
        today: for the warning that packs may be out of date.
        lang: `ja` or `en`.
        audience: a guardian is told desks and questions, and no penalty.
        full: the trace of every rule that is open, and the names of all that are not met.
    """
    places = dict.fromkeys(p.jurisdiction for p in conclusion.packs if p.jurisdiction != EVERYWHERE)
    yield text("rules.head", lang, day=conclusion.on, places=", ".join(places))
    yield _standing(conclusion, lang)
    yield from _warnings(conclusion, today, lang)
    if audience is not Audience.GUARDIAN:
        yield from _entered(conclusion, lang)
    yield from _terms(conclusion, lang)
    yield from _met(conclusion, audience, lang, full=full)
    if audience is Audience.GUARDIAN:
        yield from _desks(conclusion, lang)
    else:
        yield from _open(conclusion, lang, full=full)
        yield from _rest(conclusion, lang, full=full)
    yield from _asked(conclusion, audience, lang)
