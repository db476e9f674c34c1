"""Read what a registry keeps: envelopes -> entries and grants, for people to look at."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from sekisho.codec import decode_grant, decode_registration, decode_revocation, decode_withdrawal
from sekisho.model import Entry, Grant, KeyId, Kind, Name, Print
from sekisho.signing import GRANT, REGISTRATION, REVOCATION, WITHDRAWAL, open_statement, read_payload

__all__ = [
    "Contents",
    "Given",
    "contents_of",
    "prints_of_source",
    "read_entries",
    "read_grants",
    "withdrawn_entries",
]

Contents = tuple[KeyId, Kind, str, tuple[Print, ...], date | None, str, str, tuple[Name, ...]]
"""What a registration says, without its day and its declaration."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A grant and the first day on which it is revoked, if it is."""

    grant: Grant
    revoked: date | None

    def state(self, on: date) -> str:
        """Return `active`, `not yet`, `expired` or `revoked` for a day."""
        if self.revoked is not None and self.revoked <= on:
            return "revoked"
        if on > self.grant.until:
            return "expired"
        return "not yet" if on < self.grant.from_ else "active"


def contents_of(entry: Entry) -> Contents:
    """Return what an entry says: equal for the same work registered twice."""
    return (
        entry.registrant.key,
        entry.kind,
        entry.title,
        entry.prints,
        entry.protected_until,
        entry.source,
        entry.licence,
        entry.names,
    )


def read_entries(registrations: Iterable[bytes]) -> tuple[Entry, ...]:
    """Read registrations that were verified when they were taken in; the trust is not looked at."""
    return tuple(decode_registration(read_payload(e, REGISTRATION)) for e in registrations)


def withdrawn_entries(withdrawals: Iterable[bytes]) -> frozenset[str]:
    """Return the ids of the entries that were withdrawn."""
    return frozenset(decode_withdrawal(read_payload(e, WITHDRAWAL)).entry for e in withdrawals)


class Store(Protocol):
    """What is asked of an open registry."""

    def statements(self, type_: str, owner: KeyId, /) -> Sequence[bytes]:
        """Return the envelopes of one type in one key's name."""


def prints_of_source(store: Store, holder: KeyId, source: str) -> tuple[Print, ...]:
    """Return what a holder has registered of a list that others made, and not withdrawn."""
    ended = withdrawn_entries(store.statements(WITHDRAWAL, holder))
    entries = read_entries(store.statements(REGISTRATION, holder))
    return tuple(p for e in entries if e.source == source and e.id not in ended for p in e.prints)


def read_grants(grants: Iterable[bytes], revocations: Iterable[bytes]) -> tuple[Given, ...]:
    """Read grants, each with the earliest revocation of it."""
    revoked: dict[str, date] = {}
    for envelope in revocations:
        revocation = decode_revocation(open_statement(envelope, REVOCATION).payload)
        revoked[revocation.grant] = min(revocation.on, revoked.get(revocation.grant, date.max))
    read = (decode_grant(open_statement(e, GRANT).payload) for e in grants)
    return tuple(Given(grant=g, revoked=revoked.get(g.id)) for g in read)
