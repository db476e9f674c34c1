"""Publish a registry as an edition: one signed file whose bytes follow from the registry's state.

The state is the digest of the root and the ids of all statements. The same state in an edition
that has not expired is published as the same edition, so the file has the same bytes and digest;
a new state, a renewal or an expiry makes the next edition.

A delta holds only what is new since the edition that a file holds. When there are 16 of them, or
they hold too many hashes, passages or local features, the next one becomes a new base, which leaves
withdrawn entries out; so does one that confirms a work of whose passages copies had taken the places, and the
first one after an entry was taken out because it shows a person.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from sekisho.errors import InputError
from sekisho.model import utc
from sekisho.signing import Signer
from sekisho.snapshot import Built, Snapshot, Statements, build
from sekisho.snapshot.documents import KINDS
from sekisho.snapshot.layout import MAX_DELTAS, Counts

__all__ = [
    "COMPACT_FEATURES",
    "COMPACT_FLOOR",
    "COMPACT_PASSAGES",
    "COMPACT_SHARE",
    "Edition",
    "Editions",
    "NewEdition",
    "Publication",
    "holds",
    "next_edition",
    "publish",
    "publish_delta",
    "state_digest",
]

COMPACT_FLOOR = 4_000
"""Hashes in all deltas of a base that cost a query next to nothing (benchmarks/bench_delta.py)."""
COMPACT_PASSAGES = 500_000
"""The same for passages of texts (some thirty novels): readers merge them in a fraction of a second."""
COMPACT_FEATURES = 300_000
"""The same for local features (a thousand pictures), which readers sort by their tables."""
COMPACT_SHARE = 20
"""Above 1/20 of the base's hashes, what every reader has to merge costs more than a new base."""


