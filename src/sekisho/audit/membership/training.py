"""Training statements: an operator says that a model was trained on what passed in certain runs.

The log proves that this was said, by whom, and not later than when. That it is true nobody can prove.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sekisho.audit.membership.answering import SealedRun
from sekisho.codec.question import decode_training
from sekisho.errors import EvidenceError, InputError, UsageError
from sekisho.ledger.checkpoint import Checkpoint
from sekisho.ledger.logged import decode_logged, verify_logged
from sekisho.ledger.policy import LogPolicy
from sekisho.model.question import TrainedOn, TrainingStatement
from sekisho.signing import TRAINING

__all__ = ["Trained", "trained_on", "training_statement", "verify_training"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """A training statement that holds, its place in the log, the tree head, the log's key, the receipt."""

    statement: TrainingStatement
    index: int
    head: Checkpoint
    vkey: str
    receipt: bytes


def trained_on(run: SealedRun) -> TrainedOn:
    """Return how a training statement names a run.

    Raises:
        UsageError: the run has no map of its files.
    """
    if not run.mapped:
        raise UsageError(
            "a run was made before Sekisho kept a map of its files",
            hint="decide it again: sekisho audit --again RUN -o NEW",
        )
    root = bytes.fromhex(run.manifest["membership"]["root"])
    return TrainedOn(public=hashlib.sha256(run.evidence.public).digest(), root=root)


def training_statement(
    runs: Sequence[SealedRun], *, model: bytes, complete: bool, at: datetime
) -> TrainingStatement:
    """Return what an operator states about a model and runs of its own.

    Args:
        runs: of `open_sealed`.
        model: SHA-256 of the model, 32 bytes.
        complete: whether nothing else was used.
        at: now, aware UTC.

    Raises:
        UsageError: the runs are of several operators, one is named twice, or has no map.
    """
    operators = {run.operator for run in runs}
    if len(operators) != 1:
        raise UsageError("the runs are of several operators", hint="each states what it has trained on")
    try:
        return TrainingStatement(
            id="",
            operator=operators.pop(),
            model=model,
            runs=tuple(map(trained_on, runs)),
            complete=complete,
            at=at,
        )
    except ValueError as error:
        raise UsageError(str(error)) from error


def verify_training(data: bytes, *, log_key: str | None = None, policy: LogPolicy | None = None) -> Trained:
    """Verify a logged training statement offline.

    Args:
        data: the file.
        log_key: the verifier key of the operator's log if the caller knows it from elsewhere.
        policy: which logs and witnesses the caller believes.

    Raises:
        EvidenceError: with what does not hold.
    """
    signed, index, head = verify_logged(data, TRAINING, log_key=log_key, policy=policy)
    try:
        statement = decode_training(signed.payload)
    except InputError as error:
        raise EvidenceError(f"the training statement does not hold: {error}", hint=error.hint) from error
    if signed.signer != statement.operator:
        raise EvidenceError(
            f"the training statement is signed by {signed.signer}, but names {statement.operator}"
        )
    logged = decode_logged(data)
    return Trained(statement=statement, index=index, head=head, vkey=logged.vkey, receipt=logged.receipt)
