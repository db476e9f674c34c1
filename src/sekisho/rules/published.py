"""A pack as a signed statement: the words of the file, and what its signer says about them.

`{"digest","draft","id","jurisdiction","law_as_of","reviewed_by","text","v"}`. Whoever opens it reads
the text again: what stands beside it has to be what the text says, so that nobody is shown one and given the
other.
"""

import hashlib
from dataclasses import dataclass
from typing import Annotated, Any

import msgspec

from sekisho.codec import canonical, parse_as
from sekisho.errors import ConfigError, EvidenceError, InputError, SignatureError
from sekisho.model import KeyId
from sekisho.rules.pack import Pack
from sekisho.rules.read import MAX_PACK, read_pack
from sekisho.signing import RULE_PACK, Signer, Statement, sign_statement

__all__ = ["Published", "open_published", "sign_pack"]

MAX_PAYLOAD = 7 * MAX_PACK
"""Bytes of a payload; a character of a pack has at most six in JSON."""


class _Wire(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    v: Annotated[int, msgspec.Meta(ge=1, le=1)]
    id: str
    jurisdiction: str
    law_as_of: str
    reviewed_by: list[str]
    digest: str
    draft: bool
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A pack and who stands for it.

    Attributes:
        draft: its signer has not claimed that its examples show every rule.
    """

    pack: Pack
    signer: KeyId
    draft: bool


def _said(pack: Pack) -> dict[str, Any]:
    return {
        "id": pack.id,
        "jurisdiction": pack.jurisdiction,
        "law_as_of": pack.law_as_of.isoformat(),
        "reviewed_by": list(pack.reviewed_by),
        "digest": pack.digest,
    }


def sign_pack(data: bytes, pack: Pack, signer: Signer, *, draft: bool) -> bytes:
    """Return the envelope of a pack.

    Args:
        data: the file's bytes.
        pack: what was read from them.
        signer: who stands for it.
        draft: whether it is published before its examples are complete.

    Raises:
        ValueError: the pack was not read from these bytes.
    """
    if hashlib.sha256(data).hexdigest() != pack.digest:
        raise ValueError("these are not the bytes of this pack")
    said = {"v": 1, "draft": draft, "text": data.decode(), **_said(pack)}
    return sign_statement(RULE_PACK, canonical(said), signer)


def open_published(statement: Statement, where: str) -> Published:
    """Return the pack of a statement whose signature holds.

    Args:
        statement: opened.
        where: the file's name, for messages.

    Raises:
        SignatureError: it is a statement of another type.
        EvidenceError: what it says about the pack is not what the pack says.
        ConfigError: the text is not a pack that this version can read.
    """
    if statement.type != RULE_PACK:
        raise SignatureError(f"{where} is a statement of the type {statement.type!r}, not a pack of rules")
    try:
        wire = parse_as(statement.payload, _Wire, limit=MAX_PAYLOAD)
    except InputError as error:
        raise ConfigError(f"{where}: {error}", hint=error.hint) from error
    pack = read_pack(wire.text.encode(), where)
    for name, value in _said(pack).items():
        if getattr(wire, name) != value:
            raise EvidenceError(
                f"{where}: the signer says {name} {getattr(wire, name)!r}, the pack {value!r}"
            )
    return Published(pack=pack, signer=statement.signer, draft=wire.draft)
