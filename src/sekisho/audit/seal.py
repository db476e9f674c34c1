"""The seal: what the operator signs about a finished run, and what the ledger commits to.

    record    canonical JSON: digests of the manifest, the reviews and the reports, operator, time
    statement DSSE envelope over the record, by the operator's key
    salt      32 random bytes; the log holds only HMAC(salt, record), so it tells nothing by itself
    entry     the log's entry, `index` its place, `vkey` the key of the log

Whoever has the run can prove the receipt; whoever destroys seal and salt leaves a number in a log.
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import msgspec

from sekisho.codec import Hex32, Key, canonical, parse_as
from sekisho.errors import EvidenceError, InputError, SignatureError
from sekisho.ledger import EntryType, LogEntry, commitment, encode_entry
from sekisho.ledger.note import decode_base64
from sekisho.model import KeyId
from sekisho.signing import SEAL, Signer, open_statement, sign_statement
from sekisho.snapshot.layout import moment

__all__ = ["Record", "Seal", "decode_seal", "encode_seal", "make_record", "seal_entry"]

SEAL_NAME = "seal.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What is sealed: hex SHA-256 of files by their names in the run."""

    manifest: str
    files: Mapping[str, str]
    operator: KeyId
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """seal.json, its signature verified."""

    record: Record
    payload: bytes
    salt: bytes
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


class _SealWire(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    v: Annotated[int, msgspec.Meta(ge=1, le=1)]
    statement: str
    salt: str
    entry: str
    index: Annotated[int, msgspec.Meta(ge=0)]
    origin: str
    vkey: str


def make_record(*, manifest: bytes, files: Mapping[str, bytes], operator: KeyId, at: datetime) -> bytes:
    """Return the canonical record of a run.

    Args:
        manifest: the bytes of manifest.json.
        files: the bytes of reviews and reports, by name.
        operator: who signs.
        at: when, aware UTC.
    """
    return canonical(
        {
            "v": 1,
            "manifest": hashlib.sha256(manifest).hexdigest(),
            "files": {name: hashlib.sha256(data).hexdigest() for name, data in files.items()},
            "operator": operator,
            "at": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
    )


def seal_entry(record: bytes, salt: bytes, at: datetime) -> bytes:
    """Return the log entry that commits to a record without telling anything about it."""
    return encode_entry(
        LogEntry(
            type=EntryType.AUDIT,
            at=at.replace(minute=0, second=0, microsecond=0),
            commitment=commitment(salt, EntryType.AUDIT, record),
        )
    )


def encode_seal(
    *, record: bytes, salt: bytes, entry: bytes, index: int, origin: str, vkey: str, signer: Signer
) -> bytes:
    """Return the bytes of seal.json."""
    document = {
        "v": 1,
        "statement": sign_statement(SEAL, record, signer).decode(),
        "salt": base64.b64encode(salt).decode(),
        "entry": entry.decode(),
        "index": index,
        "origin": origin,
        "vkey": vkey,
    }
    return _form(document)


def _form(document: Mapping[str, object]) -> bytes:
    """Return the one form of seal.json."""
    return (json.dumps(document, sort_keys=True, indent=1, ensure_ascii=False) + "\n").encode()


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
        record = parse_as(statement.payload, _RecordWire)
        salt = decode_base64(wire.salt)
        at = moment(record.at)
    except (ValueError, RecursionError, InputError, SignatureError) as error:
        raise EvidenceError(f"{SEAL_NAME}: {error}") from error
    if not same:
        raise EvidenceError(f"{SEAL_NAME} was changed: it is not in the form in which seals are written")
    if statement.signer != record.operator:
        raise EvidenceError(f"{SEAL_NAME} is signed by {statement.signer}, but names {record.operator}")
    return Seal(
        record=Record(manifest=record.manifest, files=record.files, operator=KeyId(record.operator), at=at),
        payload=statement.payload,
        salt=salt,
        entry=wire.entry.encode(),
        index=wire.index,
        origin=wire.origin,
        vkey=wire.vkey,
    )
