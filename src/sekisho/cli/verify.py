"""`sekisho verify`: check a run, receipt, answer or statement offline."""

import io
import json
from pathlib import Path
from typing import Literal

from sekisho.audit.membership.answering import open_question
from sekisho.audit.membership.checked import verify_answer
from sekisho.audit.membership.training import verify_training
from sekisho.audit.seal import decode_seal
from sekisho.audit.share.bundle import is_bundle, verify_bundle
from sekisho.audit.share.counts import FEW
from sekisho.audit.verify import Verified, verify_receipt, verify_run
from sekisho.cli.against import say_compared
from sekisho.cli.bundle import say_bundle
from sekisho.cli.compliance import say_letter, say_result
from sekisho.cli.given import given_bytes, given_policy
from sekisho.cli.proven import say_answer, say_opening, say_question, say_training
from sekisho.cli.published import say_published
from sekisho.cli.receipts import say_receipt, say_waiting
from sekisho.cli.say import note, say
from sekisho.errors import EvidenceError, InputError, SignatureError, UsageError
from sekisho.ledger.logged import decode_logged, is_waiting, verify_logged
from sekisho.ledger.policy import LogPolicy
from sekisho.ledger.waiting import decode_waiting, verify_waiting
from sekisho.locale import shown, text
from sekisho.registry.prints import open_prints
from sekisho.signing import (
    ANSWER,
    COMPLIANCE,
    LETTER,
    QUESTION,
    RULE_PACK,
    TRAINING,
    Statement,
    open_statement,
)
from sekisho.store.runs import RunDirectory
from sekisho.trace.opening import is_opening, verify_opening

__all__ = ["verify"]

RECEIPT = "receipt.tlog-proof"
_PROOF_HEADER = b"c2sp.org/tlog-proof@v1\n"
_SHOWN = 400
"""Characters of a statement."""
_PRINTS = b'{"decode_profile"'
_LOGGED = b'{"entry":'


def _say_run(done: Verified, policy: LogPolicy | None, lang: str) -> None:
    """Say what holds, whose registry and which policy it was; never a tick alone."""
    manifest = done.manifest
    snapshot, rules = manifest["snapshot"], manifest["policy"]
    say(text("verify.run", lang, files=done.files))
    sample = manifest.get("sample")
    if sample:
        say(text("verify.sample", lang, taken=sample["taken"], of=sample["of"]))
    say(
        text(
            "verify.registry",
            lang,
            name=shown(snapshot["name"]),
            edition=snapshot["edition"],
            signer=snapshot["signer"],
        )
    )
    deviations = ", ".join(map(shown, rules["deviations"])) or text("verify.none", lang)
    say(
        text(
            "verify.policy",
            lang,
            policy=shown(rules["name"]),
            digest=rules["digest"][:16],
            deviations=deviations,
        )
    )
    operator = manifest["operator"]
    say(text("verify.operator", lang, label=shown(operator["label"] or "—"), key=operator["key"]))
    say_receipt(done.receipt, lang, vkey=done.seal.vkey, index=done.seal.index, policy=policy)
    if snapshot["stale"]:
        say(text("verify.stale", lang))
    if done.reviews is not None:
        made, reviews = done.reviews.reviewed, done.reviews.book.reviews
        counts = {"added": len(made.added), "removed": len(made.removed)}
        people = len({review.by for review in reviews})
        say(text("verify.reviews", lang, count=len(reviews), people=people, on=made.on, **counts))
    _say_erased(done.erased, lang)
    for name in done.unnamed:
        note(text("verify.unnamed", lang, name=name))
    say(text("summary.not_proof", lang))


def _say_erased(rows: int, lang: str) -> None:
    if rows:
        say(text("verify.erased", lang, count=str(rows) if rows >= FEW else f"<{FEW}"))


def _verify_receipt(path: Path, log_key: str | None, policy: LogPolicy | None, lang: str) -> None:
    seal_path = path.with_name("seal.json")
    seal = decode_seal(given_bytes(seal_path, hint="keep seal.json beside the receipt"))
    receipt = path.read_bytes()
    verify_receipt(seal, receipt, log_key, policy)
    say(text("verify.receipt", lang, operator=seal.record.operator, manifest=seal.record.manifest))
    if seal.record.sample:
        say(text("verify.sample_receipt", lang, asked=seal.record.sample))
    say_receipt(receipt, lang, vkey=seal.vkey, index=seal.index, policy=policy)


def _verify_waiting(data: bytes, question: bytes | None, lang: str) -> None:
    """Verify a statement whose receipt follows."""
    statement = verify_waiting(data)
    if statement.type == COMPLIANCE:
        say_result(data, lang, log_key=None, policy=None)
    elif statement.type == ANSWER:
        say_answer(verify_answer(data, question=question), lang, compared=question is not None)
    else:
        _say_statement(statement, lang)
        say_waiting(lang, vkey=decode_waiting(data).vkey)


