"""Checkpoints: a log's origin, size and root, signed as a note. C2SP tlog-checkpoint.

Extension lines are refused: no signature type covers them in all its forms.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from sekisho.errors import EvidenceError, InputError, SignatureError
from sekisho.ledger.note import NoteKey, check_name, decode_base64, encode_base64, open_note, sign_note
from sekisho.ledger.schemes import Role
from sekisho.ledger.tree import EMPTY_ROOT, HASH_BYTES, MAX_SIZE
from sekisho.signing import Signer

__all__ = [
    "Checkpoint",
    "check_origin",
    "decode_checkpoint",
    "encode_checkpoint",
    "open_checkpoint",
    "parse_decimal",
    "read_lines",
    "sign_checkpoint",
]

_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}")
_LINES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """A tree head: `size` leaves of the log `origin` have the 32-byte root."""

    origin: str
    size: int
    root: bytes

    def __post_init__(self) -> None:
        if not self.origin or "\n" in self.origin:
            raise ValueError("an origin is one line")
        if not 0 <= self.size <= MAX_SIZE or len(self.root) != HASH_BYTES:
            raise ValueError("a tree head has a size below 2**63 and a root of 32 bytes")
        if self.size == 0 and self.root != EMPTY_ROOT:
            raise ValueError("the empty tree has another root")


def parse_decimal(text: str) -> int:
    """Parse ASCII digits without leading zeros, at most 2**63 - 1.

    Raises:
        InputError: anything else.
    """
    if not _DECIMAL.fullmatch(text) or int(text) > MAX_SIZE:
        raise InputError(f"not a number of the log's kind: {text[:40]!r}")
    return int(text)


def check_origin(origin: str) -> str:
    """Return the origin for a log of ours: a URL without scheme, fit to name its key.

    Raises:
        InputError: it is not; the logs of others are free in this.
    """
    if "://" in check_name(origin):
        raise InputError(f"a log's origin has no scheme: {origin!r}")
    return origin


def encode_checkpoint(checkpoint: Checkpoint) -> bytes:
    """Return the text that a log signs."""
    return f"{checkpoint.origin}\n{checkpoint.size}\n{encode_base64(checkpoint.root)}\n".encode()


def read_lines(text: bytes) -> tuple[str, int, bytes]:
    """Return origin, size and root as they stand in the text of a checkpoint's note.

    Raises:
        InputError: not three lines, or a size or root of the wrong form.
    """
    try:
        lines = text.decode().split("\n")
    except UnicodeDecodeError as error:
        raise InputError("a checkpoint that is not UTF-8") from error
    if lines.pop() or len(lines) != _LINES:
        raise InputError("a checkpoint has three lines: origin, size and root")
    origin, size, root = lines[0], parse_decimal(lines[1]), decode_base64(lines[2])
    if not origin or len(root) != HASH_BYTES:
        raise InputError(f"a checkpoint has an origin and a root of {HASH_BYTES} bytes")
    return origin, size, root


def decode_checkpoint(text: bytes) -> Checkpoint:
    """Parse the text of a checkpoint's note.

    Raises:
        InputError: not three lines, or a size or root that can not be.
    """
    origin, size, root = read_lines(text)
    try:
        return Checkpoint(origin=origin, size=size, root=root)
    except ValueError as error:
        raise InputError(f"not a checkpoint: {error}") from error


def sign_checkpoint(checkpoint: Checkpoint, signer: Signer) -> bytes:
    """Return the checkpoint of a log of ours as a note, signed under the origin as the key's name."""
    return sign_note(encode_checkpoint(checkpoint), check_origin(checkpoint.origin), signer)


def open_checkpoint(note: bytes, keys: Iterable[NoteKey], *, origin: str) -> Checkpoint:
    """Verify a checkpoint by the keys of the log `origin`.

    Raises:
        InputError: not a checkpoint.
        SignatureError: see `open_note`; or a key that only cosigns is given as the log's.
        EvidenceError: the checkpoint of another log, although the key is right.
    """
    keys = tuple(keys)
    for key in keys:
        if key.role is not Role.LOG:
            raise SignatureError(f"{key.name!r} is a witness's key: it does not sign as a log")
    checkpoint = decode_checkpoint(open_note(note, keys).text)
    if checkpoint.origin != origin:
        raise EvidenceError(f"a checkpoint of the log {checkpoint.origin!r}, not of {origin!r}")
    return checkpoint
