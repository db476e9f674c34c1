"""The log's data structures, pure: RFC 6962 tree, C2SP tiles, notes, checkpoints, proofs, entries."""

from sekisho.ledger.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from sekisho.ledger.entry import EntryType, LogEntry, commitment, decode_entry, encode_entry
from sekisho.ledger.note import NoteKey, parse_vkey
from sekisho.ledger.proof import LogProof, decode_proof, encode_proof, verify_proof
from sekisho.ledger.tree import leaf_hash, leaf_reader, tree_root

__all__ = [
    "Checkpoint",
    "EntryType",
    "LogEntry",
    "LogProof",
    "NoteKey",
    "commitment",
    "decode_entry",
    "decode_proof",
    "encode_entry",
    "encode_proof",
    "leaf_hash",
    "leaf_reader",
    "open_checkpoint",
    "parse_vkey",
    "sign_checkpoint",
    "tree_root",
    "verify_proof",
]
