"""Batches of generation records: what the log commits to. How one is opened of it: `trace.opening`.

    leaf    RFC 6962 leaf hash over HMAC(salt, "r", the record's canonical JSON); a salt for each record
    root    RFC 6962 tree hash over the leaves of the batch, in the order in which they were recorded
    entry   HMAC(salt, "r", canonical JSON of the batch: segments, number of records, root)

The log sees one number among the padding of a batch (`ledger.batches`). To whom a record is opened, it is
proven that this very record stood there at that hour; of the others nothing is seen.
"""

from collections.abc import Sequence
from datetime import datetime

from sekisho.codec import canonical
from sekisho.ledger.entry import EntryType, commitment
from sekisho.ledger.tree import EMPTY_ROOT, leaf_hash, tree_levels
from sekisho.model import Decision, Generation, Kind, utc
from sekisho.model.generation import NO_SECTION

__all__ = ["batch_root", "encode_batch", "generation_of", "leaf_of_record"]


def generation_of(decision: Decision, model: str, at: datetime, section: str = NO_SECTION) -> Generation:
    """Return the record of an output: the decision without the name of the item, at the hour.

    Args:
        decision: of `check` about the output.
        model: hex SHA-256 of the model.
        at: aware UTC; minutes are dropped.
        section: hex digest of the section about persons and listed files that was looked into.
    """
    listed = any(finding.kind is Kind.LISTED for finding in decision.findings)
    return Generation(
        at=utc(at).replace(minute=0, second=0),
        model=model,
        snapshot=decision.snapshot,
        policy=decision.policy,
        section=section,
        outcome=decision.outcome,
        reason=decision.reason,
        media_type=decision.media_type,
        fingerprint=None if listed else decision.fingerprint,
        findings=decision.findings,
        unreadable=None if decision.unreadable is None else decision.unreadable.reason,
    )


def leaf_of_record(record: bytes, salt: bytes) -> bytes:
    """Return the leaf of a record in canonical JSON; of an erased one (b"") it stands for the salt."""
    return leaf_hash(commitment(salt, EntryType.PERSON, record)) if record else salt


def batch_root(leaves: Sequence[bytes]) -> bytes:
    """Return the root over the leaves of a batch."""
    return tree_levels(leaves)[-1][0] if leaves else EMPTY_ROOT


def encode_batch(first: int, last: int, leaves: Sequence[bytes]) -> bytes:
    """Return what the log commits to: which segments, how many records, and their root."""
    root = batch_root(leaves).hex()
    return canonical({"first": first, "last": last, "records": len(leaves), "root": root, "v": 1})
