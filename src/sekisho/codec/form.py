"""Nouns <-> canonical JSON. Everything that comes from outside as JSON enters through here.

Canonical JSON is RFC 8785 restricted to what we use: objects with ASCII keys in order, strings,
integers below 2**53, booleans, null, lists; no floats, no white space, UTF-8. A signed payload is
verified over the bytes received; `parse` refuses bytes that are not canonical, so that one
document has exactly one form and one digest.
"""

import base64
import binascii
import hashlib
import json
from datetime import date
from typing import Annotated, TypeVar

import msgspec

from sekisho.errors import InputError

__all__ = [
    "MAX_DOCUMENT",
    "Day",
    "Declaration",
    "DisputeRef",
    "EndedRef",
    "EntryRef",
    "Grantee",
    "Hex32",
    "Key",
    "Label",
    "LikenessRef",
    "Locator",
    "PassagesRef",
    "PersonOrEntryRef",
    "Profile",
    "Quality",
    "Territory",
    "Text",
    "TraitsRef",
    "Wire",
    "canonical",
    "day",
    "digest_id",
    "from_base64",
    "noun",
    "parse",
    "parse_as",
    "parse_plain",
    "to_base64",
]

MAX_DOCUMENT = 64 << 20
"""Bytes; a registration of a volume of 100,000 pages stays below."""
MAX_INTEGER = 2**53 - 1
Key = Annotated[str, msgspec.Meta(pattern=r"^ed25519:[A-Za-z0-9_-]{43}\Z")]
Grantee = Annotated[str, msgspec.Meta(pattern=r"^(\*|ed25519:[A-Za-z0-9_-]{43})\Z")]
Hex32 = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
Day = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")]
EntryRef = Annotated[str, msgspec.Meta(pattern=r"^e-[0-9a-f]{32}\Z")]
LikenessRef = Annotated[str, msgspec.Meta(pattern=r"^l-[0-9a-f]{32}\Z")]
PersonOrEntryRef = Annotated[str, msgspec.Meta(pattern=r"^[el]-[0-9a-f]{32}\Z")]
EndedRef = Annotated[str, msgspec.Meta(pattern=r"^[cgmv]-[0-9a-f]{32}\Z")]
DisputeRef = Annotated[str, msgspec.Meta(pattern=r"^d-[0-9a-f]{32}\Z")]
PassagesRef = Annotated[str, msgspec.Meta(pattern=r"^p-[0-9a-f]{32}\Z")]
TraitsRef = Annotated[str, msgspec.Meta(pattern=r"^t-[0-9a-f]{32}\Z")]
Locator = Annotated[str, msgspec.Meta(pattern=r"^([1-9][0-9]{0,6}(/[1-9][0-9]{0,6}){0,3})?\Z")]
Declaration = Annotated[str, msgspec.Meta(pattern=r"^(good-faith-[1-9][0-9]?)?\Z")]
Territory = Annotated[str, msgspec.Meta(pattern=r"^(\*|[A-Z]{2}(-[A-Z0-9]{1,3})?)\Z")]
Label = Annotated[str, msgspec.Meta(max_length=200)]
Text = Annotated[str, msgspec.Meta(max_length=2000)]
Quality = Annotated[int, msgspec.Meta(ge=0, le=100)]
Profile = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9-]{1,32}\Z")]
T = TypeVar("T")


def _check(value: object) -> None:
    if isinstance(value, float):
        raise InputError("floating-point numbers are not canonical")
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > MAX_INTEGER:
        raise InputError("integers must stay below 2**53")
    if isinstance(value, dict):
        for key, item in value.items():
            if not (isinstance(key, str) and key.isascii()):
                raise InputError("object keys must be ASCII strings")
            _check(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            _check(item)


def canonical(value: object) -> bytes:
    """Return the one canonical JSON form of dicts, lists, strings, integers, booleans and None.

    Raises:
        InputError: a float, a large integer, a key that is not ASCII, or a lone surrogate.
    """
    _check(value)
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise InputError("text is not valid Unicode") from error


def parse(payload: bytes | memoryview, *, limit: int = MAX_DOCUMENT) -> object:
    """Parse canonical JSON from outside.

    Raises:
        InputError: too large, not JSON, or not in canonical form (double keys, white space, floats).
    """
    raw = bytes(payload)
    if len(raw) > limit:
        raise InputError(f"document of {len(raw)} bytes is above the limit of {limit}")
    try:
        value = json.loads(raw)
        same = canonical(value) == raw
    except (ValueError, RecursionError) as error:
        raise InputError(f"not JSON: {error}") from error
    if not same:
        raise InputError("not canonical JSON: keys out of order or twice, white space, or escapes")
    return value


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a key stands twice, and nobody can say which of them counts")
    return made


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is no JSON")


def parse_plain(data: bytes) -> object:
    """Parse JSON that is evidence but need not be canonical: UTF-8, no key twice, no NaN.

    Two verifiers must not read one document in two ways (RFC 8259 section 4 leaves it open).

    Raises:
        InputError: not such JSON.
    """
    try:
        return json.loads(data.decode(), object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise InputError(f"not JSON: {error}") from error


def _remedy(problem: str) -> str:
    """Say what to do about a field of the wrong form, as far as a person can have typed it."""
    if "of length <=" in problem:
        return "make the text shorter"
    if "matching regex" in problem:
        return "copy ids and keys whole, as sekisho lists them"
    return ""


def parse_as(payload: bytes | memoryview, kind: type[T], *, limit: int = MAX_DOCUMENT) -> T:
    """Parse canonical JSON from outside into a msgspec type; unknown fields are refused.

    Raises:
        InputError: as `parse`, or a field is missing, unknown or of the wrong form.
    """
    try:
        return msgspec.convert(parse(payload, limit=limit), kind, strict=True)
    except msgspec.ValidationError as error:
        raise InputError(f"unexpected document: {error}", hint=_remedy(str(error))) from error


def digest_id(prefix: str, payload: bytes) -> str:
    """Name a payload by its digest: the prefix and 32 hex digits (128 bits) of its SHA-256."""
    return f"{prefix}-{hashlib.sha256(payload).hexdigest()[:32]}"


class Wire(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A document on the wire."""


def day(text: str) -> date:
    """Parse a day of the calendar; refuse 30 February."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputError(f"no such date: {text}") from error


def noun(make: type[T], **fields: object) -> T:
    """Make a noun; what it refuses is bad input."""
    try:
        return make(**fields)
    except ValueError as error:
        raise InputError(str(error)) from error


def to_base64(data: bytes) -> str:
    """Return bytes as they stand in JSON: base64 (RFC 4648)."""
    return base64.b64encode(data).decode()


def from_base64(text: str, what: str) -> bytes:
    """Return the bytes of a text in base64, of which there is one form.

    Args:
        text: from outside.
        what: to say in an error: "passages".

    Raises:
        InputError: not base64, or not as `to_base64` writes it.
    """
    try:
        data = base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error) as error:
        raise InputError(f"the {what} are not base64") from error
    if to_base64(data) != text:
        raise InputError(f"the {what} are not canonical base64")
    return data
