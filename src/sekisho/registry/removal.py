"""What is stated when a work that shows a person is taken out of a registry, or let in again. Pure.

    REMOVAL      what one person has decided about one entry: the registry's own is sent to the registrant,
                 that of a second person is what it agrees by
    OBJECTION    what the registrant says against it
    REMOVED      stands in the registry's database instead of the entry: an HMAC of its id

Nothing of what was shown stands in any of them; `registry.removal_rules` says whose word counts.
"""

import hashlib
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

import msgspec

from sekisho.codec import Key, canonical, parse_as
from sekisho.codec.form import Day, EntryRef, Text, Wire, day
from sekisho.errors import SignatureError
from sekisho.model import EntryId, KeyId
from sekisho.signing import OBJECTION, REMOVAL, Signer, open_statement, sign_statement

__all__ = [
    "Decided",
    "Objection",
    "Reason",
    "Removal",
    "Step",
    "decode_decided",
    "encode_decided",
    "open_objection",
    "open_removal",
    "removed_marker",
    "sign_objection",
    "sign_removal",
]


class Step(StrEnum):
    """What is decided."""

    REMOVE = "remove"
    READMIT = "readmit"


class Reason(StrEnum):
    """Why; no text, which could say whom it is about."""

    SHOWS_PERSON = "shows-person"
    COURT = "court"


class _RemovalWire(Wire, kw_only=True):
    step: Step
    by: Key
    entry: EntryRef
    on: Day
    reason: Reason
    registry: Key
    v: Literal[1]


class _ObjectionWire(Wire, kw_only=True):
    entry: EntryRef
    evidence: Annotated[Text, msgspec.Meta(min_length=1)]
    holder: Key
    on: Day
    registry: Key
    v: Literal[1]


class _DecidedWire(Wire, kw_only=True):
    by: list[Key]
    entry: EntryRef
    nonce: str
    on: Day
    reason: Reason
    registrant: Key
    t: Step
    v: Literal[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """What one key has decided about one entry of one registry."""

    step: Step
    by: KeyId
    entry: EntryId
    on: date
    reason: Reason
    registry: KeyId


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """What the registrant of an entry that was taken out says against it."""

    entry: EntryId
    evidence: str
    holder: KeyId
    on: date
    registry: KeyId


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What the vault keeps of a removal or a return, and the log commits to: nothing of what was shown.

    Attributes:
        by: one key, or two.
        registrant: who may object.
    """

    step: Step
    by: tuple[KeyId, ...]
    entry: EntryId
    on: date
    reason: Reason
    registrant: KeyId


def sign_removal(removal: Removal, signer: Signer) -> bytes:
    """Return the signed statement."""
    payload = canonical(
        {
            "by": removal.by,
            "entry": removal.entry,
            "on": removal.on.isoformat(),
            "reason": removal.reason.value,
            "registry": removal.registry,
            "step": removal.step.value,
            "v": 1,
        }
    )
    return sign_statement(REMOVAL, payload, signer)


def open_removal(envelope: bytes) -> Removal:
    """Verify what somebody has decided.

    Raises:
        InputError: another form.
        SignatureError: the signature does not hold, or is another's than the one that is named.
    """
    statement = open_statement(envelope, REMOVAL)
    wire = parse_as(statement.payload, _RemovalWire)
    if statement.signer != wire.by:
        raise SignatureError(f"a statement of {wire.by} is signed by {statement.signer}")
    return Removal(
        step=wire.step,
        by=KeyId(wire.by),
        entry=EntryId(wire.entry),
        on=day(wire.on),
        reason=wire.reason,
        registry=KeyId(wire.registry),
    )


def sign_objection(objection: Objection, signer: Signer) -> bytes:
    """Return the signed statement."""
    payload = canonical(
        {
            "entry": objection.entry,
            "evidence": objection.evidence,
            "holder": objection.holder,
            "on": objection.on.isoformat(),
            "registry": objection.registry,
            "v": 1,
        }
    )
    return sign_statement(OBJECTION, payload, signer)


def open_objection(envelope: bytes) -> Objection:
    """Verify what a registrant says.

    Raises:
        InputError: another form.
        SignatureError: the signature does not hold, or is another's than the one that is named.
    """
    statement = open_statement(envelope, OBJECTION)
    wire = parse_as(statement.payload, _ObjectionWire)
    if statement.signer != wire.holder:
        raise SignatureError(f"an objection of {wire.holder} is signed by {statement.signer}")
    return Objection(
        entry=EntryId(wire.entry),
        evidence=wire.evidence,
        holder=KeyId(wire.holder),
        on=day(wire.on),
        registry=KeyId(wire.registry),
    )


def encode_decided(decided: Decided, *, chance: bytes) -> bytes:
    """Return canonical JSON of what was decided; `chance` are random bytes, so that no two are equal."""
    return canonical(
        {
            "by": list(decided.by),
            "entry": decided.entry,
            "nonce": hashlib.sha256(chance).hexdigest(),
            "on": decided.on.isoformat(),
            "reason": decided.reason.value,
            "registrant": decided.registrant,
            "t": decided.step.value,
            "v": 1,
        }
    )


def decode_decided(record: bytes) -> Decided:
    """Read what the vault has kept.

    Raises:
        InputError: another form.
    """
    wire = parse_as(record, _DecidedWire)
    return Decided(
        step=wire.t,
        by=tuple(map(KeyId, wire.by)),
        entry=EntryId(wire.entry),
        on=day(wire.on),
        reason=wire.reason,
        registrant=KeyId(wire.registrant),
    )


def removed_marker(registry: KeyId, place: bytes, on: date) -> bytes:
    """Return what stands in the registry's database for an entry that was taken out: an HMAC of its id."""
    return canonical({"on": on.isoformat(), "place": place.hex(), "registry": registry, "v": 1})
