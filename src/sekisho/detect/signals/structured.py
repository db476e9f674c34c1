"""Dictionaries of structured fields (RFC 9651, 3.2 and 4.2): the form in which `Content-Usage` is written.

Strict, as the RFC asks (4.2: parsing failure makes the whole field fail): every input is a dictionary or an
`InputError`. The last of several members with the same key holds. O(n).
"""

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import NamedTuple, TypeAlias

from sekisho.errors import InputError

__all__ = ["MAX_FIELD", "BareItem", "Date", "DisplayString", "Member", "Token", "parse_dictionary"]

MAX_FIELD = 64 * 1024
"""Bytes of a field; servers and clients refuse header fields of more than 8 to 64 kB."""


class Token(str):
    """A token (3.3.4); a string that stands without quotes."""

    __slots__ = ()


class DisplayString(str):
    """A string with letters outside of ASCII (3.3.8)."""

    __slots__ = ()


class Date(int):
    """Seconds since 1970 (3.3.7)."""

    __slots__ = ()


BareItem: TypeAlias = int | Decimal | str | bytes | bool
Params: TypeAlias = Mapping[str, BareItem]


class Item(NamedTuple):
    """A value with its parameters (3.3)."""

    value: BareItem
    params: Params


class Member(NamedTuple):
    """A value of a dictionary: a bare item or an inner list (3.1.1), with its parameters."""

    value: BareItem | tuple[Item, ...]
    params: Params


_KEY = re.compile(rb"[a-z*][a-z0-9_.*-]*")
_TOKEN = re.compile(rb"[A-Za-z*][A-Za-z0-9!#$%&'*+.^_`|~:/-]*")
_NUMBER = re.compile(rb"-?([0-9]{1,15})(?:\.([0-9]{1,3}))?(?![0-9.])")
_STRING = re.compile(rb'"((?:[ !#-\[\]-~]|\\["\\])*)"')
_BOOLEAN = re.compile(rb"\?[01]")
_BYTES = re.compile(rb":([A-Za-z0-9+/=]*):")
_DISPLAY = re.compile(rb'%"((?:[ !#$&-~]|%[0-9a-f]{2})*)"')
_DATE = re.compile(rb"@(-?[0-9]{1,15})(?![0-9.])")
_ESCAPE = re.compile(rb'\\(["\\])')
_OCTET = re.compile(rb"%([0-9a-f]{2})")
_WHOLE_DIGITS = 12
"""Digits before the point of a decimal (3.3.2)."""
_SPACES, _WHITE = re.compile(rb" *"), re.compile(rb"[ \t]*")


def parse_dictionary(field: bytes) -> dict[str, Member]:
    """Parse a dictionary; several lines of a header are to be joined by a comma before (4.2).

    Raises:
        InputError: not a dictionary in every byte of it, or more than 64 KiB.
    """
    if len(field) > MAX_FIELD:
        raise InputError(f"a field of {len(field)} bytes is above the limit of {MAX_FIELD}")
    reader = _Reader(field.strip(b" "))
    members: dict[str, Member] = {}
    while reader.more():
        key = reader.text(_KEY, "a key in lower case")
        members.pop(key, None)
        members[key] = reader.member() if reader.take(b"=") else Member(value=True, params=reader.params())
        reader.skip(_WHITE)
        if not reader.more():
            break
        reader.need(b",", "a comma between members")
        reader.skip(_WHITE)
        if not reader.more():
            raise InputError("a comma at the end")
    return members


class _Reader:
    """Where the parser stands in a field."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def more(self) -> bool:
        """Tell whether there is more to read."""
        return self.at < len(self.data)

    def skip(self, what: re.Pattern[bytes]) -> None:
        """Pass over white space."""
        if found := what.match(self.data, self.at):
            self.at = found.end()

    def take(self, letter: bytes) -> bool:
        """Pass over a letter if it stands here."""
        if not self.data.startswith(letter, self.at):
            return False
        self.at += len(letter)
        return True

    def need(self, letter: bytes, what: str) -> None:
        """Pass over a letter that must stand here."""
        if not self.take(letter):
            raise InputError(f"not {what} at byte {self.at}")

    def match(self, form: re.Pattern[bytes], what: str) -> re.Match[bytes]:
        """Pass over what has a form."""
        found = form.match(self.data, self.at)
        if found is None:
            raise InputError(f"not {what} at byte {self.at}")
        self.at = found.end()
        return found

    def text(self, form: re.Pattern[bytes], what: str) -> str:
        """Pass over what has a form, and return it."""
        return self.match(form, what)[0].decode("ascii")

    def member(self) -> Member:
        """Read an item or inner list (4.2.1.1)."""
        if not self.take(b"("):
            return Member(self.bare(), self.params())
        items: list[Item] = []
        while True:
            self.skip(_SPACES)
            if self.take(b")"):
                return Member(tuple(items), self.params())
            items.append(Item(self.bare(), self.params()))
            if self.data[self.at : self.at + 1] not in {b" ", b")"}:
                raise InputError(f"not the end of a list at byte {self.at}")

    def params(self) -> Params:
        """Read parameters (4.2.3.2)."""
        params: dict[str, BareItem] = {}
        while self.take(b";"):
            self.skip(_SPACES)
            key = self.text(_KEY, "a parameter in lower case")
            params.pop(key, None)
            params[key] = self.bare() if self.take(b"=") else True
        return params

    def bare(self) -> BareItem:
        """Read a bare item (4.2.3.1)."""
        form, make = _FORMS.get(self.data[self.at : self.at + 1], (_TOKEN, _token))
        return make(self.match(form, "a value"))


def _token(found: re.Match[bytes]) -> Token:
    return Token(found[0].decode("ascii"))


def _string(found: re.Match[bytes]) -> str:
    return _ESCAPE.sub(rb"\1", found[1]).decode("ascii")


def _boolean(found: re.Match[bytes]) -> bool:
    return found[0] == b"?1"


def _date(found: re.Match[bytes]) -> Date:
    return Date(found[1])


def _number(found: re.Match[bytes]) -> BareItem:
    if found[2] is None:
        return int(found[0])
    if len(found[1]) > _WHOLE_DIGITS:
        raise InputError("a decimal with more than 12 digits before the point")
    return Decimal(found[0].decode("ascii"))


def _base64(found: re.Match[bytes]) -> bytes:
    """Return bytes; padding may be missing (4.2.7)."""
    text = found[1]
    missing = b"" if b"=" in text else b"=" * (-len(text) % 4)
    try:
        return base64.b64decode(text + missing, validate=True)
    except binascii.Error as error:
        raise InputError("not base64 in a byte sequence") from error


def _display(found: re.Match[bytes]) -> DisplayString:
    octets = _OCTET.sub(lambda octet: bytes([int(octet[1], 16)]), found[1])
    try:
        return DisplayString(octets.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise InputError("not UTF-8 in a display string") from error


_FORMS: Mapping[bytes, tuple[re.Pattern[bytes], Callable[[re.Match[bytes]], BareItem]]] = {
    b'"': (_STRING, _string),
    b"?": (_BOOLEAN, _boolean),
    b":": (_BYTES, _base64),
    b"%": (_DISPLAY, _display),
    b"@": (_DATE, _date),
    **dict.fromkeys((b"-", *(b"%d" % digit for digit in range(10))), (_NUMBER, _number)),
}
"""How a bare item is read, by its first letter; a token by any other."""
