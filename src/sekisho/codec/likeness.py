"""Registrations of photos of persons, and their verification <-> canonical JSON.

A field that is not listed here is refused: nobody can give a title, a name or a place along.
"""

import hashlib
from datetime import date
from typing import Annotated

import msgspec

from sekisho.codec.form import (
    Day,
    Hex32,
    Key,
    LikenessRef,
    Quality,
    Wire,
    canonical,
    day,
    digest_id,
    noun,
    parse_as,
)
from sekisho.model.likeness import MOST_PHOTOS, Likeness, LikenessPrint, Verification
from sekisho.model.words import EntryId, KeyId, Relation

__all__ = [
    "consent_of_document",
    "decode_likeness",
    "decode_verification",
    "encode_likeness",
    "encode_verification",
]

_MAX_BYTES = 1 << 16
_Nonce = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{32}\Z")]
_Consent = Annotated[str, msgspec.Meta(pattern=r"^(sha256:[0-9a-f]{64}|[a-z][a-z-]{0,38}-[1-9][0-9]?)\Z")]
_Declared = Annotated[str, msgspec.Meta(pattern=r"^likeness-[1-9][0-9]?\Z")]


class _PrintWire(Wire, kw_only=True):
    sha256: Hex32
    pdq: Hex32
    quality: Quality


class _LikenessWire(Wire, kw_only=True):
    holder: Key
    relation: Relation
    prints: Annotated[list[_PrintWire], msgspec.Meta(min_length=1, max_length=MOST_PHOTOS)]
    consent: _Consent
    declaration: _Declared
    on: Day
    until: Day
    adult_from: Day | None
    nonce: _Nonce
    v: Annotated[int, msgspec.Meta(ge=1, le=1)]


class _VerificationWire(Wire, kw_only=True):
    by: Key
    entry: LikenessRef
    relation: Relation
    on: Day
    v: Annotated[int, msgspec.Meta(ge=1, le=1)]


def consent_of_document(document: bytes) -> str:
    """Return how a document of consent is named: by its SHA-256. The document stays with the holder."""
    return f"sha256:{hashlib.sha256(document).hexdigest()}"


def _text(value: date | None) -> str | None:
    return value.isoformat() if value is not None else None


def encode_likeness(likeness: Likeness) -> bytes:
    """Encode a registration's payload; `likeness.id` is not part of it."""
    prints = [{"sha256": p.sha256.hex(), "pdq": p.pdq.hex(), "quality": p.quality} for p in likeness.prints]
    return canonical(
        {
            "holder": likeness.holder,
            "relation": likeness.relation.value,
            "prints": prints,
            "consent": likeness.consent,
            "declaration": likeness.declaration,
            "on": likeness.on.isoformat(),
            "until": likeness.until.isoformat(),
            "adult_from": _text(likeness.adult_from),
            "nonce": likeness.nonce.hex(),
            "v": 1,
        }
    )


def decode_likeness(payload: bytes | memoryview) -> Likeness:
    """Decode a registration's payload.

    Raises:
        InputError: another form, a field that is not allowed, or a photo of too little detail.
    """
    wire = parse_as(payload, _LikenessWire, limit=_MAX_BYTES)
    prints = tuple(
        noun(LikenessPrint, sha256=bytes.fromhex(p.sha256), pdq=bytes.fromhex(p.pdq), quality=p.quality)
        for p in wire.prints
    )
    return noun(
        Likeness,
        id=EntryId(digest_id("l", bytes(payload))),
        holder=KeyId(wire.holder),
        relation=wire.relation,
        prints=prints,
        consent=wire.consent,
        declaration=wire.declaration,
        on=day(wire.on),
        until=day(wire.until),
        adult_from=day(wire.adult_from) if wire.adult_from is not None else None,
        nonce=bytes.fromhex(wire.nonce),
    )


def encode_verification(verification: Verification) -> bytes:
    """Encode a verification's payload."""
    return canonical(
        {
            "by": verification.by,
            "entry": verification.entry,
            "relation": verification.relation.value,
            "on": verification.on.isoformat(),
            "v": 1,
        }
    )


def decode_verification(payload: bytes | memoryview) -> Verification:
    """Decode a verification's payload."""
    wire = parse_as(payload, _VerificationWire, limit=_MAX_BYTES)
    return Verification(
        id=digest_id("v", bytes(payload)),
        by=KeyId(wire.by),
        entry=EntryId(wire.entry),
        relation=wire.relation,
        on=day(wire.on),
    )
