"""Nouns <-> canonical JSON. Everything that comes from outside as JSON enters through here.

Canonical JSON is RFC 8785 restricted to what we use: objects with ASCII keys in order, strings,
integers below 2**53, booleans, null, lists; no floats, no white space, UTF-8. A signed payload is
verified over the bytes received; `parse` refuses bytes that are not canonical, so that one
document has exactly one form and one digest.
"""

import hashlib
import json
from datetime import date
from typing import Annotated, Any, TypeVar

import msgspec

from sekisho.errors import InputError
from sekisho.model import (
    Basis,
    Entry,
    EntryId,
    Grant,
    GrantId,
    KeyId,
    Kind,
    Print,
    Purpose,
    Registrant,
    Revocation,
    Root,
    Trust,
    Vouch,
)

__all__ = [
    "MAX_DOCUMENT",
    "canonical",
    "decode_grant",
    "decode_print",
    "decode_registration",
    "decode_revocation",
    "decode_root",
    "decode_vouch",
    "digest_id",
    "encode_grant",
    "encode_print",
    "encode_registration",
    "encode_revocation",
    "encode_root",
    "encode_vouch",
    "parse",
    "parse_as",
]

MAX_DOCUMENT = 64 << 20
"""Bytes; a registration of a volume of 100,000 pages stays below."""
MAX_INTEGER = 2**53 - 1

Key = Annotated[str, msgspec.Meta(pattern=r"^ed25519:[A-Za-z0-9_-]{43}\Z")]
Hex32 = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
Day = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")]
EntryRef = Annotated[str, msgspec.Meta(pattern=r"^e-[0-9a-f]{32}\Z")]
GrantRef = Annotated[str, msgspec.Meta(pattern=r"^g-[0-9a-f]{32}\Z")]
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


def parse_as(payload: bytes | memoryview, kind: type[T], *, limit: int = MAX_DOCUMENT) -> T:
    """Parse canonical JSON from outside into a msgspec type; unknown fields are refused.

    Raises:
        InputError: as `parse`, or a field is missing, unknown or of the wrong form.
    """
    try:
        return msgspec.convert(parse(payload, limit=limit), kind, strict=True)
    except msgspec.ValidationError as error:
        raise InputError(f"unexpected document: {error}") from error


def digest_id(prefix: str, payload: bytes) -> str:
    """Name a payload by its digest: the prefix and 32 hex digits (128 bits) of its SHA-256."""
    return f"{prefix}-{hashlib.sha256(payload).hexdigest()[:32]}"


