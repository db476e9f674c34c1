"""Records that tell where and when an item was found, in which language it is, and perhaps its licence.

Most records of datasets of texts are such. What they tell is what `columns.told` returns; here the names of a
record are looked up once for all records that have the same ones, and only what the table names is decoded.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple, TypeVar

import msgspec

from sekisho.detect.signals.cells import address, language_tags, moment
from sekisho.model.signal import Signal
from sekisho.model.told import Told

__all__ = ["Ranked", "Where", "told_where"]

Ranked = tuple[int, str]
"""The rank of a column, the lower one counts, and the name of a member."""
T = TypeVar("T")
_FIRST_YEAR, _LAST_YEAR = 1990, 2099
_NONE: tuple[str, ...] = ()
_decode = msgspec.json.Decoder().decode


class Where(NamedTuple):
    """Which members tell what, each in the order of their ranks, then of the record.

    Attributes:
        speaks: others may hold signals.
        words: these others, if each says by itself what it says; else all are to be gathered together.
        alone: the one that tells the address, if no other one tells anything; else ''.
    """

    urls: tuple[Ranked, ...]
    pages: tuple[Ranked, ...]
    moments: tuple[Ranked, ...]
    languages: tuple[Ranked, ...]
    speaks: bool
    words: tuple[str, ...]
    alone: str


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


def _addresses(members: Mapping[str, msgspec.Raw], names: Iterable[Ranked]) -> list[str]:
    """Return the addresses, one of each rank."""
    found: list[str] = []
    last = -1
    for rank, name in names:
        if rank != last and (url := address(_decode(members[name]))):
            found.append(url)
            last = rank
    return found


def _first(
    members: Mapping[str, msgspec.Raw], names: Iterable[Ranked], read: Callable[[object], T], nothing: T
) -> T:
    for _, name in names:
        if value := read(_decode(members[name])):
            return value
    return nothing


def told_where(
    members: Mapping[str, msgspec.Raw], where: Where, signals: tuple[Signal, ...] = ()
) -> Told | None:
    """Return what a record tells; None: nothing.

    Args:
        members: of the record, not decoded.
        where: which of them are asked.
        signals: what the others say.

    Raises:
        msgspec.DecodeError: a member is no JSON.
        UnicodeDecodeError: a text is not UTF-8.
        RecursionError: a member is too deep.
    """
    if where.alone:
        url = address(_decode(members[where.alone]))
        return Told(url=url, signals=signals) if url or signals else None
    urls = _addresses(members, where.urls)
    pages = _addresses(members, where.pages) if where.pages else []
    captured = _first(members, where.moments, _moment, None) if where.moments else None
    languages = _first(members, where.languages, _languages, _NONE) if where.languages else _NONE
    if not (urls or pages or captured or signals or languages):
        return None
    return Told(
        url=urls[0] if urls else "",
        page=(pages or urls[1:] or [""])[0],
        captured=captured,
        signals=signals,
        languages=languages,
    )
