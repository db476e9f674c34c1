"""What is asked of a name before it is registered: is it a word that everybody writes?

Each name is looked for in everyday text that comes with Sekisho (`everyday.txt`: 80,000 letters of
prose and prompts), by the rules that stop a prompt later. Its registrant sees how often it would raise a
false alarm. A single common word is refused unless words are given of which one must stand near it; ordinary
words that would often be stopped there are refused in any case, by the registry itself too: whoever makes
statements with another program could else put every prompt on hold.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from importlib.resources import files

from sekisho.errors import RefusedError
from sekisho.lexicon.fold import FoldedMany, fold_many
from sekisho.lexicon.forms import NameForm, folded_text, is_kana, name_parts, named_forms
from sekisho.lexicon.romaji import letters_of
from sekisho.lexicon.words import Tokenizer
from sekisho.match.forms import find_forms
from sekisho.match.name_rules import Plainness, plainness
from sekisho.match.names import names_in
from sekisho.model import Entry, EntryId, KeyId, Kind, Name, Registrant, Trust
from sekisho.snapshot.names import build_names

__all__ = ["NameVerdict", "everyday_names", "judge_names", "refuse_common", "with_readings"]

_MILLION = 1_000_000
_SEEN_OFTEN = 2
"""Places in the everyday text at which a word is common although no dictionary was asked."""
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class NameVerdict:
    """What was found out about a name.

    Attributes:
        forms: ways to write it that will be compared; 0: it has no letters.
        alarms: places in the everyday text that would be taken for it.
        seen: places there at which its letters stand, whether they would count or not.
        characters: length of the everyday text.
        common: it is a single ordinary word, or several in small letters, and nothing has to stand near it;
            or it is ordinary words that everyday text often has, with what has to stand near them.
        unread: it has kanji and no reading, so that only its kanji are compared.
    """

    name: Name
    forms: int
    alarms: int
    seen: int
    characters: int
    common: bool
    unread: bool

    @property
    def per_million(self) -> int:
        """Return the false alarms in a million characters."""
        return round(self.alarms * _MILLION / self.characters)


@lru_cache(maxsize=1)
def _everyday() -> tuple[tuple[str, ...], FoldedMany]:
    text = files("sekisho.registry").joinpath("everyday.txt").read_text(encoding="utf-8")
    lines = tuple(line for line in text.splitlines() if not line.startswith("#"))
    return lines, fold_many(lines)


@lru_cache(maxsize=1)
def _small_words() -> frozenset[str]:
    """Return the words of the everyday text that stand there in small letters."""
    return frozenset(word for line in _everyday()[0] for word in _WORD.findall(line) if word.islower())


def judge_names(names: Sequence[Name], words: Tokenizer | None) -> tuple[NameVerdict, ...]:
    """Return for each name what speaks against it.

    Args:
        names: of one entry, with their readings.
        words: the opened dictionary; without one, what is common is told by the everyday text alone.
    """
    return tuple(_judged(name, words) for name in names)


def _judged(name: Name, words: Tokenizer | None) -> NameVerdict:
    lines, folded = _everyday()
    table = build_names([(name,)])
    entry = Entry(
        id=EntryId(""),
        registrant=Registrant(key=KeyId("")),
        kind=Kind.CHARACTER,
        trust=Trust.DECLARED,
        registered=date.min,
        names=(name,),
    )
    hits = names_in(lines, folded, [table], lambda _: entry, words)
    forms = named_forms((name,))
    written = {row for row in range(len(table.keys)) if forms[table.form(row)][0].writing is NameForm.WRITTEN}
    seen = sum(found.row in written or found.latin for found in find_forms(folded, table))
    alarms = sum(map(len, hits))
    return NameVerdict(
        name=name,
        forms=len(forms),
        alarms=alarms,
        seen=seen,
        characters=sum(map(len, lines)),
        common=(not name.qualifier and _is_common(name, words, seen)) or _is_everyday(name, alarms),
        unread=not name.reading and _has_kanji(name),
    )


def _is_common(name: Name, words: Tokenizer | None, seen: int) -> bool:
    """Tell whether a name is one ordinary word: in the dictionary, or often in everyday text."""
    parts = name_parts(name.text)
    if len(parts) > 1 and _is_small(name.text) and name.text.islower():
        return True
    folded = folded_text(parts[0]) if len(parts) == 1 else ""
    if len(folded) <= 1:
        return bool(folded)
    if words is None or letters_of(folded) is not None:
        return seen >= _SEEN_OFTEN
    cut = words(parts[0])
    return len(cut) == 1 and plainness(cut) is Plainness.COMMON


def _is_small(text: str) -> bool:
    """Tell whether a text is of Latin words that all stand in everyday text in small letters."""
    words = _WORD.findall(text)
    return text.isascii() and all(word.lower() in _small_words() for word in words)


def _is_everyday(name: Name, alarms: int) -> bool:
    """Tell whether a name is often found in everyday text and is nobody's there ("of the"; not Holmes)."""
    return alarms >= _SEEN_OFTEN and (not name.text.isascii() or _is_small(name.text))


def everyday_names(names: Iterable[Name]) -> frozenset[Name]:
    """Return which names are ordinary words that everyday text often has; no dictionary is asked.

    The text is searched once for all of them: what is not there costs nothing more.
    """
    asked = list(dict.fromkeys(names))
    if not asked:
        return frozenset()
    _, folded = _everyday()
    table = build_names([(name,) for name in asked])
    seen = Counter(owner for found in find_forms(folded, table) for owner in table.owners(found.row))
    often = [asked[number] for number, count in sorted(seen.items()) if count >= _SEEN_OFTEN]
    return frozenset(v.name for v in judge_names(often, None) if _is_everyday(v.name, v.alarms))


def _has_kanji(name: Name) -> bool:
    folded = folded_text(name.text)
    return any(not is_kana(unit) and letters_of(unit) is None for unit in folded)


def refuse_common(verdicts: Sequence[NameVerdict]) -> None:
    """Refuse names by which nobody can be told.

    Raises:
        RefusedError: one is a common word without a qualifier, ordinary words, or has no letters.
    """
    for verdict in verdicts:
        if not verdict.forms and not verdict.common:  # of one letter it has no form either
            raise RefusedError(
                f"the name {verdict.name.text!r} has no letters that could be compared",
                hint="give the name as people write it",
            )
        if verdict.common:
            raise RefusedError(
                f"{verdict.name.text!r} is a common word or phrase: too much would be stopped",
                hint="give the full name, or --qualifier WORD: a title or another name that must stand near",
            )


def with_readings(names: Sequence[Name], reading: Callable[[str], str]) -> tuple[Name, ...]:
    """Return names with the dictionary's reading where the registrant has given none.

    Args:
        names: as they were given.
        reading: reads a short text, in kana; what it can not read stays.
    """
    return tuple(_read(name, reading) for name in names)


def _read(name: Name, reading: Callable[[str], str]) -> Name:
    if name.reading or not _has_kanji(name):
        return name
    read = [reading(part) for part in name_parts(name.text)]
    if not all(is_kana(folded_text(part)) for part in read):
        return name
    return replace(name, reading=" ".join(read))
