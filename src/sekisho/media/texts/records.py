"""JSON: every string of a record, or those of the fields that were named.

msgspec reads almost all records. What it refuses or would read only in part is read again by the
standard library: records in another charset, NaN, halves of surrogate pairs, and members of one
name, of which a parser shows the last only. Nothing that a more lenient reader would see is missed.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

from sekisho.media.limits import CannotDecode
from sekisho.media.texts.aozora import aozora_field
from sekisho.media.texts.charset import decode
from sekisho.media.texts.fields import TextField, TextRead, field_as_stored
from sekisho.media.texts.limits import TextLimits
from sekisho.media.texts.pointers import is_name, step_of
from sekisho.model import Unreadable

__all__ = ["MEDIA_TYPE", "read_record"]

MEDIA_TYPE = "application/json"
_SCALARS = frozenset({int, float, bool, type(None)})
_HALF = re.compile("[\ud800-\udfff]")
_ESCAPED_QUOTE = b"\\u0022"
_decode = msgspec.json.Decoder().decode


_KEY = "~n"
"""Behind a member's step: the key itself, which is looked at as it is data."""
_Member = tuple[str, str, Any]
"""Its step in a pointer, its key and its value."""


class _Members(list[tuple[str, Any]]):
    """The members of an object in their order, those of one name too."""


def read_record(data: bytes, charset: str, names: Sequence[str], limits: TextLimits) -> TextRead:
    """Read the strings of one JSON text. O(bytes).

    Of members of one name the last has the pointer; those before it have `~d1`, `~d2` ... at the end
    of the name, which no pointer has otherwise. A key that is data is a text of its own, see `pointers`.

    Args:
        data: a line of JSONL without its end, or a file.
        charset: as declared; JSON is UTF-8 (RFC 8259 8.1), and anything else only if it must be.
        names: keys at any depth, or pointers (RFC 6901), each with all that is below it; none: all.
        limits: what it may cost.

    Raises:
        CannotDecode: empty, corrupt (no JSON), too_large (depth, fields or characters).
    """
    if not data:
        raise CannotDecode(Unreadable.EMPTY)
    try:
        value = _decode(data)
        fields, seen = _flat(value, len(data), names, limits) or _all(value, names, limits)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _read_again(data, charset, names, limits)
    except RecursionError:
        raise _too_deep(limits) from None
    marks = data.count(b'"') - 2 * seen
    if marks and not _is_whole(data, value, marks):
        return _read_again(data, "utf-8", names, limits)
    return TextRead(MEDIA_TYPE, "utf-8", 0, tuple(fields))


def _flat(
    value: object, size: int, names: Sequence[str], limits: TextLimits
) -> tuple[list[TextField], int] | None:
    """Return what `_all` returns, sooner, for an object of strings and numbers; None for others."""
    if type(value) is not dict or names or len(value) > limits.max_fields or size > limits.max_chars:
        return None
    fields = []
    for key, item in value.items():
        if type(item) is str:
            if "/" in key or "~" in key or "《" in item or "［" in item or not is_name(key):
                return None
            fields.append(field_as_stored(f"/{key}", item))
        elif type(item) not in _SCALARS or not is_name(key):
            return None
    return fields, len(value) + len(fields)


def _all(value: object, names: Sequence[str], limits: TextLimits) -> tuple[list[TextField], int]:
    """Return the fields of a record, and how many strings there are in it, keys among them."""
    strings = _Strings(names, limits)
    strings.take(value, "", taken=not names, depth=0)
    return strings.fields, strings.seen


def _too_deep(limits: TextLimits) -> CannotDecode:
    return CannotDecode(Unreadable.TOO_LARGE, f"a record deeper than {limits.max_depth}")