def _verify_logged(
    data: bytes, question: bytes | None, log_key: str | None, policy: LogPolicy | None, lang: str
) -> None:
    """Verify a statement with its receipt; an answer is compared with its question if that is there."""
    statement, index, _ = verify_logged(data, log_key=log_key, policy=policy)
    if statement.type == COMPLIANCE:
        say_result(data, lang, log_key=log_key, policy=policy)
    elif statement.type == ANSWER:
        done = verify_answer(data, question=question, log_key=log_key, policy=policy)
        say_answer(done, lang, compared=question is not None, policy=policy)
    elif statement.type == TRAINING:
        say_training(verify_training(data, log_key=log_key, policy=policy), lang, policy=policy)
    elif statement.type == RULE_PACK:
        say_published(data, "it", lang, policy=policy)
    else:
        _say_statement(statement, lang)
        logged = decode_logged(data)
        say_receipt(logged.receipt, lang, vkey=logged.vkey, index=index, policy=policy)


def _say_statement(statement: Statement, lang: str) -> None:
    kind = statement.type.removeprefix("application/vnd.sekisho.").partition(".")[0]
    say(text("verify.statement", lang, kind=kind, signer=statement.signer))
    say("  " + shown(json.dumps(json.loads(statement.payload), ensure_ascii=False), _SHOWN))


def _verify_statements(path: Path, data: bytes, lang: str) -> None:
    if data.startswith(_PRINTS):
        found = open_prints(io.BytesIO(data))
        count = sum(1 for _ in found.prints())
        say(text("verify.prints", lang, count=count, signer=found.holder))
        return
    lines = data.splitlines()
    for number, line in enumerate(lines, 1):
        try:
            statement = open_statement(line)
        except (InputError, SignatureError) as error:
            raise EvidenceError(f"{path}, line {number}: {error}") from error
        if statement.type == QUESTION:
            say_question(open_question(line), lang)
        elif statement.type == LETTER:
            say_letter(line, lang)
        else:
            _say_statement(statement, lang)
    if not lines:
        raise EvidenceError(f"{path} is empty")


def verify(
    path: Path,
    /,
    *,
    question: Path | None = None,
    against: Path | None = None,
    log_key: str | None = None,
    log_policy: Path | None = None,
    lang: Literal["ja", "en"] = "ja",
) -> None:
    """Check a run, what was shared of it, a receipt, an answer or a statement offline.

    Compares every file of a run with its manifest and seal, every row with its leaf, and the seal with
    the log's receipt; of what `sekisho share` made, every row up to the receipt; of an answer or an opened
    record, what is proven and what is only stated. With --against two answers or training statements of
    one operator are compared. Says whose registry and which policy it was. Exit code 4, with the
    file's name, if anything was changed.

    Example: sekisho verify RUN --lang en

    Args:
        path: A RUN directory, a shared one, a receipt (seal.json beside it), an answer, an opened
            record, a training statement, prints.jsonl, or a file of statements.
        question: The question that was asked, to compare an answer with.
        against: Another answer or training statement of the same operator: exit code 4 if both can not
            be true.
        log_key: The log's verifier key, if you know it from elsewhere.
        log_policy: A file that says which logs and witnesses you believe (C2SP tlog-policy).
        lang: Language of what is printed.
    """
    policy = given_policy(log_policy)
    if path.is_dir():
        if against is not None:
            raise UsageError("--against compares two answers or training statements", hint="not a folder")
        files = RunDirectory(path.absolute())
        if is_bundle(files):
            say_bundle(verify_bundle(files, log_key, policy), lang, policy=policy)
        else:
            _say_run(verify_run(files, log_key, policy), policy, lang)
        return
    data, asked = given_bytes(path), None if question is None else given_bytes(question)
    _verify_file(path, data, asked, log_key, policy, lang)
    if against is not None:
        say_compared(data, given_bytes(against), lang)


def _verify_file(
    path: Path,
    data: bytes,
    question: bytes | None,
    log_key: str | None,
    policy: LogPolicy | None,
    lang: str,
) -> None:
    if data.startswith(_LOGGED):
        _verify_logged(data, question, log_key, policy, lang)
    elif is_opening(data):
        say_opening(verify_opening(data, log_key=log_key, policy=policy), lang, policy=policy)
    elif data.startswith(_PROOF_HEADER) or path.name == RECEIPT:
        _verify_receipt(path, log_key, policy, lang)
    else:
        _refuse_log(log_key, policy)
        if is_waiting(data):
            _verify_waiting(data, question, lang)
        else:
            _verify_statements(path, data, lang)


def _refuse_log(log_key: str | None, policy: LogPolicy | None) -> None:
    """Refuse to compare what has no receipt with a log: to ignore the wish would look like a proof."""
    if log_key is not None or policy is not None:
        raise UsageError(
            "the file has no receipt, so that --log-key and --log-policy say nothing about it",
            hint="ask for the file with its receipt (sekisho log proof FILE), or leave them out",
        )
