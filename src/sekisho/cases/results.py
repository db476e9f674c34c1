"""The result of a request, for others to check: request, acknowledgement and response lie inside it.

Whoever opens a result judges again by what is inside. What was asked and answered is proven by
signatures; that nothing came is the requester's word, and so is what only its own log shows.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, TypeVar

import msgspec

from sekisho.cases.opening import Opening, content_digest
from sekisho.cases.requests import Judged, ShownBy, When, check_term, judge, when_answered
from sekisho.codec import Key, canonical, parse_as
from sekisho.codec.case import decode_event, decode_request, decode_response
from sekisho.codec.moments import Moment, moment, moment_text
from sekisho.errors import EvidenceError, InputError, SignatureError
from sekisho.ledger.entry import decode_entry
from sekisho.ledger.logged import MAX_LOGGED, decode_logged, is_waiting, verify_logged
from sekisho.ledger.note import parse_vkey
from sekisho.ledger.policy import LogPolicy, witnessed
from sekisho.ledger.proof import decode_proof
from sekisho.ledger.waiting import decode_waiting, verify_waiting
from sekisho.model import CaseKind, Compliance, KeyId, Request, Response
from sekisho.signing import CASE, COMPLIANCE, REQUEST, RESPONSE, Statement, open_statement

__all__ = [
    "Asked",
    "Given",
    "Result",
    "check_received",
    "encode_result",
    "open_asked",
    "open_given",
    "open_result",
    "opening_of",
]

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request whose signature and receipt hold.

    Attributes:
        data: the file.
        digest: hex SHA-256 of its payload.
        hour: of its entry in the log, aware UTC.
    """

    data: bytes
    request: Request
    digest: str
    hour: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A response whose signature holds, and its receipt if it has one.

    Attributes:
        data: the file.
        when: when it counts as made.
        vkey: of the log that has it; empty: it is on none.
    """

    data: bytes
    response: Response
    when: When
    vkey: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A result that was judged again.

    Attributes:
        received: the operator has acknowledged the request.
        at: when it was judged, by the requester's clock.
    """

    by: KeyId
    at: datetime
    asked: Asked
    given: Given | None
    received: bool
    judged: Judged