class _Strings:
    """The strings of a record in their order, and how many there are with those that are not taken."""

    def __init__(self, names: Sequence[str], limits: TextLimits) -> None:
        self.fields: list[TextField] = []
        self.seen = 0
        self._names = frozenset(names)
        self._limits = limits
        self._room = limits.max_chars

    def take(self, value: object, pointer: str, *, taken: bool, depth: int, path: str = "") -> None:
        """Take a value and all that is in it.

        Args:
            value: as parsed.
            pointer: to it, as it is written down.
            taken: whether it is below a field that was named.
            depth: of it.
            path: the pointer by which it can be named (RFC 6901); not known if all is taken.
        """
        if type(value) is str:
            self._string(value, pointer, taken=taken)
            return
        if depth > self._limits.max_depth:
            raise _too_deep(self._limits)
        if type(value) is dict:
            self._members(_numbered(value.items()), pointer, taken=taken, depth=depth, path=path)
        elif type(value) is _Members:
            self._members(_each_once(value), pointer, taken=taken, depth=depth, path=path)
        elif type(value) is list:
            for number, item in enumerate(value):
                below = f"{path}/{number}"
                here = taken or below in self._names
                self.take(item, f"{pointer}/{number}", taken=here, depth=depth + 1, path=below)

    def _members(
        self, members: Iterable[_Member], pointer: str, *, taken: bool, depth: int, path: str
    ) -> None:
        for step, key, item in members:
            self.seen += 1
            below = f"{path}/{_escaped(key)}" if self._names else ""
            here = taken or key in self._names or below in self._names
            if here and not is_name(key):
                self._text(key, f"{pointer}/{step}{_KEY}")
            if type(item) is str:
                self._string(item, f"{pointer}/{step}", taken=here)
            elif type(item) not in _SCALARS:
                self.take(item, f"{pointer}/{step}", taken=here, depth=depth + 1, path=below)

    def _string(self, value: str, pointer: str, *, taken: bool) -> None:
        self.seen += 1
        if taken:
            self._text(value, pointer)

    def _text(self, value: str, pointer: str) -> None:
        self._room -= len(value)
        if self._room < 0 or len(self.fields) >= self._limits.max_fields:
            raise CannotDecode(Unreadable.TOO_LARGE, "a record with too many fields or characters")
        marked = "《" in value or "［" in value
        field = aozora_field(pointer, value) if marked else None
        self.fields.append(field or field_as_stored(pointer, value))


def _escaped(key: str) -> str:
    """Return a key as it stands in a pointer (RFC 6901 3)."""
    return key.replace("~", "~0").replace("/", "~1")


def _numbered(members: Iterable[tuple[str, Any]]) -> Iterator[_Member]:
    for number, (key, item) in enumerate(members):
        yield step_of(key, number), key, item


def _each_once(members: _Members) -> Iterator[_Member]:
    """Yield the last member of each name, then those before them, counted from the first."""
    last = {key: number for number, (key, _) in enumerate(members)}
    for key, number in last.items():
        yield step_of(key, number), key, members[number][1]
    count: dict[str, int] = {}
    for number, (key, item) in enumerate(members):
        if number != last[key]:
            count[key] = count.get(key, 0) + 1
            yield f"{step_of(key, number)}~d{count[key]}", key, item


def _is_whole(data: bytes, value: object, marks: int) -> bool:
    r"""Tell whether a parsed record holds all that its bytes hold: no name was there twice.

    Each string has two quotation marks, and those within it stand as `\"`, so their number is known.
    Where some stand as `\u0022` it is not, and the answer is no.

    Args:
        data: the record.
        value: what was parsed of it.
        marks: quotation marks in it beside two for each string that was parsed.
    """
    return _ESCAPED_QUOTE not in data and marks == _marks(value)


def _marks(value: object) -> int:
    """Count the quotation marks within the keys and strings of a value."""
    if type(value) is str:
        return value.count('"')
    if type(value) is list:
        return sum(map(_marks, value))
    if type(value) is dict:
        return sum(key.count('"') + _marks(item) for key, item in value.items())
    return 0


def _read_again(data: bytes, charset: str, names: Sequence[str], limits: TextLimits) -> TextRead:
    decoded = decode(data, charset)
    parser = json.JSONDecoder(
        object_pairs_hook=_Members, parse_int=_nothing, parse_float=_nothing, parse_constant=_nothing
    )
    strings = _Strings(names, limits)
    try:
        strings.take(parser.decode(decoded.text), "", taken=not names, depth=0)
    except RecursionError:
        raise _too_deep(limits) from None
    except ValueError as error:
        raise CannotDecode(Unreadable.CORRUPT, f"no JSON: {error}"[:120]) from None
    fields, halves = _mended(strings.fields)
    return TextRead(MEDIA_TYPE, decoded.charset, decoded.undecodable + halves, fields)


def _nothing(_: str) -> None:
    """Stand for a number: its value is of no interest and may take long to make."""


def _mended(fields: Sequence[TextField]) -> tuple[tuple[TextField, ...], int]:
    """Put U+FFFD where a half of a surrogate pair stands alone, and count how often."""
    found = [_HALF.subn("\ufffd", field.text) for field in fields]
    mended = (field._replace(text=text) for field, (text, _) in zip(fields, found, strict=True))
    return tuple(mended), sum(count for _, count in found)
