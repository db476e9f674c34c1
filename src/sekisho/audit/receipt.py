"""The steps that every verification shares: a file as its digest says, a seal as the log has it."""

import hashlib

from sekisho.audit.files import RunFiles
from sekisho.audit.seal import Seal
from sekisho.errors import EvidenceError, InputError, SignatureError
from sekisho.ledger import EntryType, LogPolicy, commitment, decode_entry, parse_vkey, verify_proof

__all__ = ["compare", "require", "verify_receipt"]


def require(files: RunFiles, name: str) -> bytes:
    """Return a file's bytes; a missing one is an `EvidenceError`."""
    data = files.read(name)
    if data is None:
        raise EvidenceError(f"{name} is missing")
    return data


def compare(files: RunFiles, name: str, digest: str) -> bytes:
    """Return a file's bytes if they have the digest; else `EvidenceError`."""
    data = require(files, name)
    if hashlib.sha256(data).hexdigest() != digest:
        raise EvidenceError(f"{name} was changed after the run was sealed")
    return data


def verify_receipt(
    seal: Seal, receipt: bytes, log_key: str | None = None, policy: LogPolicy | None = None
) -> None:
    """Verify that the log has the seal: salted commitment, entry, inclusion proof, checkpoint.

    Args:
        seal: of `decode_seal`.
        receipt: the bytes of receipt.tlog-proof.
        log_key: the log's verifier key if the caller knows it from elsewhere; else the seal's.
        policy: which logs and witnesses the caller believes.

    Raises:
        EvidenceError: any step does not hold.
    """
    if log_key is not None and log_key != seal.vkey:
        raise EvidenceError(f"the receipt is of the log {seal.vkey}, not of {log_key}")
    try:
        made = commitment(seal.salt, EntryType.PUBLIC, seal.payload)
        if decode_entry(seal.entry).commitment != made:
            raise EvidenceError("seal.json: the entry of the log does not commit to this seal")
        keys = [parse_vkey(seal.vkey)]
    except (InputError, SignatureError, ValueError) as error:
        raise EvidenceError(f"seal.json: {error}") from error
    try:
        index, _ = verify_proof(receipt, seal.entry, keys, origin=seal.origin, policy=policy)
    except EvidenceError as error:
        raise EvidenceError(f"receipt.tlog-proof does not fit seal.json: {error}", hint=error.hint) from error
    if index != seal.index:
        raise EvidenceError(f"receipt.tlog-proof is for entry {index}, but seal.json names {seal.index}")
