"""The sanctions worksheet in words: Markdown that an authority or a lawyer can work on."""

from collections.abc import Iterator, Sequence
from datetime import date

from sekisho.locale import number, text
from sekisho.rules.conclude import Conclusion
from sekisho.rules.gates import is_stale
from sekisho.rules.rule_shown import Audience, interval_words
from sekisho.rules.words import Interval, Outcome
from sekisho.rules.worksheet import Entry, Figure, Missing

__all__ = ["sheet_page"]


def _exactly(value: float | None, lang: str) -> str:
    """Write a number; of a share every digit counts."""
    if value is None:
        return "…"
    return number(value, lang) if value == int(value) else f"{value:.15g}"


def _value(value: Interval, lang: str) -> str:
    low, high = _exactly(value.low, lang), _exactly(value.high, lang)
    return low if value.exact else f"{low}-{high}"


def _figure(figure: Figure, lang: str) -> str:
    words = f"`{figure.name}` = {_value(figure.value, lang)} {figure.unit}".rstrip()
    if figure.since is None:
        return words + "  " + text("sheet.of_case", lang)
    return words + "  " + text("sheet.of_law", lang, day=figure.since)


def _changes(missing: Missing, entry: Entry, lang: str) -> Iterator[str]:
    unit = entry.cost.penalty.unit
    if missing.decides:
        yield text("sheet.decides", lang)
    if missing.at_zero is None:
        return
    yield text("sheet.at_zero", lang, most=interval_words(missing.at_zero, unit, lang))
    if missing.adds is None:
        yield text("sheet.with_others", lang)
    elif missing.adds:
        more = {"adds": f"{missing.adds:.15g}", "unit": unit, "beyond": number(missing.beyond, lang)}
        yield text("sheet.adds_beyond" if missing.beyond else "sheet.adds", lang, **more)


def _missing(missing: Missing, entry: Entry, lang: str) -> str:
    changes = " ".join(_changes(missing, entry, lang))
    return f"`{missing.fact.name}`: {missing.fact.ask.in_language(lang)} {changes}".rstrip()


def _penalty(entry: Entry, lang: str) -> Iterator[str]:
    penalty, cost = entry.cost.penalty, entry.cost
    confidence = text(f"rules.confidence_{entry.source.status}", lang)
    met = entry.result.outcome is Outcome.YES
    yield f"### {penalty.text.in_language(lang)}"
    yield ""
    yield "* " + text("sheet.applies" if met and cost.applies else "sheet.may_apply", lang)
    yield "* " + text("rules.source", lang, cite=entry.source.cite, confidence=confidence)
    if cost.most is None:
        yield "* " + text("sheet.no_money", lang)
    else:
        yield "* " + text("sheet.formula", lang, formula=f"`{entry.formula}`", unit=penalty.unit)
        yield "* " + text("sheet.amount", lang, most=interval_words(cost.most, penalty.unit, lang))
    for figure in entry.figures:
        yield "* " + text("sheet.known", lang, figure=_figure(figure, lang))
    for missing in entry.missing:
        yield "* " + text("sheet.missing", lang, fact=_missing(missing, entry, lang))
    yield ""


def _rule(entry: Entry, lang: str) -> Iterator[str]:
    result = entry.result
    rule = result.rule
    yield f"## {rule.title.in_language(lang)}"
    yield ""
    outcome = text(f"rules.outcome_{result.outcome}", lang)
    yield f"{outcome} · `{rule.id}` · {result.pack.title.in_language(lang)} · `{result.pack.digest[:8]}`"
    if not result.binding:
        yield ""
        would, status = text("sheet.would", lang), text(f"rules.status_{rule.status}", lang)
        yield f"**{would}** {status}"
    if rule.contested is not None:
        yield ""
        yield text("rules.contested", lang, why=rule.contested.in_language(lang))
    yield ""


def _head(conclusion: Conclusion, audience: Audience, today: date, lang: str) -> Iterator[str]:
    places = dict.fromkeys(p.jurisdiction for p in conclusion.packs if p.jurisdiction != "*")
    yield "# " + text("sheet.title", lang)
    yield ""
    yield text("sheet.head", lang, day=conclusion.on, places=", ".join(places))
    yield text("sheet.for_authority" if audience is Audience.AUTHORITY else "sheet.for_operator", lang)
    yield ""
    yield text("sheet.not_advice", lang)
    unread = [pack.id for pack in conclusion.packs if not pack.reviewed_by]
    if unread:
        yield text("rules.unreviewed", lang, packs=", ".join(unread))
    stale = [pack for pack in conclusion.packs if is_stale(pack, today)]
    if stale:
        packs, day = ", ".join(pack.id for pack in stale), min(pack.law_as_of for pack in stale)
        yield text("rules.stale", lang, packs=packs, day=day)
    yield ""


def sheet_page(
    conclusion: Conclusion, entries: Sequence[Entry], audience: Audience, today: date, lang: str
) -> str:
    """Return a worksheet as Markdown.

    Args:
        conclusion: on which it rests.
        entries: as `worksheet` returns them.
        audience: an authority or the operator.
        today: for the warning that packs may be out of date.
        lang: `ja` or `en`.
    """
    lines = list(_head(conclusion, audience, today, lang))
    if not entries:
        lines += [text("sheet.nothing", lang), ""]
    before = ""
    for entry in entries:
        if entry.result.rule.id != before:
            lines += _rule(entry, lang)
        before = entry.result.rule.id
        lines += _penalty(entry, lang)
    used = ", ".join(f"`{name}`" for name in conclusion.facts)
    lines += [text("sheet.facts", lang, facts=used or "-"), ""]
    return "\n".join(lines)
