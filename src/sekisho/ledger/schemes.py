"""The signature types of notes: in which role a key of a type signs, and over which bytes.

A list, so that a type can be added beside the others. A type that is not in it is unknown: its
signatures are passed over and prove nothing. C2SP signed-note and tlog-cosignature.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum

__all__ = ["SCHEMES", "KeyType", "Role", "Scheme", "cosigned", "key_hash"]

KEY_HASH_BYTES = 4
TIME_BYTES = 8
_ED25519_BYTES = 64
_HEADER = b"cosignature/v1\n"


class KeyType(IntEnum):
    """The signature types that C2SP signed-note lists; `SCHEMES` has those that are verified here."""

    ED25519 = 0x01
    ECDSA = 0x02
    ED25519_COSIGNATURE = 0x04
    RFC6962_STH = 0x05
    ML_DSA_44 = 0x06
    OTHER = 0xFF


class Role(StrEnum):
    """What a key says by signing: "this is my log", or "I saw this log grow and never change"."""

    LOG = "log"
    WITNESS = "witness"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """How the keys of one type sign.

    Attributes:
        signature_bytes: length of a signature; its last 64 bytes are the Ed25519 signature.
        message: (the note's text, a signature of that length) -> the bytes that are signed.
    """

    role: Role
    signature_bytes: int
    message: Callable[[bytes, bytes], bytes]


def key_hash(name: str, key_type: int, public: bytes) -> bytes:
    """Return the 4 bytes by which a signature line names its key."""
    return hashlib.sha256(name.encode() + b"\n" + bytes([key_type]) + public).digest()[:KEY_HASH_BYTES]


def cosigned(text: bytes, seconds: int) -> bytes:
    """Return what a witness signs: a header, its time in POSIX seconds, the note's whole text."""
    return b"%btime %d\n%b" % (_HEADER, seconds, text)


def _cosigned_as(text: bytes, signature: bytes) -> bytes:
    return cosigned(text, int.from_bytes(signature[:TIME_BYTES], "big"))


SCHEMES: Mapping[KeyType, Scheme] = {
    KeyType.ED25519: Scheme(
        role=Role.LOG, signature_bytes=_ED25519_BYTES, message=lambda text, _signature: text
    ),
    KeyType.ED25519_COSIGNATURE: Scheme(
        role=Role.WITNESS, signature_bytes=TIME_BYTES + _ED25519_BYTES, message=_cosigned_as
    ),
}
"""ML-DSA-44 (06) would stand here too once the oldest `cryptography` supported has it."""
