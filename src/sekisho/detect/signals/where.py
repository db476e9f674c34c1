"""Plain records, many at once: where and when items were found, in which language, and a few words of rights.

What they tell is what `columns.told` returns. Of records that have the same names these are looked up once,
the kernel that spells their texts has found where each value stands, and only what the table names is read.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple, TypeVar

import msgspec

from sekisho.detect.signals.cells import address, language_tags, moment, site_in
from sekisho.detect.signals.columns import WHERE, WORDS, Role, column_role, folded_names, said_in_words, told
from sekisho.model.signal import Signal
from sekisho.model.told import Told

__all__ = ["Members", "Where", "told_address", "told_where", "where_of"]

T = TypeVar("T")
Value = Callable[[int], object]
"""Returns what a member of a record holds, by its number in it."""
Ranked = tuple[int, int]
"""The rank of a column, the lower one counts, and the number of a member."""
_FIRST_YEAR, _LAST_YEAR = 1990, 2099
_NONE: tuple[str, ...] = ()
_KNOWN = 1024
"""Of how many kinds of records that differ in their names it is kept what is asked."""
_SHORT, _FEW = 200, 8
"""Letters of words, and members of a record that hold such, which are kept in mind."""
_BY_ROLE = (Role.URL, Role.PAGE, Role.CAPTURED, Role.LANGUAGE)
_decode = msgspec.json.Decoder().decode


class Members(NamedTuple):
    """The members of many records.

    Attributes:
        data: holds the records.
        places: where each value begins and ends in it, one after the other.
        sites: how many letters scheme and host of each value have (`site_ends`), or 0.
    """

    data: bytes
    places: Sequence[int]
    sites: Sequence[int]

    def value(self, number: int) -> object:
        """Return what a member holds."""
        places = self.places
        return _decode(self.data[places[2 * number] : places[2 * number + 1]])


class Where(NamedTuple):
    """Which members tell what, each in the order of their ranks, then of the record.

    Attributes:
        members: how many there are.
        named: those that the table names.
        speaks: some may hold signals.
        words: these, if each says by itself what it says; else all are to be gathered together.
        alone: the one that tells the address, if no other one tells anything; else -1.
    """

    members: int
    urls: tuple[Ranked, ...]
    pages: tuple[Ranked, ...]
    moments: tuple[Ranked, ...]
    languages: tuple[Ranked, ...]
    named: tuple[tuple[str, int], ...]
    speaks: bool
    words: tuple[tuple[str, int], ...]
    alone: int


@lru_cache(maxsize=_KNOWN)
def where_of(names: bytes) -> Where:
    """Return which members of records with these names are read.

    Args:
        names: each once, in ASCII, a quotation mark behind each (`spelled`).
    """
    each = names.decode("ascii").split('"')[:-1]
    found = [(name, number, column) for number, name in enumerate(each) if (column := column_role(name))]
    folded = folded_names(each)
    ranked: dict[Role, list[Ranked]] = {role: [] for role in WHERE}
    for _, number, column in found:
        if column.role in WHERE and (not column.beside or folded & column.beside):
            ranked[column.role].append((column.rank, number))
    # Stable: of two names that are one but for their case, the first in the record counts.
    urls, pages, moments, languages = (tuple(sorted(ranked[role], key=itemgetter(0))) for role in _BY_ROLE)
    others = [(name, number, column) for name, number, column in found if column.role not in WHERE]
    plain = len(others) <= _FEW and all(column.role in WORDS and not column.beside for *_, column in others)
    alone = len(urls) == 1 and not (pages or moments or languages or others)
    return Where(
        members=len(each),
        urls=urls,
        pages=pages,
        moments=moments,
        languages=languages,
        named=tuple((name, number) for name, number, _ in found),
        speaks=bool(others),
        words=tuple((name, number) for name, number, _ in others) if plain else (),
        alone=urls[0][1] if alone else -1,
    )


def told_where(members: Members, first: int, where: Where, addresses: bool) -> Told | None:  # noqa: FBT001 - hot
    """Return what a record tells; None: nothing.

    Args:
        members: of plain records, whose strings are whole.
        first: number of the record's first one.
        where: what is asked of them.
        addresses: where it was found is asked for too; else a record without signals tells nothing.
    """
    if not where.speaks:
        return _told(members, first, where, ()) if addresses else None
    said = [(name, members.value(first + number)) for name, number in where.words]
    if not said or not all(isinstance(words, str) and len(words) <= _SHORT for _, words in said):
        return told({name: members.value(first + number) for name, number in where.named})
    return _told(members, first, where, said_in_words(tuple(said)))


def told_address(members: Members, number: int) -> Told | None:
    """Return where an item was found whose record tells nothing else; None: it is no address."""
    data, places, of_site = members.data, members.places, members.sites[number]
    if of_site:
        url = data[places[2 * number] + 1 : places[2 * number + 1] - 1].decode("ascii")
        return Told(url=url, site=url[:of_site])
    url = address(members.value(number))
    return Told(url=url, site=site_in(url)) if url else None


def _told(members: Members, first: int, where: Where, signals: tuple[Signal, ...]) -> Told | None:
    def value(number: int) -> object:
        return members.value(first + number)

    urls = _addresses(value, where.urls) if where.urls else _NONE
    pages = _addresses(value, where.pages) if where.pages else _NONE
    captured = _first(value, where.moments, _moment, None) if where.moments else None
    languages = _first(value, where.languages, _languages, _NONE) if where.languages else _NONE
    if not (urls or pages or captured or signals or languages):
        return None
    url = urls[0] if urls else ""
    return Told(
        url=url,
        site=site_in(url),
        page=pages[0] if pages else urls[1] if len(urls) > 1 else "",
        captured=captured,
        signals=signals,
        languages=languages,
    )


@lru_cache(maxsize=4096)
def _tags(value: str) -> tuple[str, ...]:
    return language_tags(value)


def _languages(value: object) -> tuple[str, ...]:
    return _tags(value) if type(value) is str and len(value) < 20 else language_tags(value)  # noqa: PLR2004 - a tag


def _moment(value: object) -> datetime | None:
    """Return what `cells.moment` does; of the form that most datasets have in a fifth of the time."""
    if type(value) is str and value[4:5] == "-":
        try:
            found = datetime.fromisoformat(value)
        except ValueError:
            return moment(value)
        if found.tzinfo is UTC and _FIRST_YEAR <= found.year <= _LAST_YEAR:
            return found
    return moment(value)


def _addresses(value: Value, numbers: Iterable[Ranked]) -> Sequence[str]:
    """Return the addresses, one of each rank."""
    found: list[str] = []
    last = -1
    for rank, number in numbers:
        if rank != last and (url := address(value(number))):
            found.append(url)
            last = rank
    return found


def _first(value: Value, numbers: Iterable[Ranked], read: Callable[[object], T], nothing: T) -> T:
    for _, number in numbers:
        if found := read(value(number)):
            return found
    return nothing
