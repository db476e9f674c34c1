"""The statements of one segment besides its registrations, verified when somebody asks for them.

A document whose signature does not hold does not exist. One that its signer really signed, and that
has another form than this version knows, is an error: a registry must not have taken it in, and to
skip a revocation because it is not understood would be worse than to stop.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from sekisho.codec import (
    decode_dispute,
    decode_grant,
    decode_mandate,
    decode_resolution,
    decode_revocation,
    decode_vouch,
    decode_withdrawal,
)
from sekisho.errors import InputError, SignatureError, SnapshotTampered
from sekisho.model import KeyId
from sekisho.signing import (
    DISPUTE,
    GRANT,
    MANDATE,
    RESOLUTION,
    REVOCATION,
    VOUCH,
    WITHDRAWAL,
    open_statement,
    read_payload,
)

__all__ = ["KINDS", "Documents", "Signed", "listed"]

_KEYID = b'"keyid":"'
_KEYID_LENGTH = len("ed25519:") + 43


class _Kind(NamedTuple):
    """The type of an envelope, how to read its payload, and what it is about, if asked by that."""

    type: str
    decode: Callable[[bytes], Any]
    subject: str = ""


KINDS: Mapping[str, _Kind] = {
    "vouches": _Kind(VOUCH, decode_vouch),
    "grants": _Kind(GRANT, decode_grant),
    "revocations": _Kind(REVOCATION, decode_revocation),
    "mandates": _Kind(MANDATE, decode_mandate),
    "withdrawals": _Kind(WITHDRAWAL, decode_withdrawal, "entry"),
    "disputes": _Kind(DISPUTE, decode_dispute, "entry"),
    "resolutions": _Kind(RESOLUTION, decode_resolution, "dispute"),
}
"""By the name of the section."""


class Signed(NamedTuple):
    """What a document says, and whose signature over it holds."""

    signer: KeyId
    noun: Any


Envelope = bytes | memoryview


def listed(sections: Mapping[str, memoryview], name: str) -> list[memoryview]:
    """Cut a section of documents by its offsets."""
    ends = np.frombuffer(sections[f"{name}.offsets"], "<u8")
    whole = sections[name]
    return [whole[int(ends[i]) : int(ends[i + 1])] for i in range(len(ends) - 1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Documents:
    """The documents of one segment, by section; what was verified is remembered (a cache, not a fact)."""

    of: Callable[[str], Sequence[Envelope]]
    _groups: dict[str, dict[str, list[Envelope]]] = field(default_factory=dict)
    _signed: dict[tuple[str, str], tuple[Signed, ...]] = field(default_factory=dict)

    def signed_by(self, name: str, signer: KeyId) -> tuple[Signed, ...]:
        """Return what one key really signed, in the order of the section."""
        return tuple(s for s in self._verified(name, signer) if s.signer == signer)

    def about(self, name: str, subject: str) -> tuple[Signed, ...]:
        """Return what anybody really signed about an entry or a dispute."""
        return self._verified(name, subject)

    def _verified(self, name: str, key: str) -> tuple[Signed, ...]:
        known = self._signed.get((name, key))
        if known is None:
            found = (_opened(document, name) for document in self._grouped(name).get(key, ()))
            known = self._signed[name, key] = tuple(s for s in found if s is not None)
        return known

    def _grouped(self, name: str) -> dict[str, list[Envelope]]:
        known = self._groups.get(name)
        if known is None:
            known = self._groups[name] = {}
            key_of = _subject_named if KINDS[name].subject else _signer_named
            for document in self.of(name):
                known.setdefault(key_of(document, name), []).append(document)
        return known


def _signer_named(document: Envelope, _name: str) -> str:
    """Return the key that an envelope names, without a look at the signature."""
    raw = bytes(document)
    at = raw.rfind(_KEYID) + len(_KEYID)
    return raw[at : at + _KEYID_LENGTH].decode("ascii", "replace")


def _subject_named(document: Envelope, name: str) -> str:
    """Return what an envelope says that it is about, without a look at the signature."""
    kind = KINDS[name]
    try:
        return str(getattr(kind.decode(read_payload(document, kind.type)), kind.subject))
    except (InputError, SignatureError) as error:
        raise SnapshotTampered(f"a document among the {name} has the wrong form: {error}") from error


def _opened(document: Envelope, name: str) -> Signed | None:
    kind = KINDS[name]
    try:
        statement = open_statement(document, kind.type)
    except (InputError, SignatureError):
        return None
    try:
        return Signed(statement.signer, kind.decode(statement.payload))
    except InputError as error:
        raise SnapshotTampered(f"a signed statement in the snapshot has the wrong form: {error}") from error
