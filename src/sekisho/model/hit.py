"""What the automatic watch finds, and the draft of a case that it makes of it."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sekisho.model.words import EntryId, GrantId, KeyId, Permission, Trust, require, utc

__all__ = ["MAX_ROWS_NAMED", "CaseDraft", "Cause", "Desk", "Hit", "Nearness", "Store"]

MAX_ROWS_NAMED = 100
"""Rows that a hit names one by one; of more it says how many."""


class Cause(StrEnum):
    """What made the watch look."""

    REGISTERED = "registered"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"
    EXPIRED = "expired"


class Nearness(StrEnum):
    """How near the nearest row is; of a protected person it is not said."""

    EXACT = "exact"
    CLOSE = "close"
    NEAR = "near"
    PROTECTED = "protected_person"


class Store(StrEnum):
    """Where rows were recorded."""

    RUN = "run"
    GENERATIONS = "generations"


class Desk(StrEnum):
    """Who is to look at a draft first."""

    REGISTRANT = "registrant"
    REGISTRY = "registry"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """Rows of one record that meet one entry, or that relied on a grant which has ended.

    Attributes:
        entry: empty for a protected person, of whom there is only `handle` (hex).
        trust: of the entry on the day of the hit; None for a protected person.
        store, record: where, and the hex SHA-256 of the manifest or of the segment.
        operator: whose record it is.
        rows: the first `MAX_ROWS_NAMED`, as part#number.
        count: of all of them.
        grant: the one that is about it; None if there is none.
        then, now: what the registry had permitted when the rows were decided, and permits today; None
            if the entry was not known then.
        on: the day of the watch.
    """

    cause: Cause
    entry: EntryId | None
    handle: str = ""
    trust: Trust | None = None
    store: Store
    record: str
    operator: KeyId
    rows: tuple[str, ...]
    count: int
    nearness: Nearness
    grant: GrantId | None = None
    then: Permission | None = None
    now: Permission = Permission.NONE
    on: date

    def __post_init__(self) -> None:
        require((self.entry is None) == bool(self.handle), "a hit is about an entry or a protected person")
        require(
            (self.entry is None) == (self.nearness is Nearness.PROTECTED),
            "how near a protected person was is not said",
        )
        require(self.entry is not None or self.trust is None, "of a protected person nothing is said")
        require(0 < len(self.rows) <= min(self.count, MAX_ROWS_NAMED), "a hit names its rows")


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDraft:
    """A hit on its way to a desk: a signed file in the watch's outbox.

    Attributes:
        desk: the registrant's, or for a protected person only the registry's.
        registrant: whose entry it is; None for a protected person.
        made: the hour, aware UTC.
    """

    hit: Hit
    desk: Desk
    registrant: KeyId | None
    made: datetime

    def __post_init__(self) -> None:
        whole = utc(self.made)
        require(whole == self.made and not (whole.minute or whole.second), "a draft is dated to the hour")
        protected = self.hit.entry is None
        require(protected == (self.registrant is None), "a protected person is not named")
        require(not protected or self.desk is Desk.REGISTRY, "a protected person goes to the registry's desk")
