r"""The head of a section about persons and listed files: its place in the file, and what the registry signs.

    offset  size  what
    0       8     b"SEKISHP\0"
    8       4     layout version, uint32 little-endian, now 1
    12      4     length of the head envelope, uint32
    16      n     head: DSSE envelope (PROTECTED), signed by the registry, payload = canonical JSON
    ...           zero bytes up to a multiple of 64: the base
    base          six sections of 32-byte rows, one after the other, in the order of `SECTIONS`; the end

The payload of the head has the counts and the SHA-256 of each section, so one section has one form.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

import msgspec

from sekisho.codec import Hex32, Key, canonical, parse_as
from sekisho.errors import InputError, SnapshotTampered, SnapshotVersion
from sekisho.model import PURPOSE_PARENT, KeyId, Purpose
from sekisho.snapshot.layout import pad

__all__ = [
    "FETCH_AGAIN",
    "HANDLE_BYTES",
    "LONGEST",
    "MAX_ROWS",
    "SECTIONS",
    "ProtectedHead",
    "decode_protected_head",
    "encode_protected_head",
    "protected_prefix",
    "read_protected_prefix",
]

MAGIC = b"SEKISHP\0"
VERSION = 1
PREFIX_BYTES = 16
ALIGN = 64
MAX_ROWS = 1 << 24
MAX_HEAD = 1 << 16
HANDLE_BYTES = 32
LONGEST = timedelta(days=30)
"""How long a section may be used: who withdraws is out of every section after that time at the latest."""
SECTIONS = (
    "likeness.handle",
    "likeness.pdq",
    "listed.file.handle",
    "listed.file.sha256",
    "listed.picture.handle",
    "listed.picture.pdq",
)
FETCH_AGAIN = "fetch the section again from the registry; `sekisho snapshot publish --for` makes one"

Count = Annotated[int, msgspec.Meta(ge=0, le=MAX_ROWS)]
Day = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")]


class _Wire(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    v: Annotated[int, msgspec.Meta(ge=1, le=1)]
    registry: Key
    edition: Annotated[int, msgspec.Meta(ge=1)]
    snapshot: Hex32
    recipient: Key
    purpose: Purpose
    created: Day
    expires: Day
    counts: Annotated[list[Count], msgspec.Meta(min_length=3, max_length=3)]
    sections: Annotated[list[Hex32], msgspec.Meta(min_length=len(SECTIONS), max_length=len(SECTIONS))]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtectedHead:
    """What the registry signs about one section.

    Attributes:
        registry: its key, which signs.
        edition, snapshot: the edition that it belongs to, and that one's hex digest.
        recipient: the operator who may use it.
        purpose: whoever has consented to this is not in it; narrower purposes are covered too.
        created, expires: it is used before `expires`.
        likeness, files, pictures: rows of each table.
        sections: hex SHA-256 of each, in the order of `SECTIONS`.
    """

    registry: KeyId
    edition: int
    snapshot: str
    recipient: KeyId
    purpose: Purpose
    created: date
    expires: date
    likeness: int
    files: int
    pictures: int
    sections: tuple[str, ...]

    def covers(self, purpose: Purpose) -> bool:
        """Tell whether a section for this purpose may be used for another one."""
        return self.purpose in {purpose, PURPOSE_PARENT.get(purpose)}


def encode_protected_head(head: ProtectedHead) -> bytes:
    """Encode the payload of a head."""
    return canonical(
        {
            "v": 1,
            "registry": head.registry,
            "edition": head.edition,
            "snapshot": head.snapshot,
            "recipient": head.recipient,
            "purpose": head.purpose.value,
            "created": head.created.isoformat(),
            "expires": head.expires.isoformat(),
            "counts": [head.likeness, head.files, head.pictures],
            "sections": list(head.sections),
        }
    )


def decode_protected_head(payload: bytes) -> ProtectedHead:
    """Decode the payload of a head.

    Raises:
        InputError: another form, a day that is none, or a time of use that is not 1 to 30 days.
    """
    wire = parse_as(payload, _Wire, limit=MAX_HEAD)
    try:
        created, expires = date.fromisoformat(wire.created), date.fromisoformat(wire.expires)
    except ValueError as error:
        raise InputError(f"no such day: {error}") from error
    likeness, files, pictures = wire.counts
    head = ProtectedHead(
        registry=KeyId(wire.registry),
        edition=wire.edition,
        snapshot=wire.snapshot,
        recipient=KeyId(wire.recipient),
        purpose=wire.purpose,
        created=created,
        expires=expires,
        likeness=likeness,
        files=files,
        pictures=pictures,
        sections=tuple(wire.sections),
    )
    if not timedelta() < expires - created <= LONGEST:
        raise InputError(f"it is made to be used for {(expires - created).days} days, and 30 is the longest")
    if encode_protected_head(head) != payload:
        raise InputError("its head is not in canonical form")
    return head


def protected_prefix(envelope: bytes) -> bytes:
    """Return everything before the sections: magic, version, head, padding."""
    start = MAGIC + VERSION.to_bytes(4, "little") + len(envelope).to_bytes(4, "little") + envelope
    return start + bytes(pad(len(start), ALIGN))


def read_protected_prefix(buffer: memoryview) -> tuple[memoryview, int]:
    """Return the head's envelope and where the sections begin.

    Raises:
        SnapshotTampered: not such a file, or cut short.
        SnapshotVersion: another layout.
    """
    if len(buffer) < PREFIX_BYTES or bytes(buffer[:8]) != MAGIC:
        raise SnapshotTampered("this is not a section about persons", hint=FETCH_AGAIN)
    version = int.from_bytes(buffer[8:12], "little")
    if version != VERSION:
        raise SnapshotVersion(
            f"the section has layout {version}, this Sekisho reads {VERSION}",
            hint="update Sekisho" if version > VERSION else FETCH_AGAIN,
        )
    end = PREFIX_BYTES + int.from_bytes(buffer[12:16], "little")
    base = end + pad(end, ALIGN)
    if end > PREFIX_BYTES + 2 * MAX_HEAD or base > len(buffer) or any(buffer[end:base]):
        raise SnapshotTampered("the section is cut short, or its head is damaged", hint=FETCH_AGAIN)
    return buffer[PREFIX_BYTES:end], base
