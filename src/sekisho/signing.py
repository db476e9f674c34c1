"""Ed25519 keys and the envelope of every signed statement (DSSE v1).

A key id *is* the public key (`ed25519:` + base64url), so a statement can be verified by anybody
who holds it; names are labels. Weak keys are refused when they are parsed: `cryptography` accepts
points of small order, under which one signature holds for every message. RFC 8032 5.1.3.
Envelope: https://github.com/secure-systems-lab/dsse, protocol.md (PAE) and envelope.md.
"""

import base64
import binascii
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Protocol

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from sekisho.codec import MAX_DOCUMENT, canonical, parse_as
from sekisho.errors import SignatureError
from sekisho.model import KeyId

__all__ = [
    "ANSWER",
    "CASE",
    "COMMON",
    "COMPLIANCE",
    "DISPUTE",
    "DRAFT",
    "DUE_CARE",
    "ERASED",
    "ERASURE",
    "FALSE_MATCH",
    "FILE",
    "GRANT",
    "LETTER",
    "LIKENESS",
    "LISTED",
    "MANDATE",
    "OBJECTION",
    "PASSAGES",
    "PRINTS",
    "PROTECTED",
    "QUESTION",
    "REGISTRATION",
    "REMOVAL",
    "REMOVED",
    "REQUEST",
    "RESOLUTION",
    "RESPONSE",
    "REVIEW",
    "REVOCATION",
    "ROOT",
    "RULE_PACK",
    "SEAL",
    "SHARE",
    "SNAPSHOT",
    "TRAINING",
    "TRAITS",
    "VERIFICATION",
    "VOUCH",
    "WITHDRAWAL",
    "Signer",
    "Statement",
    "key_id",
    "open_statement",
    "public_key",
    "read_payload",
    "sign_statement",
    "verify_raw",
]

_TYPE = "application/vnd.sekisho.{}.v1+json"
PRINTS = _TYPE.format("prints")
REGISTRATION = _TYPE.format("registration")
PASSAGES = _TYPE.format("passages")
TRAITS = _TYPE.format("traits")
GRANT = _TYPE.format("grant")
REVOCATION = _TYPE.format("revocation")
VOUCH = _TYPE.format("vouch")
COMMON = _TYPE.format("common")
MANDATE = _TYPE.format("mandate")
WITHDRAWAL = _TYPE.format("withdrawal")
DISPUTE = _TYPE.format("dispute")
RESOLUTION = _TYPE.format("resolution")
REVIEW = _TYPE.format("review")
FALSE_MATCH = _TYPE.format("false-match")
ROOT = _TYPE.format("root")
SNAPSHOT = _TYPE.format("snapshot")
RULE_PACK = _TYPE.format("rule-pack")
SEAL = _TYPE.format("seal")
SHARE = _TYPE.format("share")
LIKENESS = _TYPE.format("likeness")
VERIFICATION = _TYPE.format("verification")
LISTED = _TYPE.format("listed")
PROTECTED = _TYPE.format("protected")
ERASURE = _TYPE.format("erasure")
TRAINING = _TYPE.format("training")
DUE_CARE = _TYPE.format("due-care")
QUESTION = _TYPE.format("question")
ANSWER = _TYPE.format("answer")
CASE = _TYPE.format("case")
REQUEST = _TYPE.format("request")
RESPONSE = _TYPE.format("response")
COMPLIANCE = _TYPE.format("compliance")
DRAFT = _TYPE.format("case-draft")
LETTER = _TYPE.format("letter")
FILE = _TYPE.format("file")
REMOVAL = _TYPE.format("removal")
REMOVED = _TYPE.format("removed")
OBJECTION = _TYPE.format("objection")
ERASED = _TYPE.format("erased-rows")

_PREFIX = "ed25519:"
_KEY_BYTES = 32
_SIGNATURE_BYTES = 64
KEPT_KEYS = 1024
"""Public keys whose check is remembered; it takes longer than a signature's (bench_ledger.py)."""
_P = 2**255 - 19
_D = (-121665 * pow(121666, _P - 2, _P)) % _P


class Signer(Protocol):
    """Something that holds a private key: a file here, a KMS or an agent elsewhere."""

    @property
    def key(self) -> KeyId:
        """The public key as a key id."""

    def sign(self, message: bytes) -> bytes:
        """Return the 64 bytes of an Ed25519 signature."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A payload whose signature holds. Only `open_statement` makes one."""

    type: str
    payload: bytes
    signer: KeyId


def key_id(raw: bytes) -> KeyId:
    """Return the key id of 32 raw bytes of a public key."""
    return KeyId(_PREFIX + base64.urlsafe_b64encode(raw).rstrip(b"=").decode())