class _Wire(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    v: Annotated[int, msgspec.Meta(ge=1, le=1)]
    at: Moment
    by: Key
    compliance: Compliance
    open: list[int]
    refused: list[int]
    request: str
    received: str
    response: str
    answered: Moment | None
    shown: ShownBy | None


def open_asked(data: bytes) -> Asked:
    """Verify the file of a request.

    Raises:
        EvidenceError: a signature or the receipt does not hold, another has signed it, or it was put on
            the log after its own term.
    """
    statement, _, _ = verify_logged(data, REQUEST)
    request = _read(decode_request, statement.payload)
    if statement.signer != request.authority:
        raise EvidenceError("the request is signed by another than it names as authority")
    hour = decode_entry(decode_logged(data).entry).at
    check_term(request, hour)
    digest = hashlib.sha256(statement.payload).hexdigest()
    return Asked(data=data, request=request, digest=digest, hour=hour)


def open_given(data: bytes, *, log_key: str | None = None, policy: LogPolicy | None = None) -> Given:
    """Verify the file of a response: with a receipt, or signed alone.

    Args:
        data: the file.
        log_key: the operator's log, if it is known from elsewhere.
        policy: which logs and witnesses are believed.

    Raises:
        EvidenceError: a signature or the receipt does not hold, or another than the operator has signed it.
    """
    try:
        logged = decode_logged(data)
    except InputError:
        if log_key is not None:
            raise EvidenceError(
                "the response has no receipt, so that a log's key says nothing about it",
                hint="ask the operator for the receipt, or leave --log-key out",
            ) from None
        return _given_alone(data)
    statement, _, _ = verify_logged(data, RESPONSE, log_key=log_key, policy=policy)
    response = _read(decode_response, statement.payload)
    _by_operator(statement.signer, response)
    hour = decode_entry(logged.entry).at
    seen: tuple[datetime, ...] = ()
    if policy is not None:
        head = witnessed(decode_proof(logged.receipt).checkpoint, policy, keys=[parse_vkey(logged.vkey)])
        seen = tuple(mark.at for mark in head.cosignatures)
    return Given(
        data=data, response=response, when=when_answered(response, hour=hour, seen=seen), vkey=logged.vkey
    )


def _signed(
    data: bytes, type_: str, log_key: str | None = None, policy: LogPolicy | None = None
) -> Statement:
    """Verify a statement with its receipt, or without one as long as that follows."""
    if is_waiting(data):
        return verify_waiting(data, type_)
    return verify_logged(data, type_, log_key=log_key, policy=policy)[0]


def _given_alone(data: bytes) -> Given:
    try:
        envelope = decode_waiting(data).statement if is_waiting(data) else data.rstrip(b"\n")
        statement = open_statement(envelope, RESPONSE)
    except (InputError, SignatureError) as error:
        raise EvidenceError(f"the response does not hold: {error}") from error
    response = _read(decode_response, statement.payload)
    _by_operator(statement.signer, response)
    return Given(data=data, response=response, when=when_answered(response))


def _by_operator(signer: KeyId, response: Response) -> None:
    if signer != response.operator:
        raise EvidenceError("the response is not signed by the operator that it names")


def _read(decode: Callable[[bytes], T], payload: bytes) -> T:
    try:
        return decode(payload)
    except InputError as error:
        raise EvidenceError(f"a signed statement of another form: {error}") from error


def _moment(text: str) -> datetime:
    return _read(lambda given: moment(given.decode()), text.encode())


def opening_of(asked: Asked) -> Opening:
    """Return what an operator that receives a request opens its case of: the same for every copy of it."""
    return Opening(
        kind=CaseKind.REQUEST,
        content=content_digest(b"", bytes.fromhex(asked.digest)),
        jurisdiction="*",
        due=asked.request.due,
    )


def check_received(data: bytes, asked: Asked) -> None:
    """Check an acknowledgement: the first event of the operator's case, which names this very request.

    Raises:
        EvidenceError: it is of another request, by another, or does not hold.
    """
    statement = _signed(data, CASE)
    event = _read(decode_event, statement.payload)
    by_operator = statement.signer == event.by == asked.request.operator
    if not by_operator or event.opening != opening_of(asked).digest:
        raise EvidenceError("the acknowledgement is by another operator, or of another request")


def encode_result(
    judged: Judged, asked: Asked, *, by: KeyId, at: datetime, given: Given | None, received: bytes
) -> bytes:
    """Return the payload of a result: what was judged, and all that it was judged by.

    Args:
        judged: of `judge`.
        asked: the request.
        by: who has asked.
        at: now, aware UTC.
        given: the response; None: nothing came.
        received: the file of an acknowledgement, or nothing.
    """
    when = judged.when
    return canonical(
        {
            "v": 1,
            "at": moment_text(at),
            "by": by,
            "compliance": judged.compliance.value,
            "open": list(judged.open_things),
            "refused": list(judged.refused_things),
            "request": asked.data.decode(),
            "received": received.decode(),
            "response": "" if given is None else given.data.decode(),
            "answered": None if when is None else moment_text(when.at),
            "shown": None if when is None else when.by.value,
        }
    )


def open_result(data: bytes, *, log_key: str | None = None, policy: LogPolicy | None = None) -> Result:
    """Verify the file of a result, and judge again.

    Args:
        data: the file.
        log_key: the requester's log, if it is known from elsewhere.
        policy: which logs and witnesses are believed, for the result and the response in it.

    Raises:
        EvidenceError: a signature or a receipt does not hold, or it says something else than is inside.
    """
    statement = _signed(data, COMPLIANCE, log_key, policy)
    wire = _read(lambda payload: parse_as(payload, _Wire, limit=MAX_LOGGED), statement.payload)
    asked = open_asked(wire.request.encode())
    if not statement.signer == wire.by == asked.request.authority:
        raise EvidenceError("the result is signed by another than the one who has asked")
    if wire.received:
        check_received(wire.received.encode(), asked)
    at = _moment(wire.at)
    given = open_given(wire.response.encode(), policy=policy) if wire.response else None
    when = None if given is None else _as_told(given.when, wire)
    response = None if given is None else given.response
    found = judge(asked.request, asked.digest, response, at, when=when)
    said = (wire.compliance, tuple(wire.open), tuple(wire.refused))
    if said != (found.compliance, found.open_things, found.refused_things):
        raise EvidenceError(f"the result says {wire.compliance}, but what it holds is {found.compliance}")
    return Result(
        by=KeyId(wire.by), at=at, asked=asked, given=given, received=bool(wire.received), judged=found
    )


def _as_told(found: When, wire: _Wire) -> When:
    """Return when a response counts as made, by a witness that only the requester knows if it says so."""
    if wire.shown is not ShownBy.WITNESS or found.by is ShownBy.WITNESS or wire.answered is None:
        return found
    told = _moment(wire.answered)
    return When(at=told, by=ShownBy.WITNESS) if told >= found.at else found
