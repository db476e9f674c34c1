"""Signing keys for tests: the same seed gives the same key."""

import hashlib

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sekisho.model import KeyId
from sekisho.signing import key_id


class SeededKey:
    """A `Signer` whose private key is the SHA-256 of a word."""

    def __init__(self, word: str) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(word.encode()).digest())

    @property
    def key(self) -> KeyId:
        return key_id(self._private.public_key().public_bytes_raw())

    def sign(self, message: bytes) -> bytes:
        return self._private.sign(message)
