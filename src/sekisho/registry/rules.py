"""Which statements a registry keeps. Pure: envelopes in, a verdict out, no disk and no clock.

A statement is judged in two steps. `examine` needs nothing but the envelope: the signature holds
and the signer is the person it speaks for. `place` asks the registry: what it refers to is there
and belongs to the signer. What is refused is never stored. Trust is not stored either: every
reader of a snapshot derives it from the vouches.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from sekisho.codec import decode_grant, decode_registration, decode_revocation, decode_vouch
from sekisho.errors import RefusedError
from sekisho.model import KeyId, Root
from sekisho.signing import GRANT, REGISTRATION, REVOCATION, VOUCH, Statement, open_statement, public_key

__all__ = ["ORDER", "Examined", "Shelf", "examine", "place"]

ORDER = (REGISTRATION, VOUCH, GRANT, REVOCATION)
"""What may refer to what: a statement only refers to types before its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """A statement whose signature holds and whose signer is the one it speaks for.

    Attributes:
        id: the digest of the payload: e-, v-, g- or x-.
        owner: the registrant to whom everything in `refers` must belong.
        refers: ids of the entries or the grant that it is about; empty means nothing to look up.
    """

    id: str
    type: str
    signer: KeyId
    owner: KeyId
    refers: tuple[str, ...]
    envelope: bytes


class Shelf(Protocol):
    """What the rules must know of the registry's contents."""

    def root(self) -> Root:
        """Return the registry's root: who may vouch."""

    def signer_of(self, statement: str) -> KeyId | None:
        """Return who signed the statement of that id, None if it is not here."""

    def add(self, *, id: str, type: str, signer: KeyId, envelope: bytes) -> None:  # noqa: A002
        """Keep a statement that passed."""


def _signed_by(statement: Statement, owner: KeyId, what: str) -> None:
    if statement.signer != owner:
        raise RefusedError(
            f"{what} of {owner} is signed by {statement.signer}",
            hint="nobody can speak for another key; the owner has to sign it",
        )


def _registration(statement: Statement, envelope: bytes) -> Examined:
    entry = decode_registration(statement.payload)
    owner = entry.registrant.key
    _signed_by(statement, owner, "a registration")
    return Examined(id=entry.id, type=REGISTRATION, signer=owner, owner=owner, refers=(), envelope=envelope)


def _grant(statement: Statement, envelope: bytes) -> Examined:
    grant = decode_grant(statement.payload)
    _signed_by(statement, grant.registrant, "a grant")
    public_key(grant.grantee)
    if grant.grantee == grant.registrant:
        raise RefusedError(
            "the grant is to the registrant itself",
            hint="holders need no grant for their own entries; name the operator's key in --to",
        )
    return Examined(
        id=grant.id,
        type=GRANT,
        signer=statement.signer,
        owner=grant.registrant,
        refers=(grant.entry,) if grant.entry is not None else (),
        envelope=envelope,
    )


def _revocation(statement: Statement, envelope: bytes) -> Examined:
    revocation = decode_revocation(statement.payload)
    _signed_by(statement, revocation.registrant, "a revocation")
    return Examined(
        id=revocation.id,
        type=REVOCATION,
        signer=statement.signer,
        owner=revocation.registrant,
        refers=(revocation.grant,),
        envelope=envelope,
    )


def _vouch(statement: Statement, envelope: bytes) -> Examined:
    vouch = decode_vouch(statement.payload)
    _signed_by(statement, vouch.voucher, "a vouch")
    public_key(vouch.registrant)
    if vouch.registrant == vouch.voucher:
        raise RefusedError(
            "nobody can vouch for itself", hint="ask another voucher that the registry's root lists"
        )
    return Examined(
        id=vouch.id,
        type=VOUCH,
        signer=statement.signer,
        owner=vouch.registrant,
        refers=vouch.entries,
        envelope=envelope,
    )


_EXAMINERS: Mapping[str, Callable[[Statement, bytes], Examined]] = {
    REGISTRATION: _registration,
    GRANT: _grant,
    REVOCATION: _revocation,
    VOUCH: _vouch,
}


def examine(envelope: bytes) -> Examined:
    """Verify what an envelope alone can tell.

    Raises:
        InputError: not an envelope, or not a statement of its type.
        SignatureError: the signature does not hold, or a key in it is weak.
        RefusedError: signed by another than the one it speaks for, vouching for or granting to
            oneself, or a document that a registry does not keep.
    """
    statement = open_statement(envelope)
    examiner = _EXAMINERS.get(statement.type)
    if examiner is None:
        raise RefusedError(
            f"a registry does not keep documents of type {statement.type!r}",
            hint="it keeps registrations, vouches, grants and revocations",
        )
    return examiner(statement, envelope)


def place(statement: Examined, shelf: Shelf) -> bool:
    """Keep an examined statement if what it refers to is here and belongs to its owner.

    Returns:
        False if it was here already; keeping it twice changes nothing.

    Raises:
        RefusedError: an unknown or another's entry or grant, or a voucher that the root does not list.
    """
    if shelf.signer_of(statement.id) is not None:
        return False
    if statement.type == VOUCH and statement.signer not in shelf.root().vouchers:
        raise RefusedError(
            f"{statement.signer} is no voucher of this registry",
            hint="sekisho registry show lists the keys that may vouch",
        )
    for reference in statement.refers:
        owner = shelf.signer_of(reference)
        if owner is None:
            raise RefusedError(
                f"{reference} is not in this registry", hint="import the statement that made it first"
            )
        if owner != statement.owner:
            raise RefusedError(
                f"{reference} belongs to {owner}, not to {statement.owner}",
                hint="only the registrant of an entry can give or end permissions for it",
            )
    shelf.add(id=statement.id, type=statement.type, signer=statement.signer, envelope=statement.envelope)
    return True
