"""Merkle tree hashing and proofs as RFC 6962 and RFC 9162 define them. Pure: hashes in, hashes out.

Proofs are generated through a `HashReader`, so that tiles on disk, in memory or behind a network
serve alike. A verifier returns nothing and raises `EvidenceError`, so that a result can not be ignored.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence

from sekisho.errors import EvidenceError

__all__ = [
    "EMPTY_ROOT",
    "HASH_BYTES",
    "MAX_PROOF_HASHES",
    "MAX_SIZE",
    "HashReader",
    "consistency_proof",
    "inclusion_proof",
    "leaf_hash",
    "leaf_reader",
    "level_path",
    "node_hash",
    "subtree_root",
    "tree_levels",
    "tree_root",
    "verify_consistency",
    "verify_inclusion",
]

HashReader = Callable[[int, int], bytes]
"""(level, index) -> the 32-byte root of leaves [index << level, (index + 1) << level)."""

HASH_BYTES = 32
MAX_SIZE = 2**63 - 1
"""Entries; C2SP tlog-checkpoint."""
MAX_PROOF_HASHES = 63
"""The path length in a tree of `MAX_SIZE`; C2SP tlog-proof."""
EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    """Return the leaf hash of an entry. RFC 6962 2.1."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node. RFC 6962 2.1."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def subtree_root(hashes: Sequence[bytes]) -> bytes:
    """Return the root over a row of hashes whose count is a power of two."""
    if len(hashes).bit_count() != 1:
        raise ValueError("a perfect subtree has 1, 2, 4, 8, ... hashes")
    sha256 = hashlib.sha256
    while len(hashes) > 1:
        pairs = zip(hashes[::2], hashes[1::2], strict=True)
        hashes = [sha256(b"\x01" + left + right).digest() for left, right in pairs]
    return hashes[0]


def leaf_reader(leaves: Sequence[bytes]) -> HashReader:
    """Read a tree from its leaf hashes in memory; each read costs as many hashes as it covers."""

    def read(level: int, index: int) -> bytes:
        if (index + 1) << level > len(leaves):
            raise ValueError(f"{len(leaves)} leaves have no hash {index} at level {level}")
        return subtree_root(leaves[index << level : (index + 1) << level])

    return read


def tree_levels(leaves: Sequence[bytes]) -> list[Sequence[bytes]]:
    """Return all hashes of a tree in memory, the leaves first and the root alone at last.

    What has no sibling moves up as it is, which gives RFC 6962's splits. About 0.6 us a leaf: for
    trees that are hashed whole, where `leaf_reader` would do the work once for each proof.
    """
    levels, sha256 = [leaves], hashlib.sha256
    while len(leaves) > 1:
        pairs = zip(leaves[::2], leaves[1::2], strict=False)
        above = [sha256(b"\x01" + left + right).digest() for left, right in pairs]
        leaves = above if len(leaves) % 2 == 0 else [*above, leaves[-1]]
        levels.append(leaves)
    return levels


def level_path(levels: Sequence[Sequence[bytes]], index: int) -> tuple[bytes, ...]:
    """Return the inclusion proof of a leaf from all hashes of its tree, the leaf's sibling first."""
    if not 0 <= index < len(levels[0]):
        raise ValueError(f"no leaf {index} in a tree of {len(levels[0])}")
    places = [(level, (index >> up) ^ 1) for up, level in enumerate(levels)]
    return tuple(level[place] for level, place in places if place < len(level))


def _perfect_roots(read: HashReader, start: int, end: int) -> Iterator[bytes]:
    while start < end:
        level = (end - start).bit_length() - 1
        yield read(level, start >> level)
        start += 1 << level


def _range_root(read: HashReader, start: int, end: int) -> bytes:
    """Return MTH(D[start:end]) for a range that the RFC's splits make: `start` is aligned to it."""
    root, *rest = reversed(list(_perfect_roots(read, start, end)))
    for left in rest:
        root = node_hash(left, root)
    return root


def tree_root(read: HashReader, size: int) -> bytes:
    """Return the root of the first `size` leaves. O(log size) reads."""
    return _range_root(read, 0, size) if size else EMPTY_ROOT


