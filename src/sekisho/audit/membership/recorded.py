"""Put a public statement on the operator's log, and return the file that proves it.

It goes there as an entry of its own, at once. What is about a person waits for a batch (`ledger.waiting`).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from sekisho.ledger.logged import Logged, encode_logged, statement_entry
from sekisho.ledger.note import parse_vkey

__all__ = ["Log", "record"]


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
