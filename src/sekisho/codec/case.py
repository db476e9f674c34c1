"""Cases <-> canonical JSON: events, requests and responses. A notice comes in as a form, in TOML."""

from collections.abc import Mapping
from typing import Annotated

import msgspec

from sekisho.codec.form import Day, Hex32, Key, Text, Wire, canonical, day, digest_id, noun, parse_as
from sekisho.codec.moments import Moment, moment, moment_text
from sekisho.errors import InputError
from sekisho.model import (
    Answered,
    Authorship,
    CaseEvent,
    CaseOutcome,
    CaseState,
    Contact,
    KeyId,
    Notice,
    Relation,
    Reply,
    Request,
    Response,
    Subject,
)

__all__ = [
    "decode_event",
    "decode_notice",
    "decode_request",
    "decode_response",
    "encode_event",
    "encode_notice",
    "encode_request",
    "encode_response",
]

MAX_BYTES = 1 << 20
CaseRef = Annotated[str, msgspec.Meta(pattern=r"^(n-[0-9a-f]{32})?\Z")]
RuleRef = Annotated[str, msgspec.Meta(pattern=r"^([a-z0-9._-]{1,64}(@[0-9a-f-]{1,20})?)?\Z")]
MaybeHex32 = Annotated[str, msgspec.Meta(pattern=r"^([0-9a-f]{64})?\Z")]
FileName = Annotated[str, msgspec.Meta(pattern=r"^[^\W_](?:[\w-]|\.(?!\Z)){0,79}\Z")]
"""Letters, digits, `_`, `-` and dots inside: nothing that leads out of a folder or moves a cursor."""
Words = Annotated[str, msgspec.Meta(max_length=10_000)]
Country = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{2}\Z")]
Line = Annotated[str, msgspec.Meta(max_length=2000)]


class _EventWire(Wire, kw_only=True):
    at: Moment
    by: Key
    case: CaseRef
    n: Annotated[int, msgspec.Meta(ge=0)]
    opening: MaybeHex32
    outcome: CaseOutcome | None
    previous: MaybeHex32
    reason: Text
    rule: RuleRef
    state: CaseState
    v: Annotated[int, msgspec.Meta(ge=1, le=1)]


class _RequestWire(Wire, kw_only=True):
    at: Moment
    authority: Key
    basis: Text
    due: Day
    operator: Key
    scope: Annotated[list[Text], msgspec.Meta(min_length=1, max_length=100)]
    v: Annotated[int, msgspec.Meta(ge=1, le=1)]


class _FileWire(Wire, kw_only=True):
    name: FileName
    sha256: Hex32


class _ReplyWire(Wire, kw_only=True):
    files: Annotated[list[_FileWire], msgspec.Meta(max_length=1000)]
    n: int
    reason: Text
    state: Answered


class _ResponseWire(Wire, kw_only=True):
    at: Moment
    operator: Key
    replies: Annotated[list[_ReplyWire], msgspec.Meta(max_length=100)]
    request: Hex32
    v: Annotated[int, msgspec.Meta(ge=1, le=1)]


class _ContactWire(Wire, kw_only=True):
    name: Line = ""
    email: Line = ""
    address: Line = ""
    phone: Line = ""


class _NoticeWire(Wire, kw_only=True):
    subject: Subject
    jurisdiction: Country
    explanation: Words = ""
    locations: Annotated[tuple[Line, ...], msgspec.Meta(max_length=1000)] = ()
    work: Words = ""
    relation: Relation | None = None
    authorship: Authorship | None = None
    good_faith: bool = False
    accurate: bool = False
    name_to_uploader: bool | None = None
    minor: bool = False
    danger: bool = False
    threatened: bool = False
    language: Annotated[str, msgspec.Meta(pattern=r"^(ja|en)\Z")] = "ja"
    signed: Line = ""
    contact: _ContactWire = msgspec.field(default_factory=_ContactWire)


def _written(fields: Mapping[str, object], form: type[Wire]) -> bytes:
    """Encode a payload, and read it back: what nobody could read is not signed."""
    payload = canonical(fields)
    parse_as(payload, form, limit=MAX_BYTES)
    return payload


