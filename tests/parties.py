"""Keys made from names, and signed statements of invented parties: equal in every run."""

import hashlib
import struct
from datetime import date

from sekisho.codec import (
    Packed,
    digest_id,
    encode_common,
    encode_dispute,
    encode_grant,
    encode_mandate,
    encode_passages,
    encode_registration,
    encode_resolution,
    encode_revocation,
    encode_root,
    encode_traits,
    encode_vouch,
    encode_withdrawal,
    packed_passages,
)
from sekisho.model import (
    EVERYBODY,
    Act,
    Common,
    Dispute,
    EntryId,
    Film,
    Frame,
    Grant,
    GrantId,
    Grounds,
    KeyId,
    Kind,
    Local,
    Mandate,
    Passages,
    Print,
    Purpose,
    Registrant,
    Resolution,
    Revocation,
    Root,
    Settled,
    Traits,
    Vouch,
    Withdrawal,
)
from sekisho.signing import (
    COMMON,
    DISPUTE,
    GRANT,
    MANDATE,
    PASSAGES,
    REGISTRATION,
    RESOLUTION,
    REVOCATION,
    ROOT,
    TRAITS,
    VOUCH,
    WITHDRAWAL,
    sign_statement,
)
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


def registration(
    holder: Party, number: int = 0, *, signer: Party | None = None, title: str = "", **terms
) -> bytes:
    """Register print `number` for `holder`, signed by the holder or whoever is given.

    `terms` are arguments of `encode_registration`.
    """
    owner = Registrant(key=holder.key, label=holder.name)
    said = {"kind": Kind.WORK, "on": DAY, "prints": (a_print(number),)} | terms
    payload = encode_registration(holder=owner, title=title, **said)
    return sign_statement(REGISTRATION, payload, signer or holder)


def passages_of(seed: int, count: int = 400, *, shared: int = 0, other: int = 0) -> Passages:
    """Make up the passages of text `seed`, `count` of them; the first `shared` are of text `other`."""
    parts = ((other, range(shared)), (seed, range(shared, count)))
    hashes = [
        int.from_bytes(hashlib.sha256(b"passage %d %d" % (text, n)).digest()[:6], "little")
        for text, numbers in parts
        for n in numbers
    ]
    buckets = tuple(tuple(sorted(hashes[at : at + 40])) for at in range(0, count, 40))
    return Passages(units=256 * len(buckets), buckets=buckets)


def packed(passages: Passages) -> Packed:
    """Return passages as whoever takes in their statement reads them."""
    return packed_passages(encode_passages(passages, by=KeyId("ed25519:" + "A" * 43)))


def text_statements(
    holder: Party,
    *texts: Passages,
    signer: Party | None = None,
    by: Party | None = None,
    **terms,
) -> tuple[bytes, ...]:
    """Register texts as one entry; return the registration, and the statements of their passages after it."""
    payloads = [encode_passages(text, by=(by or signer or holder).key) for text in texts]
    prints = tuple(
        Print(sha256=hashlib.sha256(p).digest(), passages=digest_id("p", p), decode_profile="passages-1")
        for p in payloads
    )
    signed = (sign_statement(PASSAGES, p, by or signer or holder) for p in payloads)
    return registration(holder, signer=signer, prints=prints, **terms), *signed


def traits_of(seed: int, count: int = 40) -> Traits:
    """Make up the local features of picture `seed`, `count` of them."""
    rows = b"".join(
        struct.pack("<32sHHBB", hashlib.sha256(b"feature %d %d" % (seed, n)).digest(), 64 * n, n, n % 256, 0)
        for n in range(count)
    )
    return Traits(local=Local(width=512, height=400, rows=rows))


def film_of(seed: int, count: int = 3) -> Traits:
    """Make up the frames of film `seed`, one a second."""
    frames = tuple(
        Frame(at=1000 * n, pdq=hashlib.sha256(b"frame %d %d" % (seed, n)).digest(), quality=100)
        for n in range(count)
    )
    return Traits(film=Film(duration=1000 * count, frames=frames))


