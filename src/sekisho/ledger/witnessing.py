"""The witness protocol, both sides, as functions over bytes. C2SP tlog-witness.

A witness cosigns a checkpoint only if it continues the newest one that it has cosigned before.
`admit` needs no state; `decide` takes the stored head and must run in the transaction that stores
the new one, or two requests could each be answered for another future.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sekisho.errors import EvidenceError, InputError, SignatureError
from sekisho.ledger.checkpoint import Checkpoint, parse_decimal, read_lines
from sekisho.ledger.cosignature import cosign, read_cosignatures
from sekisho.ledger.note import (
    MAX_NOTE,
    Note,
    NoteKey,
    decode_base64,
    encode_base64,
    encode_note,
    open_note,
    parse_note,
    signature_line,
)
from sekisho.ledger.schemes import Role
from sekisho.ledger.tree import EMPTY_ROOT, HASH_BYTES, MAX_PROOF_HASHES, verify_consistency
from sekisho.signing import Signer

__all__ = [
    "MAX_ANSWER",
    "MAX_REQUEST",
    "SIZE_TYPE",
    "Answer",
    "Decided",
    "Request",
    "WitnessHead",
    "add_cosignatures",
    "admit",
    "decide",
    "decode_request",
    "encode_request",
    "read_cosignature",
    "read_size",
]

MAX_REQUEST = MAX_NOTE + (MAX_PROOF_HASHES + 1) * 64
"""Bytes of a request."""
MAX_ANSWER = 1 << 16
"""Bytes of an answer; a witness may sign with several keys."""
SIZE_TYPE = "text/x.tlog.size"
TEXT_TYPE = "text/plain; charset=utf-8"
_OLD = "old "

OK, BAD, FORBIDDEN, UNKNOWN, CONFLICT, UNPROVEN = 200, 400, 403, 404, 409, 422


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a log asks of a witness: cosign this checkpoint, which continues your tree of `old` entries."""

    old: int
    proof: tuple[bytes, ...]
    checkpoint: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An HTTP answer of a witness."""

    status: int
    body: bytes
    type: str = TEXT_TYPE


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessHead:
    """The newest checkpoint of a log that a witness has cosigned.

    Attributes:
        note: the checkpoint with the log's signatures and the witness's cosignature.
        at: the time of the cosignature, aware UTC.
    """

    checkpoint: Checkpoint
    note: bytes
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Admitted:
    """A request whose checkpoint a known log has signed; only `admit` makes one.

    Attributes:
        note: the checkpoint with those of its signatures that hold.
    """

    old: int
    proof: tuple[bytes, ...]
    checkpoint: Checkpoint
    note: Note


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What a witness does with a request.

    Attributes:
        head: to be stored before the answer is given; None: nothing changes.
        split: both notes if the log has signed two trees of one size: proof of what it did.
    """

    answer: Answer
    head: WitnessHead | None = None
    split: tuple[bytes, bytes] | None = None


def encode_request(request: Request) -> bytes:
    """Return the body of a request."""
    lines = [f"{_OLD}{request.old}", *map(encode_base64, request.proof)]
    return "\n".join(lines).encode() + b"\n\n" + request.checkpoint


def decode_request(body: bytes) -> Request:
    """Parse the body of a request, without verifying anything.

    Raises:
        InputError: not a request.
    """
    if len(body) > MAX_REQUEST:
        raise InputError(f"a request has at most {MAX_REQUEST} bytes")
    head, blank, checkpoint = body.partition(b"\n\n")
    try:
        first, *lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise InputError("a request that is not ASCII above its checkpoint") from error
    if not blank or not first.startswith(_OLD):
        raise InputError(f"a request begins with {_OLD!r} and a size, and has a blank line")
    if len(lines) > MAX_PROOF_HASHES:
        raise InputError(f"a proof has at most {MAX_PROOF_HASHES} hashes")
    proof = tuple(map(decode_base64, lines))
    if any(len(item) != HASH_BYTES for item in proof):
        raise InputError(f"a hash has {HASH_BYTES} bytes")
    return Request(old=parse_decimal(first.removeprefix(_OLD)), proof=proof, checkpoint=checkpoint)


def _refused(status: int, reason: object) -> Answer:
    return Answer(status=status, body=f"{reason}\n".encode())


