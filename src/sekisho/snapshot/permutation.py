"""The permutation of 48-bit passage hashes that each registry has of its own.

It keeps two registries' snapshots from being joined by anybody who only sorts them side by side. It
is no secrecy: the key is the registry's public key, so whoever holds a snapshot can test any text
that they already have.

    x ^= k0;  then three times: x = x * m (mod 2**48), m odd;  x ^= x >> 24

Every step can be undone, so distinct hashes stay distinct.
"""

import hashlib

import numba
import numpy as np
from numpy.typing import NDArray

from sekisho.model import KeyId
from sekisho.signing import public_key

__all__ = ["KEY_BITS", "ROUNDS", "permutation_of", "permute", "permuted"]

KEY_BITS = 48
ROUNDS = 3
_DOMAIN = b"sekisho passages permutation v1\0"
_MASK = np.uint64((1 << KEY_BITS) - 1)
_HALF = np.uint64(KEY_BITS // 2)


def permutation_of(registry: KeyId) -> NDArray[np.uint64]:
    """Return the constants of a registry's permutation, (1 + ROUNDS,) uint64: what is added, and factors."""
    digest = hashlib.sha256(_DOMAIN + public_key(registry)).digest()
    words = np.frombuffer(digest, "<u8").astype(np.uint64) & _MASK
    words[1:] |= np.uint64(1)
    words.flags.writeable = False
    return words


@numba.njit(cache=True, nogil=True, inline="always")
def permute(value: np.uint64, constants: NDArray[np.uint64]) -> np.uint64:
    """Return the key of one hash. Only inside compiled code."""
    x = value ^ constants[0]
    for i in range(1, 1 + ROUNDS):
        x = (x * constants[i]) & _MASK
        x ^= x >> _HALF
    return np.uint64(x)


@numba.njit(cache=True, nogil=True)
def permuted(hashes: NDArray[np.uint64], constants: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return the keys of hashes of 48 bits, (n,) uint64 below 2**48."""
    keys = np.empty(len(hashes), np.uint64)
    for i in range(len(hashes)):
        keys[i] = permute(hashes[i], constants)
    return keys
