"""The page that shows one case under several laws: for a newsroom and for a parliament."""

import math
from collections.abc import Sequence
from datetime import date, datetime

from sekisho.locale import number, page, text
from sekisho.rules.compared import Compared
from sekisho.rules.conclude import Question
from sekisho.rules.factfile import FactFile
from sekisho.rules.gates import is_stale
from sekisho.rules.vocabulary import shipped_vocabulary
from sekisho.rules.words import Interval, Value

__all__ = ["duration_words", "render_compared"]

DAYS_FROM = 72
"""Hours from which a term is said in days."""
WIDEST = 82
"""Per cent of the line that the longest term takes."""


def duration_words(hours: float | None, lang: str) -> str:
    """Say how long a term is: in hours, from three days on in days."""
    if hours is None:
        return text("rules.diff_none", lang)
    if hours < DAYS_FROM:
        return text("rules.diff_hours", lang, hours=hours)
    return text("rules.diff_days", lang, days=round(hours / 24, 1))


def _widths(places: Sequence[Compared]) -> dict[str, float]:
    """Return the width of each place's bar, per cent, on a logarithmic scale: two hours beside a month."""
    longest = max((math.log1p(one.hours) for one in places if one.hours), default=1)
    return {one.place: round(WIDEST * math.log1p(one.hours or 0) / longest, 1) for one in places}


def _said(value: Value) -> str:
    match value:
        case bool():
            return "○ yes" if value else "× no"
        case Interval(low=low, high=high):
            return f"{'' if low is None else f'{low:g}'} .. {'' if high is None else f'{high:g}'}".strip()
        case int() | float():
            return number(value, "en")
        case datetime():
            return value.isoformat(" ")
        case date():
            return value.isoformat()
        case str():
            return value


def _asked(one: Compared) -> tuple[Question, ...]:
    waiting = {result.rule.id for result in one.open}
    return tuple(q for q in one.conclusion.questions if waiting.intersection(q.rules))


def render_compared(
    places: Sequence[Compared], known: FactFile, on: date, today: date, *, lang: str = "ja"
) -> str:
    """Render the page: one file, both languages, no script, no request.

    Args:
        places: as `compared` returns them.
        known: the facts and their title.
        on: the day whose law was asked for.
        today: for the warning that packs may be out of date.
        lang: the language that shows first.
    """
    vocabulary = shipped_vocabulary()
    packs = {pack.id: pack for one in places for pack in one.conclusion.packs}
    return page(
        "rules_diff.html.j2",
        lang=lang,
        on=on,
        title=known.title,
        places=places,
        widths=_widths(places),
        asked={one.place: _asked(one) for one in places},
        unreviewed=[pack.id for pack in packs.values() if not pack.reviewed_by],
        stale=[pack for pack in packs.values() if is_stale(pack, today)],
        facts=[(vocabulary.fact(name), _said(value)) for name, value in known.facts.items()],
    )
