"""When a form of a name that stands in a text counts as that name.

A long form counts alone. A short one is often something else: a word, a part of a longer word, somebody
else's name. It counts if it is written as registered, ends where words end, and is no ordinary word;
or if something else of the same work stands near it. A name with a qualifier never counts without it.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from functools import cached_property, lru_cache

from sekisho.lexicon.fold import Folded
from sekisho.lexicon.forms import LATIN, Form, folded_text, is_kana, plain, weight
from sekisho.lexicon.words import Tokenizer, Word
from sekisho.model import Entry, Name

__all__ = ["Called", "NameRule", "Place", "Plainness", "judge", "plainness"]

LONG = 8
"""Weight (`lexicon.forms.weight`) from which a form counts alone: 4 kanji or 8 kana (reference 3.3)."""
LONG_LATIN = 9
"""The same in Latin letters."""
FULL = 5
"""Weight from which a full name counts in kana, in part or as a whole: 85,000 invented full names were
seen at 5 places in a million characters of prose (benchmarks/bench_names.py)."""
FULL_LATIN = 6
"""Letters of the same."""
CUE_WEIGHT = 4
"""What is lighter is no cue: two kanji, four kana."""
NEAR = 100
"""Folded units on either side in which a cue or a qualifier is looked for."""
AROUND = 64
"""Characters on either side of a name that are cut into words, at most to the ends of the sentence."""
MAX_CUTS = 8
"""Sentences of a text that are cut one by one; then all of it is, so that no text is slower than linear."""
_ASIDE = 24
"""Characters looked at before and after a name for words that ask for a picture."""

_AFTER = re.compile(
    r"[」』”\"'）)]?(?:さん|ちゃん|くん|君|様)?(?:"
    r"(?:風|ふう|っぽい)|みたいな(?:絵|画|キャラ)|の(?:画風|絵柄|作風|イラスト|似顔絵|ファンアート|二次創作|コスプレ|フィギュア|キャラ)"
    r"|[ -]?(?:style|inspired|fan ?art|cosplay)\b)",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    r"(?:in the style of|style of|drawing of|picture of|image of|illustration of|portrait of|fan ?art of"
    r"|cosplay of|character)[ :\"'“]*\Z",
    re.IGNORECASE,
)
_OPENING, _CLOSING = "『「“‘《〈\"'", "』」”’》〉\"'"
_BREAKS = frozenset("。．！？!?、，,\n\r「」『』()（）")
_LONG_MARKS = frozenset("ーｰ〜～-―—‐−")
_TRAILING = frozenset("ーｰﾞﾟ゛゜")
_PARTICLES = frozenset("はがをのにとでもへや")
_WORD_GAP = re.compile(r"[\W_]")
_NOUNS_OF_THEIR_OWN = ("名詞", "固有名詞", "一般")


class NameRule(StrEnum):
    """Why a name that was found counts."""

    LONG = "long_name"
    SHORT = "short_name"
    CUE = "name_with_cue"
    QUALIFIED = "name_with_qualifier"


class Plainness(IntEnum):
    """How much of an ordinary word a writing is."""

    OWN = 0
    """In no dictionary, or there as a name of its own."""
    NAMESAKE = 1
    """A name that many people or places have."""
    COMMON = 2
    """A word, or words."""


class Cut:
    """A stretch of a text, cut into words."""

    def __init__(self, words: Sequence[Word], offset: int) -> None:
        """Keep words whose places are counted from `offset` on."""
        self._words = words
        self._offset = offset
        self._by_start = {word.start + offset: number for number, word in enumerate(words)}
        self._ends = frozenset(word.end + offset for word in words)

    def edges(self, start: int, stop: int) -> tuple[bool, bool]:
        """Tell whether a word begins at a place, and whether one ends at another."""
        return start in self._by_start, stop in self._ends

    def within(self, start: int, stop: int) -> Sequence[Word]:
        """Return the words that cover code points exactly; none if it begins or ends within a word."""
        if not all(self.edges(start, stop)):
            return ()
        first = last = self._by_start[start]
        while self._words[last].end + self._offset < stop:
            last += 1
        return self._words[first : last + 1]


@dataclass(frozen=True, kw_only=True)
class Place:
    """A text in which names were found; words are looked up only where they are needed.

    What has underscores is remembered: a cache, not a fact.
    """

    text: str
    folded: Folded
    words: Tokenizer | None
    _cuts: dict[tuple[int, int], Cut] = field(default_factory=dict)
    _alone: dict[str, bool] = field(default_factory=dict)

    @cached_property
    def units(self) -> str:
        """Return the folded units."""
        return self.folded.text

    def cut(self, start: int, stop: int) -> Cut:
        """Return the words around a span: of its sentence, or of the whole text once that is less work."""
        place = (0, len(self.text))
        if len(self._cuts) < MAX_CUTS and len(self.text) > 2 * AROUND:
            breaks = [at for at in range(max(0, start - AROUND), start) if self.text[at] in _BREAKS]
            begin = breaks[-1] + 1 if breaks else max(0, start - AROUND)
            beyond = range(stop, min(len(self.text), stop + AROUND))
            place = begin, next((at for at in beyond if self.text[at] in _BREAKS), beyond.stop)
        if place not in self._cuts:
            words = self.words(self.text[slice(*place)]) if self.words is not None else ()
            self._cuts[place] = Cut(words, place[0])
        return self._cuts[place]

    def is_a_word(self, written: str) -> bool:
        """Tell whether a writing is one ordinary word of the dictionary."""
        if self.words is None:
            return False
        if written not in self._alone:
            words = self.words(written)
            self._alone[written] = len(words) == 1 and plainness(words) is Plainness.COMMON
        return self._alone[written]

    def span(self, begin: int, end: int) -> tuple[int, int]:
        """Return the code points of folded units, with the marks that belong to the last one."""
        source = self.folded.source
        start, stop = int(source[begin]), int(source[end - 1]) + 1
        beyond = int(source[end]) if end < len(source) else len(self.text)
        while stop < max(beyond, stop) and (
            self.text[stop] in _TRAILING or unicodedata.combining(self.text[stop])
        ):
            stop += 1
        return start, stop

    def near(self, cue: str, begin: int, end: int) -> bool:
        """Tell whether folded units stand near a place, and not only within it."""
        low = max(0, begin - NEAR)
        at = self.units.find(cue, low, end + NEAR)
        while at >= 0:
            if at < begin or at + len(cue) > end:
                return True
            at = self.units.find(cue, at + 1, end + NEAR)
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """A form of an entry's name in a text.

    Attributes:
        units: the form, as it lies in the table.
        begin, end: half-open, folded units.
        start, stop: half-open, code points.
    """

    entry: Entry
    units: str
    begin: int
    end: int
    start: int
    stop: int

    @property
    def latin(self) -> bool:
        """Tell whether it was found among Latin words."""
        return self.units.startswith(LATIN)

    @property
    def weight(self) -> int:
        """Return how much it tells: the weight of its units, or its letters."""
        return self.end - self.begin if self.latin else weight(self.units)

    @property
    def is_long(self) -> bool:
        """Tell whether it counts alone."""
        return self.weight >= (LONG_LATIN if self.latin else LONG)


def plainness(words: Sequence[Word]) -> Plainness:
    """Return how much of ordinary words a writing consists, by the words that it is made of."""
    if len(words) == 1:
        word = words[0]
        if not word.known or word.pos[:3] == _NOUNS_OF_THEIR_OWN:
            return Plainness.OWN
        return Plainness.NAMESAKE if word.pos[1:2] == ("固有名詞",) else Plainness.COMMON
    named = any(word.pos[1:2] == ("固有名詞",) and word.pos[2:3] != ("地名",) for word in words)
    unknown = any(not word.known and word.pos[:2] == ("名詞", "普通名詞") for word in words)
    return Plainness.OWN if named or unknown else Plainness.COMMON


def _drawn(called: Called, place: Place) -> bool:
    return any(mark in _LONG_MARKS for mark in place.text[called.start : called.stop])


def _beside(called: Called, place: Place) -> tuple[str, str]:
    """Return the characters before and after a form, empty at the ends of the text."""
    return place.text[max(0, called.start - 1) : called.start], place.text[called.stop : called.stop + 1]


def _edges(called: Called, place: Place) -> tuple[bool, bool]:
    """Tell whether words end before and after a form; without a tokenizer, by the characters there."""
    if called.latin:
        return True, True
    if place.words is not None:
        return place.cut(called.start, called.stop).edges(called.start, called.stop)
    before, after = _beside(called, place)
    particle = called.weight >= FULL and after in _PARTICLES and not is_kana(called.units[-1])
    return not before.isalnum(), not after.isalnum() or particle


def _exact(called: Called, place: Place, name: Name) -> bool:
    """Tell whether a form is written as it was registered; Latin letters with capitals as there.

    The reading of a Latin name is how it is written in Japanese.
    """
    written = place.text[called.start : called.stop]
    if not called.latin and name.text.isascii() and plain(written) == plain(name.reading):
        return True
    if plain(written) != plain(name.text):
        return False
    if not called.latin:
        return True
    registered = [part[:1].isupper() for part in name.text.split()]
    return [part[:1].isupper() for part in written.split()] == registered


def _parted(called: Called, place: Place) -> bool:
    return bool(_WORD_GAP.search(place.text[called.start : called.stop]))


def _asked(called: Called, place: Place) -> tuple[bool, bool]:
    """Tell whether words before or after a form ask for a picture of, or like, what it names."""
    before = place.text[max(0, called.start - _ASIDE) : called.start]
    return bool(_BEFORE.search(before)), bool(_AFTER.match(place.text, called.stop, called.stop + _ASIDE))


def _quoted(called: Called, place: Place) -> bool:
    before, after = _beside(called, place)
    return before != "" and after != "" and before in _OPENING and after in _CLOSING


@lru_cache(maxsize=4096)
def _title_cue(title: str) -> str:
    cue = folded_text(title)
    return cue if weight(cue) >= CUE_WEIGHT else ""


@lru_cache(maxsize=4096)
def _qualifiers(name: Name) -> tuple[str, ...]:
    return tuple(filter(None, map(folded_text, name.qualifier)))


def judge(called: Called, form: Form, place: Place, has_company: Callable[[Called], bool]) -> NameRule | None:
    """Return why a form counts as the name that it may be; None: it does not.

    Args:
        called: the form in its text.
        form: what it is of the entry.
        place: the text.
        has_company: tells whether another name of the same work stands near it.
    """
    name = called.entry.names[form.name]
    if form.drawn and not _drawn(called, place):
        return None
    if name.qualifier:
        return _qualified(called, place, name)
    word = called.is_long and form.parts == 1 and not called.latin
    if called.is_long and not (word and place.is_a_word(place.text[called.start : called.stop])):
        return NameRule.LONG
    title = _title_cue(called.entry.title)
    if has_company(called) or (title and place.near(title, called.begin, called.end)):
        ended = called.is_long or any((*_asked(called, place), *_edges(called, place)))
        return NameRule.CUE if ended else None
    return None if called.is_long else _short(called, form, place, name)


def _qualified(called: Called, place: Place, name: Name) -> NameRule | None:
    near = any(place.near(cue, called.begin, called.end) for cue in _qualifiers(name))
    return NameRule.QUALIFIED if near and (called.is_long or all(_edges(called, place))) else None


def _short(called: Called, form: Form, place: Place, name: Name) -> NameRule | None:
    """Judge a short form that has nothing but itself, and perhaps a word that asks for a picture."""
    exact = _exact(called, place, name)
    full = form.parts > 1 and called.weight >= (FULL_LATIN if called.latin else FULL)
    if not exact and not full:
        return None
    asked = _asked(called, place)
    ended = [a or b for a, b in zip(asked, _edges(called, place), strict=True)]
    if not (all(ended) and exact) and not (any(ended) and full):
        return None
    if called.latin:
        return _latin(called, form, place, exact=exact, asked=any(asked))
    words = _words_of(called, place)
    if full and (_parted(called, place) or not _is_phrase(words)):
        return NameRule.SHORT
    return _worded(called, words, place, asked=any(asked)) if all(ended) else None


def _words_of(called: Called, place: Place) -> Sequence[Word]:
    return place.cut(called.start, called.stop).within(called.start, called.stop)


def _is_phrase(words: Sequence[Word]) -> bool:
    """Tell whether two ordinary words are joined by a particle ("ほし の ひかり")."""
    if [word.pos[:1] for word in words] != [("名詞",), ("助詞",), ("名詞",)]:
        return False
    return all(len(word.surface) > 1 and word.known and word.pos[1:2] != ("固有名詞",) for word in words[::2])


def _latin(called: Called, form: Form, place: Place, *, exact: bool, asked: bool) -> NameRule | None:
    """Judge a short form in Latin letters: a full name, or one name of which a picture is asked for."""
    name = called.entry.names[form.name]
    if exact and form.parts == 1:
        return NameRule.CUE if asked else None
    other_case = not exact and plain(place.text[called.start : called.stop]) == plain(name.text)
    return NameRule.SHORT if exact or (_parted(called, place) and not other_case) else None


def _worded(called: Called, words: Sequence[Word], place: Place, *, asked: bool) -> NameRule | None:
    """Judge a short form by the words that it is made of."""
    plain_word = plainness(words) if words else Plainness.OWN
    if plain_word is Plainness.OWN:
        return NameRule.CUE if asked else NameRule.SHORT
    quoted = len(words) > 1 and _quoted(called, place)
    return NameRule.CUE if quoted or (asked and plain_word is Plainness.NAMESAKE) else None
