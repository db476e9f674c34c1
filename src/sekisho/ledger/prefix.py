"""A Merkle-Patricia map: one root over keys and values, with proofs of presence and of absence.

The format is that of torchwood's `mpt` (tree.go, 2026), for keys and values of 32 bytes:

    empty  SHA-256("")
    leaf   SHA-256(00 || 20 || key || 20 || value)
    inner  SHA-256(01 || B || left || right), B: the first bit in which the keys of both sides differ,
           as a varint; bit 0 is the highest of the first byte; a key with a 0 there is on the left
    proof  of presence: B || sibling for each inner node, from the leaf up
           of absence: 20 || other key || 20 || other value, then the steps from that leaf up

Where a key stands follows from its bits alone. A walk for one key can end in one leaf only, so that the
same root never proves a key both present and absent, whoever has made the map. Pure: bytes in, bytes out.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sekisho.errors import EvidenceError
from sekisho.ledger.tree import EMPTY_ROOT, HASH_BYTES

__all__ = [
    "BITS",
    "KEY_BYTES",
    "MAX_PROOF",
    "MapProof",
    "Node",
    "decode_absence",
    "decode_presence",
    "encode_absence",
    "encode_presence",
    "inner_hash",
    "map_leaf",
    "map_proof",
    "map_root",
    "shared_bits",
    "verify_absent",
    "verify_present",
    "walk",
]

KEY_BYTES = 32
BITS = 8 * KEY_BYTES
_LENGTH = bytes([KEY_BYTES])
_LEAF, _INNER = b"\x00" + _LENGTH, b"\x01"
_VARINTS = tuple(bytes([bit]) if bit < 128 else bytes([bit & 127 | 128, 1]) for bit in range(BITS))  # noqa: PLR2004
"""Protocol buffers' varints of all bits: one byte below 128, two above."""
_MARKS = tuple(_INNER + varint for varint in _VARINTS)
MAX_PROOF = 2 * (1 + KEY_BYTES) + BITS * (2 + HASH_BYTES)
"""Bytes of the longest proof: a step for every bit. Real ones have about 33 * log2 of the keys."""

Step = tuple[int, bytes]
"""A bit, and the hash of the side on which the key is not."""


class Node(NamedTuple):
    """A whole subtree: one of its keys, and its hash."""

    key: bytes
    hash: bytes


@dataclass(frozen=True, slots=True)
class MapProof:
    """Where a walk for a key ends: the leaf there, and the steps from it up to the root.

    Attributes:
        key, value: of the leaf; another key than the one that was asked for proves its absence.
        steps: with falling bits.
    """

    key: bytes
    value: bytes
    steps: tuple[Step, ...]


def map_leaf(key: bytes, value: bytes) -> Node:
    """Return the leaf of a key and its value, 32 bytes each.

    Raises:
        ValueError: another length.
    """
    if len(key) != KEY_BYTES or len(value) != KEY_BYTES:
        raise ValueError(f"keys and values of the map have {KEY_BYTES} bytes")
    return Node(key, hashlib.sha256(_LEAF + key + _LENGTH + value).digest())


