"""The seal: what the operator signs about a finished run, and what the ledger commits to.

    record    canonical JSON: digests of the manifest, the reviews and the reports, operator, time
    statement DSSE envelope over the record, by the operator's key
    salt      32 random bytes; the log holds only HMAC(salt, record), so it tells nothing by itself
    row_key   what the salts of the rows are made from; null in what is given to others
    entry     the log's entry, `index` its place, `vkey` the key of the log

Whoever has the run can prove the receipt; whoever destroys seal and salt leaves a number in a log.
"""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import msgspec

from sekisho.codec import Hex32, Key, canonical, parse_as
from sekisho.codec.moments import moment, moment_text
from sekisho.errors import EvidenceError, InputError, SignatureError
from sekisho.ledger import EntryType, LogEntry, commitment, encode_entry
from sekisho.ledger.note import decode_base64
from sekisho.model import KeyId
from sekisho.signing import SEAL, Signer, open_statement, sign_statement

__all__ = ["Record", "Seal", "decode_seal", "encode_seal", "make_record", "seal_entry", "shared_seal"]

SEAL_NAME = "seal.json"
ROW_KEY_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What is sealed.

    Attributes:
        manifest: hex SHA-256 of manifest.json.
        files: hex SHA-256 of the other files, by their names in the run.
        reviewers: whose reviews count in this run, sorted.
        sample: how many items were drawn if the run was a sample; 0: everything was checked.
    """

    manifest: str
    files: Mapping[str, str]
    operator: KeyId
    at: datetime
    reviewers: tuple[KeyId, ...] = ()
    sample: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """seal.json, its signature verified; `row_key` is None in what the operator gave to others."""

    record: Record
    payload: bytes
    salt: bytes
    row_key: bytes | None
    entry: bytes
    index: int
    origin: str
    vkey: str


FileName = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]{0,199}\Z")]


class _RecordWire(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    v: Annotated[int, msgspec.Meta(ge=1, le=1)]
    manifest: Hex32
    files: dict[FileName, Hex32]
    operator: Key
    at: str
    reviewers: list[Key] = []
    sample: Annotated[int, msgspec.Meta(ge=0)] = 0


class _SealWire(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    v: Annotated[int, msgspec.Meta(ge=1, le=1)]
    statement: str
    salt: str
    row_key: str | None
    entry: str
    index: Annotated[int, msgspec.Meta(ge=0)]
    origin: str
    vkey: str


def make_record(
    *,
    manifest: bytes,
    files: Mapping[str, bytes],
    operator: KeyId,
    at: datetime,
    reviewers: Sequence[KeyId] = (),
    sample: int = 0,
) -> bytes:
    """Return the canonical record of a run.

    Args:
        manifest: the bytes of manifest.json.
        files: the bytes of reviews and reports, by name.
        operator: who signs.
        at: when, aware UTC.
        reviewers: whose reviews count, in any order.
        sample: how many items were drawn; 0 if everything was checked.
    """
    return canonical(
        {
            "v": 1,
            "manifest": hashlib.sha256(manifest).hexdigest(),
            "files": {name: hashlib.sha256(data).hexdigest() for name, data in files.items()},
            "operator": operator,
            "at": moment_text(at),
            "reviewers": sorted(set(reviewers)),
            "sample": sample,
        }
    )


def seal_entry(record: bytes, salt: bytes, at: datetime) -> bytes:
    """Return the log entry that commits to a record without telling anything about it."""
    return encode_entry(
        LogEntry(
            type=EntryType.PUBLIC,
            at=at.replace(minute=0, second=0, microsecond=0),
            commitment=commitment(salt, EntryType.PUBLIC, record),
        )
    )


def encode_seal(  # noqa: PLR0913 - the fields of one document
    *,
    record: bytes,
    salt: bytes,
    entry: bytes,
    index: int,
    origin: str,
    vkey: str,
    signer: Signer,
    row_key: bytes | None = None,
) -> bytes:
    """Return the bytes of seal.json; with the row key only for the run itself."""
    document = {
        "v": 1,
        "statement": sign_statement(SEAL, record, signer).decode(),
        "salt": base64.b64encode(salt).decode(),
        "row_key": None if row_key is None else base64.b64encode(row_key).decode(),
        "entry": entry.decode(),
        "index": index,
        "origin": origin,
        "vkey": vkey,
    }
    return _form(document)


def _form(document: Mapping[str, object]) -> bytes:
    """Return the one form of seal.json."""
    return (json.dumps(document, sort_keys=True, indent=1, ensure_ascii=False) + "\n").encode()


def shared_seal(data: bytes) -> bytes:
    """Return a seal as others may have it: without the key to the salts of all rows.

    Raises:
        EvidenceError: as `decode_seal`.
    """
    decode_seal(data)
    return _form({**json.loads(data), "row_key": None})


def _row_key(text: str | None) -> bytes | None:
    key = None if text is None else decode_base64(text)
    if key is not None and len(key) != ROW_KEY_BYTES:
        raise InputError(f"a row key has {ROW_KEY_BYTES} bytes")
    return key


def _record(wire: _RecordWire) -> Record:
    if wire.reviewers != sorted(set(wire.reviewers)):
        raise InputError("the reviewers are not in order")
    return Record(
        manifest=wire.manifest,
        files=wire.files,
        operator=KeyId(wire.operator),
        at=moment(wire.at),
        reviewers=tuple(KeyId(key) for key in wire.reviewers),
        sample=wire.sample,
    )


def decode_seal(data: bytes) -> Seal:
    """Parse seal.json and verify the operator's signature over the record.

    Raises:
        EvidenceError: it has not the form of a seal, or was signed by another than it names.
    """
    try:
        document = json.loads(data)
        wire = msgspec.convert(document, _SealWire, strict=True)
        same = _form(document) == data
        statement = open_statement(wire.statement.encode(), SEAL)
        record = _record(parse_as(statement.payload, _RecordWire))
        salt = decode_base64(wire.salt)
        row_key = _row_key(wire.row_key)
    except (ValueError, RecursionError, InputError, SignatureError) as error:
        raise EvidenceError(f"{SEAL_NAME}: {error}") from error
    if not same:
        raise EvidenceError(f"{SEAL_NAME} was changed: it is not in the form in which seals are written")
    if statement.signer != record.operator:
        raise EvidenceError(f"{SEAL_NAME} is signed by {statement.signer}, but names {record.operator}")
    return Seal(
        record=record,
        payload=statement.payload,
        salt=salt,
        row_key=row_key,
        entry=wire.entry.encode(),
        index=wire.index,
        origin=wire.origin,
        vkey=wire.vkey,
    )
