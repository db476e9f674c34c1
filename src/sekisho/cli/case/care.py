"""`sekisho case due-care`: what a diligent operator can show."""

import hashlib
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from sekisho.audit.membership.recorded import record
from sekisho.cases.duecare import CareRecord, Section, care_json, care_page
from sekisho.cli.given import LOOK, given_policy
from sekisho.cli.parameters import Flag
from sekisho.cli.say import note
from sekisho.cli.signers import signer_named
from sekisho.codec import canonical
from sekisho.errors import NotFoundError, UsageError
from sekisho.ledger.entry import SALT_BYTES
from sekisho.locale import text
from sekisho.model import KeyId, utc
from sekisho.signing import DUE_CARE, sign_statement
from sekisho.store.atomic import refuse_existing, write_atomic
from sekisho.store.clock import now
from sekisho.store.own_log import own_log, own_queue

__all__ = ["due_care"]

Runs = Annotated[Sequence[Path], Parameter(name=("--run", "--runs"), negative=(), consume_multiple=True)]


def _there(path: Path) -> Path:
    if not path.is_dir():
        raise NotFoundError(f"there is no folder {path}", hint=LOOK)
    return path


def _one_operator(found: Sequence[str], by: KeyId) -> None:
    if others := sorted(set(found) - {by}):
        raise UsageError(
            f"this was done by {', '.join(others)}, not by {by}", hint="a record is of one operator: --by"
        )


def _state(made: CareRecord, page: bytes, by: str, output: Path, *, force: bool) -> None:
    """Sign the record with the digest of its page, and put it on this machine's own log."""
    log = own_log()
    body = care_json(made) | {"page_sha256": hashlib.sha256(page).hexdigest()}
    envelope = sign_statement(DUE_CARE, canonical(body), signer_named(by))
    logged = record(envelope, log, salt=secrets.token_bytes(SALT_BYTES), at=log.not_before(made.at))
    write_atomic(output, (logged,), force=force)


def due_care(
    *,
    by: str,
    output: Annotated[Path, Parameter(name=("--output", "-o"))],
    run: Runs = (),
    generations: Path | None = None,
    cases: Path | None = None,
    statement: Path | None = None,
    log_key: str | None = None,
    log_policy: Path | None = None,
    lang: Literal["ja", "en"] = "ja",
    force: Flag = False,
) -> None:
    """Write what a diligent operator can show from its records: audits, corrections, safeguards.

    Everything is verified while it is read; each line says what proves it, and what is only
    declared is marked so. Numbers about persons below ten read <10. It proves what was done
    and not that it sufficed.

    Example: sekisho case due-care --run RUN --cases cases --by lumen -o due-care.md

    Args:
        by: The operator's key.
        output: The file to make, Markdown.
        run: Sealed RUN directories of the operator.
        generations: Its GENERATIONS directory.
        cases: Its folder of cases.
        statement: Sign the record too, put it on your log, and write that file; sekisho verify checks it.
        log_key: The verifier key of the log of the runs, if you know it from elsewhere.
        log_policy: Which logs and witnesses are believed for the runs (C2SP tlog-policy).
        lang: Language of the page.
        force: Replace the files if they are there.
    """
    from sekisho.cli.case.gathered import of_cases, of_generations, of_run  # noqa: PLC0415 - reads Parquet

    for path in (output, statement):
        if path is not None:
            refuse_existing(path, force=force)
    if not run and generations is None and cases is None:
        raise UsageError("there is nothing to show", hint="--run RUN, --generations DIR or --cases DIR")
    signer, at = signer_named(by), utc(now())
    policy = given_policy(log_policy)
    found = [of_run(_there(path), log_key, policy) for path in run]
    if generations is not None:
        found.append(of_generations(_there(generations), own_log()))
    _one_operator([operator for _, operator in found], signer.key)
    sections: list[Section] = [section for section, _ in found]
    if cases is not None:
        sections.append(of_cases(_there(cases), at, own_log(), own_queue()))
    made = CareRecord(operator=signer.key, at=at, sections=tuple(sections))
    page = care_page(made, lang).encode()
    write_atomic(output, (page,), force=force)
    if statement is not None:
        _state(made, page, by, statement, force=force)
    note(text("care.written", lang, file=str(output)))
