"""Receipts: an inclusion proof with the checkpoint it leads to, in one text file. C2SP tlog-proof v1.

The entry is not in the file. Who verifies makes the leaf hash from the entry that they hold, so
nothing in the file is believed; `extra` is a hint of the sender that no signature covers.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sekisho.errors import EvidenceError, InputError, SignatureError
from sekisho.ledger.checkpoint import Checkpoint, open_checkpoint, parse_decimal
from sekisho.ledger.note import MAX_NOTE, NoteKey, decode_base64, encode_base64
from sekisho.ledger.tree import HASH_BYTES, MAX_PROOF_HASHES, leaf_hash, verify_inclusion

__all__ = ["LogProof", "decode_proof", "encode_proof", "verify_proof"]

_HEADER = "c2sp.org/tlog-proof@v1"
MAX_EXTRA = 1 << 16
MAX_PROOF = MAX_NOTE + 2 * MAX_EXTRA


@dataclass(frozen=True, slots=True, kw_only=True)
class LogProof:
    """A parsed receipt; says nothing until `verify_proof` has verified it.

    Attributes:
        hashes: the path of 32-byte hashes, leaf's sibling first.
        checkpoint: the signed note, verbatim.
        extra: unauthenticated bytes, or None.
    """

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes | None = None


def encode_proof(proof: LogProof) -> bytes:
    """Return the text of a receipt."""
    extra = [] if proof.extra is None else [f"extra {encode_base64(proof.extra)}"]
    lines = [_HEADER, *extra, f"index {proof.index}", *map(encode_base64, proof.hashes)]
    return "\n".join(lines).encode() + b"\n\n" + proof.checkpoint


def decode_proof(data: bytes) -> LogProof:
    """Parse a receipt, without verifying anything.

    Raises:
        InputError: not a receipt, or not in its one canonical form.
    """
    if len(data) > MAX_PROOF:
        raise InputError(f"a receipt has at most {MAX_PROOF} bytes, this one {len(data)}")
    head, _, checkpoint = data.partition(b"\n\n")
    try:
        header, *lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise InputError("a receipt that is not ASCII above its checkpoint") from error
    extra = None
    if lines and lines[0].startswith("extra "):
        extra = decode_base64(lines.pop(0).removeprefix("extra "))
    if header != _HEADER or not lines or not lines[0].startswith("index ") or not checkpoint:
        raise InputError(f"not a receipt: it needs {_HEADER!r}, an index and a checkpoint")
    hashes = tuple(decode_base64(line) for line in lines[1 : MAX_PROOF_HASHES + 2])
    if len(hashes) > MAX_PROOF_HASHES or any(len(item) != HASH_BYTES for item in hashes):
        raise InputError(f"a receipt has at most {MAX_PROOF_HASHES} hashes of 32 bytes")
    index = parse_decimal(lines[0].removeprefix("index "))
    return LogProof(index=index, hashes=hashes, checkpoint=checkpoint, extra=extra)


def verify_proof(
    data: bytes, entry: bytes, keys: Iterable[NoteKey], *, origin: str
) -> tuple[int, Checkpoint]:
    """Verify offline that a log has an entry, and return its index and the tree head.

    Raises:
        EvidenceError: the receipt, its checkpoint or a signature does not hold for this entry.
    """
    try:
        proof = decode_proof(data)
        head = open_checkpoint(proof.checkpoint, keys, origin=origin)
    except (InputError, SignatureError) as error:
        raise EvidenceError(f"the receipt does not hold: {error}", hint=error.hint) from error
    verify_inclusion(leaf_hash(entry), proof.index, head.size, proof.hashes, head.root)
    return proof.index, head
