"""What a registry says, made up for the watch: entries, grants and photos that a test may bend."""

from dataclasses import dataclass, replace
from datetime import date

from sekisho.model import (
    Claims,
    Entry,
    EntryId,
    Grant,
    GrantId,
    KeyId,
    Kind,
    Print,
    Purpose,
    Registrant,
    State,
    Trust,
)
from sekisho.registry.entries import Given
from sekisho.registry.states import Stood
from sekisho.trace.events import Known
from tests.recorded import KEY, entry

__all__ = ["DAY", "GRANT", "HOLDER", "Photos", "a_grant", "known", "stood"]

DAY = date(2026, 11, 22)
HOLDER = KeyId("ed25519:" + "H" * 43)
GRANT = GrantId("g-" + "1" * 32)


def stood(number, *hashes, state=State.ACTIVE, trust=Trust.VERIFIED, sha256=None, holder=HOLDER, film=False):
    """Return an entry with prints of these hashes, and one of a film if it is asked for."""
    prints = tuple(Print(sha256=sha256 or bytes([number]) * 32, pdq=bytes(one), quality=90) for one in hashes)
    if film:
        prints += (Print(sha256=bytes([number]) * 32, traits="t-" + "1" * 32),)
    made = Entry(
        id=EntryId(entry(number)),
        registrant=Registrant(key=holder),
        kind=Kind.WORK,
        trust=trust,
        title="灯台",
        registered=DAY,
        prints=prints,
    )
    return Stood(entry=made, claims=Claims(), state=state)


def a_grant(of=None, *, revoked=None, **more):
    made = Grant(
        id=GRANT,
        registrant=HOLDER,
        entry=None if of is None else EntryId(entry(of)),
        grantee=KEY,
        purposes=frozenset({Purpose.TRAIN}),
        territories=frozenset({"JP"}),
        from_=date(2026, 1, 1),
        until=date(2026, 12, 31),
    )
    return Given(grant=replace(made, **more), revoked=revoked)


@dataclass
class Photos:
    """Photos of protected persons, as the vault gives them: handles and hashes."""

    prints: list

    def likeness_prints(self):
        return self.prints


def known(*entries, grants=(), photos=(), on=DAY, frames=()):
    """Return what a registry says; `frames` are those of every film."""
    given = [bytes(one) for one in frames]
    return Known.of(entries, grants, Photos(list(photos)) if photos else None, on, lambda _: given)
