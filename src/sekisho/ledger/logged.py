"""Logged statements: a signed statement with the receipt that a log has it, in one file.

    {"v":1,"statement":<envelope>,"salt":<base64>,"entry":<text>,"index":n,"origin":...,"vkey":...,
     "receipt":<tlog-proof>}

The log holds only HMAC(salt, type, envelope). Whoever has the file verifies it offline; for everybody
else the entry is a number.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import msgspec

from sekisho.codec import MAX_DOCUMENT, canonical, parse_as
from sekisho.errors import EvidenceError, InputError, SignatureError
from sekisho.ledger.checkpoint import Checkpoint
from sekisho.ledger.entry import SALT_BYTES, EntryType, LogEntry, commitment, decode_entry, encode_entry
from sekisho.ledger.note import NoteKey, decode_base64, encode_base64, parse_vkey
from sekisho.ledger.policy import LogPolicy
from sekisho.ledger.proof import MAX_PROOF, verify_proof
from sekisho.signing import Statement, open_statement

__all__ = [
    "MAX_LOGGED",
    "Logged",
    "decode_logged",
    "encode_logged",
    "is_waiting",
    "statement_entry",
    "verify_logged",
]

MAX_LOGGED = 3 * MAX_DOCUMENT + 2 * MAX_PROOF
"""Bytes; a statement and a receipt, whose quotes and newlines are escaped."""
_WAITING = b'{"origin":'
"""How a file begins whose receipt follows; see `ledger.waiting`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """A parsed file; says nothing until `verify_logged` has verified it.

    Attributes:
        statement: the envelope, verbatim.
        salt: 32 bytes.
        entry: the log's entry, verbatim.
        index: its place in the log.
        receipt: a tlog-proof, verbatim.
    """

    statement: bytes
    salt: bytes
    entry: bytes
    index: int
    origin: str
    vkey: str
    receipt: bytes


class _LoggedWire(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    v: Annotated[int, msgspec.Meta(ge=1, le=1)]
    statement: str
    salt: Annotated[str, msgspec.Meta(max_length=64)]
    entry: Annotated[str, msgspec.Meta(max_length=2048)]
    index: Annotated[int, msgspec.Meta(ge=0)]
    origin: Annotated[str, msgspec.Meta(max_length=1024)]
    vkey: Annotated[str, msgspec.Meta(max_length=1024)]
    receipt: str


def statement_entry(
    statement: bytes, salt: bytes, at: datetime, entry_type: EntryType = EntryType.PUBLIC
) -> bytes:
    """Return the log entry that commits to a signed statement without telling anything about it.

    Args:
        statement: the envelope.
        salt: 32 fresh random bytes, kept with the statement.
        at: when, aware UTC; cut to the hour.
        entry_type: `PERSON` for whatever is about a person.

    Raises:
        ValueError: the salt does not have exactly 32 bytes.
    """
    return encode_entry(LogEntry(type=entry_type, at=at, commitment=commitment(salt, entry_type, statement)))


def encode_logged(logged: Logged) -> bytes:
    """Return the bytes of the file: canonical JSON."""
    return canonical(
        {
            "v": 1,
            "statement": logged.statement.decode(),
            "salt": encode_base64(logged.salt),
            "entry": logged.entry.decode(),
            "index": logged.index,
            "origin": logged.origin,
            "vkey": logged.vkey,
            "receipt": logged.receipt.decode(),
        }
    )


def is_waiting(data: bytes) -> bool:
    """Tell whether a file is a statement whose receipt follows."""
    return data.startswith(_WAITING)


def decode_logged(data: bytes) -> Logged:
    """Parse the file, without verifying anything.

    Raises:
        InputError: not such a file, not in its one canonical form, or its receipt is not there yet.
    """
    if is_waiting(data):
        raise InputError("its receipt is not there yet", hint="who made it adds it: sekisho log proof FILE")
    wire = parse_as(data, _LoggedWire, limit=MAX_LOGGED)
    salt = decode_base64(wire.salt)
    if len(salt) != SALT_BYTES:
        raise InputError(f"a salt has exactly {SALT_BYTES} bytes")
    return Logged(
        statement=wire.statement.encode(),
        salt=salt,
        entry=wire.entry.encode(),
        index=wire.index,
        origin=wire.origin,
        vkey=wire.vkey,
        receipt=wire.receipt.encode(),
    )


def _log_key(logged: Logged, log_key: str | None) -> NoteKey:
    if log_key is not None and log_key != logged.vkey:
        raise EvidenceError(f"the receipt is of the log {logged.vkey}, not of {log_key}")
    return parse_vkey(logged.vkey)


def verify_logged(
    data: bytes,
    expected_type: str | None = None,
    *,
    log_key: str | None = None,
    policy: LogPolicy | None = None,
) -> tuple[Statement, int, Checkpoint]:
    """Verify offline that a statement is signed and that a log has it; return it, its index, the tree head.

    Whom the signer is, and whether the log is one to be believed, is the caller's to know: without
    `log_key` and `policy` the file's own key is taken, which proves only that the file is whole.

    Args:
        data: the file.
        expected_type: the payload type of the statement; None: any.
        log_key: the log's verifier key if the caller knows it from elsewhere.
        policy: which logs and witnesses the caller believes.

    Raises:
        EvidenceError: any step does not hold.
    """
    try:
        logged = decode_logged(data)
        statement = open_statement(logged.statement, expected_type)
        entry = decode_entry(logged.entry)
        key = _log_key(logged, log_key)
    except (InputError, SignatureError) as error:
        raise EvidenceError(f"the logged statement does not hold: {error}", hint=error.hint) from error
    if entry.commitment != commitment(logged.salt, entry.type, logged.statement):
        raise EvidenceError("the entry of the log does not commit to this statement")
    index, head = verify_proof(logged.receipt, logged.entry, [key], origin=logged.origin, policy=policy)
    if index != logged.index:
        raise EvidenceError(f"the receipt is for entry {index}, but the file names {logged.index}")
    return statement, index, head
