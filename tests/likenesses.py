"""Statements about photos of persons, made of numbers: nobody is in them; and a vault in memory."""

import hashlib
from collections.abc import Iterable
from datetime import date

from sekisho.codec import encode_grant, encode_revocation, encode_withdrawal
from sekisho.codec.likeness import encode_likeness, encode_verification
from sekisho.model import (
    Basis,
    EntryId,
    Grant,
    GrantId,
    KeyId,
    Purpose,
    Relation,
    Revocation,
    Withdrawal,
)
from sekisho.model.likeness import Likeness, LikenessPrint, StatedLikeness, Verification
from sekisho.registry.likeness import Personal
from sekisho.signing import GRANT, LIKENESS, REVOCATION, VERIFICATION, WITHDRAWAL, sign_statement
from tests.parties import DAY, LAST, Party

__all__ = [
    "MemoryVault",
    "consent",
    "consent_end",
    "likeness",
    "likeness_noun",
    "photo",
    "verification",
    "withdrawal_of",
]


def photo(number: int) -> LikenessPrint:
    """Make up what is kept of a photo; two numbers have unrelated hashes."""
    sha256 = hashlib.sha256(b"photo %d" % number).digest()
    return LikenessPrint(sha256=sha256, pdq=hashlib.sha256(sha256).digest(), quality=90)


def likeness_noun(holder: Party, *photos: int, **said) -> Likeness:
    """Return a registration of made-up photos; `said` are fields of `Likeness`."""
    given = {
        "relation": Relation.GUARDIAN,
        "consent": "consent-1",
        "on": DAY,
        "until": LAST,
        "nonce": hashlib.sha256(repr(photos).encode()).digest()[:16],
    }
    prints = tuple(photo(n) for n in photos or (1,))
    return Likeness(**({"id": EntryId(""), "holder": holder.key, "prints": prints} | given | said))


def likeness(holder: Party, *photos: int, signer: Party | None = None, **said) -> bytes:
    """Register made-up photos, signed by the holder or whoever is given."""
    payload = encode_likeness(likeness_noun(holder, *photos, **said))
    return sign_statement(LIKENESS, payload, signer or holder)


def verification(
    by: Party, entry: str, relation: Relation = Relation.GUARDIAN, *, signer: Party | None = None
) -> bytes:
    """Verify a registration."""
    made = Verification(id="", by=by.key, entry=EntryId(entry), relation=relation, on=DAY)
    return sign_statement(VERIFICATION, encode_verification(made), signer or by)


def consent(holder: Party, operator: Party, entry: str, *, signer: Party | None = None, **said) -> bytes:
    """Consent that an operator trains with photos; `said` are fields of `Grant`."""
    given = {
        "basis": Basis.CONSENT,
        "purposes": frozenset({Purpose.TRAIN}),
        "territories": frozenset({"*"}),
        "from_": DAY,
        "until": LAST,
    }
    fields = {"id": GrantId(""), "registrant": holder.key, "entry": EntryId(entry), "grantee": operator.key}
    return sign_statement(GRANT, encode_grant(Grant(**(fields | given | said))), signer or holder)


def consent_end(holder: Party, grant: str, on: date = DAY) -> bytes:
    """Take a consent back."""
    made = Revocation(id="", registrant=holder.key, grant=GrantId(grant), on=on)
    return sign_statement(REVOCATION, encode_revocation(made), holder)


def withdrawal_of(holder: Party, entry: str, on: date = DAY) -> bytes:
    """Withdraw a registration."""
    made = Withdrawal(id="", registrant=holder.key, entry=EntryId(entry), on=on)
    return sign_statement(WITHDRAWAL, encode_withdrawal(made), holder)


_FIELDS = {
    VERIFICATION: "verifications",
    WITHDRAWAL: "withdrawals",
    GRANT: "consents",
    REVOCATION: "revocations",
}


class MemoryVault:
    """A `registry.likeness_rules.LikenessShelf` in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, list[Personal]] = {}
        self.erased: set[str] = set()

    def stated(self, entry: str) -> StatedLikeness | None:
        found = self.kept.get(entry)
        if not found:
            return None
        likeness = next(s.noun for s in found if s.type == LIKENESS)
        more = {name: tuple(s.noun for s in found if s.type == type_) for type_, name in _FIELDS.items()}
        return StatedLikeness(likeness=likeness, **more)

    def of_holder(self, holder: KeyId) -> Iterable[StatedLikeness]:
        return [s for s in map(self.stated, self.kept) if s is not None and s.likeness.holder == holder]

    def was_erased(self, entry: str) -> bool:
        return entry in self.erased

    def add(self, statement: Personal) -> None:
        self.kept.setdefault(statement.entry, []).append(statement)
