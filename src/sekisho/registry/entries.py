"""Read what a registry keeps: envelopes -> entries and grants, for people to look at."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sekisho.codec import decode_grant, decode_registration, decode_revocation
from sekisho.model import Entry, Grant, KeyId, Kind, Print
from sekisho.signing import GRANT, REGISTRATION, REVOCATION, open_statement

__all__ = ["Contents", "Given", "contents_of", "read_entries", "read_grants"]

Contents = tuple[KeyId, Kind, str, tuple[Print, ...]]
"""What a registration says, without its day."""


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
    return entry.registrant.key, entry.kind, entry.title, entry.prints


def read_entries(registrations: Iterable[bytes]) -> tuple[Entry, ...]:
    """Read registrations; the trust is not looked at (`declared`)."""
    return tuple(decode_registration(open_statement(e, REGISTRATION).payload) for e in registrations)


def read_grants(grants: Iterable[bytes], revocations: Iterable[bytes]) -> tuple[Given, ...]:
    """Read grants, each with the earliest revocation of it."""
    revoked: dict[str, date] = {}
    for envelope in revocations:
        revocation = decode_revocation(open_statement(envelope, REVOCATION).payload)
        revoked[revocation.grant] = min(revocation.on, revoked.get(revocation.grant, date.max))
    read = (decode_grant(open_statement(e, GRANT).payload) for e in grants)
    return tuple(Given(grant=g, revoked=revoked.get(g.id)) for g in read)