def _split(start: int, end: int) -> int:
    """Return where the RFC splits a range: after the largest power of two below its length."""
    return start + (1 << ((end - start - 1).bit_length() - 1))


def _descend(leaf: int, size: int) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Yield, from the root down to a leaf, the range left aside and the range that holds the leaf."""
    start, end = 0, size
    while end - start > 1:
        middle = _split(start, end)
        if leaf < middle:
            aside, end = (middle, end), middle
        else:
            aside, start = (start, middle), middle
        yield aside, (start, end)


def inclusion_proof(read: HashReader, index: int, size: int) -> tuple[bytes, ...]:
    """Return the path from a leaf to the root of `size` leaves, the leaf's sibling first. RFC 6962 2.1.1."""
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    return tuple(_range_root(read, *aside) for aside, _ in reversed(list(_descend(index, size))))


def consistency_proof(read: HashReader, old: int, new: int) -> tuple[bytes, ...]:
    """Return the proof that the tree of `new` leaves begins with that of `old`. RFC 6962 2.1.2."""
    if not 1 <= old <= new:
        raise ValueError(f"no consistency proof from {old} to {new}")
    path: list[bytes] = []
    for aside, (start, end) in _descend(old - 1, new) if old < new else ():
        path.append(_range_root(read, *aside))
        if end == old:
            # From 0 on it is the old root, which the verifier knows.
            path += [_range_root(read, start, end)] if start else []
            break
    return tuple(reversed(path))


def _check(size: int, proof: Sequence[bytes], *hashes: bytes) -> None:
    if size > MAX_SIZE or len(proof) > MAX_PROOF_HASHES:
        raise EvidenceError(f"a tree below 2**63 has proofs of at most {MAX_PROOF_HASHES} hashes")
    if any(len(item) != HASH_BYTES for item in (*proof, *hashes)):
        raise EvidenceError("a hash in the proof does not have 32 bytes")


def _sides(node: int, last: int, proof: Sequence[bytes]) -> Iterator[tuple[bool, bytes]]:
    """Yield for each hash of a proof whether it stands on the left of `node`'s path. RFC 9162 2.1.3.2."""
    for sibling in proof:
        if last == 0:
            raise EvidenceError("the proof has too many hashes")
        left = node & 1 == 1 or node == last
        while left and node and not node & 1:
            node, last = node >> 1, last >> 1
        yield left, sibling
        node, last = node >> 1, last >> 1
    if last:
        raise EvidenceError("the proof has too few hashes")


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Verify that a leaf hash stands at `index` in the tree. RFC 9162 2.1.3.2.

    Raises:
        EvidenceError: index out of range, a wrong count or length of hashes, or another root.
    """
    if not 0 <= index < size:
        raise EvidenceError(f"there is no index {index} in a tree of {size}")
    _check(size, proof, leaf, root)
    found = leaf
    for left, sibling in _sides(index, size - 1, proof):
        found = node_hash(sibling, found) if left else node_hash(found, sibling)
    if found != root:
        raise EvidenceError("the inclusion proof does not lead to the root")


def verify_consistency(old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> None:
    """Verify that the tree of `new` leaves begins with the tree of `old`. RFC 9162 2.1.4.2.

    An empty old tree proves nothing and is refused: a caller who starts from nothing knows that.

    Raises:
        EvidenceError: sizes out of order, a wrong count or length of hashes, or another root.
    """
    if not 1 <= old <= new:
        raise EvidenceError(f"nothing can be consistent from size {old} to size {new}")
    if old == new:
        if proof or old_root != new_root:
            raise EvidenceError("two trees of one size are equal and need no proof")
        return
    _check(new, proof, old_root, new_root)
    if not proof:
        raise EvidenceError("the consistency proof is empty")
    first, *rest = (old_root, *proof) if old.bit_count() == 1 else proof
    before = after = first
    shift = (old & -old).bit_length() - 1  # the last subtree of the old tree is perfect
    for left, item in _sides((old - 1) >> shift, (new - 1) >> shift, rest):
        before = node_hash(item, before) if left else before
        after = node_hash(item, after) if left else node_hash(after, item)
    if before != old_root or after != new_root:
        raise EvidenceError("the consistency proof does not lead to both roots")
