"""Entries and what is stated about them <-> canonical JSON."""

from datetime import date
from typing import Annotated, Any, Literal

import msgspec

from sekisho.codec.form import (
    MAX_DOCUMENT,
    Day,
    Declaration,
    DisputeRef,
    EntryRef,
    Hex32,
    Key,
    Label,
    Locator,
    PassagesRef,
    PersonOrEntryRef,
    Profile,
    Quality,
    Text,
    TraitsRef,
    Wire,
    canonical,
    day,
    digest_id,
    noun,
    parse_as,
)
from sekisho.codec.passages import PackedPassages, pack_passages, unpack_passages
from sekisho.codec.traits import PackedTraits, pack_traits, unpack_traits
from sekisho.errors import InputError
from sekisho.model import (
    Dispute,
    Entry,
    EntryId,
    Grounds,
    KeyId,
    Kind,
    Name,
    Passages,
    Print,
    Registrant,
    Resolution,
    Settled,
    Traits,
    Trust,
    Withdrawal,
)

__all__ = [
    "DECLARATION",
    "decode_dispute",
    "decode_print",
    "decode_registration",
    "decode_resolution",
    "decode_withdrawal",
    "encode_dispute",
    "encode_print",
    "encode_registration",
    "encode_resolution",
    "encode_withdrawal",
]

DECLARATION = "good-faith-1"
"""What a registrant declares by signing: that it holds the rights, or acts for whoever does."""


MAX_NAMES = 50
MAX_QUALIFIERS = 20


class _PrintFields(Wire, kw_only=True):
    sha256: Hex32 | None
    pdq: Hex32 | None
    quality: Quality | None
    profile: Profile
    at: Locator = ""


class _PrintWire(_PrintFields, kw_only=True):
    passages: PassagesRef | None = None
    traits: TraitsRef | None = None


class _PrintLine(_PrintFields, kw_only=True):
    name: Text
    passages: PackedPassages | None = None
    traits: PackedTraits | None = None


_NameText = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]


class _NameWire(Wire, kw_only=True):
    text: _NameText
    reading: _NameText = ""
    qualifier: Annotated[tuple[_NameText, ...], msgspec.Meta(max_length=MAX_QUALIFIERS)] = ()


class _Holder(Wire, kw_only=True):
    key: Key
    label: Label


class _RegistrationWire(Wire, kw_only=True):
    holder: _Holder
    # Photos of persons and listed files have statements of their own, which nobody publishes.
    kind: Literal["work", "character"]
    on: Day
    prints: Annotated[list[_PrintWire], msgspec.Meta(min_length=1)]
    title: Label
    v: Annotated[int, msgspec.Meta(ge=1, le=1)]
    declaration: Declaration = ""
    protected_until: Day | None = None
    source: Text = ""
    licence: Text = ""
    names: Annotated[tuple[_NameWire, ...], msgspec.Meta(max_length=MAX_NAMES)] = ()


class _WithdrawalWire(Wire, kw_only=True):
    registrant: Key
    entry: PersonOrEntryRef
    on: Day
    reason: Text
    v: Annotated[int, msgspec.Meta(ge=1, le=1)]


class _DisputeWire(Wire, kw_only=True):
    disputant: Key
    entry: EntryRef
    grounds: Grounds
    own: EntryRef | None
    evidence: Text
    on: Day
    v: Annotated[int, msgspec.Meta(ge=1, le=1)]


class _ResolutionWire(Wire, kw_only=True):
    by: Key
    dispute: DisputeRef
    settled: Settled
    on: Day
    reason: Text
    v: Annotated[int, msgspec.Meta(ge=1, le=1)]


def _print_fields(p: Print) -> dict[str, Any]:
    return {
        "sha256": p.sha256.hex() if p.sha256 is not None else None,
        "pdq": p.pdq.hex() if p.pdq is not None else None,
        "quality": p.quality,
        "profile": p.decode_profile,
        **({"at": p.at} if p.at else {}),
    }


def _registered_print(p: Print) -> dict[str, Any]:
    if isinstance(p.passages, Passages):
        raise InputError("a registration names the statement of its passages, it does not hold them")
    if isinstance(p.traits, Traits):
        raise InputError("a registration names the statement of its traits, it does not hold them")
    named = {"passages": p.passages, "traits": p.traits}
    return {**_print_fields(p), **{key: value for key, value in named.items() if value}}


def _print(
    wire: _PrintFields, passages: Passages | str | None, traits: Traits | str | None, name: str = ""
) -> Print:
    if passages is not None and (wire.sha256 is None or wire.pdq is not None or wire.quality is not None):
        raise InputError("a print of a text has a sha256 and passages, and no pdq")
    if traits is not None and wire.sha256 is None:
        raise InputError("a print with traits has a sha256")
    if isinstance(traits, Traits) and (traits.film is not None) != (wire.quality is None):
        raise InputError("a print of a film has traits, and no pdq of its own")
    return noun(
        Print,
        sha256=bytes.fromhex(wire.sha256) if wire.sha256 is not None else None,
        pdq=bytes.fromhex(wire.pdq) if wire.pdq is not None else None,
        quality=wire.quality,
        decode_profile=wire.profile,
        name=name,
        at=wire.at,
        passages=passages,
        traits=traits,
    )


