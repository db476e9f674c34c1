"""Signed statements whose receipt follows: what concerns a person waits for the next batch of the log.

    {"origin":...,"salt":<base64>,"statement":<envelope>,"v":1,"vkey":...}

Such a file proves who has signed it, and nothing about the log yet. When the batch is out, `completed`
makes a logged statement of it.
"""

from dataclasses import dataclass
from typing import Annotated

import msgspec

from sekisho.codec import canonical, parse_as
from sekisho.errors import EvidenceError, InputError, SignatureError
from sekisho.ledger.entry import SALT_BYTES, EntryType, commitment
from sekisho.ledger.logged import MAX_LOGGED, Logged
from sekisho.ledger.note import decode_base64, encode_base64
from sekisho.signing import Statement, open_statement

__all__ = ["Waiting", "completed", "decode_waiting", "encode_waiting", "verify_waiting"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A parsed file.

    Attributes:
        statement: the envelope, verbatim.
        salt: 32 bytes.
        origin, vkey: the log that will have it.
    """

    statement: bytes
    salt: bytes
    origin: str
    vkey: str

    @property
    def commitment(self) -> bytes:
        """By which the log's entry is found."""
        return commitment(self.salt, EntryType.PERSON, self.statement)


class _WaitingWire(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    v: Annotated[int, msgspec.Meta(ge=1, le=1)]
    statement: str
    salt: Annotated[str, msgspec.Meta(max_length=64)]
    origin: Annotated[str, msgspec.Meta(max_length=1024)]
    vkey: Annotated[str, msgspec.Meta(max_length=1024)]


def encode_waiting(waiting: Waiting) -> bytes:
    """Return the bytes of the file: canonical JSON."""
    return canonical(
        {
            "v": 1,
            "statement": waiting.statement.decode(),
            "salt": encode_base64(waiting.salt),
            "origin": waiting.origin,
            "vkey": waiting.vkey,
        }
    )


def decode_waiting(data: bytes) -> Waiting:
    """Parse the file, without verifying anything.

    Raises:
        InputError: not such a file, or not in its one canonical form.
    """
    wire = parse_as(data, _WaitingWire, limit=MAX_LOGGED)
    salt = decode_base64(wire.salt)
    if len(salt) != SALT_BYTES:
        raise InputError(f"a salt has exactly {SALT_BYTES} bytes")
    return Waiting(statement=wire.statement.encode(), salt=salt, origin=wire.origin, vkey=wire.vkey)


def verify_waiting(data: bytes, expected_type: str | None = None) -> Statement:
    """Verify that a statement is signed, which is all that can be verified before its receipt is there.

    Raises:
        EvidenceError: the form or the signature does not hold.
    """
    try:
        return open_statement(decode_waiting(data).statement, expected_type)
    except (InputError, SignatureError) as error:
        raise EvidenceError(f"the statement does not hold: {error}", hint=error.hint) from error


def completed(waiting: Waiting, *, entry: bytes, index: int, receipt: bytes) -> Logged:
    """Return the logged statement that a file has become.

    Args:
        waiting: the file.
        entry: the log's entry, verbatim.
        index: its place.
        receipt: of the log, for that place.
    """
    return Logged(
        statement=waiting.statement,
        salt=waiting.salt,
        entry=entry,
        index=index,
        origin=waiting.origin,
        vkey=waiting.vkey,
        receipt=receipt,
    )
