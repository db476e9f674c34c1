"""`sekisho statement`: what an operator states in public, signed and on its log."""

import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, Parameter

from sekisho.audit.membership.answering import open_sealed
from sekisho.audit.membership.recorded import record
from sekisho.audit.membership.training import training_statement
from sekisho.cli.given import require_run
from sekisho.cli.parameters import Flag
from sekisho.cli.say import say
from sekisho.cli.signers import signer_named
from sekisho.codec.question import encode_training
from sekisho.errors import UsageError
from sekisho.locale import text
from sekisho.signing import TRAINING, sign_statement
from sekisho.store.atomic import refuse_existing, write_atomic
from sekisho.store.clock import now
from sekisho.store.own_log import own_log
from sekisho.store.runs import RunDirectory

__all__ = ["statement"]

SALT_BYTES = 32
DIGEST_BYTES = 32

statement = App(
    name="statement",
    help="""State in public what a model was trained on.

    Example: sekisho statement training --model-digest SHA256 --runs RUN --complete yes -o training.json
    """,
)


def _model(digest: str) -> bytes:
    try:
        model = bytes.fromhex(digest.removeprefix("sha256:"))
    except ValueError:
        model = b""
    if len(model) != DIGEST_BYTES:
        raise UsageError(f"not a SHA-256: {digest[:80]!r}", hint="sha256sum MODEL-FILE")
    return model


@statement.command
def training(
    *,
    model_digest: str,
    runs: Annotated[Sequence[Path], Parameter(name=("--runs", "--run"), negative=(), consume_multiple=True)],
    complete: Literal["yes", "no"],
    output: Annotated[Path, Parameter(name=("--output", "-o"))],
    force: Flag = False,
    lang: Literal["ja", "en"] = "ja",
) -> None:
    """State that a model was trained on what passed in some runs: signed, and put on your log.

    The log proves when you have said it, and that you can not say otherwise later. That
    it is true nobody else can prove: it is your word.

    Example: sekisho statement training --model-digest SHA256 --runs RUN --complete yes -o training.json

    Args:
        model_digest: SHA-256 of the model's file, in hex.
        runs: RUN directories, all of one operator.
        complete: Whether it was trained on nothing else.
        output: The statement to write; sekisho verify checks it.
        force: Replace the file if it is there.
        lang: Language of what is printed.
    """
    refuse_existing(output, force=force)
    model = _model(model_digest)
    for path in runs:
        require_run(path)
    if not runs:
        raise UsageError("no run was named", hint="--runs RUN...")
    sealed, log = [open_sealed(RunDirectory(path.absolute())) for path in runs], own_log()
    at = log.not_before(now())
    made = training_statement(sealed, model=model, complete=complete == "yes", at=at)
    envelope = sign_statement(TRAINING, encode_training(made), signer_named(made.operator))
    data = record(envelope, log, salt=secrets.token_bytes(SALT_BYTES), at=at)
    write_atomic(output, (data,), force=force)
    say(text("statement.training", lang, file=str(output), runs=len(runs), model=model.hex()))