def inner_hash(bit: int, left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node whose sides differ in `bit`, 0-255."""
    return hashlib.sha256(_MARKS[bit] + left + right).digest()


def shared_bits(one: bytes, other: bytes) -> int:
    """Return how many bits two keys have in common at their beginning, 0-256."""
    return BITS - (int.from_bytes(one, "big") ^ int.from_bytes(other, "big")).bit_length()


def map_root(nodes: Iterable[Node]) -> bytes:
    """Return the root over subtrees in the order of their keys: leaves, or subtrees of their own.

    O(n) time; of what was read only one hash for each level stays, at most 256.

    Raises:
        ValueError: the keys are not in order, or one comes twice.
    """
    sha256, marks = hashlib.sha256, _MARKS
    bits: list[int] = []
    lefts: list[bytes] = []
    before, current = b"", b""
    for key, made in nodes:
        if current:
            if key <= before:
                raise ValueError("the keys of a map come in order, each once")
            bit = shared_bits(before, key)
            while bits and bits[-1] > bit:
                current = sha256(marks[bits.pop()] + lefts.pop() + current).digest()
            bits.append(bit)
            lefts.append(current)
        before, current = key, made
    while bits:
        current = sha256(marks[bits.pop()] + lefts.pop() + current).digest()
    return current or EMPTY_ROOT


def _bit(key: bytes, bit: int) -> int:
    return key[bit >> 3] >> (7 - (bit & 7)) & 1


def walk(nodes: Sequence[Node], key: bytes) -> tuple[int, tuple[Step, ...]]:
    """Look a key up among subtrees in the order of their keys.

    Args:
        nodes: at least one.
        key: 32 bytes.

    Returns:
        The place of the subtree where the walk ends, and the steps from it up. O(n).
    """
    start, end, steps = 0, len(nodes), []
    while end - start > 1:
        bit = shared_bits(nodes[start].key, nodes[end - 1].key)
        low, high = start, end - 1
        while low < high:
            middle = (low + high) // 2
            low, high = (low, middle) if _bit(nodes[middle].key, bit) else (middle + 1, high)
        if _bit(key, bit):
            aside, start = (start, low), low
        else:
            aside, end = (low, end), low
        steps.append((bit, map_root(nodes[slice(*aside)])))
    return start, tuple(reversed(steps))


def map_proof(pairs: Sequence[tuple[bytes, bytes]], key: bytes) -> MapProof | None:
    """Return where the walk for a key ends in a map in memory; None in an empty one. O(n).

    Args:
        pairs: keys and values, ordered by key.
        key: 32 bytes.
    """
    if not pairs:
        return None
    place, steps = walk([map_leaf(*pair) for pair in pairs], key)
    return MapProof(*pairs[place], steps)


def _encode_steps(steps: Iterable[Step]) -> bytes:
    return b"".join(_VARINTS[bit] + sibling for bit, sibling in steps)


def encode_presence(proof: MapProof) -> bytes:
    """Return the bytes that prove, to whoever knows key and value, that the map has them."""
    return _encode_steps(proof.steps)


def encode_absence(proof: MapProof | None) -> bytes:
    """Return the bytes that prove a key absent; of an empty map there are none."""
    if proof is None:
        return b""
    return _LENGTH + proof.key + _LENGTH + proof.value + _encode_steps(proof.steps)


def _decode_steps(data: bytes) -> tuple[Step, ...]:
    steps: list[Step] = []
    at, last = 0, BITS
    while at < len(data):
        width = 1 + (data[at] >> 7)
        mark = data[at : at + width]
        bit = mark[0] if width == 1 else mark[0] & 127 | 128
        sibling = data[at + width : at + width + HASH_BYTES]
        if mark != _VARINTS[bit] or len(sibling) != HASH_BYTES:
            raise EvidenceError("a step of the map's proof is cut short, or is no bit of a key")
        if bit >= last:
            raise EvidenceError("the bits in the map's proof do not fall")
        steps.append((bit, sibling))
        at, last = at + width + HASH_BYTES, bit
    return tuple(steps)


def _check_length(data: bytes) -> None:
    if len(data) > MAX_PROOF:
        raise EvidenceError(f"a proof of the map has at most {MAX_PROOF} bytes, this one {len(data)}")


def decode_presence(data: bytes, key: bytes, value: bytes) -> MapProof:
    """Parse a proof of presence, without verifying it.

    Raises:
        EvidenceError: it has not the one form that such proofs have.
    """
    _check_length(data)
    return MapProof(key, value, _decode_steps(data))


def decode_absence(data: bytes) -> MapProof | None:
    """Parse a proof of absence, without verifying it; None: the map is said to be empty.

    Raises:
        EvidenceError: it has not the one form that such proofs have.
    """
    _check_length(data)
    if not data:
        return None
    leaf = 2 * (1 + KEY_BYTES)
    if len(data) < leaf or data[:1] != _LENGTH or data[1 + KEY_BYTES : 2 + KEY_BYTES] != _LENGTH:
        raise EvidenceError("a proof of absence begins with another key and its value, 32 bytes each")
    return MapProof(data[1 : 1 + KEY_BYTES], data[2 + KEY_BYTES : leaf], _decode_steps(data[leaf:]))


def _lead_to(proof: MapProof, root: bytes) -> None:
    """Compute the way up again: the key's own bits say on which side it is."""
    if {len(proof.key), len(proof.value)} != {KEY_BYTES}:
        raise EvidenceError(f"keys and values of the map have {KEY_BYTES} bytes")
    found = map_leaf(proof.key, proof.value).hash
    for bit, sibling in proof.steps:
        left, right = (sibling, found) if _bit(proof.key, bit) else (found, sibling)
        found = inner_hash(bit, left, right)
    if found != root:
        raise EvidenceError("the proof does not lead to the root of the map")


def verify_present(root: bytes, key: bytes, value: bytes, proof: bytes) -> None:
    """Verify that the map with this root has `value` under `key`.

    Raises:
        EvidenceError: the proof is malformed, or leads to another root.
    """
    _lead_to(decode_presence(proof, key, value), root)


def verify_absent(root: bytes, key: bytes, proof: bytes) -> None:
    """Verify that the map with this root has nothing under `key`.

    Raises:
        EvidenceError: the proof is malformed, leads to another root, ends at the key itself, or ends
            where a walk for the key does not come.
    """
    if len(key) != KEY_BYTES:
        raise EvidenceError(f"keys of the map have {KEY_BYTES} bytes")
    found = decode_absence(proof)
    if found is None:
        if root != EMPTY_ROOT:
            raise EvidenceError("the map is not empty, so that absence needs a proof")
        return
    if found.key == key:
        raise EvidenceError("the proof of absence ends at the key itself")
    if any(_bit(found.key, bit) != _bit(key, bit) for bit, _ in found.steps):
        raise EvidenceError("the proof of absence is for another key: a walk for this one turns elsewhere")
    _lead_to(found, root)
