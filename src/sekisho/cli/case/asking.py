"""`sekisho case request` and `sekisho case judge`: the side of an authority."""

import hashlib
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from sekisho.cases.requests import judge as judged
from sekisho.cases.results import Asked, Given, check_received, encode_result, open_asked, open_given
from sekisho.cli.compliance import say_judged
from sekisho.cli.given import given_bytes, given_policy, require_file
from sekisho.cli.parameters import Flag
from sekisho.cli.say import note
from sekisho.cli.signers import signer_named
from sekisho.cli.waiting import waiting_for_batch
from sekisho.codec.case import encode_request
from sekisho.errors import EvidenceError, UsageError
from sekisho.ledger.logged import MAX_LOGGED
from sekisho.ledger.policy import LogPolicy
from sekisho.locale import text
from sekisho.model import Compliance, Request, utc
from sekisho.signing import COMPLIANCE, REQUEST, sign_statement
from sekisho.store.atomic import refuse_existing, write_atomic
from sekisho.store.clock import now, today
from sekisho.store.keys import find_public

__all__ = ["judge", "request"]

_TERM = 30
Things = Annotated[tuple[str, ...], Parameter(name="--ask")]
Target = Annotated[Path, Parameter(name=("--output", "-o"))]


def request(
    *,
    by: str,
    to: str,
    basis: str,
    ask: Things,
    output: Target,
    due: date | None = None,
    lang: Literal["ja", "en"] = "ja",
    force: Flag = False,
) -> None:
    """Ask an operator, as an authority: a signed request with a term, for your own log.

    It waits for the log's next batch (sekisho log batch), so that the log does not tell when you asked;
    then sekisho log proof FILE adds the receipt. With it the file shows when it was asked, whoever
    answers or not. Carry it to the operator.

    Example: sekisho case request --by agency --to lumen.pub --basis "AI Act art. 91"
    --ask "every run of 2026" -o request.json

    Args:
        by: Your key.
        to: The operator: a name, a .pub file or a key id.
        basis: The legal ground.
        ask: What has to be answered; again for each thing.
        output: The file to make.
        due: The last day; default: in 30 days.
        lang: Language of what is printed.
        force: Replace that file if it is there.
    """
    refuse_existing(output, force=force)
    signer, at = signer_named(by), utc(now())
    try:
        made = Request(
            id="",
            authority=signer.key,
            operator=find_public(to).key,
            basis=basis,
            scope=tuple(ask),
            at=at,
            due=due or today() + timedelta(days=_TERM),
        )
    except ValueError as error:
        raise UsageError(str(error), hint="sekisho case request --help") from error
    envelope = sign_statement(REQUEST, encode_request(made), signer)
    write_atomic(output, (waiting_for_batch(envelope),), force=force)
    note(text("case.requested", lang, file=str(output), due=made.due.isoformat()))


def _read(path: Path) -> bytes:
    data = given_bytes(path, most=MAX_LOGGED)
    if len(data) > MAX_LOGGED:
        raise EvidenceError(f"{path} is too large for a request or a response")
    return data


def _digest(path: Path) -> str:
    require_file(path, hint="the response names it: put it beside the response")
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _given(path: Path | None, asked: Asked, log_key: str | None, policy: LogPolicy | None) -> Given | None:
    if path is None:
        return None
    given = open_given(_read(path), log_key=log_key, policy=policy)
    if given.response.operator != asked.request.operator:
        raise EvidenceError(f"{path} is not signed by the operator who was asked")
    for reply in given.response.replies:
        for name, digest in reply.files:
            if _digest(path.with_name(name)) != digest:
                raise EvidenceError(f"{path.with_name(name)} is not the file that the response names")
    return given


def judge(
    request_file: Path,
    /,
    *,
    by: str,
    output: Target,
    response: Path | None = None,
    received: Path | None = None,
    log_key: str | None = None,
    log_policy: Path | None = None,
    lang: Literal["ja", "en"] = "ja",
    force: Flag = False,
) -> int:
    """Say what has become of a request: answered, incomplete, refused, late, open, or silence.

    The result is signed and waits for your own log, as a request does. That nothing came
    is your word; who has a receipt of an earlier response can refute it. When a response was
    made is not believed on the operator's word alone: the hour of its log counts too, and
    witnesses if you name them. Exit code 1 unless it was answered.

    Example: sekisho case judge request.json --response inbox/response.json --by agency -o result.json

    Args:
        request_file: The request, as `sekisho case request` wrote it.
        by: Your key.
        output: The file to make.
        response: The operator's response, its files beside it; left out: nothing came.
        received: The operator's acknowledgement, if it sent one.
        log_key: The verifier key of the operator's log, if you know it.
        log_policy: A file that says which logs and witnesses you believe (C2SP tlog-policy).
        lang: Language of what is printed.
        force: Replace that file if it is there.
    """
    refuse_existing(output, force=force)
    signer, at = signer_named(by), utc(now())
    policy = given_policy(log_policy)
    asked = open_asked(_read(request_file))
    if signer.key != asked.request.authority:
        raise UsageError("only who has asked can say what became of it", hint="name that key with --by")
    given = _given(response, asked, log_key, policy)
    acknowledged = b"" if received is None else _read(received)
    if acknowledged:
        check_received(acknowledged, asked)
    answered, when = (None, None) if given is None else (given.response, given.when)
    found = judged(asked.request, asked.digest, answered, at, when=when)
    payload = encode_result(found, asked, by=signer.key, at=at, given=given, received=acknowledged)
    signed = sign_statement(COMPLIANCE, payload, signer)
    write_atomic(output, (waiting_for_batch(signed),), force=force)
    say_judged(asked.request, found, lang, received=bool(acknowledged))
    return 0 if found.compliance is Compliance.ANSWERED else 1
