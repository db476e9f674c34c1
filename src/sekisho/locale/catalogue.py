"""Look up the texts that people read, in Japanese and English.

A text has a key such as `report.not_proof`; its two forms stand in `catalogues/ja.po` and
`catalogues/en.po`, the format that translators' tools read. A key that is missing is an error, never
an empty string. Numbers and dates are written as the language writes them (CLDR, through Babel).
"""

import io
import unicodedata
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib import resources
from typing import NamedTuple

from babel.dates import format_date
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent

__all__ = [
    "LANGS",
    "Titled",
    "Value",
    "Word",
    "bits",
    "clock",
    "day",
    "keys",
    "number",
    "percent",
    "shown",
    "size",
    "text",
    "word",
]

LANGS = ("ja", "en")
"""The languages, the first one first on every page."""

NAME_LIMIT = 160
"""Characters of a name from outside that are shown; report.json has all of them."""
TITLE_LIMIT = 60
ENTRY_SHOWN = 10
HIDDEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
"""Unicode categories that have no form of their own, or change the form of what stands around them."""
KILO = 1000
MINUTE = 60


class Word(NamedTuple):
    """A value of a closed set, to be said in the language of the text around it."""

    family: str
    value: str


class Titled(NamedTuple):
    """A title from outside; a work without one is named by the beginning of its id."""

    title: str
    entry: str


Value = str | int | float | date | Word | Titled


@cache
def _catalogue(lang: str) -> Mapping[str, str]:
    if lang not in LANGS:
        raise ValueError(f"no such language: {lang!r}; there are {', '.join(LANGS)}")
    raw = resources.files("sekisho.locale").joinpath("catalogues", f"{lang}.po").read_bytes()
    return {str(m.id): str(m.string) for m in read_po(io.BytesIO(raw), locale=lang) if m.id}


def keys(lang: str) -> frozenset[str]:
    """Return every key of a language's catalogue."""
    return frozenset(_catalogue(lang))


def text(key: str, lang: str, /, **values: Value) -> str:
    """Say a text in a language, with its values filled in as that language writes them.

    Raises:
        KeyError: the catalogue has no such key, or the text names a value that is not given.
    """
    return _catalogue(lang)[key].format(**{name: _said(value, lang) for name, value in values.items()})


def word(family: str, value: str, lang: str) -> str:
    """Say one value of a closed set, such as an outcome; one that has no word yet is said as it is."""
    return _catalogue(lang).get(f"{family}.{value}") or shown(value)


def _said(value: Value, lang: str) -> str:
    match value:
        case Word(family, inner):
            return word(family, inner, lang)
        case Titled(title, entry):
            return (
                shown(title, TITLE_LIMIT) if title else text("work.untitled", lang, entry=entry[:ENTRY_SHOWN])
            )
        case str():
            return _visible(value)
        case date():
            return day(value, lang)
        case _:
            return number(value, lang)


def number(value: float, lang: str) -> str:
    """Write a number with the language's separators, at most one digit after the point."""
    return str(format_decimal(value, format="#,##0.#", locale=lang))


def percent(part: float, whole: float, lang: str) -> str:
    """Write a share with one digit; what is not nothing never reads as 0 %, nor as 100 % if not all."""
    if not whole:
        return "-"
    share = part / whole
    if share > 0:
        share = max(share, 0.001)
    if part < whole:
        share = min(share, 0.999)
    return str(format_percent(share, format="#,##0.#%", locale=lang))


def day(value: date, lang: str) -> str:
    """Write a date in words."""
    return str(format_date(value, format="long", locale=lang))


def size(count: float, lang: str) -> str:
    """Write a number of bytes in steps of 1000."""
    for unit in ("B", "kB", "MB", "GB"):
        if count < KILO:
            return f"{number(count, lang)} {unit}"
        count /= KILO
    return f"{number(count, lang)} TB"


def clock(milliseconds: int, *, up: bool = False) -> str:
    """Write a moment of a film as players show it: 0:12, 1:02:03; `up`: the end of a started second."""
    seconds = -(-milliseconds // KILO) if up else milliseconds // KILO
    minutes, seconds = divmod(seconds, MINUTE)
    hours, minutes = divmod(minutes, MINUTE)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def _made_visible(character: str) -> str:
    if unicodedata.category(character) in HIDDEN:
        return f"<U+{ord(character):04X}>"
    return character


def bits(value: float) -> str:
    """Write a distance: whole bits without a point."""
    return f"{value:g}"


def shown(name: str, limit: int = NAME_LIMIT) -> str:
    """Make a name from outside fit for a page or a terminal.

    Control characters, bidirectional overrides and other invisible ones are written as `<U+202E>`, so
    that a name can neither move the cursor nor read as another; a long name loses its middle.
    """
    if len(name) > limit:
        head = limit * 2 // 3
        name = f"{name[:head]} … {name[-(limit - head) :]}"
    return _visible(name)


def _visible(value: str) -> str:
    return "".join(map(_made_visible, value))
