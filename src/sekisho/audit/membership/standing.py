"""Does what is asked belong to the entry on which a question stands? Looked up in the operator's edition.

A registry that the operator trusts could otherwise ask about anybody's pictures on the basis of any entry.
So the operator looks, offline: is the entry in its edition, of that kind and holder, and still standing; and
is every fingerprint that is asked near to one that was registered for it. What is not, is not searched.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from sekisho.audit.membership.distance import MAX_DISTANCE
from sekisho.model import MAX_RADIUS, PDQ_BYTES, Claims, Entry, EntryId, KeyId, Print, State
from sekisho.model.question import Asked, Question
from sekisho.policy.standing import standing

__all__ = ["TURNED_ERROR", "Edition", "Registered", "of_entry", "registered_for"]

TURNED_ERROR = 20
"""Bits by which a turned hash that is reckoned from the upright one differs at most: 40 drawings, mean 9."""

Turn = Callable[[NDArray[np.uint8]], NDArray[np.uint8]]
"""(n, 32) uint8 -> (n, 7, 32) uint8, the turned hashes of each as near as the upright bits tell."""


class Edition(Protocol):
    """An edition of a registry; `snapshot.Snapshot` offers it."""

    def entry_number(self, entry: EntryId, /) -> int | None:
        """Return the number of an entry id, or None."""

    def entry(self, number: int, /) -> Entry:
        """Return an entry, its registration verified."""

    def prints(self, number: int, /) -> Iterable[Print]:
        """Return the prints of an entry as they were registered."""

    def claims(self, entry: EntryId, /) -> Claims:
        """Return everything that counts of what was stated about an entry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """What an edition has of an entry.

    Attributes:
        digests: SHA-256 of its files.
        hashes: PDQ of its pictures, (n, 4) uint64.
    """

    digests: frozenset[bytes]
    hashes: NDArray[np.uint64]


def _words(hashes: Iterable[bytes]) -> NDArray[np.uint64]:
    return np.frombuffer(b"".join(hashes), np.uint64).reshape(-1, PDQ_BYTES // 8)


def registered_for(question: Question, edition: Edition, *, registry: KeyId, on: date) -> Registered | None:
    """Return what is registered for the entry of a question; None if it can not stand on that entry.

    Args:
        question: on the basis of a work or character.
        edition: opened and trusted.
        registry: whose edition it is.
        on: today, by the operator's calendar.

    Raises:
        SnapshotTampered: the registration of the entry does not hold.
    """
    number = None if question.entry is None else edition.entry_number(question.entry)
    if number is None or registry != question.asker:
        return None
    entry = edition.entry(number)
    gone = standing(entry, edition.claims(entry.id), on) is State.WITHDRAWN
    if gone or (entry.kind, entry.registrant.key) != (question.kind, question.holder):
        return None
    prints = tuple(edition.prints(number))
    return Registered(
        digests=frozenset(one.sha256 for one in prints if one.sha256 is not None),
        hashes=_words(one.pdq for one in prints if one.pdq is not None),
    )


def of_entry(asked: Asked, registered: Registered, turn: Turn) -> bool:
    """Tell whether all that is asked of one file belongs to an entry. O(prints of the entry).

    One of its hashes has to be near to a registered one, as near as copies are searched; and every other
    has to be a turned one of the same picture: else seven foreign pictures could ride on one of one's own.

    Args:
        asked: the file.
        registered: for the entry.
        turn: makes the turned hashes of a registered one.
    """
    if not asked.pdq:
        return asked.sha256 in registered.digests
    if not len(registered.hashes):
        return False
    hashes = _words(asked.pdq)
    bits = np.bitwise_count(registered.hashes[None] ^ hashes[:, None]).sum(axis=2, dtype=np.int64)
    over = bits - np.array(MAX_DISTANCE[: len(hashes)])[:, None]
    near = int(np.unravel_index(np.argmin(over), over.shape)[1])
    if over[:, near].min() > 0:
        return False
    upright = registered.hashes[near : near + 1].view(np.uint8)
    orbit = np.concatenate([upright[None], turn(upright)], axis=1).reshape(-1, PDQ_BYTES).view(np.uint64)
    turned = np.bitwise_count(orbit[None] ^ hashes[:, None]).sum(axis=2, dtype=np.int64).min(axis=1)
    return bool((turned <= MAX_RADIUS + TURNED_ERROR).all())
