"""Keys made from names, and signed statements of invented parties: equal in every run."""

import hashlib
from datetime import date

from sekisho.codec import (
    encode_grant,
    encode_registration,
    encode_revocation,
    encode_root,
    encode_vouch,
)
from sekisho.model import (
    EntryId,
    Grant,
    GrantId,
    Kind,
    Print,
    Purpose,
    Registrant,
    Revocation,
    Root,
    Vouch,
)
from sekisho.signing import GRANT, REGISTRATION, REVOCATION, ROOT, VOUCH, sign_statement
from tests.keys import SeededKey

DAY = date(2026, 11, 1)
LAST = date(2027, 10, 31)


class Party(SeededKey):
    """A name and the key that follows from it."""

    def __init__(self, *, name: str) -> None:
        super().__init__(name)
        self.name = name


def a_print(number: int, name: str = "") -> Print:
    """Make up a print; two numbers have unrelated hashes."""
    pdq = hashlib.sha256(b"pdq %d" % number).digest()
    return Print(sha256=hashlib.sha256(b"file %d" % number).digest(), pdq=pdq, quality=100, name=name)


def registration(holder: Party, number: int = 0, *, signer: Party | None = None, title: str = "") -> bytes:
    """Register print `number` for `holder`, signed by the holder or whoever is given."""
    owner = Registrant(key=holder.key, label=holder.name)
    payload = encode_registration(
        holder=owner, kind=Kind.WORK, title=title, on=DAY, prints=(a_print(number),)
    )
    return sign_statement(REGISTRATION, payload, signer or holder)


def grant(
    registrant: Party, grantee: Party, entry: str | None = None, *, signer: Party | None = None
) -> bytes:
    """Permit training in Japan for a year."""
    given = Grant(
        id=GrantId(""),
        registrant=registrant.key,
        entry=EntryId(entry) if entry is not None else None,
        grantee=grantee.key,
        purposes=frozenset({Purpose.TRAIN}),
        territories=frozenset({"JP"}),
        from_=DAY,
        until=LAST,
    )
    return sign_statement(GRANT, encode_grant(given), signer or registrant)


def revocation(registrant: Party, of: str, *, signer: Party | None = None, on: date = DAY) -> bytes:
    """End a grant."""
    made = Revocation(id="", registrant=registrant.key, grant=GrantId(of), on=on)
    return sign_statement(REVOCATION, encode_revocation(made), signer or registrant)


def vouch(voucher: Party, registrant: Party, *entries: str, signer: Party | None = None) -> bytes:
    """Vouch for a registrant or single entries."""
    made = Vouch(
        id="",
        voucher=voucher.key,
        registrant=registrant.key,
        entries=tuple(EntryId(e) for e in entries),
        on=DAY,
    )
    return sign_statement(VOUCH, encode_vouch(made), signer or voucher)


def root_of(registry: Party, *vouchers: Party) -> Root:
    """Make a registry's root."""
    return Root(registry=registry.key, name=registry.name, vouchers=frozenset(v.key for v in vouchers))


def root(registry: Party, *vouchers: Party) -> bytes:
    """Make a registry's signed root."""
    return sign_statement(ROOT, encode_root(root_of(registry, *vouchers)), registry)
