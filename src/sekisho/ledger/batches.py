"""Batches of entries about persons: of one size, one hour and one type, in an order that says nothing.

A single entry at the moment when a child's photo was registered would tell a village who did it. So
records about persons wait and go to the log together, filled up with commitments to nothing. An observer
can not tell a batch with one record from one with sixteen, nor what kind of record any of them is. A batch
is also made when there is nothing to say, so that a quiet day looks like any other.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sekisho.ledger.entry import EntryType, LogEntry, encode_entry

__all__ = ["CHANCE_BYTES", "Batch", "batch_size", "due", "padded_batch"]

CHANCE_BYTES = 32
SMALLEST = 16
"""Entries; more than a registry of persons gets in an hour, so that nearly all batches have this size."""
_GROWTH = 4
_MOST = SMALLEST * _GROWTH**8
_COMMITMENT_BYTES = 32
_DOMAIN = b"sekisho/batch/v1"
_HOUR_SECONDS = 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Entries as they go to the log, one after the other.

    Attributes:
        entries: canonical JSON of each, all of one hour.
        places: of each given commitment, in their order, where in `entries` it stands.
    """

    entries: tuple[bytes, ...]
    places: tuple[int, ...]


def batch_size(count: int) -> int:
    """Return how many entries a batch with `count` records has: 16, 64, 256 and so on.

    Raises:
        ValueError: more than a million records.
    """
    if count > _MOST:
        raise ValueError(f"a batch has at most {_MOST} records")
    size = SMALLEST
    while size < count:
        size *= _GROWTH
    return size


def due(last: datetime | None, now: datetime) -> bool:
    """Tell whether the next batch may be published: none was published in this hour."""
    return last is None or _hour(last) < _hour(now)


def _hour(moment: datetime) -> int:
    return int(moment.timestamp()) // _HOUR_SECONDS


def padded_batch(commitments: Sequence[bytes], *, at: datetime, chance: bytes) -> Batch:
    """Fill commitments up with random ones and shuffle them.

    Args:
        commitments: 32 bytes each, made by `entry.commitment`; there may be none.
        at: aware UTC; cut to the hour.
        chance: 32 random bytes for this batch alone, of which nobody keeps a copy: with them padding
            could be told from records.

    Raises:
        ValueError: chance or a commitment does not have 32 bytes, or there are too many.
    """
    if len(chance) != CHANCE_BYTES or any(len(c) != _COMMITMENT_BYTES for c in commitments):
        raise ValueError("chance and commitments have 32 bytes each")
    size = batch_size(len(commitments))
    random = hashlib.shake_256(_DOMAIN + chance).digest(2 * size * _COMMITMENT_BYTES)
    blocks = [random[n : n + _COMMITMENT_BYTES] for n in range(0, len(random), _COMMITMENT_BYTES)]
    padding, keys = blocks[:size], blocks[size:]
    # A random key for each: sorting by it is a shuffle, and the padding has drawn other blocks.
    order = sorted(range(size), key=keys.__getitem__)
    filled = [*commitments, *padding[len(commitments) :]]
    entries = (encode_entry(LogEntry(type=EntryType.PERSON, at=at, commitment=filled[n])) for n in order)
    places = {n: place for place, n in enumerate(order)}
    return Batch(entries=tuple(entries), places=tuple(places[n] for n in range(len(commitments))))