class Edition(Protocol):
    """One published state of a registry, as the store keeps it."""

    @property
    def number(self) -> int:
        """1, 2, 3, ..., never used twice."""

    @property
    def state(self) -> str:
        """Hex SHA-256 over the root and the sorted ids of the statements."""

    @property
    def created(self) -> datetime:
        """Aware UTC, whole seconds."""

    @property
    def expires(self) -> datetime:
        """Aware UTC, whole seconds."""

    @property
    def digest(self) -> str:
        """Hex digest of the snapshot file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEdition:
    """An `Edition` that the store does not have yet."""

    number: int
    state: str
    created: datetime
    expires: datetime
    digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """A built snapshot and its edition.

    Attributes:
        new: whether the edition is new.
        delta: number of the delta that was built, 0 for a base.
    """

    edition: Edition
    built: Built
    new: bool
    delta: int = 0


class Editions(Protocol):
    """What publishing needs of the store."""

    def contents(self) -> tuple[Statements, Sequence[str], Edition | None]:
        """Return the statements, their ids and the last edition, all of one moment."""

    def save_edition(
        self, *, number: int, state: str, created: datetime, expires: datetime, digest: str
    ) -> bool:
        """Keep an edition; False if another process has taken the number meanwhile."""


def state_digest(root: bytes, ids: Iterable[str]) -> str:
    """Return the hex SHA-256 over the root's digest and the sorted ids, one a line."""
    lines = [hashlib.sha256(root).hexdigest(), *sorted(ids)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def holds(edition: Edition, state: str, now: datetime) -> bool:
    """Tell whether an edition still says all there is to say and has not expired."""
    return edition.state == state and now < edition.expires


def next_edition(
    last: Edition | None, state: str, *, now: datetime, valid: timedelta, after: int = 0
) -> NewEdition:
    """Return the edition after the last one and after number `after`.

    `now` is aware UTC, the caller reads the clock.
    """
    created = utc(now)
    number = max(last.number if last is not None else 0, after) + 1
    return NewEdition(number=number, state=state, created=created, expires=created + valid)


def _build(statements: Statements, edition: Edition, signer: Signer, before: Snapshot | None = None) -> Built:
    return build(
        statements,
        edition=edition.number,
        created=edition.created,
        expires=edition.expires,
        signer=signer,
        before=before,
    )


def _saved(store: Editions, edition: NewEdition, built: Built) -> NewEdition | None:
    """Keep an edition; None if another process has taken its number meanwhile."""
    done = replace(edition, digest=built.digest)
    kept = store.save_edition(
        number=done.number, state=done.state, created=done.created, expires=done.expires, digest=done.digest
    )
    return done if kept else None


def publish(
    store: Editions, signer: Signer, *, now: datetime, valid: timedelta, renew: bool = False
) -> Publication:
    """Build the snapshot of the registry's present state.

    The edition is kept before the bytes are handed out, so that no number ever stands for two
    different files, whatever happens in between. If another process took the number meanwhile, or
    a newer Sekisho lays the same state out differently, the next number is used.
    """
    while True:
        statements, ids, last = store.contents()
        state = state_digest(statements.root, ids)
        if last is not None and not renew and holds(last, state, now):
            built = _build(statements, last, signer)
            if built.digest == last.digest:
                return Publication(edition=last, built=built, new=False)
        edition = next_edition(last, state, now=now, valid=valid)
        built = _build(statements, edition, signer)
        done = _saved(store, edition, built)
        if done is not None:
            return Publication(edition=done, built=built, new=True)


def _hashes(counts: Counts) -> int:
    return max(counts.sha256, counts.pdq)


def _is_full(before: Snapshot, more: Counts) -> bool:
    """Tell whether one more delta would be one too many, or all of them too large."""
    base, *deltas = (segment.head.counts for segment in before.segments)
    hashes = sum(map(_hashes, deltas)) + _hashes(more)
    passages = sum(counts.passages for counts in deltas) + more.passages
    features = sum(counts.features for counts in deltas) + more.features
    return (
        len(deltas) >= MAX_DELTAS
        or hashes > max(COMPACT_FLOOR, _hashes(base) // COMPACT_SHARE)
        or passages > max(COMPACT_PASSAGES, base.passages // COMPACT_SHARE)
        or features > max(COMPACT_FEATURES, base.features // COMPACT_SHARE)
    )


def _says_nothing(built: Built, statements: Statements, before: Snapshot) -> bool:
    counts = built.counts
    content = counts.work + counts.character + sum(getattr(counts, name) for name in KINDS)
    return not content and bytes(before.segments[-1].sections["root"]) == statements.root


def _as_it_is(before: Snapshot, built: Built, state: str) -> Publication:
    head = before.head
    edition = NewEdition(
        number=head.edition,
        state=state,
        created=head.created,
        expires=head.expires,
        digest=before.digest,
    )
    return Publication(edition=edition, built=built, new=False)


def publish_delta(
    store: Editions,
    signer: Signer,
    before: Snapshot,
    *,
    now: datetime,
    valid: timedelta,
    renew: bool = False,
) -> Publication:
    """Build what the registry has more than an edition that was published before.

    Args:
        store: the registry.
        signer: its key.
        before: what the file holds now, all its segments.
        now: aware UTC.
        valid: how long the new edition is to be accepted.
        renew: make an edition even if nothing is new, to be accepted longer.

    Returns:
        A delta; a new base if the deltas are too many or too large, if it gives a work its passages
        back, or if an entry was taken out of the registry; `new` is False if nothing is new and the
        edition has not expired.

    Raises:
        InputError: the file is of another registry.
    """
    if before.signer != signer.key:
        raise InputError("the file is of another registry", hint="name another file, or publish without it")
    while True:
        statements, ids, last = store.contents()
        state = state_digest(statements.root, ids)
        # A clock that was set back must not make a delta older than what it follows.
        moment = max(now, before.head.created)
        edition = next_edition(last, state, now=moment, valid=valid, after=before.head.edition)
        built = _build(statements, edition, signer, before)
        still = not renew and not built.short and now < before.head.expires
        if still and _says_nothing(built, statements, before):
            return _as_it_is(before, built, state)
        number = len(before.segments)
        if built.short or _is_full(before, built.counts):
            built, number = _build(statements, edition, signer), 0
        done = _saved(store, edition, built)
        if done is not None:
            return Publication(edition=done, built=built, new=True, delta=number)