def encode_print(p: Print) -> bytes:
    """Encode one line of prints.jsonl, without the newline."""
    if isinstance(p.passages, str):
        raise InputError("a line of prints.jsonl holds its passages, it does not name them")
    if isinstance(p.traits, str):
        raise InputError("a line of prints.jsonl holds its traits, it does not name them")
    passages = {"passages": pack_passages(p.passages)} if p.passages is not None else {}
    traits = {"traits": pack_traits(p.traits)} if p.traits is not None else {}
    return canonical({**_print_fields(p), **passages, **traits, "name": p.name})


def decode_print(line: bytes) -> Print:
    """Decode one line of prints.jsonl."""
    wire = parse_as(line, _PrintLine, limit=MAX_DOCUMENT)
    passages = unpack_passages(wire.passages) if wire.passages is not None else None
    traits = unpack_traits(wire.traits) if wire.traits is not None else None
    return _print(wire, passages, traits, wire.name)


def _name_fields(name: Name) -> dict[str, Any]:
    more = {"reading": name.reading, "qualifier": list(name.qualifier)}
    return {"text": name.text, **{key: value for key, value in more.items() if value}}


def _names(wires: tuple[_NameWire, ...]) -> tuple[Name, ...]:
    names = tuple(noun(Name, text=w.text, reading=w.reading, qualifier=w.qualifier) for w in wires)
    if len(set(names)) < len(names):
        raise InputError("the same name is there twice")
    return names


def encode_registration(  # noqa: PLR0913 - the fields of one document
    *,
    holder: Registrant,
    kind: Kind,
    title: str,
    on: date,
    prints: tuple[Print, ...],
    protected_until: date | None = None,
    declaration: str = DECLARATION,
    source: str = "",
    licence: str = "",
    names: tuple[Name, ...] = (),
) -> bytes:
    """Encode the payload of a registration; its digest becomes the entry's id.

    What is empty is left out, so that a registration of an older form keeps its id.
    """
    more = {
        "declaration": declaration,
        "protected_until": protected_until.isoformat() if protected_until else "",
        "source": source,
        "licence": licence,
        "names": [_name_fields(n) for n in names],
    }
    return canonical(
        {
            "holder": {"key": holder.key, "label": holder.label},
            "kind": kind.value,
            "on": on.isoformat(),
            "prints": [_registered_print(p) for p in prints],
            "title": title,
            "v": 1,
            **{key: value for key, value in more.items() if value},
        }
    )


def decode_registration(payload: bytes | memoryview, *, trust: Trust = Trust.DECLARED) -> Entry:
    """Decode a registration; the trust is what the caller has found out, `declared` if nothing."""
    wire = parse_as(payload, _RegistrationWire)
    return noun(
        Entry,
        id=EntryId(digest_id("e", bytes(payload))),
        registrant=Registrant(key=KeyId(wire.holder.key), label=wire.holder.label),
        kind=Kind(wire.kind),
        trust=trust,
        title=wire.title,
        registered=day(wire.on),
        prints=tuple(_print(p, p.passages, p.traits) for p in wire.prints),
        protected_until=day(wire.protected_until) if wire.protected_until else None,
        declaration=wire.declaration,
        source=wire.source,
        licence=wire.licence,
        names=_names(wire.names),
    )


def encode_withdrawal(withdrawal: Withdrawal) -> bytes:
    """Encode a withdrawal's payload."""
    return canonical(
        {
            "registrant": withdrawal.registrant,
            "entry": withdrawal.entry,
            "on": withdrawal.on.isoformat(),
            "reason": withdrawal.reason,
            "v": 1,
        }
    )


def decode_withdrawal(payload: bytes | memoryview) -> Withdrawal:
    """Decode a withdrawal's payload."""
    wire = parse_as(payload, _WithdrawalWire, limit=1 << 20)
    return Withdrawal(
        id=digest_id("w", bytes(payload)),
        registrant=KeyId(wire.registrant),
        entry=EntryId(wire.entry),
        on=day(wire.on),
        reason=wire.reason,
    )


def encode_dispute(dispute: Dispute) -> bytes:
    """Encode a dispute's payload."""
    return canonical(
        {
            "disputant": dispute.disputant,
            "entry": dispute.entry,
            "grounds": dispute.grounds.value,
            "own": dispute.own,
            "evidence": dispute.evidence,
            "on": dispute.on.isoformat(),
            "v": 1,
        }
    )


def decode_dispute(payload: bytes | memoryview) -> Dispute:
    """Decode a dispute's payload."""
    wire = parse_as(payload, _DisputeWire, limit=1 << 20)
    return noun(
        Dispute,
        id=digest_id("d", bytes(payload)),
        disputant=KeyId(wire.disputant),
        entry=EntryId(wire.entry),
        grounds=wire.grounds,
        own=EntryId(wire.own) if wire.own is not None else None,
        evidence=wire.evidence,
        on=day(wire.on),
    )


def encode_resolution(resolution: Resolution) -> bytes:
    """Encode a resolution's payload."""
    return canonical(
        {
            "by": resolution.by,
            "dispute": resolution.dispute,
            "settled": resolution.settled.value,
            "on": resolution.on.isoformat(),
            "reason": resolution.reason,
            "v": 1,
        }
    )


def decode_resolution(payload: bytes | memoryview) -> Resolution:
    """Decode a resolution's payload."""
    wire = parse_as(payload, _ResolutionWire, limit=1 << 20)
    return Resolution(
        id=digest_id("s", bytes(payload)),
        by=KeyId(wire.by),
        dispute=wire.dispute,
        settled=wire.settled,
        on=day(wire.on),
        reason=wire.reason,
    )