def admit(body: bytes, logs: Mapping[str, Sequence[NoteKey]]) -> Admitted | Answer:
    """Parse a request and verify the log's signature; a refusal is an answer, never an exception.

    Args:
        body: the bytes that came, at most `MAX_REQUEST`.
        logs: the keys of each log that this witness knows, by origin.
    """
    try:
        request = decode_request(body)
        origin, size, root = read_lines(request.checkpoint.rpartition(b"\n\n")[0] + b"\n")
    except InputError as error:
        return _refused(BAD, error)
    if origin not in logs:
        return _refused(UNKNOWN, "unknown log")
    try:
        note = open_note(request.checkpoint, [key for key in logs[origin] if key.role is Role.LOG])
    except (InputError, SignatureError) as error:
        return _refused(FORBIDDEN, error)
    if request.old > size:
        return _refused(BAD, f"the old size {request.old} is above the checkpoint's {size}")
    if size == 0 and root != EMPTY_ROOT:
        return _refused(UNPROVEN, "the empty tree has another root")
    head = Checkpoint(origin=origin, size=size, root=root)
    return Admitted(old=request.old, proof=request.proof, checkpoint=head, note=note)


def _continues(request: Admitted, head: WitnessHead | None) -> str:
    """Return why a checkpoint does not continue the stored head, or nothing if it does."""
    new = request.checkpoint
    if request.old == 0:
        return "a proof from the empty tree is empty" if request.proof else ""
    if head is None:
        return "there is nothing to continue"
    old = head.checkpoint
    try:
        verify_consistency(old.size, new.size, request.proof, old.root, new.root)
    except EvidenceError as error:
        return str(error)
    return ""


def _split(request: Admitted, head: WitnessHead | None) -> tuple[bytes, bytes] | None:
    new = request.checkpoint
    if head is None or new.size != head.checkpoint.size or new.root == head.checkpoint.root:
        return None
    return head.note, encode_note(request.note)


def decide(request: Admitted, head: WitnessHead | None, name: str, signer: Signer, at: datetime) -> Decided:
    """Answer an admitted request and say what is to be stored before the answer is given.

    Args:
        request: of `admit`.
        head: what is stored for its origin, read in the transaction that will store the new one.
        name: of the witness.
        signer: its key.
        at: the time; a cosignature is never older than the one before.
    """
    size = 0 if head is None else head.checkpoint.size
    split = _split(request, head)
    if request.old != size:
        answer = Answer(status=CONFLICT, body=b"%d\n" % size, type=SIZE_TYPE)
        return Decided(answer=answer, split=split)
    reason = _continues(request, head)
    if reason or split:
        return Decided(answer=_refused(UNPROVEN, reason), split=split)
    at = at if head is None else max(at, head.at)
    mark = cosign(request.note.text, name, signer, at)
    note = Note(text=request.note.text, signatures=(*request.note.signatures, mark))
    stored = WitnessHead(checkpoint=request.checkpoint, note=encode_note(note), at=at)
    return Decided(answer=Answer(status=OK, body=signature_line(mark)), head=stored)


def read_size(answer: Answer) -> int:
    """Return the size that a witness holds, from an answer 409.

    Raises:
        InputError: not such an answer.
    """
    if answer.type.partition(";")[0].strip().lower() != SIZE_TYPE or not answer.body.endswith(b"\n"):
        raise InputError("a conflict without a size")
    try:
        return parse_decimal(answer.body[:-1].decode("ascii"))
    except UnicodeDecodeError as error:
        raise InputError("a conflict without a size") from error


def read_cosignature(answer: Answer, checkpoint: bytes, key: NoteKey, now: datetime) -> bytes:
    """Return the line by which a witness has cosigned, from an answer 200; all else in it is left out.

    Args:
        answer: what the witness said, at most `MAX_ANSWER` bytes.
        checkpoint: the note that was sent.
        key: the witness's.
        now: the time; a cosignature of the future is refused.

    Raises:
        InputError: not signature lines.
        SignatureError: the witness's line is missing, comes twice or does not hold.
    """
    if len(answer.body) > MAX_ANSWER:
        raise InputError(f"an answer has at most {MAX_ANSWER} bytes")
    text = parse_note(checkpoint).text
    opened = open_note(text + b"\n" + answer.body, [key])
    (mark,) = opened.signatures
    if opened.text != text or not all(found.in_time(now) for found in read_cosignatures(opened, [key])):
        raise SignatureError(f"the cosignature of {key.name!r} is of another text or of the future")
    return signature_line(mark)


def add_cosignatures(checkpoint: bytes, lines: Sequence[bytes]) -> bytes:
    """Return a checkpoint with cosignature lines after its own signatures.

    Raises:
        InputError: too many or too long, or not signature lines.
    """
    cosigned = checkpoint + b"".join(lines)
    if parse_note(cosigned).text != parse_note(checkpoint).text:
        raise InputError("a cosignature is one line")
    return cosigned