@lru_cache(maxsize=KEPT_KEYS)
def _is_weak(raw: bytes) -> bool:
    """Tell whether 32 bytes are a non-canonical encoding or a point of order 1, 2, 4 or 8."""
    number = int.from_bytes(raw, "little")
    y = number & ((1 << 255) - 1)
    if y >= _P:
        return True
    # x == 0 with the sign bit set has no canonical encoding; x is 0 only for y = 1 and y = -1,
    # which are of small order anyway. Order 4 has y = 0; order 8 doubles to y = 0.
    if y in (0, 1, _P - 1):
        return True
    y2 = y * y % _P
    x2 = (y2 - 1) * pow(_D * y2 + 1, _P - 2, _P) % _P
    # Doubling on -x^2 + y^2 = 1 + d x^2 y^2: y3 = (y^2 + x^2) / (1 - d x^2 y^2).
    return (y2 + x2) % _P == 0


@lru_cache(maxsize=KEPT_KEYS)
def public_key(key: str) -> bytes:
    """Return the raw 32 bytes of a key id.

    Raises:
        SignatureError: not a key id, not canonical, or a weak (small-order) point.
    """
    body = key.removeprefix(_PREFIX)
    try:
        raw = base64.urlsafe_b64decode(body + "=")
    except (ValueError, binascii.Error) as error:
        raise SignatureError(f"not a key id: {key[:80]!r}") from error
    if not key.startswith(_PREFIX) or len(raw) != _KEY_BYTES or key_id(raw) != key:
        raise SignatureError(
            f"not a key id: {key[:80]!r}", hint="a key id looks like ed25519:<43 characters>"
        )
    if _is_weak(raw):
        raise SignatureError(f"weak key {key}: a point of small order or not canonical")
    return raw


_loaded = lru_cache(maxsize=KEPT_KEYS)(Ed25519PublicKey.from_public_bytes)


def verify_raw(raw_key: bytes, signature: bytes, message: bytes) -> bool:
    """Verify an Ed25519 signature by a raw key that `public_key` or `_is_weak` has passed."""
    if len(signature) != _SIGNATURE_BYTES or len(raw_key) != _KEY_BYTES or _is_weak(raw_key):
        return False
    try:
        _loaded(raw_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def pae(payload_type: str, payload: bytes) -> bytes:
    """Return DSSE's pre-authentication encoding: what is really signed."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


class _Signature(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    keyid: Annotated[str, msgspec.Meta(max_length=64)]
    sig: Annotated[str, msgspec.Meta(max_length=96)]


class _Envelope(msgspec.Struct, forbid_unknown_fields=True, frozen=True, rename="camel"):
    payload: str
    payload_type: Annotated[str, msgspec.Meta(max_length=120)]
    signatures: Annotated[list[_Signature], msgspec.Meta(min_length=1, max_length=1)]


def sign_statement(payload_type: str, payload: bytes, signer: Signer) -> bytes:
    """Return the DSSE envelope (canonical JSON, one line) of a payload signed by one key."""
    signature = signer.sign(pae(payload_type, payload))
    return canonical(
        {
            "payload": base64.b64encode(payload).decode(),
            "payloadType": payload_type,
            "signatures": [
                {"keyid": signer.key, "sig": base64.b64encode(signature).decode()},
            ],
        }
    )


def _unbase64(text: str) -> bytes:
    """Decode standard base64 in its one canonical form: padded, the spare bits zero."""
    try:
        data = base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error) as error:
        raise SignatureError("the envelope is not base64") from error
    if base64.b64encode(data).decode() != text:
        raise SignatureError("the envelope is not canonical base64")
    return data


def _decoded(envelope: bytes | memoryview, expected_type: str | None, limit: int) -> tuple[_Envelope, bytes]:
    parsed = parse_as(envelope, _Envelope, limit=limit)
    if expected_type is not None and parsed.payload_type != expected_type:
        raise SignatureError(f"expected {expected_type}, got {parsed.payload_type!r}")
    return parsed, _unbase64(parsed.payload)


def read_payload(envelope: bytes | memoryview, expected_type: str, *, limit: int = 2 * MAX_DOCUMENT) -> bytes:
    """Return the payload of an envelope WITHOUT verifying it: for statements verified before.

    Raises:
        InputError: not an envelope.
        SignatureError: another payload type, or not canonical base64.
    """
    return _decoded(envelope, expected_type, limit)[1]


def open_statement(
    envelope: bytes | memoryview, expected_type: str | None = None, *, limit: int = 2 * MAX_DOCUMENT
) -> Statement:
    """Verify an envelope over the bytes received and return its payload and signer.

    Raises:
        InputError: not an envelope.
        SignatureError: another payload type, a weak key, or the signature does not hold.
    """
    parsed, payload = _decoded(envelope, expected_type, limit)
    (mark,) = parsed.signatures
    signature = _unbase64(mark.sig)
    if not verify_raw(public_key(mark.keyid), signature, pae(parsed.payload_type, payload)):
        raise SignatureError(f"the signature by {mark.keyid} does not hold")
    return Statement(type=parsed.payload_type, payload=payload, signer=KeyId(mark.keyid))
