"""The log, pure: RFC 6962 tree; C2SP tiles, notes, checkpoints, proofs, policies, witnesses; our entries."""

from sekisho.ledger.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from sekisho.ledger.cosignature import Cosignature, cosign, read_cosignatures
from sekisho.ledger.entry import EntryType, LogEntry, commitment, decode_entry, encode_entry
from sekisho.ledger.logged import Logged, decode_logged, encode_logged, statement_entry, verify_logged
from sekisho.ledger.note import NoteKey, parse_vkey
from sekisho.ledger.policy import LogPolicy, Witness, Witnessed, parse_policy, require_quorum, witnessed
from sekisho.ledger.proof import LogProof, decode_proof, encode_proof, verify_proof
from sekisho.ledger.schemes import KeyType, Role
from sekisho.ledger.tree import leaf_hash, leaf_reader, tree_root

__all__ = [
    "Checkpoint",
    "Cosignature",
    "EntryType",
    "KeyType",
    "LogEntry",
    "LogPolicy",
    "LogProof",
    "Logged",
    "NoteKey",
    "Role",
    "Witness",
    "Witnessed",
    "commitment",
    "cosign",
    "decode_entry",
    "decode_logged",
    "decode_proof",
    "encode_entry",
    "encode_logged",
    "encode_proof",
    "leaf_hash",
    "leaf_reader",
    "open_checkpoint",
    "parse_policy",
    "parse_vkey",
    "read_cosignatures",
    "require_quorum",
    "sign_checkpoint",
    "statement_entry",
    "tree_root",
    "verify_logged",
    "verify_proof",
    "witnessed",
]
