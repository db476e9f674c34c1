"""Ask witnesses to cosign a checkpoint before it is published. C2SP tlog-witness, the log's side.

All are asked at the same time. One that is down, slow or lying costs its own cosignature only; once
there is a quorum, nobody is waited for much longer.
"""

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from queue import Empty, Queue
from threading import Thread

from sekisho.errors import EvidenceError, IncompleteError, InputError, SekishoError
from sekisho.ledger.checkpoint import Checkpoint, decode_checkpoint, open_checkpoint
from sekisho.ledger.note import MAX_NOTE, NoteKey, parse_note
from sekisho.ledger.policy import LogPolicy, Witness, witnessed
from sekisho.ledger.witnessing import (
    CONFLICT,
    MAX_ANSWER,
    OK,
    Answer,
    Request,
    add_cosignatures,
    encode_request,
    read_cosignature,
    read_size,
)
from sekisho.store.clock import now
from sekisho.store.fetch import SECONDS, Fetch, fetch, join_url

__all__ = ["Gathered", "PolicyWitnesses", "gather"]

Prove = Callable[[int], Sequence[bytes]]
"""An older size -> the proof that the checkpoint begins with it."""

GRACE = 0.5
"""Seconds that the others still have once a quorum has answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """What witnesses answered.

    Attributes:
        lines: signature lines that hold, one for each witness that cosigned, in the order asked.
        problems: (the witness's name, why it did not).
        ahead: the witnesses that say they have cosigned a longer log than the checkpoint's.
    """

    lines: tuple[bytes, ...] = ()
    problems: tuple[tuple[str, str], ...] = ()
    ahead: tuple[Witness, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outcome:
    """What one exchange has given: a line, or the size that the witness has, or neither and a reason."""

    line: bytes = b""
    size: int | None = None
    problem: str = ""


@dataclass(slots=True)
class _Asked:
    """One witness and how it stands with the checkpoint; changed by the asking thread only."""

    witness: Witness
    outcome: _Outcome = _Outcome(problem="no answer in time")
    asked_again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """How witnesses are reached."""

    fetch: Fetch
    seconds: float


def _exchange(line: _Line, url: str, key: NoteKey, note: bytes, body: bytes) -> _Outcome:
    try:
        address = join_url(url, "add-checkpoint")
        reply = line.fetch(address, body=body, limit=MAX_ANSWER, seconds=line.seconds)
        answer = Answer(status=reply.status, body=reply.body, type=reply.type)
        if answer.status == OK:
            return _Outcome(line=read_cosignature(answer, note, key, now()))
        if answer.status == CONFLICT:
            size = read_size(answer)
            return _Outcome(size=size, problem=f"it says that it has cosigned {size} entries")
    except SekishoError as error:
        return _Outcome(problem=str(error))
    said = answer.body[:200].decode(errors="replace").strip()
    return _Outcome(problem=f"it answered {answer.status}: {said}")


class _Round:
    """One checkpoint and the witnesses that are asked about it."""

    def __init__(self, note: bytes, prove: Prove, witnesses: Sequence[Witness], line: _Line) -> None:
        self.note, self.prove, self.line = note, prove, line
        self.size = decode_checkpoint(parse_note(note).text).size
        self.asked = [_Asked(witness) for witness in witnesses]
        self._done: Queue[tuple[_Asked, _Outcome]] = Queue()

    def lines(self) -> tuple[bytes, ...]:
        return tuple(one.outcome.line for one in self.asked if one.outcome.line)

    def run(self, old: int, enough: Callable[[Sequence[bytes]], bool]) -> None:
        """Ask all from `old`, a witness that has another size once more from there."""
        waiting = sum([self._start(one, old) for one in self.asked])
        deadline = time.monotonic() + 2 * self.line.seconds + GRACE
        while waiting:
            try:
                one, outcome = self._done.get(timeout=max(0.0, deadline - time.monotonic()))
            except Empty:
                return
            one.outcome = outcome
            size = one.outcome.size
            if size is not None and size <= self.size and not one.asked_again:
                one.asked_again = True
                self._start(one, size)
                continue
            waiting -= 1
            if one.outcome.line and enough(self.lines()):
                deadline = min(deadline, time.monotonic() + GRACE)

    def _start(self, one: _Asked, old: int) -> bool:
        """Begin an exchange; a witness that can not be asked has its reason at once."""
        key, url = one.witness.key, one.witness.url
        if key is None or not url:
            reason = "its key has a type that is unknown here" if key is None else "it has no address"
            one.outcome = _Outcome(problem=reason)
            return False
        # Here and not in the thread: the log's files and database belong to the caller.
        proof = () if old in {0, self.size} else tuple(self.prove(old))
        body = encode_request(Request(old=old, proof=proof, checkpoint=self.note))

        def ask() -> None:
            self._done.put((one, _exchange(self.line, url, key, self.note, body)))

        Thread(target=ask, daemon=True).start()
        return True


def gather(
    note: bytes,
    prove: Prove,
    witnesses: Sequence[Witness],
    *,
    old: int = 0,
    enough: Callable[[Sequence[bytes]], bool] = lambda _lines: False,
    seconds: float = SECONDS,
    fetch: Fetch = fetch,
) -> Gathered:
    """Ask witnesses for cosignatures of a checkpoint; add the lines with `add_cosignatures`.

    Args:
        note: the checkpoint, signed by its log, not yet published.
        prove: called in this thread, for sizes between 1 and the checkpoint's.
        witnesses: of a policy, with their addresses.
        old: the size that they are expected to have: that of the checkpoint before.
        enough: tells whether these lines are a quorum.
        seconds: for each exchange; a witness is asked twice at most.
        fetch: makes an exchange.

    Raises:
        InputError: not a checkpoint, or `old` is above its size.
    """
    asking = _Round(note, prove, witnesses, _Line(fetch=fetch, seconds=seconds))
    if not 0 <= old <= asking.size:
        raise InputError(f"a checkpoint of {asking.size} entries continues none of {old}")
    asking.run(old, enough)
    failed = [one for one in asking.asked if not one.outcome.line]
    return Gathered(
        lines=asking.lines(),
        problems=tuple((one.witness.name, one.outcome.problem) for one in failed),
        ahead=tuple(one.witness for one in failed if (one.outcome.size or 0) > asking.size),
    )


def _shown_head(line: _Line, witness: Witness, origin: str, keys: Sequence[NoteKey]) -> Checkpoint | None:
    """Return the head that a witness shows for a log, if the log's own signature is on it."""
    path = f"{hashlib.sha256(origin.encode()).hexdigest()}/checkpoint"
    try:
        reply = line.fetch(join_url(witness.url, path), limit=MAX_NOTE, seconds=line.seconds)
        return open_checkpoint(reply.body, keys, origin=origin) if reply.status == OK else None
    except SekishoError:
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyWitnesses:
    """The witnesses of a policy, as a log asks them before it shows a checkpoint.

    Attributes:
        keys: the log's own keys, where the policy does not name the log.
        tell: takes a line about each witness that did not cosign.
    """

    policy: LogPolicy
    keys: tuple[NoteKey, ...] = ()
    seconds: float = SECONDS
    fetch: Fetch = fetch
    tell: Callable[[str], object] = lambda _line: None

    def gather(self, note: bytes, old: int, prove: Prove) -> bytes:
        """Return the note with the cosignatures that the policy asks for.

        Args:
            note: the checkpoint with the log's signature.
            old: the size of the checkpoint before, which the witnesses have probably seen.
            prove: makes the proof from another size, if a witness has seen that.

        Raises:
            IncompleteError: too few of them answered.
            EvidenceError: one shows a longer log with this log's own signature.
        """

        def met(lines: Sequence[bytes]) -> bool:
            return witnessed(add_cosignatures(note, lines), self.policy, keys=self.keys).met

        line, asked = _Line(fetch=self.fetch, seconds=self.seconds), self.policy.witnesses
        found = gather(note, prove, asked, old=old, enough=met, seconds=line.seconds, fetch=line.fetch)
        for name, problem in found.problems:
            self.tell(f"the witness {name!r} has not cosigned: {problem}")
        self._refuse_the_past(line, note, found.ahead)
        if not met(found.lines):
            raise IncompleteError(
                "too few witnesses have cosigned the new checkpoint: "
                + ("; ".join(f"{name}: {problem}" for name, problem in found.problems) or "nobody was asked"),
                hint="the old checkpoint stays; publish again when they answer",
            )
        return add_cosignatures(note, found.lines)

    def _refuse_the_past(self, line: _Line, note: bytes, ahead: Sequence[Witness]) -> None:
        """Refuse if a witness has seen more than the note has; its word alone is not believed."""
        head = decode_checkpoint(parse_note(note).text)
        keys = self.keys or tuple(log.key for log in self.policy.logs if log.key.name == head.origin)
        for witness in ahead:
            shown = _shown_head(line, witness, head.origin, keys)
            if shown is not None and shown.size > head.size:
                raise EvidenceError(
                    f"refusing to publish {head.size} entries of {head.origin!r}: the witness "
                    f"{witness.name!r} shows a signed checkpoint of {shown.size}",
                    hint="the log was taken back: bring back its newest copy",
                )
