"""Change strings of a JSON text, and nothing else of it: not a space, not a digit of another value.

The text is walked once for its strings and their pointers. It was read as JSON before; what is not JSON
after all, or has several members of one name where something is to be changed, is not edited.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sekisho.errors import EvidenceError
from sekisho.media.texts.pointers import step_of
from sekisho.store.materialise.spans import Change, spliced

__all__ = ["NotEditableError", "edit_json", "edit_value", "is_pointer"]

_TOKEN = re.compile(r"[ \t\n\r]*([{}\[\]:,]|\"|[^\s{}\[\]:,\"]+)")
_STRING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_decode = json.JSONDecoder(strict=False).decode
MAX_DEPTH = 200


class NotEditableError(Exception):
    """The item can not be written with its changes; it stays out."""


class _Found(NamedTuple):
    pointer: str
    start: int
    end: int
    value: str


class _Level:
    """An object or list that the walk is in."""

    __slots__ = ("is_object", "key", "number", "pointer")

    def __init__(self, pointer: str, *, is_object: bool) -> None:
        self.pointer, self.is_object = pointer, is_object
        self.key: str | None = None
        self.number = 0

    def here(self) -> str:
        """Return the pointer of the value that comes next."""
        if not self.is_object:
            return f"{self.pointer}/{self.number}"
        return f"{self.pointer}/{step_of(self.key or '', self.number)}"


def _string(text: str, start: int) -> tuple[str, int]:
    """Return the string that begins at a quotation mark, and where it ends."""
    found = _STRING.match(text, start)
    if found is None:
        raise NotEditableError
    return str(_decode(found[0])), found.end()


def _strings(text: str) -> Iterator[_Found]:
    """Yield the string values of a JSON text with their places, quotation marks included. O(text)."""
    levels: list[_Level] = []
    at = 0
    while (token := _TOKEN.match(text, at)) is not None:
        mark, start, at = token[1], token.start(1), token.end(1)
        level = levels[-1] if levels else None
        if mark == '"':
            value, at = _string(text, start)
            if level is not None and level.is_object and level.key is None:
                level.key = value
            else:
                yield _Found(level.here() if level else "", start, at, value)
        elif mark in "{[":
            if len(levels) >= MAX_DEPTH:
                raise NotEditableError
            levels.append(_Level(level.here() if level else "", is_object=mark == "{"))
        elif mark in "}]":
            if not levels:
                raise NotEditableError
            levels.pop()
        elif mark == "," and level is not None:
            level.key = None
            level.number += 1
    if text[at:].strip(" \t\n\r"):
        raise NotEditableError


def _literal(value: str, before: str) -> str:
    """Write a string as JSON, with escapes beyond ASCII if the one before had them."""
    plain = before.isascii() and r"\u" in before
    try:
        value.encode()
    except UnicodeEncodeError:
        plain = True
    return json.dumps(value, ensure_ascii=plain)


def edit_json(text: str, changes: Mapping[str, Sequence[Change]]) -> str:
    """Return a JSON text in which some strings are changed.

    Args:
        text: one JSON value.
        changes: by JSON Pointer.

    Raises:
        EvidenceError: a span is not within its string, or there is no such string.
        NotEditableError: it is not known which string is meant.
    """
    places: dict[str, _Found] = {}
    try:
        for found in _strings(text):
            if found.pointer in changes and places.setdefault(found.pointer, found) is not found:
                raise NotEditableError
    except (ValueError, RecursionError) as error:
        raise NotEditableError from error
    if places.keys() != changes.keys():
        raise _missing(min(changes.keys() - places.keys()))
    pieces, at = [], 0
    for found in sorted(places.values(), key=lambda f: f.start):
        new = spliced(found.value, changes[found.pointer])
        pieces += [text[at : found.start], _literal(new, text[found.start : found.end])]
        at = found.end
    return "".join([*pieces, text[at:]])


def is_pointer(pointer: str) -> bool:
    """Tell whether the reader names a string as RFC 6901 does, and not a key or by the place of a member."""
    return re.search("~[^01]|~$", pointer) is None


def _missing(pointer: str) -> Exception:
    if not is_pointer(pointer):
        # What the reader calls a key, or an earlier member of a name that is there twice.
        return NotEditableError()
    return EvidenceError(f"there is no string {pointer!r} in an item", hint="run the audit again")


def edit_value(value: Any, pointer: str, changes: Sequence[Change]) -> Any:  # noqa: ANN401 - as JSON
    """Return a value of lists, mappings and strings in which the string at a pointer is changed.

    Raises:
        EvidenceError: a span is not within the string, or there is no such string.
        NotEditableError: it is a key, or in a member whose key is data.
    """
    if not pointer:
        if not isinstance(value, str):
            raise _missing(changes[0].field)
        return spliced(value, changes)
    step, _, rest = pointer[1:].partition("/")
    key = step.replace("~1", "/").replace("~0", "~")
    rest = f"/{rest}" if "/" in pointer[1:] else ""
    if isinstance(value, Mapping) and key in value:
        return {**value, key: edit_value(value[key], rest, changes)}
    if isinstance(value, list) and key.isdecimal() and int(key) < len(value):
        items = value.copy()
        items[int(key)] = edit_value(items[int(key)], rest, changes)
        return items
    raise _missing(changes[0].field)
