"""What changed in a registry, as events that each record is matched with once.

An event is a cause and a subject: an entry, a grant, or the handle of a protected person. A self-declared
entry that is confirmed later is another event, and so is a grant that ends before its day.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple, Protocol

from sekisho.model import Entry, EntryId, Grant, GrantId, Revocation, State
from sekisho.model.hit import Cause

__all__ = [
    "FILM",
    "LIKENESS",
    "Event",
    "FramesOf",
    "Given",
    "Known",
    "LikenessPrints",
    "Stood",
    "events_of",
    "mark_of",
]

LIKENESS = "likeness"
"""Mark of an event about a protected person, whose subject is a handle in hex."""
FILM = "+film"
"""End of the mark of an event about an entry with a film, of which the frames are looked for too."""
FramesOf = Callable[[Entry], Sequence[bytes]]
"""Gives the PDQs of the frames of an entry's films that have enough detail, in the order of time."""
COMPARED = frozenset({State.ACTIVE, State.DISPUTED})


class Event(NamedTuple):
    """One change; `mark` tells apart events of one cause about one subject."""

    cause: Cause
    subject: str
    mark: str = ""


class Stood(Protocol):
    """An entry with the trust that vouches prove, and its state today (`registry.states.Stood`)."""

    @property
    def entry(self) -> Entry:
        """The entry."""

    @property
    def state(self) -> State:
        """Its state."""


class Given(Protocol):
    """A grant and the first day on which it is revoked (`registry.entries.Given`)."""

    @property
    def grant(self) -> Grant:
        """The grant."""

    @property
    def revoked(self) -> date | None:
        """The day, None if it is not revoked."""


class LikenessPrints(Protocol):
    """Who keeps the photos of protected persons: gives their hashes under handles, and nothing else."""

    def likeness_prints(self) -> Iterable[tuple[bytes, bytes]]:
        """Return handle and PDQ, 32 bytes each, of every photo that is to be looked for."""


def _no_frames(_: Entry) -> Sequence[bytes]:
    """Know no frames."""
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a registry says today, as far as the watch needs it.

    Attributes:
        entries: by their ids.
        grants: by their ids.
        revocations: all that are in force or will be.
        likeness: PDQs by handle in hex.
        frames: looks up the frames of films; it is asked only when there is something to match.
    """

    on: date
    entries: Mapping[EntryId, Stood]
    grants: Mapping[GrantId, Given]
    revocations: tuple[Revocation, ...] = ()
    likeness: Mapping[str, tuple[bytes, ...]] = field(default_factory=dict)
    frames: FramesOf = field(default=_no_frames)

    @classmethod
    def of(
        cls,
        stood: Iterable[Stood],
        given: Iterable[Given],
        likeness: LikenessPrints | None,
        on: date,
        frames: FramesOf = _no_frames,
    ) -> "Known":
        """Gather what a registry says."""
        grants = {one.grant.id: one for one in given}
        ends = tuple(
            Revocation(id="", registrant=one.grant.registrant, grant=one.grant.id, on=one.revoked)
            for one in grants.values()
            if one.revoked is not None
        )
        photos: dict[str, tuple[bytes, ...]] = {}
        for handle, pdq in () if likeness is None else likeness.likeness_prints():
            photos[handle.hex()] = (*photos.get(handle.hex(), ()), pdq)
        entries = {one.entry.id: one for one in stood}
        return cls(on=on, entries=entries, grants=grants, revocations=ends, likeness=photos, frames=frames)


def _ended(given: Given, on: date) -> Cause | None:
    if given.revoked is not None and given.revoked <= on:
        return Cause.REVOKED
    return Cause.EXPIRED if on > given.grant.until else None


def mark_of(entry: Entry) -> str:
    """Return the mark of the event that an entry is registered: its trust, and whether it has a film."""
    return entry.trust.value + (FILM if any(p.is_film for p in entry.prints) else "")


def events_of(known: Known) -> list[Event]:
    """Return all events up to today, in an order that does not depend on the registry's; O(registry)."""
    events = []
    for stood in known.entries.values():
        if stood.state in COMPARED:
            events.append(Event(Cause.REGISTERED, stood.entry.id, mark_of(stood.entry)))
        elif stood.state is State.WITHDRAWN:
            events.append(Event(Cause.WITHDRAWN, stood.entry.id))
    for given in known.grants.values():
        cause = _ended(given, known.on)
        if cause is not None:
            events.append(Event(cause, given.grant.id))
    events += [Event(Cause.REGISTERED, handle, LIKENESS) for handle in known.likeness]
    return sorted(events)
