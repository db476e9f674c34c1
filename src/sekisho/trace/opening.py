"""Openings: one generation record handed over, with what proves that a log has committed to it.

    {"batch":..,"batch_salt":..,"entry":..,"hashes":[..],"number":n,"origin":..,"receipt":..,"record":..,
     "salt":..,"v":1,"vkey":..}

It proves that this very record stood in its batch when the log took the batch's entry. It is not signed:
the log's key stands for whose it is. A record is committed to as a whole, so that nothing of it can be left
out; so what shows a registered person, or is listed, is not opened at all.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import msgspec

from sekisho.codec import Hex32, canonical, parse_as
from sekisho.codec.form import Wire, from_base64, to_base64
from sekisho.codec.generation import MAX_GENERATION, decode_generation, encode_generation
from sekisho.errors import ErasedError, EvidenceError, InputError, RefusedError, SignatureError
from sekisho.ledger.entry import EntryType, commitment, decode_entry
from sekisho.ledger.note import parse_vkey
from sekisho.ledger.policy import LogPolicy
from sekisho.ledger.proof import MAX_PROOF, verify_proof
from sekisho.ledger.tree import level_path, tree_levels, verify_inclusion
from sekisho.model import Generation
from sekisho.trace.batch import leaf_of_record
from sekisho.trace.lines import PROTECTED

__all__ = [
    "Opened",
    "Opening",
    "decode_opening",
    "encode_opening",
    "is_opening",
    "is_protected",
    "open_record",
    "verify_opening",
]

_MAX_OPENING = 2 * (MAX_GENERATION + MAX_PROOF)
"""Bytes; base64 makes four of three."""
_BEGINS = b'{"batch":'
_Number = Annotated[int, msgspec.Meta(ge=0)]
_Base64 = Annotated[str, msgspec.Meta(max_length=_MAX_OPENING)]
_Name = Annotated[str, msgspec.Meta(max_length=1024)]


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
    origin: _Name
    receipt: _Base64
    record: _Base64
    salt: _Base64
    v: Annotated[int, msgspec.Meta(ge=1, le=1)]
    vkey: _Name


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """One record with what proves that a log's entry commits to it.

    Attributes:
        record: canonical JSON of the generation.
        number: of its leaf in the batch, from 0.
        hashes: the inclusion proof, the leaf's sibling first.
        batch: canonical JSON of `encode_batch`.
        entry: the log's entry, verbatim.
        origin, vkey: the log's name and key.
        receipt: the tlog-proof of the entry.
    """

    record: bytes
    salt: bytes
    number: int
    hashes: tuple[bytes, ...]
    batch: bytes
    batch_salt: bytes
    entry: bytes
    origin: str
    vkey: str
    receipt: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What an opening has proven.

    Attributes:
        made: the record.
        number: of it in its batch, from 0, and `records`: how many the batch has.
        index: of the batch's entry in the log.
        opening: with the log's key and receipt.
    """

    made: Generation
    number: int
    records: int
    index: int
    opening: Opening


def is_protected(made: Generation) -> bool:
    """Tell whether a record is about a protected person, or a listed file."""
    return any(finding.kind in PROTECTED for finding in made.findings)


def open_record(
    records: Sequence[tuple[bytes, bytes]], number: int, batch: tuple[bytes, bytes, bytes], log: Sequence[str]
) -> Opening:
    """Open one record of a batch. It has no receipt yet. O(records of the batch).

    Args:
        records: each record of the batch with its salt, in order.
        number: of the one that is opened.
        batch: what `encode_batch` gave, the salt of its commitment, and the log's entry.
        log: origin and key.

    Raises:
        ErasedError: the record was erased.
        RefusedError: it is about a protected person, or a listed file.
    """
    record, salt = records[number]
    if not record:
        raise ErasedError(
            "the record was erased, so that nobody can open it",
            hint="its leaf still stands under the root of the batch: the others can be opened",
        )
    if is_protected(decode_generation(record)):
        raise RefusedError(
            "the record is about a protected person or a listed file, and is opened to nobody",
            hint="a record is committed to as a whole: nothing of it could be left out",
        )
    levels = tree_levels([leaf_of_record(*one) for one in records])
    committed, batch_salt, entry = batch
    return Opening(
        record=record,
        salt=salt,
        number=number,
        hashes=level_path(levels, number),
        batch=committed,
        batch_salt=batch_salt,
        entry=entry,
        origin=log[0],
        vkey=log[1],
        receipt=b"",
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
            "origin": opening.origin,
            "receipt": to_base64(opening.receipt),
            "record": to_base64(opening.record),
            "salt": to_base64(opening.salt),
            "v": 1,
            "vkey": opening.vkey,
        }
    )


def is_opening(data: bytes) -> bool:
    """Tell whether a file is the opening of a record."""
    return data.startswith(_BEGINS)


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
        origin=wire.origin,
        vkey=wire.vkey,
        receipt=from_base64(wire.receipt, "receipt"),
    )


def _committed(opening: Opening) -> tuple[Generation, int]:
    """Return the record to which the entry commits, and how many records its batch has."""
    entry = decode_entry(opening.entry)
    committed = commitment(opening.batch_salt, EntryType.PERSON, opening.batch)
    if entry.type is not EntryType.PERSON or entry.commitment != committed:
        raise EvidenceError("the log's entry commits to another batch")
    batch, leaf = parse_as(opening.batch, _BatchWire), leaf_of_record(opening.record, opening.salt)
    verify_inclusion(leaf, opening.number, batch.records, opening.hashes, bytes.fromhex(batch.root))
    made = decode_generation(opening.record)
    if encode_generation(made) != opening.record:
        raise EvidenceError("the record is not in its one form")
    if made.at > entry.at:
        raise EvidenceError("the record is dated after the entry that commits to it")
    return made, batch.records


def verify_opening(data: bytes, *, log_key: str | None = None, policy: LogPolicy | None = None) -> Opened:
    """Verify offline that a log has committed to a record, and return it.

    Without `log_key` and `policy` the file's own key is taken, which proves only that the file is whole.

    Args:
        data: the file.
        log_key: the log's verifier key if the caller knows it from elsewhere.
        policy: which logs and witnesses the caller believes.

    Raises:
        EvidenceError: entry, batch, root, proof, record and receipt do not go together.
    """
    try:
        opening = decode_opening(data)
        made, records = _committed(opening)
        key = parse_vkey(opening.vkey)
    except (InputError, SignatureError, ValueError) as error:
        raise EvidenceError(f"the opening does not hold: {error}") from error
    if log_key not in {None, opening.vkey}:
        raise EvidenceError(f"the receipt is of the log {opening.vkey}, not of {log_key}")
    index, _ = verify_proof(opening.receipt, opening.entry, [key], origin=opening.origin, policy=policy)
    return Opened(made=made, number=opening.number, records=records, index=index, opening=opening)