def encode_event(event: CaseEvent) -> bytes:
    """Encode an event's payload. The first one has no case id yet: the id is its digest.

    Raises:
        InputError: a text is too long.
    """
    return _written(
        {
            "at": moment_text(event.at),
            "by": event.by,
            "case": event.case if event.number else "",
            "n": event.number,
            "opening": event.opening,
            "outcome": None if event.outcome is None else event.outcome.value,
            "previous": event.previous,
            "reason": event.reason,
            "rule": event.rule,
            "state": event.state.value,
            "v": 1,
        },
        _EventWire,
    )


def decode_event(payload: bytes) -> CaseEvent:
    """Decode an event's payload; the case of the first event is named by its digest (n-).

    Raises:
        InputError: another form.
    """
    wire = parse_as(payload, _EventWire, limit=MAX_BYTES)
    if bool(wire.case) != bool(wire.n):
        raise InputError("an event names its case, but the first one, whose digest the name is")
    return noun(
        CaseEvent,
        case=wire.case or digest_id("n", payload),
        number=wire.n,
        by=KeyId(wire.by),
        at=moment(wire.at),
        state=wire.state,
        outcome=wire.outcome,
        reason=wire.reason,
        rule=wire.rule,
        previous=wire.previous,
        opening=wire.opening,
    )


def encode_request(request: Request) -> bytes:
    """Encode a request's payload; `request.id` is its digest.

    Raises:
        InputError: a text is too long, or too much is asked.
    """
    return _written(
        {
            "at": moment_text(request.at),
            "authority": request.authority,
            "basis": request.basis,
            "due": request.due.isoformat(),
            "operator": request.operator,
            "scope": list(request.scope),
            "v": 1,
        },
        _RequestWire,
    )


def decode_request(payload: bytes) -> Request:
    """Decode a request's payload.

    Raises:
        InputError: another form.
    """
    wire = parse_as(payload, _RequestWire, limit=MAX_BYTES)
    return noun(
        Request,
        id=digest_id("r", payload),
        authority=KeyId(wire.authority),
        operator=KeyId(wire.operator),
        basis=wire.basis,
        scope=tuple(wire.scope),
        at=moment(wire.at),
        due=day(wire.due),
    )


def encode_response(response: Response) -> bytes:
    """Encode a response's payload.

    Raises:
        InputError: a text is too long, or a file has a name that nobody would open.
    """
    return _written(
        {
            "at": moment_text(response.at),
            "operator": response.operator,
            "replies": [
                {
                    "files": [{"name": name, "sha256": digest} for name, digest in reply.files],
                    "n": reply.number,
                    "reason": reply.reason,
                    "state": reply.state.value,
                }
                for reply in response.replies
            ],
            "request": response.request,
            "v": 1,
        },
        _ResponseWire,
    )


def decode_response(payload: bytes) -> Response:
    """Decode a response's payload.

    Raises:
        InputError: another form.
    """
    wire = parse_as(payload, _ResponseWire, limit=MAX_BYTES)
    replies = tuple(
        noun(
            Reply,
            number=reply.n,
            state=reply.state,
            files=tuple((file.name, file.sha256) for file in reply.files),
            reason=reply.reason,
        )
        for reply in wire.replies
    )
    return noun(
        Response,
        operator=KeyId(wire.operator),
        request=wire.request,
        at=moment(wire.at),
        replies=replies,
    )


def decode_notice(form: object) -> tuple[Notice, Contact]:
    """Make a notice of a form's fields, as a TOML file or `encode_notice` has them.

    Raises:
        InputError: a field that is unknown or of another form; the message names it.
    """
    try:
        wire = msgspec.convert(form, _NoticeWire, strict=True)
    except msgspec.ValidationError as error:
        raise InputError(f"the notice can not be read: {error}") from error
    fields = {name: getattr(wire, name) for name in _NoticeWire.__struct_fields__ if name != "contact"}
    contact = {name: getattr(wire.contact, name) for name in _ContactWire.__struct_fields__}
    # A form has an empty line for the first location.
    fields["locations"] = tuple(line for line in wire.locations if line.strip())
    return noun(Notice, **fields), noun(Contact, **contact)


def encode_notice(notice: Notice, contact: Contact) -> bytes:
    """Encode a notice with whoever gives it, to be sealed; never published."""
    fields = {name: getattr(notice, name) for name in _NoticeWire.__struct_fields__ if name != "contact"}
    person = {name: getattr(contact, name) for name in _ContactWire.__struct_fields__}
    return canonical(fields | {"locations": list(notice.locations), "contact": person})
