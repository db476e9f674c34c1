"""Permissions, mandates, vouches and the root <-> canonical JSON."""

from typing import Annotated

import msgspec

from sekisho.codec.form import (
    Day,
    EndedRef,
    EntryRef,
    Grantee,
    Hex32,
    Key,
    Label,
    PersonOrEntryRef,
    Territory,
    Text,
    Wire,
    canonical,
    day,
    digest_id,
    noun,
    parse_as,
)
from sekisho.model import (
    Act,
    Basis,
    EntryId,
    FalseMatch,
    Grant,
    GrantId,
    KeyId,
    Mandate,
    Purpose,
    Revocation,
    Root,
    Vouch,
)

__all__ = [
    "decode_false_match",
    "decode_grant",
    "decode_mandate",
    "decode_revocation",
    "decode_root",
    "decode_vouch",
    "encode_false_match",
    "encode_grant",
    "encode_mandate",
    "encode_revocation",
    "encode_root",
    "encode_vouch",
]


class _GrantWire(Wire, kw_only=True):
    registrant: Key
    basis: Basis
    entry: PersonOrEntryRef | None
    grantee: Grantee
    purposes: Annotated[list[Purpose], msgspec.Meta(min_length=1)]
    territories: Annotated[list[Territory], msgspec.Meta(min_length=1)]
    first: Day
    last: Day
    contract_ref: Text
    after_expiry: Text
    v: Annotated[int, msgspec.Meta(ge=1, le=1)]


class _RevocationWire(Wire, kw_only=True):
    registrant: Key
    grant: EndedRef
    on: Day
    reason: Text
    v: Annotated[int, msgspec.Meta(ge=1, le=1)]


class _VouchWire(Wire, kw_only=True):
    voucher: Key
    registrant: Key
    entries: list[EntryRef]
    on: Day
    v: Annotated[int, msgspec.Meta(ge=1, le=1)]


class _MandateWire(Wire, kw_only=True):
    principal: Key
    agent: Key
    acts: Annotated[list[Act], msgspec.Meta(min_length=1)]
    first: Day
    last: Day
    v: Annotated[int, msgspec.Meta(ge=1, le=1)]


class _FalseMatchWire(Wire, kw_only=True):
    by: Key
    entry: EntryRef
    items: Annotated[list[Hex32], msgspec.Meta(min_length=1)]
    reason: Text
    on: Day
    until: Day
    v: Annotated[int, msgspec.Meta(ge=1, le=1)]


class _RootWire(Wire, kw_only=True):
    registry: Key
    name: Label
    vouchers: list[Key]
    authorities: list[Key] = msgspec.field(default_factory=list)
    v: Annotated[int, msgspec.Meta(ge=1, le=1)]


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
    return noun(
        Grant,
        id=GrantId(digest_id("g", bytes(payload))),
        registrant=KeyId(wire.registrant),
        basis=wire.basis,
        entry=EntryId(wire.entry) if wire.entry is not None else None,
        grantee=KeyId(wire.grantee),
        purposes=frozenset(wire.purposes),
        territories=frozenset(wire.territories),
        from_=day(wire.first),
        until=day(wire.last),
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
        on=day(wire.on),
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
        on=day(wire.on),
    )


def encode_mandate(mandate: Mandate) -> bytes:
    """Encode a mandate's payload."""
    return canonical(
        {
            "principal": mandate.principal,
            "agent": mandate.agent,
            "acts": sorted(mandate.acts),
            "first": mandate.from_.isoformat(),
            "last": mandate.until.isoformat(),
            "v": 1,
        }
    )


def decode_mandate(payload: bytes | memoryview) -> Mandate:
    """Decode a mandate's payload."""
    wire = parse_as(payload, _MandateWire, limit=1 << 20)
    return noun(
        Mandate,
        id=digest_id("m", bytes(payload)),
        principal=KeyId(wire.principal),
        agent=KeyId(wire.agent),
        acts=frozenset(wire.acts),
        from_=day(wire.first),
        until=day(wire.last),
    )


def encode_false_match(false_match: FalseMatch) -> bytes:
    """Encode the payload of a confirmed false match."""
    return canonical(
        {
            "by": false_match.by,
            "entry": false_match.entry,
            "items": sorted(item.hex() for item in false_match.items),
            "reason": false_match.reason,
            "on": false_match.on.isoformat(),
            "until": false_match.until.isoformat(),
            "v": 1,
        }
    )


def decode_false_match(payload: bytes | memoryview) -> FalseMatch:
    """Decode the payload of a confirmed false match."""
    wire = parse_as(payload, _FalseMatchWire)
    return noun(
        FalseMatch,
        id=digest_id("f", bytes(payload)),
        by=KeyId(wire.by),
        entry=EntryId(wire.entry),
        items=tuple(bytes.fromhex(item) for item in wire.items),
        reason=wire.reason,
        on=day(wire.on),
        until=day(wire.until),
    )


def encode_root(root: Root) -> bytes:
    """Encode the registry's root file; without authorities it has the form that it had before them."""
    return canonical(
        {
            "registry": root.registry,
            "name": root.name,
            "vouchers": sorted(root.vouchers),
            "v": 1,
            **({"authorities": sorted(root.authorities)} if root.authorities else {}),
        }
    )


def decode_root(payload: bytes | memoryview) -> Root:
    """Decode the registry's root file."""
    wire = parse_as(payload, _RootWire)
    return Root(
        registry=KeyId(wire.registry),
        name=wire.name,
        vouchers=frozenset(KeyId(k) for k in wire.vouchers),
        authorities=frozenset(KeyId(k) for k in wire.authorities),
    )