def traits_statements(
    holder: Party,
    *traits: Traits,
    signer: Party | None = None,
    by: Party | None = None,
    first: int = 0,
    **terms,
) -> tuple[bytes, ...]:
    """Register pictures and films as one entry; return the registration, and their traits after it."""
    payloads = [encode_traits(one, by=(by or signer or holder).key) for one in traits]
    prints = tuple(
        traits_print(number, digest_id("t", payload), film=one.film is not None)
        for number, (one, payload) in enumerate(zip(traits, payloads, strict=True), first)
    )
    signed = (sign_statement(TRAITS, p, by or signer or holder) for p in payloads)
    return registration(holder, signer=signer, **({"prints": prints} | terms)), *signed


def traits_print(number: int, traits: Traits | str, *, film: bool = False) -> Print:
    """Make up a print with traits; that of a film has no PDQ and no quality."""
    made = a_print(number)
    if film:
        return Print(sha256=made.sha256, traits=traits)
    return Print(sha256=made.sha256, pdq=made.pdq, quality=made.quality, traits=traits)


def common(by: Party, print_: Print, title: str = "a sign", *, signer: Party | None = None) -> bytes:
    """Put a picture on the list of common content."""
    made = Common(id="", by=by.key, title=title, on=DAY, print=print_)
    return sign_statement(COMMON, encode_common(made), signer or by)


def mandate(
    principal: Party,
    agent: Party,
    *acts: Act,
    from_: date = DAY,
    until: date = LAST,
    signer: Party | None = None,
) -> bytes:
    """Let an agent do some acts, or all of them, for a year."""
    made = Mandate(
        id="",
        principal=principal.key,
        agent=agent.key,
        acts=frozenset(acts or Act),
        from_=from_,
        until=until,
    )
    return sign_statement(MANDATE, encode_mandate(made), signer or principal)


def withdrawal(registrant: Party, entry: str, *, on: date = DAY, signer: Party | None = None) -> bytes:
    """Withdraw an entry."""
    made = Withdrawal(id="", registrant=registrant.key, entry=EntryId(entry), on=on)
    return sign_statement(WITHDRAWAL, encode_withdrawal(made), signer or registrant)


def dispute(
    disputant: Party,
    entry: str,
    *,
    own: str | None = None,
    on: date = DAY,
    evidence: str = "contract of 2019",
    signer: Party | None = None,
) -> bytes:
    """Say that an entry is the disputant's work."""
    made = Dispute(
        id="",
        disputant=disputant.key,
        entry=EntryId(entry),
        grounds=Grounds.MY_WORK,
        own=EntryId(own) if own is not None else None,
        evidence=evidence,
        on=on,
    )
    return sign_statement(DISPUTE, encode_dispute(made), signer or disputant)


def resolution(
    by: Party,
    of: str,
    settled: Settled = Settled.DISMISSED,
    *,
    on: date = DAY,
    signer: Party | None = None,
) -> bytes:
    """Settle a dispute."""
    made = Resolution(id="", by=by.key, dispute=of, settled=settled, on=on)
    return sign_statement(RESOLUTION, encode_resolution(made), signer or by)


def grant(
    registrant: Party,
    grantee: Party,
    entry: str | None = None,
    *,
    signer: Party | None = None,
    from_: date = DAY,
) -> bytes:
    """Permit training in Japan for a year."""
    given = Grant(
        id=GrantId(""),
        registrant=registrant.key,
        entry=EntryId(entry) if entry is not None else None,
        grantee=grantee.key,
        purposes=frozenset({Purpose.TRAIN}),
        territories=frozenset({"JP"}),
        from_=from_,
        until=LAST,
    )
    return sign_statement(GRANT, encode_grant(given), signer or registrant)


class Everybody:
    """Whom a general grant is for; it has no key to sign with."""

    name, key = "everybody", EVERYBODY


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
