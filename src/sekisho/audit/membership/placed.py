"""Where the log has an answer, and whether the time that it names fits to the hour of its entry.

A public answer is on the log when it is made. Any other waits for the batch of the hour, so that the log does
not tell when somebody was asked about: until then it has no receipt, and afterwards its entry is later.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sekisho.errors import EvidenceError
from sekisho.ledger.checkpoint import Checkpoint
from sekisho.ledger.entry import EntryType, decode_entry
from sekisho.ledger.logged import decode_logged, is_waiting, verify_logged
from sekisho.ledger.policy import LogPolicy
from sekisho.ledger.waiting import decode_waiting, verify_waiting
from sekisho.model.question import Answer, AskBasis, Question
from sekisho.signing import ANSWER, Statement

__all__ = ["NEXT_BATCH", "OnLog", "late_hour", "placed"]

NEXT_BATCH = timedelta(hours=1)
"""How long after the hour of an answer the batch comes that has it, if batches come each hour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OnLog:
    """Where the log has an answer, under which tree head, by which entry, and the receipt."""

    index: int
    head: Checkpoint
    entry: bytes
    receipt: bytes


def placed(data: bytes, log_key: str | None, policy: LogPolicy | None) -> tuple[Statement, str, OnLog | None]:
    """Verify signature and receipt of an answer; where the receipt follows, the signature alone.

    Args:
        data: the file.
        log_key: the verifier key of the operator's log if the caller knows it from elsewhere.
        policy: which logs and witnesses the caller believes.

    Returns:
        The statement, the key of its log, and its place there; None: the receipt follows.

    Raises:
        EvidenceError: something does not hold, or a file without receipt is to be compared with a log.
    """
    if not is_waiting(data):
        statement, index, head = verify_logged(data, ANSWER, log_key=log_key, policy=policy)
        logged = decode_logged(data)
        place = OnLog(index=index, head=head, entry=logged.entry, receipt=logged.receipt)
        return statement, logged.vkey, place
    if log_key is not None or policy is not None:
        raise EvidenceError(
            "the answer has no receipt yet, so that nothing can be compared with a log's key or policy",
            hint="ask the operator for it: sekisho log proof FILE",
        )
    return verify_waiting(data, ANSWER), decode_waiting(data).vkey, None


def late_hour(answer: Answer, question: Question, logged: OnLog) -> datetime | None:
    """Compare the time that an answer names with the hour of its log entry; return that if it is late.

    Raises:
        EvidenceError: it names a time after it was logged, or is public and names another hour.
    """
    entry = decode_entry(logged.entry)
    hour = answer.at.replace(minute=0, second=0, microsecond=0)
    if entry.at < hour:
        raise EvidenceError("the answer names a time after the hour in which the log already had it")
    if question.basis is AskBasis.PUBLIC and entry.type is EntryType.PUBLIC and entry.at != hour:
        raise EvidenceError("the answer names another hour than that of its entry in the log")
    return entry.at if entry.at - hour > NEXT_BATCH else None
