"""The forms of a name: how people may write what a registrant has given, folded.

Of 星野 ひかり (ほしの ひかり): 星野ひかり and the other way round; in kana; with one part in kana; in Latin
letters, in one canonical spelling (`lexicon.romaji`), in both orders. Spaces and dots between the parts
vanish in the fold. Everything follows from the name alone, so that whoever has the registration can tell
which forms are really its own.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from sekisho.lexicon.fold import fold
from sekisho.lexicon.romaji import canonical, letters_of, romaji
from sekisho.model import Name

__all__ = [
    "LATIN",
    "MAX_FORM",
    "Form",
    "NameForm",
    "folded_text",
    "forms_of",
    "is_kana",
    "name_parts",
    "name_texts",
    "named_forms",
    "plain",
    "weight",
]

MAX_FORM = 32
"""Letters of a form, at most."""
LATIN = "\x01"
"""Begins a form that is compared with Latin words in canonical spelling, not with folded text."""
MIN_LATIN = 3
"""Letters; shorter ones are initials and syllables."""
_BETWEEN = re.compile(r"[\s・･·=＝゠]+")
_KANJI, _OTHER = 2, 1
_FIRST_HAN = 0x2E80
_VOWEL_ROWS = {
    "あ": "あかがさざただなはばぱまやらわぁゃゎ",
    "い": "いきぎしじちぢにひびぴみりゐぃ",
    "う": "うくぐすずつづぬふぶぷむゆるぅゅゔおこごそぞとどのほぼぽもよろをぉょ",
    "え": "えけげせぜてでねへべぺめれゑぇ",
    "お": "おこごそぞとどのほぼぽもよろをぉょ",
}
_LENGTHENED = re.compile("|".join(f"(?<=[{row}]){vowel}" for vowel, row in _VOWEL_ROWS.items()))
"""A kana that only lengthens the one before: people write a long-vowel mark for it, which folds away."""
_KANA_ONLY = re.compile("[ぁ-ゖ]+")


class NameForm(StrEnum):
    """How a name is written."""

    WRITTEN = "written"
    KANA = "kana"
    MIXED = "mixed"
    LATIN = "latin"


class Form(NamedTuple):
    """One way to write a name.

    Attributes:
        name: its number among the names of the entry.
        writing: how it is written.
        parts: 2 or more for a full name.
        drawn: its long vowels are written with a mark.
    """

    name: int
    writing: NameForm
    parts: int
    drawn: bool = False


def folded_text(text: str) -> str:
    """Return the folded units of a text."""
    return fold(text).text


def is_kana(folded: str) -> bool:
    """Tell whether folded units are kana only."""
    return _KANA_ONLY.fullmatch(folded) is not None


def plain(text: str) -> str:
    """Return a writing as it is compared exactly: NFKC, with no spaces, marks or invisible characters."""
    return "".join(c for c in unicodedata.normalize("NFKC", text) if c.isalnum() or c == "ー").lower()


def weight(units: str) -> int:
    """Return how much folded units tell: two for Han and Hangul, one for kana and other letters."""
    return sum(_OTHER if ord(u) < _FIRST_HAN or "ぁ" <= u <= "ヿ" else _KANJI for u in units)


def name_parts(text: str) -> tuple[str, ...]:
    """Cut a name at its spaces and middle dots."""
    return tuple(part for part in _BETWEEN.split(text) if part)


def name_texts(names: Sequence[Name]) -> Iterator[str]:
    """Yield what has to be folded for the forms of names: every part of every text and reading."""
    for name in names:
        yield from name_parts(name.text)
        yield from name_parts(name.reading)


def forms_of(names: Sequence[Name], folded: Callable[[str], str] = folded_text) -> Iterator[tuple[str, Form]]:
    """Yield every form of an entry's names with what it is; a form may come several times.

    Of a long name the first `MAX_FORM` letters are the form: they are enough to know it by, and names
    that go on differently can not be piled up behind one beginning to make every search slow.

    Args:
        names: of one entry.
        folded: folds a part; given where many were folded at once.
    """
    for number, name in enumerate(names):
        for whole, writing, parts, drawn in _forms(name, folded):
            units = whole[: MAX_FORM + (whole[0] == LATIN)]
            if _is_enough(units, name):
                yield units, Form(number, writing, parts, drawn)


def _is_enough(units: str, name: Name) -> bool:
    """Tell whether a form is long enough, and is not in Latin letters without being marked as such."""
    if units[0] == LATIN:
        return len(units) > MIN_LATIN
    return (len(units) > 1 or bool(name.qualifier)) and letters_of(units) is None


_Made = tuple[str, NameForm, int, bool]


def _forms(name: Name, folded: Callable[[str], str]) -> Iterator[_Made]:
    text = tuple(filter(None, map(folded, name_parts(name.text))))
    reading = tuple(filter(None, map(folded, name_parts(name.reading)))) or text
    yield from _orders(text, NameForm.WRITTEN)
    if reading != text:
        yield from _spelled(reading, NameForm.KANA)
    else:
        yield from _spelled(text, NameForm.WRITTEN, drawn_only=True)
    if len(text) == len(reading) == 2:  # noqa: PLR2004 - a surname and a given name
        for mixed in ((text[0], reading[1]), (reading[0], text[1])):
            if mixed not in (text, reading):
                yield from _spelled(mixed, NameForm.MIXED)
    for latin in dict.fromkeys((_in_letters(text), _in_letters(reading))):
        if latin:
            yield from _latin(latin)


def _orders(parts: tuple[str, ...], writing: NameForm) -> Iterator[_Made]:
    for ordered in dict.fromkeys((parts, parts[::-1])):
        if ordered:
            yield "".join(ordered), writing, len(parts), False


def _spelled(parts: tuple[str, ...], writing: NameForm, *, drawn_only: bool = False) -> Iterator[_Made]:
    """Yield parts in both orders, with the long vowels of the kana among them written, and drawn."""
    if not drawn_only:
        yield from _orders(parts, writing)
    short = tuple(_LENGTHENED.sub("", part) if is_kana(part) else part for part in parts)
    if short != parts:
        for units, _, count, _ in _orders(short, writing):
            yield units, writing, count, True


def _in_letters(parts: tuple[str, ...]) -> tuple[str, ...]:
    """Return parts in Latin letters; nothing if one of them can not be."""
    found = [letters_of(part) or romaji(part) for part in parts]
    return tuple(part for part in found if part) if all(found) else ()


def _latin(parts: tuple[str, ...]) -> Iterator[_Made]:
    """Yield canonical spellings, with the parts apart and in one word, in both orders."""
    for ordered in dict.fromkeys((parts, parts[::-1])):
        apart, joined = "".join(map(canonical, ordered)), canonical("".join(ordered))
        for spelled in dict.fromkeys((apart, joined)):
            yield LATIN + spelled, NameForm.LATIN, len(parts), False


@lru_cache(maxsize=4096)
def named_forms(names: tuple[Name, ...]) -> dict[str, tuple[Form, ...]]:
    """Return the forms of an entry's names, by their units."""
    found: dict[str, list[Form]] = {}
    for units, form in forms_of(names):
        found.setdefault(units, []).append(form)
    return {units: tuple(dict.fromkeys(forms)) for units, forms in found.items()}
