"""What goes into the section about persons for one operator, and back: from a handle to a registration.

A handle is an HMAC under a secret of this one section. So two sections have no handle in common, a
handle says nothing to whoever lacks the secret, and the registry finds by it what an operator or an
erasure notice speaks of. The secret stays in the vault, in the record that says to whom the section went.

The rows are filled up with codes of photos that do not exist: how many persons are registered, and that
one came or went, can not be read off the size of a section.
"""

import hashlib
import hmac
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated

import msgspec

from sekisho.codec import Hex32, Key, canonical, parse_as
from sekisho.model import EntryId, KeyId, Purpose, Root, State
from sekisho.model.likeness import StatedLikeness
from sekisho.registry.likeness import is_left_out, standing

__all__ = [
    "SECRET_BYTES",
    "FilledRows",
    "Section",
    "decode_section",
    "encode_section",
    "entry_of",
    "handle",
    "handles_of",
    "likeness_rows",
]

SECRET_BYTES = 32
FILLED = 64
"""Rows of a section are filled up to a multiple of it."""
_HANDLE = b"sekisho/handle/v1"
_NOBODY = b"sekisho/nobody/v1"
_BITS = 256


class _Wire(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    v: Annotated[int, msgspec.Meta(ge=1, le=1)]
    edition: Annotated[int, msgspec.Meta(ge=1)]
    snapshot: Hex32
    recipient: Key
    purpose: Purpose
    created: str
    expires: str
    secret: Hex32


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """To whom a section went; the vault keeps it.

    Attributes:
        edition, snapshot: of the edition that it belongs to: number and hex digest.
        created, expires: it opens before `expires`.
        secret: 32 random bytes of which the handles are made.
    """

    edition: int
    snapshot: str
    recipient: KeyId
    purpose: Purpose
    created: date
    expires: date
    secret: bytes

    @property
    def name(self) -> str:
        """A name that says nothing: an HMAC of the file's head under the secret."""
        head = f"{self.snapshot} {self.recipient} {self.purpose.value}".encode()
        return hmac.digest(self.secret, b"\0".join((b"sekisho/section/v1", head)), hashlib.sha256).hex()


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledRows:
    """The rows of a section, and the registrations that are among them.

    Attributes:
        rows: handle and PDQ of each, in no order.
        entries: registrations that are in it.
    """

    rows: tuple[tuple[bytes, bytes], ...]
    entries: tuple[EntryId, ...]


def encode_section(section: Section) -> bytes:
    """Encode the record of a section."""
    return canonical(
        {
            "v": 1,
            "edition": section.edition,
            "snapshot": section.snapshot,
            "recipient": section.recipient,
            "purpose": section.purpose.value,
            "created": section.created.isoformat(),
            "expires": section.expires.isoformat(),
            "secret": section.secret.hex(),
        }
    )


def decode_section(record: bytes) -> Section:
    """Decode the record of a section."""
    wire = parse_as(record, _Wire)
    return Section(
        edition=wire.edition,
        snapshot=wire.snapshot,
        recipient=KeyId(wire.recipient),
        purpose=wire.purpose,
        created=date.fromisoformat(wire.created),
        expires=date.fromisoformat(wire.expires),
        secret=bytes.fromhex(wire.secret),
    )


def handle(secret: bytes, entry: str, number: int) -> bytes:
    """Return the handle of one print in one section: 32 bytes that mean nothing without the secret.

    Raises:
        ValueError: the secret does not have 32 bytes.
    """
    if len(secret) != SECRET_BYTES:
        raise ValueError(f"a secret has {SECRET_BYTES} bytes")
    return hmac.digest(secret, b"\0".join((_HANDLE, entry.encode(), b"%d" % number)), hashlib.sha256)


def handles_of(section: Section, stated: StatedLikeness) -> tuple[bytes, ...]:
    """Return the handles of a registration's photos in a section."""
    likeness = stated.likeness
    return tuple(handle(section.secret, likeness.id, number) for number in range(len(likeness.prints)))


def entry_of(wanted: bytes, section: Section, stated: Iterable[StatedLikeness]) -> tuple[EntryId, int] | None:
    """Find the registration and print of a handle. O(n) in the registered photos; None if it is nobody's."""
    for one in stated:
        for number, made in enumerate(handles_of(section, one)):
            if hmac.compare_digest(made, wanted):
                return one.likeness.id, number
    return None


def likeness_rows(
    stated: Iterable[StatedLikeness], root: Root, section: Section, *, filling: bytes
) -> FilledRows:
    """Return the rows of a section: photos that stand, without those of persons who consent, filled up.

    Args:
        stated: every registration.
        root: of the registry.
        section: for whom, what for and when.
        filling: 32 secret bytes of the registry that stay the same, so that what a section is filled up
            with is the same in the next one.
    """
    there = [s for s in stated if _is_in(s, root, section)]
    rows = [
        (made, p.pdq)
        for s in there
        for made, p in zip(handles_of(section, s), s.likeness.prints, strict=True)
    ]
    nobody = _nobodies(filling, -len(rows) % FILLED or (0 if rows else FILLED))
    rows += [(handle(section.secret, f"nobody-{n}", 0), pdq) for n, pdq in enumerate(nobody)]
    return FilledRows(rows=tuple(rows), entries=tuple(s.likeness.id for s in there))


def _is_in(stated: StatedLikeness, root: Root, section: Section) -> bool:
    return standing(stated, root, section.created).state is State.ACTIVE and not is_left_out(
        stated,
        recipient=section.recipient,
        purpose=section.purpose,
        first=section.created,
        last=section.expires,
    )


def _nobodies(filling: bytes, count: int) -> Iterator[bytes]:
    """Yield PDQs of no photo: half of the bits are set, as in every PDQ, and no picture comes near one."""
    for number in range(count):
        random = hashlib.shake_256(b"\0".join((_NOBODY, filling, b"%d" % number))).digest(4 * _BITS)
        order = sorted(range(_BITS), key=lambda bit: random[4 * bit : 4 * bit + 4])
        bits = sum(1 << bit for bit in order[: _BITS // 2])
        yield bits.to_bytes(_BITS // 8)
