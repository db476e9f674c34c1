"""Receipts: an inclusion proof with the checkpoint it leads to, in one text file. C2SP tlog-proof v1.

The entry is not in the file. Who verifies makes the leaf hash from the entry that they hold, so
nothing in the file is believed; `extra` is a hint of the sender that no signature covers.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sekisho.errors import EvidenceError, InputError, SignatureError
from sekisho.ledger.checkpoint import Checkpoint, open_checkpoint, parse_decimal
from sekisho.ledger.note import MAX_NOTE, NoteKey, decode_base64, encode_base64
from sekisho.ledger.policy import LogPolicy, require_quorum, witnessed
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
    data: bytes,
    entry: bytes,
    keys: Iterable[NoteKey] = (),
    *,
    origin: str | None = None,
    policy: LogPolicy | None = None,
) -> tuple[int, Checkpoint]:
    """Verify offline that a log has an entry, and return its index and the tree head.

    Args:
        data: the receipt.
        entry: the bytes whose place in the log it proves.
        keys: the log's keys; may be left out where the policy names logs, else both must hold.
        origin: the log's; with `keys` it must be given.
        policy: which logs are believed and which witnesses must have cosigned.

    Raises:
        EvidenceError: the receipt, its checkpoint, a signature or the quorum does not hold.
    """
    try:
        proof = decode_proof(data)
        head = _open_head(proof.checkpoint, tuple(keys), origin, policy)
    except (InputError, SignatureError) as error:
        raise EvidenceError(f"the receipt does not hold: {error}", hint=error.hint) from error
    verify_inclusion(leaf_hash(entry), proof.index, head.size, proof.hashes, head.root)
    return proof.index, head


def _open_head(
    note: bytes, keys: tuple[NoteKey, ...], origin: str | None, policy: LogPolicy | None
) -> Checkpoint:
    if policy is not None:
        head = require_quorum(witnessed(note, policy, keys=keys))
        if policy.logs and not keys:
            if origin not in {None, head.origin}:
                raise EvidenceError(f"a checkpoint of the log {head.origin!r}, not of {origin!r}")
            return head
    if origin is None:
        raise SignatureError("no log is named: give its key and origin, or a policy with a log")
    return open_checkpoint(note, keys, origin=origin)
