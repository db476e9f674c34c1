"""Verify an answer offline, with public keys alone: what is proven in it, and what is only stated.

    answer -> log of the operator          signature, receipt; or the receipt follows
    question -> asker                      signature
    file -> map key -> root of the map     presence or absence; the root stands in public.json
    opened row -> leaf -> root of its unit -> public.json -> seal -> log

Nothing is believed that can be computed. What can not be proven by anybody else than the operator: that
no near copy was left out, and that the run is what a model was trained on.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from sekisho.audit.leaves import Disclosed
from sekisho.audit.membership.answering import open_question
from sekisho.audit.membership.distance import distance
from sekisho.audit.membership.placed import OnLog, late_hour, placed
from sekisho.audit.membership.records import map_key
from sekisho.audit.membership.training import Trained, verify_training
from sekisho.audit.receipt import verify_receipt
from sekisho.audit.seal import Seal, decode_seal
from sekisho.audit.share.public import PUBLIC, OfMap, Public, decode_public
from sekisho.codec import parse_as
from sekisho.codec.question import decode_answer
from sekisho.errors import EvidenceError, InputError, SignatureError
from sekisho.ledger.policy import LogPolicy
from sekisho.ledger.prefix import verify_absent, verify_present
from sekisho.ledger.tree import leaf_hash, tree_levels, verify_inclusion
from sekisho.model import KeyId, Kind
from sekisho.model.question import (
    Answer,
    AskBasis,
    Asked,
    Evidence,
    Exact,
    FileRefusal,
    Found,
    Near,
    OpenRow,
    Question,
    Refusal,
)

__all__ = ["Checked", "CheckedRow", "OfFile", "verify_answer"]


class CheckedRow(NamedTuple):
    """An opened row that holds, and by how many bits its picture differs; None if the bytes are the same."""

    row: Disclosed
    distance: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfFile:
    """What holds of one file that was asked for.

    Attributes:
        present: whether the map has its bytes: proven. None: that was not asked.
        exact: rows with these bytes, opened.
        near: rows with a near picture, opened: proven. None: that was not asked.
        more: how many further near rows the operator states.
        refused: why no row was looked for; None: they were.
    """

    present: bool | None
    exact: tuple[CheckedRow, ...] = ()
    near: tuple[CheckedRow, ...] | None = None
    more: int = 0
    refused: FileRefusal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """An answer in which everything holds; `seal` and `public` are None if it is a refusal.

    Attributes:
        logged: its place in the log; None: the receipt follows, and only the signature is proven.
        late: the log has it hours after the time that it names; then this is the log's hour.
    """

    answer: Answer
    question: Question
    vkey: str
    logged: OnLog | None
    late: datetime | None = None
    seal: Seal | None = None
    public: Public | None = None
    files: tuple[OfFile, ...] = ()
    training: tuple[Trained, ...] = ()


def verify_answer(
    data: bytes,
    *,
    question: bytes | None = None,
    log_key: str | None = None,
    policy: LogPolicy | None = None,
) -> Checked:
    """Verify everything in an answer.

    Args:
        data: the file, a logged statement, or one whose receipt follows.
        question: the envelope of the question that was asked, if the caller has it.
        log_key: the verifier key of the operator's log if the caller knows it from elsewhere.
        policy: which logs and witnesses the caller believes.

    Raises:
        EvidenceError: with what does not hold.
    """
    statement, vkey, logged = placed(data, log_key, policy)
    try:
        answer = decode_answer(statement.payload)
        asked = open_question(answer.question)
    except (InputError, SignatureError) as error:
        raise EvidenceError(f"the answer does not hold: {error}", hint=error.hint) from error
    if statement.signer != answer.operator:
        raise EvidenceError(f"the answer is signed by {statement.signer}, but names {answer.operator}")
    if asked.operator not in {None, answer.operator} and answer.refusal is None:
        raise EvidenceError("the question was for another operator than the one that answers")
    if answer.refusal is not None and not _fits(answer.refusal, asked, answer.operator):
        raise EvidenceError(f"the question gives no cause to refuse it as {answer.refusal.value}")
    if answer.edition is not None and not _on_work(asked):
        raise EvidenceError("the question stands on no entry of a registry, but an edition was looked into")
    if question is not None and question.strip() != answer.question:
        raise EvidenceError("the answer is to another question", hint=f"it answers {asked.id}")
    late = None if logged is None else late_hour(answer, asked, logged)
    done = Checked(answer=answer, question=asked, vkey=vkey, logged=logged, late=late)
    return done if answer.evidence is None else _verify_run(done, answer.evidence, log_key, policy)


def _on_work(question: Question) -> bool:
    return question.basis is AskBasis.HOLDER and question.kind is not Kind.LIKENESS


def _fits(refusal: Refusal, question: Question, operator: KeyId) -> bool:
    """Tell whether a question can have been refused for a reason; what only the operator knows, it can."""
    match refusal:
        case Refusal.ONLY_EXACT:
            return question.basis is AskBasis.PUBLIC and any(one.pdq for one in question.asked)
        case Refusal.NOT_TRUSTED:
            return question.basis is AskBasis.HOLDER
        case Refusal.NO_AUTHORITY:
            return question.basis is AskBasis.AUTHORITY
        case Refusal.OTHER_OPERATOR:
            return question.operator not in {None, operator}
        case Refusal.UNKNOWN_ENTRY:
            return _on_work(question)
        case Refusal.NO_MAP:
            return True


def _verify_run(done: Checked, evidence: Evidence, log_key: str | None, policy: LogPolicy | None) -> Checked:
    answer, question = done.answer, done.question
    seal, public = _open_run(evidence, log_key, policy)
    if seal.record.operator != answer.operator:
        raise EvidenceError("the answer is by another operator than the run")
    if public.membership is None:
        raise EvidenceError(f"{PUBLIC} names no map of files, so that nothing can be answered by it")
    if public.membership.rows != sum(unit.rows for unit in public.units):
        raise EvidenceError(f"{PUBLIC} says of its map another number of rows than of its units")
    if (public.sample is not None) != (seal.record.sample > 0):
        raise EvidenceError(f"the seal says something else than {PUBLIC} about a sample")
    if len(answer.found) != len(question.asked):
        raise EvidenceError(f"{len(question.asked)} files were asked for, {len(answer.found)} are answered")
    files = []
    for number, (asked, found) in enumerate(zip(question.asked, answer.found, strict=True), 1):
        sight = _Sight(public, f"file {number}", shut=question.basis is AskBasis.PUBLIC)
        present, exact = sight.exact(asked, found.exact)
        if found.refused is not None and not _on_work(question):
            raise EvidenceError(f"file {number}: it was refused, but the question stands on no entry")
        near = sight.near(_searched(asked, found), found.near, absent=present is False)
        more = 0 if found.near is None else found.near.more
        files.append(OfFile(present=present, exact=exact, near=near, more=more, refused=found.refused))
    digest = hashlib.sha256(evidence.public).digest()
    return replace(
        done,
        seal=seal,
        public=public,
        files=tuple(files),
        training=tuple(
            _verify_training(made, digest, public.membership, seal, log_key, policy)
            for made in answer.training
        ),
    )


def _searched(asked: Asked, found: Found) -> Asked | None:
    """Return the file whose near copies must be answered; None if that was refused."""
    return asked if found.refused is None else None


def _open_run(evidence: Evidence, log_key: str | None, policy: LogPolicy | None) -> tuple[Seal, Public]:
    seal = decode_seal(evidence.seal)
    if seal.row_key is not None:
        raise EvidenceError("the seal holds the key to every row of the run", hint="tell the operator")
    if seal.record.files.get(PUBLIC) != hashlib.sha256(evidence.public).hexdigest():
        raise EvidenceError(f"{PUBLIC} in the answer is not the one that was sealed")
    public = decode_public(evidence.public)
    if public.operator.key != seal.record.operator:
        raise EvidenceError(f"the seal is by another operator than {PUBLIC} names")
    verify_receipt(seal, evidence.receipt, log_key, policy)
    return seal, public


def _verify_training(
    made: bytes,
    digest: bytes,
    named: OfMap,
    seal: Seal,
    log_key: str | None,
    policy: LogPolicy | None,
) -> Trained:
    trained = verify_training(made, log_key=log_key, policy=policy)
    statement = trained.statement
    if statement.operator != seal.record.operator:
        raise EvidenceError("the training statement is by another operator than the run")
    roots = {run.public: run.root for run in statement.runs}
    if roots.get(digest) != bytes.fromhex(named.root):
        raise EvidenceError("the training statement does not name the run of the answer")
    return trained


class _Sight:
    """What public.json lets anybody check of one file that was asked for."""

    def __init__(self, public: Public, where: str, *, shut: bool) -> None:
        assert public.membership is not None  # noqa: S101 - the caller has looked
        self._map, self._units = public.membership, public.units
        self._where, self._shut = where, shut

    def exact(self, asked: Asked, found: Exact | None) -> tuple[bool | None, tuple[CheckedRow, ...]]:
        """Verify presence or absence, and the rows with these bytes."""
        if asked.sha256 is None or found is None:
            if (asked.sha256 is None) != (found is None):
                raise EvidenceError(f"{self._where}: what was asked of its bytes is not what is answered")
            return None, ()
        root = bytes.fromhex(self._map.root)
        key = map_key(bytes.fromhex(self._map.nonce), asked.sha256)
        try:
            if found.value is None:
                verify_absent(root, key, found.proof)
            else:
                verify_present(root, key, found.value, found.proof)
        except EvidenceError as error:
            raise EvidenceError(f"{self._where}: {error}") from error
        return found.value is not None, self._same(asked.sha256, found)

    def _same(self, sha256: bytes, found: Exact) -> tuple[CheckedRow, ...]:
        """Verify the rows with the bytes themselves: all of them, so that they make what the map has."""
        rows = self._rows(found.rows)
        if not rows:
            return ()
        leaves = [leaf_hash(row.row) for row in found.rows]
        if found.value is None or tree_levels(leaves)[-1][0] != found.value:
            raise EvidenceError(f"{self._where}: the opened rows are not those that the map has")
        if any(row.sha256 != sha256.hex() for row in rows):
            raise EvidenceError(f"{self._where}: a row was opened that has other bytes")
        return tuple(CheckedRow(row, None) for row in rows)

    def near(
        self, asked: Asked | None, found: Near | None, *, absent: bool = False
    ) -> tuple[CheckedRow, ...] | None:
        """Verify the rows with a near picture: the distance is computed from the asker's own PDQ.

        Args:
            asked: the file; None: it was refused, which `Found` allows only without rows.
            found: the rows.
            absent: whether the map lacks the file's own bytes; then no row has them.
        """
        if asked is None:
            return None
        digest = None if asked.sha256 is None else asked.sha256.hex()
        if not asked.pdq or found is None:
            if bool(asked.pdq) != (found is not None):
                raise EvidenceError(f"{self._where}: what was asked of its picture is not what is answered")
            return None
        checked = []
        for row in self._rows(found.rows):
            hashes = [bytes.fromhex(hashed) for hashed in row.pdq] if isinstance(row.pdq, list) else []
            bits = distance(asked.pdq, hashes)
            if bits is None:
                raise EvidenceError(f"{self._where}: a row was opened as near whose picture is not")
            if absent and row.sha256 == digest:
                raise EvidenceError(
                    f"{self._where}: the map lacks the file, but a row with its bytes is opened"
                )
            checked.append(CheckedRow(row, bits))
        return tuple(checked)

    def _rows(self, opened: Sequence[OpenRow]) -> list[Disclosed]:
        """Verify that opened rows are rows of the run, each once and in their order."""
        if opened and self._shut:
            raise EvidenceError(f"{self._where}: a row was opened for a public question")
        places = [(row.unit, row.index) for row in opened]
        if places != sorted(set(places)):
            raise EvidenceError(f"{self._where}: an opened row stands twice or out of order")
        return [self._row(row) for row in opened]

    def _row(self, opened: OpenRow) -> Disclosed:
        if opened.unit >= len(self._units):
            raise EvidenceError(f"{self._where}: {PUBLIC} has no unit {opened.unit}")
        unit = self._units[opened.unit]
        root = bytes.fromhex(unit.rows_root)
        try:
            verify_inclusion(leaf_hash(opened.row), opened.index, unit.rows, opened.path, root)
            return parse_as(opened.row, Disclosed)
        except (EvidenceError, InputError) as error:
            raise EvidenceError(f"{self._where}: not a row of the sealed run: {error}") from error
