"""Folded texts x snapshot -> registered names: which entries a prompt or a caption calls by name, and where.

A table only says where to look. What is found counts if the entry's own signed registration gives the
name that has this form, by the rules of `match/name_rules.py`; and a prompt
that asks for words about a work (`match/tasks.py`) calls nobody.
"""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import NamedTuple

from sekisho.lexicon.fold import FoldedMany
from sekisho.lexicon.forms import NameForm, named_forms
from sekisho.lexicon.words import Tokenizer
from sekisho.match.forms import Found, find_forms
from sekisho.match.name_rules import CUE_WEIGHT, NEAR, Called, NameRule, Place, judge
from sekisho.match.tasks import asks_for_words
from sekisho.model import Entry
from sekisho.snapshot import Snapshot
from sekisho.snapshot.names import Names

__all__ = ["NameForm", "NameHit", "NameRule", "match_names", "names_in"]

MAX_CALLS = 50
"""Places in a text at which an entry is looked at; a name that comes more often says nothing new."""
Numbered = tuple[int, Called]
"""The number of an entry, and a form of its name."""


class NameHit(NamedTuple):
    """A name of an entry in a text.

    Attributes:
        entry: its number in the snapshot.
        start, end: half-open, code points of the text.
        form: how it is written there.
        rule: why it counts.
    """

    entry: int
    start: int
    end: int
    form: NameForm
    rule: NameRule


def match_names(
    texts: Sequence[str], folded: FoldedMany, snapshot: Snapshot, words: Tokenizer | None
) -> list[tuple[NameHit, ...]]:
    """Return for each text the names in it that count, by their place.

    Args:
        texts: as they were folded.
        folded: the same texts.
        snapshot: opened, its sections checked.
        words: for the rules about short names; without one they count between spaces and marks only.

    Raises:
        SnapshotTampered: the registration of an entry that was found does not hold.
    """
    return names_in(texts, folded, snapshot.names, snapshot.entry, words)


def names_in(
    texts: Sequence[str],
    folded: FoldedMany,
    tables: Sequence[Names],
    entry: Callable[[int], Entry],
    words: Tokenizer | None,
) -> list[tuple[NameHit, ...]]:
    """Do as `match_names` with tables and entries from anywhere."""
    found: dict[int, list[tuple[Names, Found]]] = {}
    for table in tables:
        for one in find_forms(folded, table):
            found.setdefault(one.text, []).append((table, one))
    hits: list[tuple[NameHit, ...]] = [()] * len(texts)
    for number, some in found.items():
        place = Place(text=texts[number], folded=folded[number], words=words)
        counted = _counted(_called(some, place, entry), place)
        if counted and not asks_for_words(_without(place.text, counted)):
            hits[number] = counted
    return hits


def _without(text: str, hits: Sequence[NameHit]) -> str:
    """Return what a text says besides the names in it."""
    parts, at = [], 0
    for hit in hits:
        parts.append(text[at : hit.start])
        at = max(at, hit.end)
    return " ".join((*parts, text[at:]))


def _called(
    found: Sequence[tuple[Names, Found]], place: Place, entry: Callable[[int], Entry]
) -> list[Numbered]:
    """Return the forms that the registrations of their entries really give, by their place.

    Of each entry the first `MAX_CALLS` are enough.
    """
    called: list[Numbered] = []
    times: dict[int, int] = {}
    for table, one in found:
        owners = [n for n in table.owners(one.row) if times.get(n, 0) < MAX_CALLS]
        if not owners:
            continue
        units = table.form(one.row)
        start, stop = place.span(one.begin, one.end)
        for number in owners:
            named = entry(number)
            if units in named_forms(named.names):
                times[number] = times.get(number, 0) + 1
                made = Called(entry=named, units=units, begin=one.begin, end=one.end, start=start, stop=stop)
                called.append((number, made))
    return sorted(called, key=lambda pair: (pair[1].start, -pair[1].stop, pair[0]))


class _Company:
    """Which names of which works stand where, so that one can vouch for another."""

    def __init__(self, called: Sequence[Numbered]) -> None:
        self._by_work: dict[tuple[str, str], list[Called]] = {}
        for _, one in called:
            if one.weight >= CUE_WEIGHT:
                self._by_work.setdefault(_work(one.entry), []).append(one)

    def __call__(self, one: Called) -> bool:
        """Tell whether another name of the same work stands near, in other characters."""
        others = self._by_work.get(_work(one.entry), ())
        first = bisect_left(others, one.begin - NEAR, key=lambda other: other.begin)
        for other in others[first:]:
            if other.begin > one.end + NEAR:
                return False
            apart = other.end <= one.begin or other.begin >= one.end
            if apart and _names_of(other).isdisjoint(_names_of(one)):
                return True
        return False


def _work(entry: Entry) -> tuple[str, str]:
    """Name the work of an entry: those of one holder with one title are the same work."""
    return entry.registrant.key, entry.title or entry.id


def _names_of(called: Called) -> frozenset[tuple[str, int]]:
    """Return which names a form may be."""
    return frozenset((called.entry.id, form.name) for form in named_forms(called.entry.names)[called.units])


def _counted(called: Sequence[Numbered], place: Place) -> tuple[NameHit, ...]:
    """Return the forms that count, without those within a longer one that counts."""
    company = _Company(called)
    hits: list[NameHit] = []
    for number, one in called:
        if hits and one.stop <= hits[-1].end and (one.start, one.stop) != hits[-1][1:3]:
            continue
        for form in named_forms(one.entry.names)[one.units]:
            rule = judge(one, form, place, company)
            if rule is not None:
                hits.append(NameHit(number, one.start, one.stop, form.writing, rule))
                break
    return tuple(hits)
