"""Columns and sidecars: what a record beside an item tells of where it was found and what was said of it.

Which name means what is data (`data/columns.toml`): img2dataset, LAION, Common Crawl, Hugging Face.
Rules where a name or a value may mean several things:

* case and separators of a name do not count; names that the table does not have are never looked at;
* an address counts if it is one of http or https with a host. Of several the first in the table is the item's
  and the next its page's: where `image_url` stands beside `url`, `url` is the page;
* `date` is the time of the crawl only in records that name the crawl, otherwise nobody knows it;
* a licence or claim of `?`, `unknown` and the like says nothing;
* header fields of a record are read as those of a response. A reservation may be a number or a truth value;
* a value that can not be read tells nothing, and nothing raises. JSON that can not be read, or is longer than
  `records.MAX_RECORD`, is an error of every language that may refuse a use and whose name stands in it as a
  key: what was said there nobody knows. If none stands there, it was not about rights, and tells nothing.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from functools import cache, lru_cache
from importlib.resources import files
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from sekisho.detect.signals.cells import (
    address,
    all_of,
    header_fields,
    header_texts,
    language_tags,
    mapping,
    moment,
    site_in,
    texts,
)
from sekisho.detect.signals.common import EVERY_USE, bounded, each
from sekisho.detect.signals.exif import claim
from sekisho.detect.signals.headers import header_signals
from sekisho.detect.signals.licence import licence_address, licence_signal
from sekisho.detect.signals.x_robots import said_to_robots
from sekisho.model.signal import Signal, SignalFamily, Stance
from sekisho.model.told import Told

if TYPE_CHECKING:
    from datetime import datetime

__all__ = [
    "WHERE",
    "WORDS",
    "Role",
    "column_role",
    "folded_names",
    "said_in_words",
    "speaks",
    "told",
    "unread_signals",
]

_MAX_NAME = 64
_MAX_CLAIMS = 50
"""Licences and claims that are read of one column. None of them refuses a use, so the rest is left out."""
_SEPARATORS = str.maketrans("", "", "-_.: ")
_KEY = re.compile(rb'"(?=([\w .:-]{3,64})")')
_EXIF = {
    "imagecopyright": "exif:Copyright",
    "copyright": "exif:Copyright",
    "imageartist": "exif:Artist",
    "artist": "exif:Artist",
}


class Role(StrEnum):
    """What a column tells."""

    URL = "url"
    PAGE = "page"
    CAPTURED = "captured"
    CRAWL = "crawl"
    """Nothing by itself: the record names the crawl that it comes from."""
    LANGUAGE = "language"
    LICENCE = "licence"
    RIGHTS = "rights"
    EXIF = "exif"
    HEADER = "header"
    META_ROBOTS = "meta_robots"
    HEADERS = "headers"
    WITHIN = "within"


WHERE = frozenset({Role.URL, Role.PAGE, Role.CAPTURED, Role.LANGUAGE, Role.CRAWL})
"""Where and when an item was found, and its languages; of signals they say nothing."""
WORDS = frozenset({Role.LICENCE, Role.RIGHTS, Role.EXIF, Role.META_ROBOTS})
"""What these say depends on their words alone, not on other members of the record."""
_SHORT = 200
"""Letters of words which are kept in mind."""


class Column(NamedTuple):
    """One line of the table.

    Attributes:
        rank: of two columns of one role, the lower one counts.
        header: the field that it holds, if it holds one.
        beside: folded names, one of which must stand in the record too; empty: it counts always.
    """

    role: Role
    rank: int
    header: str = ""
    beside: frozenset[str] = frozenset()


_FAMILIES = {
    "x-robots-tag": SignalFamily.X_ROBOTS,
    "content-usage": SignalFamily.AIPREF,
    "tdm-reservation": SignalFamily.TDMREP,
}


@cache
def _document() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("data", "columns.toml").read_text("utf-8"))


@cache
def _table() -> dict[str, Column]:
    found: dict[str, Column] = {}
    for line in _document()["column"]:
        beside = frozenset(map(_folded, line.get("beside", ())))
        for name in line["names"]:
            column = Column(Role(line["role"]), len(found), line.get("header", ""), beside)
            found[_folded(name)] = column
    return found


@cache
def _nothing() -> frozenset[str]:
    return frozenset(_document()["nothing"]["words"])


def _folded(name: str) -> str:
    return name.translate(_SEPARATORS).casefold()


def column_role(name: str) -> Column | None:
    """Return what the table says about a name; None: nothing, so the column need not be read."""
    return _column(name) if len(name) <= _MAX_NAME else None


@lru_cache(maxsize=4096)
def _column(name: str) -> Column | None:
    return _table().get(_folded(name))


def folded_names(names: Iterable[str]) -> frozenset[str]:
    """Return names as they are compared."""
    return frozenset(_folded(name) for name in names if len(name) <= _MAX_NAME)


def speaks(names: Iterable[str]) -> bool:
    """Tell whether members of these names may hold signals."""
    return any(column.role not in WHERE for name in names if (column := column_role(name)) is not None)


@lru_cache(maxsize=1024)
def _licence(text: str, place: str) -> Signal:
    return licence_signal(text, place)


def told(record: Mapping[str, object]) -> Told | None:
    """Return what a record tells about its item; None: nothing. It never raises. O(what it names).

    Args:
        record: names and values of columns, or of the members of a sidecar.
    """
    found = _Found()
    found.take(record)
    return found.told()


@lru_cache(maxsize=1024)
def said_in_words(said: tuple[tuple[str, str], ...]) -> tuple[Signal, ...]:
    """Return what members say, by their names and words."""
    columns = ((column_role(name), name, words) for name, words in said)
    signals = [one for column, name, words in columns if column for one in _said(column.role, name, words)]
    return bounded(signals) if signals else ()


def unread_signals(data: bytes, why: str) -> tuple[Signal, ...]:
    """Return an error of each language that may refuse a use and whose name stands in JSON as a key. O(len).

    Args:
        data: what could not be read, or its beginning.
        why: becomes the note.
    """
    errors: dict[SignalFamily, Signal] = {}
    for key in dict.fromkeys(found[1] for found in _KEY.finditer(data)):
        name = key.decode("ascii", "replace")
        column = column_role(name)
        if column is not None and (family := _family(column)) is not None:
            stances = each(EVERY_USE, Stance.ERROR)
            errors.setdefault(family, Signal(family=family, place=name, raw="", stances=stances, note=why))
    return tuple(errors.values())


def _unreadable(value: object) -> tuple[Signal, ...]:
    """Return the errors of JSON in a text that can not be read."""
    if not isinstance(value, str) or not value.lstrip().startswith("{") or mapping(value) is not None:
        return ()
    return unread_signals(value.encode("utf-8", "replace"), "not JSON, or too long")


def _family(column: Column) -> SignalFamily | None:
    """Return the language of a column that may refuse a use."""
    return SignalFamily.META_ROBOTS if column.role is Role.META_ROBOTS else _FAMILIES.get(column.header)


class _Found:
    """Gather what the columns of one record tell."""

    def __init__(self) -> None:
        self._urls: dict[int, str] = {}
        self._pages: dict[int, str] = {}
        self._moments: dict[int, datetime] = {}
        self._languages: dict[int, tuple[str, ...]] = {}
        self._fields: list[tuple[str, str]] = []
        self._said: list[Signal] = []

    def take(self, record: Mapping[str, object], *, within: bool = False) -> None:
        """Read the columns of a record, or of one within it."""
        columns = {name: column_role(name) for name in record}
        names: frozenset[str] | None = None
        for name, column in columns.items():
            value = record[name]
            if column is None or value is None:
                continue
            if column.beside and names is None:
                names = folded_names(columns)
            if not column.beside or (names and names & column.beside):
                # Where a name stands twice the last one counts, as for most programs; signals are all heard.
                for one in reversed(all_of(value)):
                    self._column(column, name, one, within=within)

    def _column(self, column: Column, name: str, value: object, *, within: bool) -> None:
        match column.role:
            case Role.URL if url := address(value):
                self._urls.setdefault(column.rank, url)
            case Role.PAGE if url := address(value):
                self._pages.setdefault(column.rank, url)
            case Role.CAPTURED if (when := moment(value)) is not None:
                self._moments.setdefault(column.rank, when)
            case Role.LANGUAGE if tags := language_tags(value):
                self._languages.setdefault(column.rank, tags)
            case Role.HEADER:
                self._fields += ((column.header, text) for text in header_texts(value))
            case Role.HEADERS:
                self._fields += header_fields(value)
                self._said += _unreadable(value)
            case Role.WITHIN if not within:
                self.take(mapping(value) or {}, within=True)
                self._said += _unreadable(value)
            case _:
                self._said += _said(column.role, name, value)

    def told(self) -> Told | None:
        """Return what was gathered."""
        urls = [url for _, url in sorted(self._urls.items())]
        pages = [url for _, url in sorted(self._pages.items())]
        captured = min(self._moments.items(), default=(0, None))[1]
        signals = self._said
        if self._fields:
            signals = [*header_signals(self._fields, captured=captured), *signals]
        languages = min(self._languages.items(), default=(0, ()))[1]
        if not (urls or pages or captured or signals or languages):
            return None
        url = urls[0] if urls else ""
        return Told(
            url=url,
            site=site_in(url),
            page=next((url for url in (*pages, *urls[1:])), ""),
            captured=captured,
            signals=bounded(signals) if signals else (),
            languages=languages,
        )


def _said(role: Role, name: str, value: object) -> Iterator[Signal]:
    """Yield what a column says in words."""
    if role is Role.EXIF:
        fields = mapping(value) or {}
        named = ((_EXIF.get(_folded(key)), words) for key, words in fields.items() if len(key) <= _MAX_NAME)
        said = ((field, one) for field, words in named if field for one in all_of(words))
        claims = ((field, words) for field, words in said if isinstance(words, str) and words)
        for field, words in islice(claims, _MAX_CLAIMS):
            yield claim(field, words, name)
        return
    if role is Role.META_ROBOTS:
        for text in texts(value):
            yield from said_to_robots(text, SignalFamily.META_ROBOTS, place=name)
        return
    for text in islice(texts(value), _MAX_CLAIMS):
        if text.strip().lower() in _nothing():
            continue
        if role is Role.LICENCE or (role is Role.RIGHTS and licence_address(text)):
            yield _licence(text, name) if len(text) <= _SHORT else licence_signal(text, name)
        if role is Role.RIGHTS:
            yield claim(name, text, name)
