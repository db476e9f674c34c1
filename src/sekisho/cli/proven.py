"""Say in plain words what an answer, a training statement or an opened record proves, and what not."""

import hashlib

from sekisho.audit.membership.checked import Checked, OfFile
from sekisho.audit.membership.training import Trained
from sekisho.cli.receipts import say_receipt, say_waiting
from sekisho.cli.say import say
from sekisho.ledger.policy import LogPolicy
from sekisho.locale import Word, shown, text
from sekisho.model import Generation, Kind
from sekisho.model.generation import NO_SECTION
from sekisho.model.question import AskBasis, Question
from sekisho.trace.opening import Opened, is_protected

__all__ = ["say_answer", "say_opening", "say_question", "say_training"]


def say_question(question: Question, lang: str) -> None:
    """Say who asks, on what basis, and about how much."""
    basis = Word("askbasis", question.basis.value)
    count = len(question.asked)
    say(text("verify.question", lang, id=question.id, count=count, asker=question.asker, basis=basis))


def say_training(done: Trained, lang: str, *, policy: LogPolicy | None = None) -> None:
    """Say what an operator states about a model; `policy` is the one that it was verified by."""
    made = done.statement
    complete = Word("complete", "yes" if made.complete else "no")
    by = {"operator": str(made.operator), "model": made.model.hex()}
    say(text("verify.training", lang, runs=len(made.runs), complete=complete, at=made.at.date(), **by))
    for run in made.runs:
        say(text("verify.training_run", lang, public=run.public.hex(), root=run.root.hex()))
    say_receipt(done.receipt, lang, vkey=done.vkey, index=done.index, policy=policy)
    say(text("verify.training_not", lang))


def say_opening(done: Opened, lang: str, *, policy: LogPolicy | None = None) -> None:
    """Say what an opened record holds, what its opening proves, and what not.

    Of a record about a protected person, which only a changed program opens, nothing is said but that.
    """
    made = done.made
    say(text("verify.opening", lang, number=done.number + 1, records=done.records, at=made.at.isoformat()))
    _say_receipt_of(done, lang, policy)
    if is_protected(made):
        say(text("verify.opening_protected", lang))
        return
    _say_generation(made, lang)
    say(text("verify.opening_not", lang))


def _say_receipt_of(done: Opened, lang: str, policy: LogPolicy | None) -> None:
    opening = done.opening
    say_receipt(opening.receipt, lang, vkey=opening.vkey, index=done.index, policy=policy)


def _say_generation(made: Generation, lang: str) -> None:
    sha256 = "—" if made.fingerprint is None else made.fingerprint.sha256.hex()
    say(text("verify.opening_output", lang, sha256=sha256, media_type=shown(made.media_type or "—")))
    outcome, reason = Word("outcome", made.outcome.value), Word("reason", made.reason)
    digests = {"model": made.model, "snapshot": made.snapshot, "policy": made.policy}
    say(text("verify.opening_decided", lang, outcome=outcome, reason=reason, **digests))
    for found in made.findings:
        grant = text("trace.grant", lang, grant=found.grant) if found.grant else ""
        words = {"method": Word("method", found.method.value)}
        permission = Word("permission", found.permission.value)
        say(text("trace.finding", lang, entry=found.entry, permission=permission, grant=grant, **words))
    persons = {"": "unknown", NO_SECTION: "no"}.get(made.section, "yes")
    say(text(f"verify.opening_persons_{persons}", lang, section=made.section))


def say_answer(done: Checked, lang: str, *, compared: bool, policy: LogPolicy | None = None) -> None:
    """Say what an answer proves of each file, and what not; never a tick alone.

    Args:
        done: in which everything holds.
        lang: `ja` or `en`.
        compared: whether the question that was asked was at hand.
        policy: the one that it was verified by.
    """
    answer, question = done.answer, done.question
    basis = Word("askbasis", question.basis.value)
    keys = {"operator": str(answer.operator), "asker": str(question.asker)}
    ids = {"id": answer.id, "question": question.id}
    say(text("verify.answer", lang, basis=basis, at=answer.at.date(), **keys, **ids))
    if compared:
        say(text("verify.answer_question", lang))
    if answer.edition is not None:
        say(text("verify.answer_edition", lang, edition=answer.edition.hex()))
    if answer.refusal is not None:
        say(text("verify.answer_refused", lang, reason=Word("refusal", answer.refusal.value)))
        say(text("verify.answer_refused_proof", lang))
    else:
        _say_run(done, lang)
        _say_files(done, lang)
        say(text("verify.answer_not", lang))
    for made in done.training:
        say_training(made, lang, policy=policy)
    _say_log(done, lang, policy)
    if question.kind is Kind.LIKENESS and question.basis is not AskBasis.PUBLIC:
        say(text("verify.answer_only", lang, asker=question.asker))


def _say_files(done: Checked, lang: str) -> None:
    question = done.question
    for number, found in enumerate(done.files, 1):
        sha256 = question.asked[number - 1].sha256
        _say_bytes(found, number, "" if sha256 is None else sha256.hex(), lang)
        if found.refused is not None:
            reason = Word("filerefusal", found.refused.value)
            say(text("verify.file_refused", lang, number=number, reason=reason))
        elif found.present and not found.exact and question.basis is not AskBasis.PUBLIC:
            say(text("verify.answer_closed", lang))
        _say_near(found, number, lang)
    if question.kind in {Kind.WORK, Kind.CHARACTER}:
        say(text("verify.near_work", lang))


def _say_log(done: Checked, lang: str, policy: LogPolicy | None) -> None:
    if done.logged is None:
        say_waiting(lang, vkey=done.vkey)
    else:
        say_receipt(done.logged.receipt, lang, vkey=done.vkey, index=done.logged.index, policy=policy)
    if done.late is not None:
        at = f"{done.answer.at:%Y-%m-%d %H:%M}"
        say(text("verify.answer_late", lang, at=at, hour=f"{done.late:%Y-%m-%d %H:00}"))


def _say_run(done: Checked, lang: str) -> None:
    if done.seal is None or done.public is None or done.public.membership is None:
        return
    named = done.public.membership
    say(text("verify.answer_run", lang, rows=named.rows, at=done.seal.record.at.date()))
    if named.files is None:
        say(text("verify.answer_map_few", lang))
    else:
        say(text("verify.answer_map", lang, files=named.files))
    if done.public.sample is not None:
        say(text("verify.sample", lang, taken=named.rows, of=done.public.sample.of))
    digest = hashlib.sha256(done.answer.evidence.public).hexdigest() if done.answer.evidence else ""
    say(text("verify.answer_sealed", lang, public=digest, vkey=done.seal.vkey, index=done.seal.index))


def _say_bytes(found: OfFile, number: int, sha256: str, lang: str) -> None:
    if found.present is not None:
        say(text("verify.present" if found.present else "verify.absent", lang, number=number, sha256=sha256))
    for row, _ in found.exact:
        say(text("verify.answer_row", lang, item=shown(row.item), outcome=Word("outcome", row.outcome)))


def _say_near(found: OfFile, number: int, lang: str) -> None:
    if found.near is None:
        return
    if not found.near:
        closed = text("verify.near_closed", lang, number=number, count=found.more)
        say(closed if found.more else text("verify.near_none", lang, number=number))
        return
    say(text("verify.near", lang, number=number, count=len(found.near)))
    for row, distance in found.near:
        outcome = Word("outcome", row.outcome)
        say(text("verify.near_row", lang, item=shown(row.item), distance=distance or 0, outcome=outcome))
    if found.more:
        say(text("verify.near_more", lang, count=found.more))
