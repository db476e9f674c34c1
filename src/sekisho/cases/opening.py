"""What opens a case: a notice (sealed), an authority's request, or a hit of the watch.

    opening.json    kind, jurisdiction, subject, term, and the digest of salt and content

The words themselves are kept apart: a notice lies in the vault with its salt, so that it can be erased
while the case and its decision stay.
"""

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Annotated

import msgspec

from sekisho.codec import Hex32, canonical, parse_as
from sekisho.codec.form import day
from sekisho.model import CaseKind, Subject

__all__ = ["Opening", "content_digest", "decode_opening", "encode_opening"]

_DOMAIN = b"sekisho/case/v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What a case needs to know of what opened it.

    Attributes:
        content: hex digest of salt and content, see `content_digest`.
        jurisdiction: ISO 3166-1 code, `EU`, or `*` if none was named.
        due: of a request, its term.
    """

    kind: CaseKind
    content: str
    jurisdiction: str
    subject: Subject | None = None
    due: date | None = None

    @property
    def digest(self) -> str:
        """Return the hex digest that the first event names."""
        return hashlib.sha256(encode_opening(self)).hexdigest()


class _Wire(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    v: Annotated[int, msgspec.Meta(ge=1, le=1)]
    kind: CaseKind
    content: Hex32
    jurisdiction: Annotated[str, msgspec.Meta(pattern=r"^(\*|[A-Z]{2})\Z")]
    subject: Subject | None
    due: str | None


def content_digest(salt: bytes, content: bytes) -> str:
    """Return the hex digest of what opened a case; without the salt nobody can try what it was."""
    return hashlib.sha256(b"\0".join((_DOMAIN, salt.hex().encode(), content))).hexdigest()


def encode_opening(opening: Opening) -> bytes:
    """Return the bytes of opening.json."""
    return canonical(
        {
            "v": 1,
            "kind": opening.kind.value,
            "content": opening.content,
            "jurisdiction": opening.jurisdiction,
            "subject": None if opening.subject is None else opening.subject.value,
            "due": None if opening.due is None else opening.due.isoformat(),
        }
    )


def decode_opening(data: bytes) -> Opening:
    """Parse opening.json.

    Raises:
        InputError: another form.
    """
    wire = parse_as(data, _Wire)
    return Opening(
        kind=wire.kind,
        content=wire.content,
        jurisdiction=wire.jurisdiction,
        subject=wire.subject,
        due=None if wire.due is None else day(wire.due),
    )
