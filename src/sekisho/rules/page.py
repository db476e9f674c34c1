"""The page that shows one case under several laws: for a newsroom and for a parliament."""

import math
from collections.abc import Sequence
from datetime import date, datetime

from sekisho.locale import number, page, text
from sekisho.rules.compared import Compared, Term, missing
from sekisho.rules.factfile import FactFile
from sekisho.rules.gates import is_stale
from sekisho.rules.vocabulary import shipped_vocabulary
from sekisho.rules.words import Interval, Value

__all__ = ["render_compared", "term_words"]

TICKS = (
    (1, "rules.diff_hours_one", 1),
    (24, "rules.diff_hours", 24),
    (168, "rules.diff_days", 7),
    (720, "rules.diff_days", 30),
)
"""Where the scale has lines: hours, and the words for them."""
SHORTEST, MARGIN = 0.5, 1.25
"""Hours at which the scale begins, and how much longer it is than the longest term."""


def term_words(term: Term | None, lang: str) -> str:
    """Say how long a term is, as its law counts it."""
    if term is None:
        return text("rules.diff_none", lang)
    key, count = term.said
    words = text(key, lang, count=count)
    return words if term.kind == "runs" else f"{words} ({text(f'rules.diff_{term.kind}', lang)})"


def _scale(places: Sequence[Compared]) -> float:
    return MARGIN * max((term.hours for one in places for term in one.terms), default=168)


def _share(hours: float, longest: float) -> float:
    """Return where a term ends on the line, per cent, on a logarithmic scale: two hours beside a month."""
    return round(100 * math.log(hours / SHORTEST) / math.log(longest / SHORTEST), 1)


def _rows(places: Sequence[Compared], longest: float) -> list[dict[str, object]]:
    """Return the rows of the figure, the shortest term that runs first, what has none last."""
    rows = [
        {"place": one, "terms": [(term, _share(term.hours, longest)) for term in one.terms]} for one in places
    ]
    ends = {
        one.place: min((t.hours for t in one.terms if t.kind == "runs"), default=math.inf) for one in places
    }
    other = {one.place: min((t.hours for t in one.terms), default=math.inf) for one in places}
    order = sorted(range(len(places)), key=lambda n: (ends[places[n].place], other[places[n].place], n))
    return [rows[n] for n in order]


def _said(value: Value) -> str:
    match value:
        case bool():
            return "○ yes" if value else "× no"
        case Interval(low=low, high=high):
            return f"{'' if low is None else f'{low:g}'} .. {'' if high is None else f'{high:g}'}".strip()
        case int() | float():
            return number(value, "en")
        case datetime():
            return f"{value:%Y-%m-%d %H:%M} UTC"
        case date():
            return value.isoformat()
        case str():
            return value


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
    stale = [pack for pack in packs.values() if is_stale(pack, today)]
    longest = _scale(places)
    return page(
        "rules_diff.html.j2",
        lang=lang,
        on=on,
        title=known.title,
        places=places,
        rows=_rows(places, longest),
        ticks=[
            (_share(h, longest), key, n)
            for h, key, n in TICKS
            if h < longest and any(o.terms for o in places)
        ],
        missing=missing(places),
        unreviewed=[pack.id for pack in packs.values() if not pack.reviewed_by],
        packs=list(packs.values()),
        as_of=min((pack.law_as_of for pack in stale), default=None),
        facts=[(vocabulary.fact(name), _said(value)) for name, value in known.facts.items()],
    )
