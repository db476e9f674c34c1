"""Generation records <-> canonical JSON: what a leaf of a batch is made of, and what is opened later."""

from datetime import UTC, datetime
from typing import Annotated

import msgspec

from sekisho.codec.form import Hex32, Wire, canonical, from_base64, noun, parse_as, to_base64
from sekisho.errors import InputError
from sekisho.model import (
    EntryId,
    Finding,
    Fingerprint,
    Generation,
    GrantId,
    Kind,
    Method,
    Outcome,
    Permission,
    Trust,
    Unreadable,
)

__all__ = ["MAX_GENERATION", "decode_generation", "encode_generation"]

MAX_GENERATION = 16 << 20
"""Bytes; a film of 100,000 frames has about 7 MB."""
_HOUR = 3600
_Count = Annotated[int, msgspec.Meta(ge=0, le=100_000_000)]
_Word = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9_]{0,64}\Z")]
_EntryOrNone = Annotated[str, msgspec.Meta(pattern=r"^(e-[0-9a-f]{32})?\Z")]
_Grant = Annotated[str, msgspec.Meta(pattern=r"^g-[0-9a-f]{32}\Z")]
_Section = Annotated[str, msgspec.Meta(pattern=r"^(none|[0-9a-f]{64})\Z")]


class _FindingWire(Wire, kw_only=True):
    detail: dict[str, str | int]
    distance: _Count
    entry: _EntryOrNone
    grant: _Grant | None
    kind: Kind
    method: Method
    permission: Permission
    threshold: _Count
    trust: Trust


class _PrintWire(Wire, kw_only=True):
    duration: _Count
    frames: list[tuple[str, int]]
    sha256: Hex32
    times: list[_Count]


class _GenerationWire(Wire, kw_only=True):
    at: _Count
    findings: list[_FindingWire]
    media_type: Annotated[str, msgspec.Meta(max_length=100)]
    model: Hex32
    outcome: Outcome
    policy: Hex32
    print: _PrintWire | None
    reason: _Word
    section: _Section | msgspec.UnsetType = msgspec.UNSET
    snapshot: Hex32
    unreadable: Unreadable | None
    v: Annotated[int, msgspec.Meta(ge=1, le=2)]


def _finding(found: Finding) -> dict[str, object]:
    return {
        "detail": dict(found.detail),
        "distance": found.distance,
        "entry": found.entry,
        "grant": found.grant,
        "kind": found.kind.value,
        "method": found.method.value,
        "permission": found.permission.value,
        "threshold": found.threshold,
        "trust": found.trust.value,
    }


def _print(made: Fingerprint) -> dict[str, object]:
    frames = () if made.pdq is None else ((made.pdq, made.quality or 0), *made.more)
    return {
        "duration": made.duration,
        "frames": [[to_base64(pdq), quality] for pdq, quality in frames],
        "sha256": made.sha256.hex(),
        "times": list(made.times),
    }


def encode_generation(made: Generation) -> bytes:
    """Encode a record; turned hashes, which follow from the output, are not part of it.

    A record that does not know whether a section was used has version 1, as it was made.
    """
    section = {"section": made.section} if made.section else {}
    return canonical(
        {
            "at": int(made.at.timestamp()) // _HOUR,
            "findings": [_finding(found) for found in made.findings],
            "media_type": made.media_type,
            "model": made.model,
            "outcome": made.outcome.value,
            "policy": made.policy,
            "print": None if made.fingerprint is None else _print(made.fingerprint),
            "reason": made.reason,
            "snapshot": made.snapshot,
            "unreadable": None if made.unreadable is None else made.unreadable.value,
            "v": 2 if section else 1,
            **section,
        }
    )


def _read_print(wire: _PrintWire) -> Fingerprint:
    frames = tuple((from_base64(text, "hash"), quality) for text, quality in wire.frames)
    first: tuple[bytes | None, int | None] = frames[0] if frames else (None, None)
    return noun(
        Fingerprint,
        sha256=bytes.fromhex(wire.sha256),
        pdq=first[0],
        quality=first[1],
        more=frames[1:],
        times=tuple(wire.times),
        duration=wire.duration,
    )


def _read_finding(wire: _FindingWire) -> Finding:
    return Finding(
        kind=wire.kind,
        method=wire.method,
        entry=EntryId(wire.entry),
        trust=wire.trust,
        distance=wire.distance,
        threshold=wire.threshold,
        permission=wire.permission,
        grant=None if wire.grant is None else GrantId(wire.grant),
        detail=wire.detail,
    )


def decode_generation(payload: bytes | memoryview) -> Generation:
    """Decode a record.

    Raises:
        InputError: another form, or what no record may hold.
    """
    wire = parse_as(payload, _GenerationWire, limit=MAX_GENERATION)
    section = "" if wire.section is msgspec.UNSET else wire.section
    if (wire.v == 1) == bool(section):
        raise InputError("a record of version 2 says which section was used, one of version 1 does not")
    return noun(
        Generation,
        at=datetime.fromtimestamp(wire.at * _HOUR, UTC),
        model=wire.model,
        snapshot=wire.snapshot,
        policy=wire.policy,
        section=section,
        outcome=wire.outcome,
        reason=wire.reason,
        media_type=wire.media_type,
        fingerprint=None if wire.print is None else _read_print(wire.print),
        findings=tuple(_read_finding(found) for found in wire.findings),
        unreadable=wire.unreadable,
    )
