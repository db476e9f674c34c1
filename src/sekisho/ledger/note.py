"""Signed notes: a text and signature lines by named keys. C2SP signed-note.

A signature by an unknown key is ignored, whatever it says. A signature by a known key must hold,
or the whole note is refused, even if other signatures hold.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from sekisho.errors import InputError, SignatureError
from sekisho.model import KeyId
from sekisho.signing import Signer, key_id, public_key, verify_raw

__all__ = [
    "MAX_NOTE",
    "KeyType",
    "Note",
    "NoteKey",
    "NoteSignature",
    "check_name",
    "decode_base64",
    "encode_base64",
    "key_hash",
    "open_note",
    "parse_note",
    "parse_vkey",
    "sign_note",
]

MAX_NOTE = 1 << 18
"""Bytes; 64 signatures by ML-DSA-44 (about 3.3 kB a line) stay below."""
MAX_SIGNATURES = 64
"""Lines; C2SP asks that at least 16 are accepted."""
MAX_NAME = 255
KEY_HASH_BYTES = 4
PUBLIC_KEY_BYTES = 32

_MARK = "\u2014 "  # an em dash and a space
_CONTROL = re.compile(rb"[\x00-\x09\x0b-\x1f]")
_HASH = re.compile(r"[0-9a-f]{8}")


class KeyType(IntEnum):
    """The signature types that C2SP signed-note lists. Only `ED25519` signs and opens notes here."""

    ED25519 = 0x01
    ECDSA = 0x02
    ED25519_COSIGNATURE = 0x04
    RFC6962_STH = 0x05
    ML_DSA_44 = 0x06
    OTHER = 0xFF


def encode_base64(data: bytes) -> str:
    """Return standard base64 with padding."""
    return base64.b64encode(data).decode()


def decode_base64(text: str) -> bytes:
    """Decode standard base64 in its one canonical form (pad bits are zero).

    Raises:
        InputError: anything else.
    """
    try:
        data = base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error) as error:
        raise InputError(f"not base64: {text[:80]!r}") from error
    if encode_base64(data) != text:
        raise InputError(f"not canonical base64: {text[:80]!r}")
    return data


def check_name(name: str) -> str:
    """Return a key's name if it has 1-255 characters, none of them a space, a control or `+`.

    Raises:
        InputError: it has not.
    """
    if not 0 < len(name) <= MAX_NAME or any(c.isspace() or c == "+" or c < " " for c in name):
        raise InputError(f"not a name for a key: {name[:80]!r}")
    return name


def key_hash(name: str, key_type: int, public: bytes) -> bytes:
    """Return the 4 bytes by which a signature line names its key."""
    return hashlib.sha256(name.encode() + b"\n" + bytes([key_type]) + public).digest()[:KEY_HASH_BYTES]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteKey:
    """An Ed25519 public key under a name; weak keys can not be made."""

    name: str
    key: KeyId

    def __post_init__(self) -> None:
        check_name(self.name)
        public_key(self.key)

    @property
    def hash(self) -> bytes:
        """The 4 bytes by which a signature line names this key."""
        return key_hash(self.name, KeyType.ED25519, public_key(self.key))

    @property
    def vkey(self) -> str:
        """The key as text: `name+hash+base64(type || public key)`."""
        blob = bytes([KeyType.ED25519]) + public_key(self.key)
        return f"{self.name}+{self.hash.hex()}+{encode_base64(blob)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteSignature:
    """One signature line; says nothing until `open_note` has verified it."""

    name: str
    hash: bytes
    signature: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A note's text, with its last newline, and signatures."""

    text: bytes
    signatures: tuple[NoteSignature, ...]


def parse_vkey(text: str) -> NoteKey:
    """Parse a verifier key of a log.

    Raises:
        InputError: not a vkey.
        SignatureError: another signature type, a wrong hash, or a weak key.
    """
    parts = text.split("+", 2)
    if len(parts) != 3 or not _HASH.fullmatch(parts[1]):  # noqa: PLR2004
        raise InputError(f"not a verifier key: {text[:80]!r}", hint="it looks like name+12345678+base64")
    name, digest, body = parts
    blob = decode_base64(body)
    if blob[:1] != bytes([KeyType.ED25519]) or len(blob) != 1 + PUBLIC_KEY_BYTES:
        raise SignatureError(f"{name[:80]!r} is not an Ed25519 key of a log (type 01)")
    key = NoteKey(name=name, key=key_id(blob[1:]))
    if key.hash.hex() != digest:
        raise SignatureError(f"the verifier key of {name!r} does not have the hash {digest}")
    return key


def _parse_signature(line: str) -> NoteSignature:
    name, space, body = line.removeprefix(_MARK).partition(" ")
    if not line.startswith(_MARK) or not space:
        raise InputError(f"not a signature line: {line[:80]!r}")
    blob = decode_base64(body)
    if len(blob) <= KEY_HASH_BYTES:
        raise InputError("a signature line holds no signature")
    return NoteSignature(name=check_name(name), hash=blob[:KEY_HASH_BYTES], signature=blob[KEY_HASH_BYTES:])


def parse_note(data: bytes) -> Note:
    """Split a note at its last blank line, without verifying anything.

    Raises:
        InputError: too large, not UTF-8, a control character, or no proper signature lines.
    """
    if len(data) > MAX_NOTE:
        raise InputError(f"a note has at most {MAX_NOTE} bytes, this one {len(data)}")
    if _CONTROL.search(data):
        raise InputError("a control character in a note")
    try:
        text, blank, tail = data.decode().rpartition("\n\n")
    except UnicodeDecodeError as error:
        raise InputError("a note that is not UTF-8") from error
    lines = tail.split("\n")
    if not blank or lines.pop() or not 1 <= len(lines) <= MAX_SIGNATURES:
        raise InputError(f"a note ends with a blank line and 1-{MAX_SIGNATURES} signature lines")
    signatures = tuple(_parse_signature(line) for line in lines)
    return Note(text=text.encode() + b"\n", signatures=signatures)


def open_note(data: bytes, keys: Iterable[NoteKey]) -> Note:
    """Verify a note and return its text with the verified signatures only.

    Raises:
        InputError: not a note.
        SignatureError: a known key's signature does not hold or comes twice, or no key is known.
    """
    note = parse_note(data)
    known: dict[tuple[str, bytes], NoteKey] = {}
    for key in keys:
        if known.setdefault((key.name, key.hash), key) != key:
            raise SignatureError(f"two keys of {key.name!r} share one hash")
    verified: dict[tuple[str, bytes], NoteSignature] = {}
    for mark in note.signatures:
        signer = known.get((mark.name, mark.hash))
        if signer is None:
            continue
        if (mark.name, mark.hash) in verified:
            raise SignatureError(f"{mark.name!r} signed the note twice")
        if not verify_raw(public_key(signer.key), mark.signature, note.text):
            raise SignatureError(f"the signature by {mark.name!r} does not hold")
        verified[mark.name, mark.hash] = mark
    if not verified:
        raise SignatureError("no signature by a known key", hint="give the log's verifier key (vkey)")
    return Note(text=note.text, signatures=tuple(verified.values()))


def sign_note(text: bytes, name: str, signer: Signer) -> bytes:
    """Return a text, which ends with a newline, as a note signed by one key."""
    blob = NoteKey(name=name, key=signer.key).hash + signer.sign(text)
    data = text + f"\n{_MARK}{name} {encode_base64(blob)}\n".encode()
    if parse_note(data).text != text:
        raise InputError("a note's text ends with a newline")
    return data
