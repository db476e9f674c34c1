"""Signed notes: a text and signature lines by named keys. C2SP signed-note.

A signature by an unknown key is ignored, whatever it says. A signature by a known key must hold,
or the whole note is refused, even if other signatures hold.
"""

import base64
import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from sekisho.errors import InputError, SignatureError
from sekisho.ledger.schemes import KEY_HASH_BYTES, SCHEMES, KeyType, Role, key_hash
from sekisho.model import KeyId
from sekisho.signing import Signer, key_id, public_key, verify_raw

__all__ = [
    "MAX_NOTE",
    "Note",
    "NoteKey",
    "NoteSignature",
    "check_name",
    "decode_base64",
    "encode_base64",
    "encode_note",
    "open_note",
    "parse_note",
    "parse_vkey",
    "sign_note",
    "signature_line",
    "split_vkey",
]

MAX_NOTE = 1 << 18
"""Bytes; 64 signatures by ML-DSA-44 (about 3.3 kB a line) stay below."""
MAX_SIGNATURES = 64
"""Lines; C2SP asks that at least 16 are accepted."""
MAX_NAME = 255
KEPT_NAMES = 1024
KEPT_NOTES = 2
"""A checkpoint is read for its origin first and verified then (bench_ledger.py)."""
PUBLIC_KEY_BYTES = 32

_MARK = "\u2014 "  # an em dash and a space
_CONTROL = re.compile(rb"[\x00-\x09\x0b-\x1f]")
_HASH = re.compile(r"[0-9a-f]{8}")


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


@lru_cache(maxsize=KEPT_NAMES)
def check_name(name: str) -> str:
    """Return a key's name if it has 1-255 characters, none of them a space, a control, `+` or half a pair.

    Raises:
        InputError: it has not.
    """
    odd = any(c.isspace() or c == "+" or c < " " or "\ud800" <= c <= "\udfff" for c in name)
    if odd or not 0 < len(name) <= MAX_NAME:
        raise InputError(f"not a name for a key: {name[:80]!r}")
    return name


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteKey:
    """An Ed25519 public key under a name, for signatures of one type; weak keys can not be made."""

    name: str
    key: KeyId
    type: KeyType = KeyType.ED25519

    def __post_init__(self) -> None:
        check_name(self.name)
        public_key(self.key)
        if self.type not in SCHEMES:
            raise ValueError(f"keys of type {self.type:02x} are unknown here")

    @property
    def role(self) -> Role:
        """What this key says by signing."""
        return SCHEMES[self.type].role

    @property
    def hash(self) -> bytes:
        """The 4 bytes by which a signature line names this key."""
        return key_hash(self.name, self.type, public_key(self.key))

    @property
    def vkey(self) -> str:
        """The key as text: `name+hash+base64(type || public key)`."""
        blob = bytes([self.type]) + public_key(self.key)
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


def split_vkey(text: str) -> tuple[str, int, bytes]:
    """Return name, type and public key of a verifier key of any type.

    Raises:
        InputError: not a vkey.
        SignatureError: its hash is not that of the key.
    """
    parts = text.split("+", 2)
    if len(parts) != 3 or not _HASH.fullmatch(parts[1]):  # noqa: PLR2004
        raise InputError(f"not a verifier key: {text[:80]!r}", hint="it looks like name+12345678+base64")
    name, digest, body = parts
    blob = decode_base64(body)
    if not blob or key_hash(check_name(name), blob[0], blob[1:]).hex() != digest:
        raise SignatureError(f"the verifier key of {name[:80]!r} does not have the hash {digest}")
    return name, blob[0], blob[1:]


def parse_vkey(text: str, role: Role = Role.LOG) -> NoteKey:
    """Parse a verifier key of a log or of a witness.

    Raises:
        InputError: not a vkey.
        SignatureError: a type that does not sign in this role, a wrong hash, or a weak key.
    """
    name, number, public = split_vkey(text)
    kind = next((k for k, scheme in SCHEMES.items() if k == number and scheme.role is role), None)
    if kind is None or len(public) != PUBLIC_KEY_BYTES:
        kinds = ", ".join(f"{k:02x}" for k, scheme in SCHEMES.items() if scheme.role is role)
        raise SignatureError(f"{name[:80]!r} is not an Ed25519 key of a {role} (type {kinds})")
    return NoteKey(name=name, key=key_id(public), type=kind)


def _parse_signature(line: str) -> NoteSignature:
    name, space, body = line.removeprefix(_MARK).partition(" ")
    if not line.startswith(_MARK) or not space:
        raise InputError(f"not a signature line: {line[:80]!r}")
    blob = decode_base64(body)
    if len(blob) <= KEY_HASH_BYTES:
        raise InputError("a signature line holds no signature")
    return NoteSignature(name=check_name(name), hash=blob[:KEY_HASH_BYTES], signature=blob[KEY_HASH_BYTES:])


@lru_cache(maxsize=KEPT_NOTES)
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


def _holds(key: NoteKey, text: bytes, signature: bytes) -> bool:
    scheme = SCHEMES[key.type]
    if len(signature) != scheme.signature_bytes:
        return False
    return verify_raw(public_key(key.key), signature[-64:], scheme.message(text, signature))


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
        if not _holds(signer, note.text, mark.signature):
            raise SignatureError(f"the signature by {mark.name!r} does not hold")
        verified[mark.name, mark.hash] = mark
    if not verified:
        raise SignatureError("no signature by a known key", hint="give the log's verifier key (vkey)")
    return Note(text=note.text, signatures=tuple(verified.values()))


def signature_line(mark: NoteSignature) -> bytes:
    """Return a signature as a line of a note, with its newline."""
    return f"{_MARK}{mark.name} {encode_base64(mark.hash + mark.signature)}\n".encode()


def encode_note(note: Note) -> bytes:
    """Return the bytes of a note.

    Raises:
        InputError: the text does not end with a newline, or has control characters.
    """
    data = note.text + b"\n" + b"".join(map(signature_line, note.signatures))
    if parse_note(data).text != note.text:
        raise InputError("a note's text ends with a newline")
    return data


def sign_note(text: bytes, name: str, signer: Signer) -> bytes:
    """Return a text, which ends with a newline, as a note signed by one key of a log."""
    mark = NoteSignature(name=name, hash=NoteKey(name=name, key=signer.key).hash, signature=signer.sign(text))
    return encode_note(Note(text=text, signatures=(mark,)))
