"""Values in columns and sidecars: addresses, times, texts, header fields, records within a record.

They come from Parquet, JSON or WARC files of anybody, so each may be of any type and size. What is not of a
form that is expected is passed over; nothing here raises.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time

from sekisho.detect.signals.paths import host_of

__all__ = [
    "MAX_WITHIN",
    "Several",
    "address",
    "all_heard",
    "all_of",
    "header_fields",
    "header_texts",
    "language_tags",
    "mapping",
    "moment",
    "site_in",
    "texts",
]

MAX_WITHIN = 1 << 20
"""Characters of JSON in a text that are read."""
_LARGEST = 1 << 31
_MAX_URL = 8192
_SPACE = re.compile(r"[\x00-\x20\x7f]")
_PLAIN = re.compile(r"https?://[a-z0-9.-]+(?:[/?#][!-~]*)?").fullmatch
"""Most addresses; what it matches, the longer way returns as it is."""
_OF_SITE = re.compile(r"(https?://[a-z0-9.-]+)/[!\"&-)+-~]*").fullmatch
_FIELD_LINE = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}):[ \t]*(.*)")
_COMPACT = re.compile(r"(?:19|20)\d{12}")
_SECONDS = re.compile(r"\d{9,19}(?:\.\d{1,9})?")
_UNITS = (1, 1_000, 1_000_000, 1_000_000_000)
_LONGEST = 40
_TAG = re.compile(r"[A-Za-z]{2,20}(?:[-_][A-Za-z0-9]{1,8}){0,4}").fullmatch
_MAX_TAGS = 3
"""Languages of one item that are kept; Common Crawl's index names as many."""
_EARLIEST, _LATEST = datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


class Several(list[object]):
    """The values of equal names in their sequence."""


def all_heard(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    """Return the members of a record; what equal names hold is `Several`. O(n)."""
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    several: dict[str, Several] = {}
    for name, value in pairs:
        several.setdefault(name, Several()).append(value)
    return {name: some if len(some) > 1 else some[0] for name, some in several.items()}


def all_of(value: object) -> Sequence[object]:
    """Return what equal names hold, or the one value of a name."""
    return value if isinstance(value, Several) else (value,)


def address(value: object) -> str:
    """Return a value that is an address of http or https with a host; else ''. O(1) of long values."""
    if not isinstance(value, str) or len(value) > _MAX_URL:
        return ""
    if _PLAIN(value):
        return value
    text = value.strip()
    low = text[:8].lower()
    if not low.startswith(("http://", "https://")) or _SPACE.search(text):
        return ""
    return text if host_of(text) else ""


def site_in(url: str) -> str:
    """Return scheme and host of an address that is written in the form of most; else ''. O(len).

    Both are named as `sites.site_of` names them, and path and query are the same in both forms in which rules
    are compared with them (`paths`): no `*`, `$`, `%`, `#`, nothing outside of ASCII, no port and no user.
    """
    found = _OF_SITE(url)
    return found[1] if found else ""


def moment(value: object) -> datetime | None:
    """Return a time in one of the forms that datasets use, in UTC; None if it is none.

    ISO 8601, with or without a zone (without: UTC); `20240229123456` as archives write it; seconds since
    1970, or milli-, micro- or nanoseconds. A year before 1990 or after 2099 is no time of a crawl.
    """
    try:
        found = _moment(value)
    except (ValueError, OverflowError, OSError):
        return None
    return found if found is not None and _EARLIEST <= found < _LATEST else None


def _moment(value: object) -> datetime | None:
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    if isinstance(value, date):
        return datetime.combine(value, time(), UTC)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    text = _written(value)
    if _COMPACT.fullmatch(text):
        return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    if _SECONDS.fullmatch(text):
        number = float(text)
        latest = _LATEST.timestamp()
        unit = next((unit for unit in _UNITS if number / unit < latest), _UNITS[-1])
        return datetime.fromtimestamp(number / unit, UTC)
    return _moment(datetime.fromisoformat(text)) if "-" in text else None


def _written(value: str | float) -> str:
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{value:.6f}"
    return str(value)[:_LONGEST].strip()


def texts(value: object) -> Iterator[str]:
    """Yield the texts of a value: one, or those of a list."""
    values: Iterable[object] = value if isinstance(value, list | tuple) else (value,)
    return (one for one in values if isinstance(one, str))


def language_tags(value: object) -> tuple[str, ...]:
    """Return what a value calls languages: a tag or name, several with commas, or a list; at most three."""
    if isinstance(value, str) and _TAG(value):
        return (value,)
    words = (word.strip() for text in texts(value) for word in text[:_LONGEST].split(","))
    return tuple(dict.fromkeys(filter(_TAG, words)))[:_MAX_TAGS]


def header_texts(value: object) -> Iterator[str]:
    """Yield the values of a field. What is null in a column of numbers is NaN: it was not there."""
    values: Iterable[object] = value if isinstance(value, list | tuple) else (value,)
    for one in values:
        if isinstance(one, str) and one.strip():
            yield one
        elif isinstance(one, int | float) and abs(one) < _LARGEST:
            yield f"{int(one) if isinstance(one, bool) else one:g}"


def header_fields(value: object) -> Iterator[tuple[str, str]]:
    """Yield names and values of header fields in any of the forms in which records hold them."""
    if isinstance(value, list | tuple):
        yield from _pairs(_pair(one) for one in value)  # a field that stands twice is two
    elif (fields := mapping(value)) is not None:
        yield from _pairs(fields.items())
    elif isinstance(value, str):
        lines = (_FIELD_LINE.fullmatch(line) for line in value.splitlines())
        yield from ((line[1], line[2]) for line in lines if line)


def _pairs(pairs: Iterable[Sequence[object]]) -> Iterator[tuple[str, str]]:
    for names, values in pairs:
        for name in all_of(names):
            if isinstance(name, str):
                yield from ((name, text) for value in all_of(values) for text in header_texts(value))


def _pair(one: object) -> Sequence[object]:
    if isinstance(one, list | tuple) and len(one) == 2:  # noqa: PLR2004 - a pair
        return one
    if isinstance(one, dict):
        return one.get("name", one.get("key")), one.get("value")
    return None, None


def mapping(value: object) -> Mapping[str, object] | None:
    """Return a record within a record, or written as JSON in a text; None if it is none."""
    if isinstance(value, dict):
        return value
    if isinstance(value, list) and all(isinstance(one, tuple) and isinstance(one[0], str) for one in value):
        return all_heard(value)  # a map of Arrow
    if not isinstance(value, str) or value.lstrip()[:1] != "{" or len(value) > MAX_WITHIN:
        return None
    try:
        inner = json.loads(value, object_pairs_hook=all_heard)
    except (ValueError, RecursionError):
        return None
    return inner if isinstance(inner, dict) else None
