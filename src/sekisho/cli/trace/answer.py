"""`sekisho trace answer`: answer a question from a run, with proofs, or refuse it with a reason."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from sekisho.audit.membership.answering import answer as answered
from sekisho.audit.membership.answering import open_question, open_sealed, refuse
from sekisho.audit.membership.checked import verify_answer
from sekisho.audit.membership.recorded import record, record_privately
from sekisho.audit.membership.rules import refusal_of
from sekisho.cli.say import note, say
from sekisho.cli.submission import Flag, signer_named
from sekisho.codec.question import encode_answer
from sekisho.errors import NotFoundError
from sekisho.locale import Word, text
from sekisho.model import Kind
from sekisho.model.question import AskBasis
from sekisho.signing import ANSWER, sign_statement
from sekisho.store.atomic import refuse_existing, write_atomic
from sekisho.store.clock import now
from sekisho.store.keys import find_public
from sekisho.store.own_log import own_log
from sekisho.store.parts import RunParts
from sekisho.store.runs import RunDirectory
from sekisho.store.snapshot_file import all_trusted

__all__ = ["answer", "given"]

SALT_BYTES = 32


def given(path: Path) -> bytes:
    """Read a file that somebody has handed over.

    Raises:
        NotFoundError: it is not there.
    """
    if not path.is_file():
        raise NotFoundError(f"there is no file {path}")
    return path.read_bytes()


def _logged(envelope: bytes, at: datetime, *, public: bool) -> bytes:
    """Put an answer on the operator's own log; what is not public goes there among others."""
    log, salt = own_log(), secrets.token_bytes(SALT_BYTES)
    at = log.not_before(at)
    if public:
        return record(envelope, log, salt=salt, at=at)
    return record_privately(envelope, log, salt=salt, chance=secrets.token_bytes(SALT_BYTES), at=at)


def answer(
    question: Path,
    /,
    *,
    run: Path,
    output: Annotated[Path, Parameter(name=("--output", "-o"))],
    training: Annotated[Sequence[Path], Parameter(negative=())] = (),
    trusted_keys: tuple[str, ...] = (),
    authority_keys: Annotated[tuple[str, ...], Parameter(negative=())] = (),
    force: Flag = False,
    lang: Literal["ja", "en"] = "ja",
) -> None:
    """Answer a question from a run of yours: present or absent with proofs, near copies opened.

    Whoever gets the file checks it with sekisho verify, without the run. A question that
    nobody may ask is refused, and the refusal is signed too. Every answer is put on your log.

    Example: sekisho trace answer question.json --run RUN -o answer.json

    Args:
        question: The signed question.
        run: The RUN directory.
        output: The answer to write.
        training: Training statements to enclose, see sekisho statement. Repeatable.
        trusted_keys: Keys of registries that you have chosen; they may ask about near copies.
        authority_keys: Keys of authorities: key ids, names in your keys, or .pub files. Repeatable.
        force: Replace the file if it is there.
        lang: Language of what is printed.
    """
    refuse_existing(output, force=force)
    envelope = given(question).strip()
    asked = open_question(envelope)
    sealed = open_sealed(RunDirectory(run.absolute()))
    signer, at = signer_named(sealed.operator), now()
    refusal = refusal_of(
        asked,
        operator=sealed.operator,
        trusted=all_trusted(trusted_keys),
        authorities={find_public(key).key for key in authority_keys},
        mapped=sealed.mapped,
    )
    if refusal is None:
        statements = [given(path) for path in training]
        made = answered(envelope, sealed, RunParts(run), at=at, training=statements)
    else:
        made = refuse(envelope, refusal, sealed.operator, at)
    signed = sign_statement(ANSWER, encode_answer(made), signer)
    data = _logged(signed, at, public=asked.basis is AskBasis.PUBLIC)
    # What does not hold is not given away.
    verify_answer(data, question=envelope)
    write_atomic(output, (data,), force=force, mode=0o600)
    if refusal is not None:
        say(text("answer.refused", lang, file=str(output), reason=Word("refusal", refusal.value)))
    else:
        say(text("answer.made", lang, file=str(output), count=len(asked.asked), asker=asked.asker))
    if asked.kind is Kind.LIKENESS:
        note(text("answer.only_asker", lang, asker=asked.asker))
