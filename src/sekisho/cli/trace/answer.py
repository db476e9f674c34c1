"""`sekisho trace answer`: answer a question from a run, with proofs, or refuse it with a reason."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter
from cyclopts.validators import Number

from sekisho.audit.membership.answering import SealedRun, open_question, open_sealed, refuse
from sekisho.audit.membership.answering import answer as answered
from sekisho.audit.membership.checked import verify_answer
from sekisho.audit.membership.limits import PRINTS_A_DAY, QUESTIONS_A_DAY, Limits
from sekisho.audit.membership.recorded import record
from sekisho.audit.membership.rules import refusal_of
from sekisho.cli.audit.options import Edition
from sekisho.cli.given import given_bytes, given_statement
from sekisho.cli.parameters import Flag
from sekisho.cli.say import note, say
from sekisho.cli.signers import signer_named
from sekisho.cli.trace.standing import Stands, authorities_of, counted, opened_edition, stands
from sekisho.cli.waiting import waiting_for_batch
from sekisho.codec.question import encode_answer
from sekisho.locale import Word, text
from sekisho.model import Kind
from sekisho.model.question import Answer, AskBasis, Question, Refusal
from sekisho.signing import ANSWER, sign_statement
from sekisho.snapshot import Snapshot
from sekisho.store.atomic import refuse_existing, write_atomic
from sekisho.store.clock import now
from sekisho.store.own_log import own_log
from sekisho.store.parts import RunParts
from sekisho.store.runs import RunDirectory
from sekisho.store.snapshot_file import all_trusted

__all__ = ["answer"]

SALT_BYTES = 32
_EDITION = Edition()
Count = Annotated[int, Parameter(validator=Number(gte=0))]


def _logged(envelope: bytes, at: datetime, *, public: bool) -> bytes:
    """Put a public answer on the operator's own log; any other waits for its next batch."""
    if not public:
        return waiting_for_batch(envelope)
    return record(envelope, own_log(), salt=secrets.token_bytes(SALT_BYTES), at=at)


def _refusal(
    asked: Question,
    sealed: SealedRun,
    snapshot: Snapshot | None,
    named: Sequence[str],
    trusted: tuple[str, ...],
) -> Refusal | None:
    return refusal_of(
        asked,
        operator=sealed.operator,
        trusted=all_trusted(trusted),
        authorities=authorities_of(named, snapshot),
        mapped=sealed.mapped,
    )


def answer(
    question: Path,
    /,
    *,
    run: Path,
    output: Annotated[Path, Parameter(name=("--output", "-o"))],
    edition: Edition = _EDITION,
    training: Annotated[Sequence[Path], Parameter(negative=())] = (),
    authority_keys: Annotated[tuple[str, ...], Parameter(negative=())] = (),
    questions_a_day: Count = QUESTIONS_A_DAY,
    prints_a_day: Count = PRINTS_A_DAY,
    force: Flag = False,
    lang: Literal["ja", "en"] = "ja",
) -> None:
    """Answer a question from a run of yours: present or absent with proofs, near copies opened.

    Whoever gets the file checks it with sekisho verify, without the run. A question that
    nobody may ask is refused, and the refusal is signed too. A registry asks on the basis
    of an entry: name its edition (--snapshot), in which the entry is looked up; a file that
    does not belong to it is refused by its number. Public answers are put on your log at
    once. All others wait for the log's next batch (sekisho log batch), so that the log does
    not tell when somebody was asked about: hand the answer over as it is, and again with
    its receipt, which sekisho log proof ANSWER adds.

    Example: sekisho trace answer question.json --run RUN --snapshot assoc.snapshot -o answer.json

    Args:
        question: The signed question.
        run: The RUN directory.
        output: The answer to write.
        edition: Which edition entries are looked up in.
        training: Training statements to enclose, see sekisho statement (several are possible).
        authority_keys: Keys of authorities, beside those in the edition's root: key ids, names in your
            keys, or .pub files (several are possible).
        questions_a_day: How many questions about near copies one asker is answered in a day (UTC).
        prints_a_day: About how many files in them.
        force: Replace the file if it is there.
        lang: Language of what is printed.
    """
    refuse_existing(output, force=force)
    envelope = given_statement(question)
    asked = open_question(envelope)
    sealed = open_sealed(RunDirectory(run.absolute()))
    # One moment for the answer and its entry in the log.
    signer, at = signer_named(sealed.operator), own_log().not_before(now())
    snapshot = opened_edition(edition)
    refusal = _refusal(asked, sealed, snapshot, authority_keys, edition.trusted_keys)
    found = Stands() if refusal is not None else stands(asked, snapshot)
    if found.is_unknown:
        refusal = Refusal.UNKNOWN_ENTRY
    if refusal is None:
        statements = [given_bytes(path) for path in training]
        counted(asked, sealed.manifest["root"], Limits(questions=questions_a_day, prints=prints_a_day))
        made = answered(
            envelope,
            sealed,
            RunParts(run),
            at=at,
            training=statements,
            belongs=found.belongs,
            edition=found.edition,
        )
    else:
        made = refuse(envelope, refusal, sealed.operator, at, edition=found.edition)
    data = _logged(
        sign_statement(ANSWER, encode_answer(made), signer), at, public=asked.basis is AskBasis.PUBLIC
    )
    # What does not hold is not given away.
    verify_answer(data, question=envelope)
    write_atomic(output, (data,), force=force, mode=0o600)
    _tell(asked, made, output, lang)


def _tell(asked: Question, made: Answer, output: Path, lang: str) -> None:
    if made.refusal is not None:
        say(text("answer.refused", lang, file=str(output), reason=Word("refusal", made.refusal.value)))
    else:
        say(text("answer.made", lang, file=str(output), count=len(asked.asked), asker=asked.asker))
    if refused := sum(found.refused is not None for found in made.found):
        note(text("answer.some_refused", lang, count=refused))
    if asked.basis is not AskBasis.PUBLIC:
        note(text("answer.waits", lang, file=str(output)))
    if asked.kind is Kind.LIKENESS:
        note(text("answer.only_asker", lang, asker=asked.asker))
