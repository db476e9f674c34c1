"""`sekisho rules list` and `sekisho rules show`."""

from difflib import get_close_matches
from typing import Literal

from sekisho.cli.parameters import Flag
from sekisho.cli.rules.packs import NO_PACKS, Packs, known_packs
from sekisho.cli.say import note, say
from sekisho.errors import NotFoundError
from sekisho.locale import shown, text
from sekisho.rules.amounts import amount
from sekisho.rules.pack import Duty, Pack, Penalty, Rule
from sekisho.rules.rule_shown import interval_words, kind_of_due, length_of
from sekisho.rules.vocabulary import shipped_vocabulary

__all__ = ["list_", "show"]


def _reviewed(pack: Pack, lang: str) -> str:
    names = ", ".join(pack.reviewed_by)
    return text("rules.reviewed", lang, names=names) if names else text("rules.not_reviewed", lang)


def _standing(rule: Rule, lang: str) -> str:
    status = text(f"rules.status_{rule.status}", lang)
    start = rule.start.isoformat()
    if rule.end is None:
        return text("rules.since", lang, status=status, start=start)
    return text("rules.since_until", lang, status=status, start=start, end=rule.end.isoformat())


def _pack_line(pack: Pack, lang: str) -> str:
    return text(
        "rules.pack_line",
        lang,
        place=pack.jurisdiction,
        title=pack.title.in_language(lang),
        rules=len(pack.rules),
        day=pack.law_as_of,
        reviewed=_reviewed(pack, lang),
    )


def _list_facts(lang: str) -> None:
    for fact in shipped_vocabulary().facts.values():
        kind = ", ".join(fact.values) if fact.values else text(f"rules.kind_{fact.type}", lang)
        say(f"{fact.name}  {fact.ask.in_language(lang)}  [{kind}]")


def list_(
    *, pack: Packs = NO_PACKS, facts: Flag = False, digests: Flag = False, lang: Literal["ja", "en"] = "ja"
) -> None:
    """List the packs and their rules; with --facts, the facts that a file may hold.

    Example: sekisho rules list --lang en

    Args:
        pack: Packs of your own, beside those of this version or in their place.
        facts: List the facts instead.
        digests: List the packs with their SHA-256 instead, as sha256sum does.
        lang: Language of what is printed.
    """
    if facts:
        _list_facts(lang)
        return
    packs = known_packs(pack)
    if digests:
        for one in packs:
            say(f"{one.digest}  {one.id}  {one.jurisdiction}  {one.law_as_of}")
        return
    for one in packs:
        say(_pack_line(one, lang))
        for rule in one.rules:
            effect = text(f"rules.effect_{rule.effect}", lang)
            say(f"  {rule.id}  {effect}  {rule.title.in_language(lang)}  ({_standing(rule, lang)})")
    rules = sum(len(one.rules) for one in packs)
    note(text("rules.listed", lang, packs=len(packs), rules=rules, day=min(one.law_as_of for one in packs)))


def _found(packs: tuple[Pack, ...], name: str) -> tuple[Pack, Rule]:
    for pack in packs:
        rule = pack.rule(name)
        if rule is not None:
            return pack, rule
    ids = [rule.id for pack in packs for rule in pack.rules]
    near = [one for one in ids if name in one] or get_close_matches(name, ids)
    raise NotFoundError(
        f"no rule is called {shown(name)!r}",
        hint=f"did you mean {', '.join(near[:3])}?" if near else "sekisho rules list names all of them",
    )


def _duty(duty: Duty, lang: str) -> str:
    words = duty.text.in_language(lang)
    if duty.clock is not None:
        key, count = length_of(duty.clock)
        length = text(key, lang, count=count)
        words = text("rules.within", lang, duty=words, length=length, start=duty.clock.start)
    if duty.otherwise is not None:
        words = text("rules.unless", lang, duty=words, otherwise=duty.otherwise.in_language(lang))
    return words


def _penalty(pack: Pack, penalty: Penalty, lang: str) -> str:
    """Say a penalty with its bounds as far as they stand without any fact, and since when."""
    words = text("rules.from_day", lang, penalty=penalty.text.in_language(lang), day=penalty.start)
    if penalty.most is None:
        return words
    parameters = {name: parameter.on(penalty.start) for name, parameter in pack.parameters.items()}
    most, _ = amount(penalty.most, {}, parameters)
    return text("rules.cost_of", lang, penalty=words, most=interval_words(most, penalty.unit, lang))


def show(rule: str, /, *, pack: Packs = NO_PACKS, lang: Literal["ja", "en"] = "ja") -> None:
    """Show one rule as it stands in its pack: elements, duties, penalties, source.

    Example: sekisho rules show jp.copyright.30-4 --lang en

    Args:
        rule: Its id.
        pack: Packs of your own.
        lang: Language of what is printed.
    """
    own, one = _found(known_packs(pack), rule)
    say(f"{one.id}  {one.title.in_language(lang)}")
    say(f"{text(f'rules.effect_{one.effect}', lang)}  ({_standing(one, lang)})")
    for place, element in enumerate(one.elements, 1):
        say(f"  {place}. {element.text.in_language(lang)}  ({element.cite})")
        say(f"     {element.written}")
    say("  " + text("rules.then", lang, then=one.then.in_language(lang)))
    for duty in one.duties:
        say("  " + text(kind_of_due(one), lang, words=_duty(duty, lang)))
    for penalty in one.penalties:
        say("  " + text("rules.cost", lang, words=_penalty(own, penalty, lang)))
    if one.contested is not None:
        say("  " + text("rules.contested", lang, why=one.contested.in_language(lang)))
    _say_source(own, one, lang)


def _say_source(pack: Pack, rule: Rule, lang: str) -> None:
    source = pack.source(rule)
    confidence = text(f"rules.confidence_{source.status}", lang)
    say("  " + text("rules.source", lang, cite=source.cite, confidence=confidence))
    if source.quote:
        say("  " + text("rules.quote", lang, quote=source.quote))
    if source.seen:
        say("  " + text("rules.seen", lang, seen=source.seen))
    say(f"  {pack.id} sha256:{pack.digest}  {_reviewed(pack, lang)}")
