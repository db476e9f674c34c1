"""Put a signed statement on the operator's log, and return the file that proves it.

What is public goes there as an entry of its own. What is about a person goes there in a batch that is
filled up, so that the log does not tell when somebody was asked about.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from sekisho.ledger.batches import padded_batch
from sekisho.ledger.entry import EntryType, commitment
from sekisho.ledger.logged import Logged, encode_logged, statement_entry
from sekisho.ledger.note import parse_vkey

__all__ = ["Log", "record", "record_privately"]


class Log(Protocol):
    """What is needed of the operator's log; `store.log` offers it."""

    @property
    def vkey(self) -> str:
        """The log's verifier key."""

    def append_all(self, entries: Sequence[bytes], /) -> Sequence[int]:
        """Append entries together and return their indices."""

    def publish(self) -> object:
        """Publish a checkpoint that has them."""

    def prove(self, index: int) -> bytes:
        """Return the receipt of an entry."""


def record(envelope: bytes, log: Log, *, salt: bytes, at: datetime) -> bytes:
    """Log a statement that its signer may show to all, and return the logged file.

    Args:
        envelope: signed.
        log: the operator's.
        salt: 32 fresh random bytes.
        at: now, aware UTC.
    """
    entry = statement_entry(envelope, salt, at)
    (index,) = log.append_all([entry])
    return _file(envelope, log, salt, entry, index)


def record_privately(envelope: bytes, log: Log, *, salt: bytes, chance: bytes, at: datetime) -> bytes:
    """Log a statement that is about a person, and return the logged file.

    Args:
        envelope: signed.
        log: the operator's.
        salt: 32 fresh random bytes.
        chance: 32 more, of which nobody keeps a copy.
        at: now, aware UTC.
    """
    batch = padded_batch([commitment(salt, EntryType.PERSON, envelope)], at=at, chance=chance)
    place = batch.places[0]
    index = log.append_all(batch.entries)[place]
    return _file(envelope, log, salt, batch.entries[place], index)


def _file(envelope: bytes, log: Log, salt: bytes, entry: bytes, index: int) -> bytes:
    log.publish()
    return encode_logged(
        Logged(
            statement=envelope,
            salt=salt,
            entry=entry,
            index=index,
            origin=parse_vkey(log.vkey).name,
            vkey=log.vkey,
            receipt=log.prove(index),
        )
    )
