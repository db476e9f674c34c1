"""Erasure notices: what a registry tells an operator to drop from a section that it has. Pure.

A notice names handles and nothing else: whoever has no section of that registry learns nothing from it,
and whoever has one learns which rows to drop, not why. It is filled up with handles of nobody, so that it
does not say how many photos somebody had registered.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

import msgspec

from sekisho.codec import Hex32, Key, canonical, parse_as
from sekisho.errors import InputError, RefusedError, SignatureError
from sekisho.model import KeyId
from sekisho.model.likeness import StatedLikeness
from sekisho.registry.protected import Section, handles_of
from sekisho.signing import ERASURE, Signer, open_statement, sign_statement

__all__ = ["REASONS", "Notice", "erasure_record", "notices_for", "open_notice", "sign_notice"]

REASONS = ("withdrawn", "consent-ended", "false-registration", "of-age", "court", "other")
"""Why something was erased, as a word; no text, which could say whom it is about."""
FILLED = 16
"""Handles of a notice are filled up to a multiple of it."""
_HANDLE_BYTES = 32


class _Wire(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    v: Literal[1]
    registry: Key
    recipient: Key
    on: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")]
    handles: Annotated[list[Hex32], msgspec.Meta(min_length=1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What one recipient is to drop.

    Attributes:
        handles: 32 bytes each, of all its sections that still open.
    """

    registry: KeyId
    recipient: KeyId
    on: date
    handles: frozenset[bytes]


def notices_for(
    stated: StatedLikeness, sections: Iterable[Section], *, registry: KeyId, on: date
) -> tuple[Notice, ...]:
    """Return one notice for each recipient of a section that still opens, sorted by recipient."""
    found: dict[KeyId, set[bytes]] = {}
    for section in sections:
        if on < section.expires:
            found.setdefault(section.recipient, set()).update(handles_of(section, stated))
    return tuple(
        Notice(registry=registry, recipient=recipient, on=on, handles=frozenset(handles))
        for recipient, handles in sorted(found.items())
    )


def sign_notice(notice: Notice, signer: Signer, *, chance: bytes) -> bytes:
    """Return the signed notice.

    Args:
        notice: what is to be dropped.
        signer: the registry.
        chance: random bytes of which the handles of nobody are made.
    """
    handles = [*notice.handles, *_nobodies(chance, -len(notice.handles) % FILLED)]
    payload = canonical(
        {
            "v": 1,
            "registry": notice.registry,
            "recipient": notice.recipient,
            "on": notice.on.isoformat(),
            "handles": sorted(h.hex() for h in handles),
        }
    )
    return sign_statement(ERASURE, payload, signer)


def _nobodies(chance: bytes, count: int) -> Iterator[bytes]:
    random = hashlib.shake_256(b"sekisho/notice/v1\0" + chance).digest(count * _HANDLE_BYTES)
    return (random[n : n + _HANDLE_BYTES] for n in range(0, len(random), _HANDLE_BYTES))


def open_notice(envelope: bytes, *, registry: KeyId, recipients: Sequence[KeyId]) -> Notice:
    """Verify a notice for a section of a registry.

    Args:
        envelope: as it was received.
        registry: who signed the section.
        recipients: keys of whoever opens it.

    Raises:
        InputError: not a notice.
        SignatureError: not signed by the registry of the section.
        RefusedError: it is for another operator.
    """
    statement = open_statement(envelope, ERASURE)
    wire = parse_as(statement.payload, _Wire)
    if not statement.signer == wire.registry == registry:
        raise SignatureError(
            f"the notice is signed by {statement.signer}, the section by {registry}",
            hint="only the registry that made a section can have rows of it dropped",
        )
    if wire.recipient not in recipients:
        raise RefusedError(f"the notice is for {wire.recipient}", hint="pass it on to that operator")
    try:
        on = date.fromisoformat(wire.on)
    except ValueError as error:
        raise InputError(f"no such date: {wire.on}") from error
    return Notice(
        registry=registry,
        recipient=KeyId(wire.recipient),
        on=on,
        handles=frozenset(bytes.fromhex(h) for h in wire.handles),
    )


def erasure_record(*, on: date, reason: str, notices: int, chance: bytes) -> bytes:
    """Return what the log commits to when something was erased: not what.

    Args:
        on: the day.
        reason: one of `REASONS`.
        notices: how many recipients were told.
        chance: random bytes, so that no two records are equal.

    Raises:
        InputError: another reason.
    """
    if reason not in REASONS:
        raise InputError(f"{reason!r} is no reason", hint=f"one of {', '.join(REASONS)}")
    nonce = hashlib.sha256(chance).hexdigest()
    return canonical(
        {"v": 1, "t": "erasure", "on": on.isoformat(), "reason": reason, "notices": notices, "nonce": nonce}
    )
