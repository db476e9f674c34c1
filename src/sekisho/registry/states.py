"""How the entries of a registry stand on a day, and the disputes about them, for people to look at.

The same rules as for an operator: what counts is derived by `snapshot.authority` and `policy.standing`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

from sekisho.codec import decode_mandate, decode_registration
from sekisho.model import Act, Claims, Dispute, Entry, EntryId, KeyId, Resolution, Root, State, Trust
from sekisho.policy.standing import TIME_TO_SETTLE, standing
from sekisho.registry.entries import read_entries
from sekisho.signing import DISPUTE, MANDATE, REGISTRATION, WITHDRAWAL, open_statement, read_payload
from sekisho.snapshot.authority import Authority
from sekisho.snapshot.documents import KINDS, Documents

__all__ = ["Heard", "Stood", "Store", "heard_disputes", "stood_entries"]

Find = Callable[[str], Sequence[bytes]]
"""Returns the envelopes of one type of statement."""


class Store(Protocol):
    """What is asked of an open registry."""

    def root(self) -> tuple[Root, bytes]:
        """Return the registry's root and its envelope."""

    def statements(self, type_: str, /) -> Sequence[bytes]:
        """Return the envelopes of one type, sorted by id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stood:
    """An entry with the trust that vouches prove, what was stated about it, and its state on a day."""

    entry: Entry
    claims: Claims
    state: State


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A dispute as it stands on a day.

    Attributes:
        settled: the last resolution that counts, None while it is open.
        counts: the disputant stands as high as the entry; others are listed and change nothing.
        days_left: of the time to settle it; None once it is settled.
    """

    dispute: Dispute
    entry: Entry
    state: State
    settled: Resolution | None
    counts: bool
    days_left: int | None

    @property
    def word(self) -> str:
        """How it stands: settled so, listed only, so many days left, or suspended."""
        if self.settled is not None:
            return self.settled.settled.value
        if not self.counts:
            return "listed only"
        return f"{self.days_left} days left" if self.days_left else "suspended"


def _authority(find: Find, root: Root, on: date) -> Authority:
    return Authority(documents=(Documents(of=lambda name: find(KINDS[name].type)),), root=root, day=on)


def _lost(registrations: Iterable[bytes], authority: Authority, find: Find) -> frozenset[EntryId]:
    """Return the entries whose agent has lost its mandate for their very day: they count as withdrawn."""
    principals = {decode_mandate(read_payload(e, MANDATE)).principal for e in find(MANDATE)}
    lost = set()
    for envelope in registrations if principals else ():
        entry = decode_registration(read_payload(envelope, REGISTRATION))
        key = entry.registrant.key
        if key in principals:
            signer = open_statement(envelope, REGISTRATION).signer
            if not authority.speaks(signer, key, Act.REGISTER, entry.registered):
                lost.add(entry.id)
    return frozenset(lost)


def stood_entries(store: Store, on: date) -> tuple[Stood, ...]:
    """Return all entries of an open registry with their trust and their state on a day."""
    find, registrations = store.statements, store.statements(REGISTRATION)
    authority = _authority(find, store.root()[0], on)
    lost = _lost(registrations, authority, find)
    entries = read_entries(registrations)
    owners: Mapping[EntryId, KeyId] = {e.id: e.registrant.key for e in entries if e.id not in lost}
    claimed = {subject for type_ in (DISPUTE, WITHDRAWAL) for subject in _subjects(find(type_), type_)}

    def owns(key: KeyId, entry: EntryId) -> bool:
        ends = authority.withdrawals(entry, key)
        return owners.get(entry) == key and not any(w.on <= on for w in ends)

    stood = []
    for entry in entries:
        vouched = authority.is_vouched(entry.registrant.key, entry.id)
        trusted = replace(entry, trust=Trust.VERIFIED) if vouched else entry
        claims = authority.claims(trusted, owns) if entry.id in claimed else Claims()
        state = State.WITHDRAWN if entry.id in lost else standing(trusted, claims, on)
        stood.append(Stood(entry=trusted, claims=claims, state=state))
    return tuple(stood)


def _subjects(envelopes: Iterable[bytes], type_: str) -> Iterable[str]:
    decode = next(kind.decode for kind in KINDS.values() if kind.type == type_)
    return (decode(read_payload(e, type_)).entry for e in envelopes)


def _heard(dispute: Dispute, trust: Trust, stood: Stood, on: date) -> Heard:
    ends = [r for r in stood.claims.resolutions if r.dispute == dispute.id and r.on <= on]
    settled = max(ends, key=lambda r: (r.on, r.id), default=None)
    left = max(0, (dispute.on + TIME_TO_SETTLE - on).days)
    return Heard(
        dispute=dispute,
        entry=stood.entry,
        state=stood.state,
        settled=settled,
        counts=trust is Trust.VERIFIED or stood.entry.trust is Trust.DECLARED,
        days_left=None if settled is not None else left,
    )


def heard_disputes(stood: Iterable[Stood], on: date) -> tuple[Heard, ...]:
    """Return every dispute, the open ones with the least time left first."""
    found = [_heard(d, trust, s, on) for s in stood for d, trust in s.claims.disputes]
    return tuple(
        sorted(found, key=lambda h: (h.days_left is None, h.days_left or 0, h.dispute.on, h.dispute.id))
    )