class _Wire(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A document on the wire."""


class _PrintWire(_Wire):
    sha256: Hex32
    pdq: Hex32 | None
    quality: Quality | None
    profile: Profile


class _PrintLine(_PrintWire):
    name: Text


class _Holder(_Wire):
    key: Key
    label: Label


class _RegistrationWire(_Wire):
    holder: _Holder
    kind: Kind
    on: Day
    prints: Annotated[list[_PrintWire], msgspec.Meta(min_length=1)]
    title: Label
    v: Annotated[int, msgspec.Meta(ge=1, le=1)]


class _GrantWire(_Wire):
    registrant: Key
    basis: Basis
    entry: EntryRef | None
    grantee: Key
    purposes: Annotated[list[Purpose], msgspec.Meta(min_length=1)]
    territories: Annotated[list[Territory], msgspec.Meta(min_length=1)]
    first: Day
    last: Day
    contract_ref: Text
    after_expiry: Text
    v: Annotated[int, msgspec.Meta(ge=1, le=1)]


class _RevocationWire(_Wire):
    registrant: Key
    grant: GrantRef
    on: Day
    reason: Text
    v: Annotated[int, msgspec.Meta(ge=1, le=1)]


class _VouchWire(_Wire):
    voucher: Key
    registrant: Key
    entries: list[EntryRef]
    on: Day
    v: Annotated[int, msgspec.Meta(ge=1, le=1)]


class _RootWire(_Wire):
    registry: Key
    name: Label
    vouchers: list[Key]
    v: Annotated[int, msgspec.Meta(ge=1, le=1)]


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputError(f"no such date: {text}") from error


def _noun(make: type[T], **fields: object) -> T:
    try:
        return make(**fields)
    except ValueError as error:
        raise InputError(str(error)) from error


def _print_fields(p: Print) -> dict[str, Any]:
    return {
        "sha256": p.sha256.hex(),
        "pdq": p.pdq.hex() if p.pdq is not None else None,
        "quality": p.quality,
        "profile": p.decode_profile,
    }


def _print(wire: _PrintWire, name: str = "") -> Print:
    return _noun(
        Print,
        sha256=bytes.fromhex(wire.sha256),
        pdq=bytes.fromhex(wire.pdq) if wire.pdq is not None else None,
        quality=wire.quality,
        decode_profile=wire.profile,
        name=name,
    )


def encode_print(p: Print) -> bytes:
    """Encode one line of prints.jsonl, without the newline."""
    return canonical({**_print_fields(p), "name": p.name})


def decode_print(line: bytes) -> Print:
    """Decode one line of prints.jsonl."""
    wire = parse_as(line, _PrintLine, limit=1 << 16)
    return _print(wire, wire.name)


def encode_registration(
    *, holder: Registrant, kind: Kind, title: str, on: date, prints: tuple[Print, ...]
) -> bytes:
    """Encode the payload of a registration; its digest becomes the entry's id."""
    return canonical(
        {
            "holder": {"key": holder.key, "label": holder.label},
            "kind": kind.value,
            "on": on.isoformat(),
            "prints": [_print_fields(p) for p in prints],
            "title": title,
            "v": 1,
        }
    )


def decode_registration(payload: bytes | memoryview, *, trust: Trust = Trust.DECLARED) -> Entry:
    """Decode a registration; the trust is what the caller has found out, `declared` if nothing."""
    wire = parse_as(payload, _RegistrationWire)
    return _noun(
        Entry,
        id=EntryId(digest_id("e", bytes(payload))),
        registrant=Registrant(key=KeyId(wire.holder.key), label=wire.holder.label),
        kind=wire.kind,
        trust=trust,
        title=wire.title,
        registered=_day(wire.on),
        prints=tuple(_print(p) for p in wire.prints),
    )


def encode_grant(grant: Grant) -> bytes:
    """Encode a grant's payload; `grant.id` is not part of it (it is the payload's digest)."""
    return canonical(
        {
            "registrant": grant.registrant,
            "basis": grant.basis.value,
            "entry": grant.entry,
            "grantee": grant.grantee,
            "purposes": sorted(p.value for p in grant.purposes),
            "territories": sorted(grant.territories),
            "first": grant.from_.isoformat(),
            "last": grant.until.isoformat(),
            "contract_ref": grant.contract_ref,
            "after_expiry": grant.after_expiry,
            "v": 1,
        }
    )


def decode_grant(payload: bytes | memoryview) -> Grant:
    """Decode a grant's payload."""
    wire = parse_as(payload, _GrantWire, limit=1 << 20)
    return _noun(
        Grant,
        id=GrantId(digest_id("g", bytes(payload))),
        registrant=KeyId(wire.registrant),
        basis=wire.basis,
        entry=EntryId(wire.entry) if wire.entry is not None else None,
        grantee=KeyId(wire.grantee),
        purposes=frozenset(wire.purposes),
        territories=frozenset(wire.territories),
        from_=_day(wire.first),
        until=_day(wire.last),
        contract_ref=wire.contract_ref,
        after_expiry=wire.after_expiry,
    )


def encode_revocation(revocation: Revocation) -> bytes:
    """Encode a revocation's payload."""
    return canonical(
        {
            "registrant": revocation.registrant,
            "grant": revocation.grant,
            "on": revocation.on.isoformat(),
            "reason": revocation.reason,
            "v": 1,
        }
    )


def decode_revocation(payload: bytes | memoryview) -> Revocation:
    """Decode a revocation's payload."""
    wire = parse_as(payload, _RevocationWire, limit=1 << 20)
    return Revocation(
        id=digest_id("x", bytes(payload)),
        registrant=KeyId(wire.registrant),
        grant=GrantId(wire.grant),
        on=_day(wire.on),
        reason=wire.reason,
    )


def encode_vouch(vouch: Vouch) -> bytes:
    """Encode a vouch's payload."""
    return canonical(
        {
            "voucher": vouch.voucher,
            "registrant": vouch.registrant,
            "entries": sorted(vouch.entries),
            "on": vouch.on.isoformat(),
            "v": 1,
        }
    )


def decode_vouch(payload: bytes | memoryview) -> Vouch:
    """Decode a vouch's payload."""
    wire = parse_as(payload, _VouchWire)
    return Vouch(
        id=digest_id("v", bytes(payload)),
        voucher=KeyId(wire.voucher),
        registrant=KeyId(wire.registrant),
        entries=tuple(EntryId(e) for e in wire.entries),
        on=_day(wire.on),
    )


def encode_root(root: Root) -> bytes:
    """Encode the registry's root file."""
    return canonical(
        {
            "registry": root.registry,
            "name": root.name,
            "vouchers": sorted(root.vouchers),
            "v": 1,
        }
    )


def decode_root(payload: bytes | memoryview) -> Root:
    """Decode the registry's root file."""
    wire = parse_as(payload, _RootWire)
    return Root(
        registry=KeyId(wire.registry),
        name=wire.name,
        vouchers=frozenset(KeyId(k) for k in wire.vouchers),
    )
