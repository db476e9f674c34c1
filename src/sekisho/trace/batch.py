"""Batches of generation records: what the log commits to, and how one record is opened of it later.

    leaf    RFC 6962 leaf hash over HMAC(salt, "r", the record's canonical JSON); a salt for each record
    root    RFC 6962 tree hash over the leaves of the batch, in the order in which they were recorded
    entry   HMAC(salt, "r", canonical JSON of the batch: segments, number of records, root)

The log sees one number among the padding of a batch (`ledger.batches`). To whom a record is opened, it is
proven that this very record stood there at that hour; of the others nothing is seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import msgspec

from sekisho.codec import Hex32, canonical, parse_as
from sekisho.codec.form import Wire, from_base64, to_base64
from sekisho.codec.generation import decode_generation, encode_generation
from sekisho.errors import ErasedError, EvidenceError
from sekisho.ledger.entry import EntryType, commitment, decode_entry
from sekisho.ledger.tree import EMPTY_ROOT, leaf_hash, level_path, tree_levels, verify_inclusion
from sekisho.model import Decision, Generation, Kind, utc
from sekisho.model.generation import NO_SECTION

__all__ = [
    "Opening",
    "batch_root",
    "decode_opening",
    "encode_batch",
    "encode_opening",
    "generation_of",
    "leaf_of_record",
    "open_record",
    "verify_opening",
]

_MAX_OPENING = 32 << 20
_Number = Annotated[int, msgspec.Meta(ge=0)]
_Base64 = Annotated[str, msgspec.Meta(max_length=24 << 20)]


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


class _BatchWire(Wire, kw_only=True):
    first: _Number
    last: _Number
    records: _Number
    root: Hex32
    v: Annotated[int, msgspec.Meta(ge=1, le=1)]


class _OpeningWire(Wire, kw_only=True):
    batch: _Base64
    batch_salt: _Base64
    entry: _Base64
    hashes: list[Hex32]
    number: _Number
    record: _Base64
    salt: _Base64
    v: Annotated[int, msgspec.Meta(ge=1, le=1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """One record with what proves that a log's entry commits to it.

    Attributes:
        record: canonical JSON of the generation.
        number: of its leaf in the batch, from 0.
        hashes: the inclusion proof, the leaf's sibling first.
        batch: canonical JSON of `encode_batch`.
        entry: the log's entry, verbatim; a receipt proves that the log has it.
    """

    record: bytes
    salt: bytes
    number: int
    hashes: tuple[bytes, ...]
    batch: bytes
    batch_salt: bytes
    entry: bytes


def open_record(
    records: Sequence[tuple[bytes, bytes]], number: int, batch: bytes, batch_salt: bytes, entry: bytes
) -> Opening:
    """Open one record of a batch.

    Args:
        records: each record of the batch with its salt, in order.
        number: of the one that is opened.
        batch: what `encode_batch` gave.
        batch_salt: of its commitment.
        entry: the log's entry.

    Raises:
        ErasedError: the record was erased.
    """
    leaves = [leaf_of_record(record, salt) for record, salt in records]
    record, salt = records[number]
    if not record:
        raise ErasedError(
            f"record {number} was erased", hint="its leaf still stands under the root of the batch"
        )
    hashes = level_path(tree_levels(leaves), number)
    return Opening(
        record=record,
        salt=salt,
        number=number,
        hashes=hashes,
        batch=batch,
        batch_salt=batch_salt,
        entry=entry,
    )


def encode_opening(opening: Opening) -> bytes:
    """Return an opening as canonical JSON."""
    return canonical(
        {
            "batch": to_base64(opening.batch),
            "batch_salt": to_base64(opening.batch_salt),
            "entry": to_base64(opening.entry),
            "hashes": [one.hex() for one in opening.hashes],
            "number": opening.number,
            "record": to_base64(opening.record),
            "salt": to_base64(opening.salt),
            "v": 1,
        }
    )


def decode_opening(payload: bytes | memoryview) -> Opening:
    """Decode an opening; it proves nothing until `verify_opening` has looked at it.

    Raises:
        InputError: another form.
    """
    wire = parse_as(payload, _OpeningWire, limit=_MAX_OPENING)
    return Opening(
        record=from_base64(wire.record, "record"),
        salt=from_base64(wire.salt, "salt"),
        number=wire.number,
        hashes=tuple(bytes.fromhex(one) for one in wire.hashes),
        batch=from_base64(wire.batch, "batch"),
        batch_salt=from_base64(wire.batch_salt, "salt"),
        entry=from_base64(wire.entry, "entry"),
    )


def verify_opening(opening: Opening) -> Generation:
    """Verify that a log's entry commits to a record, and return the record.

    Raises:
        EvidenceError: entry, batch, root, proof or record do not go together.
        InputError: one of them has another form.
    """
    entry = decode_entry(opening.entry)
    try:
        committed = commitment(opening.batch_salt, EntryType.PERSON, opening.batch)
        leaf = leaf_of_record(opening.record, opening.salt)
    except ValueError as error:
        raise EvidenceError(f"the opening does not hold: {error}") from error
    if entry.type is not EntryType.PERSON or entry.commitment != committed:
        raise EvidenceError("the log's entry commits to another batch")
    batch = parse_as(opening.batch, _BatchWire)
    verify_inclusion(leaf, opening.number, batch.records, opening.hashes, bytes.fromhex(batch.root))
    made = decode_generation(opening.record)
    if encode_generation(made) != opening.record:
        raise EvidenceError("the record is not in its one form")
    if made.at > entry.at:
        raise EvidenceError("the record is dated after the entry that commits to it")
    return made
