"""Publish a registry as an edition: one signed file whose bytes follow from the registry's state.

The state is the digest of the root and the ids of all statements. The same state in an edition
that has not expired is published as the same edition, so the file has the same bytes and digest;
a new state, a renewal or an expiry makes the next edition.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from sekisho.model import utc
from sekisho.signing import Signer
from sekisho.snapshot import Built, Statements, build

__all__ = [
    "Edition",
    "Editions",
    "NewEdition",
    "Publication",
    "holds",
    "next_edition",
    "publish",
    "state_digest",
]


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
    """A built snapshot, its edition, and whether the edition is new."""

    edition: Edition
    built: Built
    new: bool


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


def next_edition(last: Edition | None, state: str, *, now: datetime, valid: timedelta) -> NewEdition:
    """Return the edition after the last one; `now` is aware UTC, the caller reads the clock."""
    created = utc(now)
    number = last.number + 1 if last is not None else 1
    return NewEdition(number=number, state=state, created=created, expires=created + valid)


def _build(statements: Statements, edition: Edition, signer: Signer) -> Built:
    return build(
        statements,
        edition=edition.number,
        created=edition.created,
        expires=edition.expires,
        signer=signer,
    )


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
        done = replace(edition, digest=built.digest)
        if store.save_edition(
            number=done.number,
            state=done.state,
            created=done.created,
            expires=done.expires,
            digest=done.digest,
        ):
            return Publication(edition=done, built=built, new=True)
