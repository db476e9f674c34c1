"""`sekisho case form` and `sekisho case open`."""

import os
import tomllib
from pathlib import Path
from typing import Literal

from sekisho.cases.completeness import missing, wanted
from sekisho.cases.opening import Opening, content_digest, decode_opening, encode_opening
from sekisho.cases.results import open_asked, opening_of
from sekisho.cli.case.desk import Cases, Desk, Step, begun, desk_at
from sekisho.cli.case.known import agree, desk_facts, keep_facts, opened_facts, sealed
from sekisho.cli.given import given_bytes
from sekisho.cli.parameters import Flag, Output
from sekisho.cli.say import note, say
from sekisho.cli.waiting import waiting_for_batch
from sekisho.codec.case import MAX_BYTES, decode_notice, encode_notice
from sekisho.codec.hit import decode_draft
from sekisho.errors import InputError, RefusedError, UsageError
from sekisho.ledger.logged import MAX_LOGGED, decode_logged, is_waiting
from sekisho.locale import text
from sekisho.model import Authorship, CaseKind, CaseState, Contact, Notice, Relation, Subject
from sekisho.rules.factfile import FactFile
from sekisho.signing import DRAFT, open_statement
from sekisho.store.atomic import write_atomic
from sekisho.store.clock import now
from sekisho.store.keys import known_keys

__all__ = ["form", "open_", "supplement"]

_SALT = 32
_OF_CONTACT = ("name", "email", "address", "phone")
_VALUES = {
    "relation": " | ".join(Relation),
    "authorship": " | ".join(Authorship),
}


def _line(field: str, *, commented: bool) -> str:
    if field in {"good_faith", "accurate", "name_to_uploader", "minor", "danger", "threatened"}:
        value = "false"
    elif field == "locations":
        value = '[""]'
    elif field == "explanation":
        value = '"""\n"""'
    else:
        value = '""'
    return f"{'# ' if commented or field in _VALUES else ''}{field} = {value}"


def form(
    *,
    subject: Literal["work", "character", "likeness", "intimate", "personal"],
    jurisdiction: str = "JP",
    output: Output = None,
    lang: Literal["ja", "en"] = "ja",
    force: Flag = False,
) -> None:
    """Write the form of a notice: the fields that a law asks for, to be filled in.

    Example: sekisho case form --subject likeness --jurisdiction JP -o notice.toml

    Args:
        subject: What it is about. For pictures of children and threats the police come first.
        jurisdiction: Whose law: JP, US, EU, or another country's code.
        output: The file; default: standard output.
        lang: Language of the explanations.
        force: Replace that file if it is there.
    """
    notice = Notice(subject=Subject(subject), jurisdiction=jurisdiction)
    asked = wanted(notice)
    lines = [f"# {line}" for line in text("case.form_first", lang).split("\n")]
    lines += [f'subject = "{subject}"', f'jurisdiction = "{jurisdiction}"', f'language = "{lang}"', ""]
    for field in [f for f in asked if f not in _OF_CONTACT] + ["minor", "danger", "threatened"]:
        lines += [f"# {text(f'case.field_{field}', lang)}"]
        lines += [f"# {_VALUES[field]}"] if field in _VALUES else []
        lines += [_line(field, commented=False), ""]
    lines += ["[contact]"]
    lines += [
        line
        for f in asked
        if f in _OF_CONTACT
        for line in (f"# {text(f'case.field_{f}', lang)}", f'{f} = ""')
    ]
    data = ("\n".join(lines) + "\n").encode()
    if output is None:
        say(data.decode())
        return
    write_atomic(output, (data,), mode=0o600, force=force)
    note(text("case.form_written", lang, file=str(output)))


def _notice(data: bytes, path: Path) -> tuple[Notice, Contact]:
    if len(data) > MAX_BYTES:
        raise InputError(f"{path} has more than {MAX_BYTES >> 10} KiB: no form of a notice")
    try:
        return decode_notice(tomllib.loads(data.decode()))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(f"{path} is no form of a notice: {error}", hint="sekisho case form") from error


def _open_notice(desk: Desk, path: Path, data: bytes, given: FactFile | None, lang: str) -> str:
    notice, contact = _notice(data, path)
    agree(notice, contact, given, desk_facts(desk.folder.path))
    content, salt = encode_notice(notice, contact), os.urandom(_SALT)
    opening = Opening(
        kind=CaseKind.NOTICE,
        content=content_digest(salt, content),
        jurisdiction=notice.jurisdiction,
        subject=notice.subject,
    )
    case_id, envelope = begun(opening, desk)
    desk.folder.announce(case_id)
    # What was said is sealed before the case is there, so that no case is without it.
    desk.folder.records().lay_beside("notice", case_id, salt + content)
    keep_facts(desk.folder, case_id, given)
    desk.folder.begin(case_id, encode_opening(opening), envelope, ())
    desk.folder.settle(case_id)
    _examine(desk, case_id, notice, contact, lang)
    return case_id


def _examine(desk: Desk, case_id: str, notice: Notice, contact: Contact, lang: str) -> None:
    """Go on with a notice that is complete; else write a letter that says what is missing."""
    lacking = missing(notice, contact)
    if not lacking:
        desk.take(case_id, Step(state=CaseState.TRIAGE))
        return
    desk.take(case_id, Step(state=CaseState.INCOMPLETE, reason="missing: " + ", ".join(lacking)))
    asked = "\n".join(f"- {field}: {text(f'case.field_{field}', notice.language)}" for field in lacking)
    letter = text("case.letter_incomplete", notice.language, case=case_id) + f"\n{asked}\n"
    desk.folder.put_out(case_id, "incomplete.txt", letter.encode())
    note(text("case.incomplete", lang, fields=", ".join(lacking)))


def _clear(desk: Desk) -> None:
    """Erase what was sealed for cases that a crash has kept from being opened: nobody could find it."""
    for case_id in desk.folder.half_opened():
        desk.folder.records().erase(case_id, now())
        desk.folder.settle(case_id)


def _known(desk: Desk, kind: CaseKind, content: str) -> str:
    """Return the case that the same request or draft has opened before, or nothing."""
    for case_id in desk.folder.ids():
        opening = decode_opening(desk.folder.opening(case_id))
        if (opening.kind, opening.content) == (kind, content):
            return case_id
    return ""


def _begin(
    desk: Desk,
    opening: Opening,
    name: str,
    data: bytes,
    halfway: tuple[CaseState, ...] = (CaseState.RECEIVED,),
) -> str:
    """Open a case once; go on with one that a crash has left halfway."""
    if found := _known(desk, opening.kind, opening.content):
        if desk.case(found)[0].state not in halfway:
            raise RefusedError(f"it was received before: {found}", hint=f"sekisho case show {found}")
        return found
    case_id, envelope = begun(opening, desk)
    desk.folder.begin(case_id, encode_opening(opening), envelope, ((name, data),))
    return case_id


def _open_request(desk: Desk, data: bytes, lang: str) -> str:
    asked = open_asked(data)
    request = asked.request
    if request.operator != desk.signer.key:
        raise RefusedError(
            f"the request is to {request.operator}, not to {desk.signer.key}", hint="name its key with --by"
        )
    # Nobody assigns a request: one that is to be assigned was left there by a crash.
    case_id = _begin(desk, opening_of(asked), "request.json", data, (CaseState.RECEIVED, CaseState.TRIAGE))
    if desk.case(case_id)[0].state is CaseState.RECEIVED:
        first = desk.folder.events(case_id)[0].envelope
        # The acknowledgement comes before the next step: a case beyond the first has sent it.
        desk.folder.put_out(case_id, "received.json", waiting_for_batch(first))
        desk.take(case_id, Step(state=CaseState.TRIAGE))
    desk.take(case_id, Step(state=CaseState.IN_REVIEW))
    over = "case.request_over" if now().date() > request.due else "case.request_received"
    note(text(over, lang, due=request.due.isoformat(), count=len(request.scope)))
    return case_id


def _open_draft(desk: Desk, data: bytes) -> str:
    statement = open_statement(data, DRAFT)
    draft = decode_draft(statement.payload)
    if statement.signer not in {known.key for known in known_keys()}:
        raise RefusedError(
            f"the draft is signed by {statement.signer}, which is not known here",
            hint="if it is the key of a registry whose watch you believe: sekisho key add NAME FILE.pub",
        )
    opening = Opening(
        kind=CaseKind.HIT,
        content=content_digest(b"", statement.payload),
        jurisdiction="*",
        subject=Subject.LIKENESS if draft.hit.entry is None else Subject.WORK,
    )
    case_id = _begin(desk, opening, "draft.json", data)
    desk.take(case_id, Step(state=CaseState.TRIAGE))
    return case_id


def open_(
    file: Path,
    /,
    *,
    by: str,
    facts: Path | None = None,
    cases: Cases = Path("cases"),
    lang: Literal["ja", "en"] = "ja",
) -> None:
    """Open a case: of a filled form, of an authority's request, or of a draft of the watch.

    A notice that lacks what its law asks for is incomplete: the outbox has a letter that
    says what is missing. What was said is kept encrypted.

    Example: sekisho case open notice.toml --by desk

    Args:
        file: A form, a request, or a draft of the watch; its content says which.
        by: The desk's key.
        facts: With a form: what an interview has found out (sekisho rules ask --output); kept encrypted.
        cases: The folder of cases.
        lang: Language of what is printed.
    """
    desk = desk_at(cases, by)
    data, given = _read(file), opened_facts(facts)
    if given is not None and data.startswith(b"{"):
        raise UsageError("only a form is opened with facts", hint="sekisho case rules ID --facts FILE")
    # What it is, its bytes say and not its name.
    if not data.startswith(b"{"):
        _notice(data, file)
    with desk.folder.alone():
        _clear(desk)
        if not data.startswith(b"{"):
            case_id = _open_notice(desk, file, data, given, lang)
        elif _is_logged(data):
            case_id = _open_request(desk, data, lang)
        else:
            case_id = _open_draft(desk, data.rstrip(b"\n"))
    say(case_id)


def supplement(
    case_id: str,
    file: Path,
    /,
    *,
    by: str,
    cases: Cases = Path("cases"),
    lang: Literal["ja", "en"] = "ja",
) -> None:
    """Take in the form again, filled in, of a case that was incomplete. No clock starts anew.

    Example: sekisho case supplement n-0123 notice.toml --by desk

    Args:
        case_id: The case, or the beginning of its id.
        file: The whole form.
        by: The desk's key.
        cases: The folder of cases.
        lang: Language of what is printed.
    """
    desk = desk_at(cases, by)
    found = desk.folder.find(case_id)
    notice, contact = _notice(_read(file), file)
    opening = decode_opening(desk.folder.opening(found))
    if (notice.subject, notice.jurisdiction) != (opening.subject, opening.jurisdiction):
        raise RefusedError(
            "the form is about something else, or names another law", hint="open a case of its own for it"
        )
    case, _ = desk.whole(found)
    if case.state not in {CaseState.INCOMPLETE, CaseState.RECEIVED}:
        raise RefusedError(f"nothing is missing in {found}", hint=f"sekisho case show {found}")
    agree(notice, contact, sealed(desk.folder, case).given, desk_facts(cases))
    # Sealed before the step is taken: after a crash the same can be brought again.
    desk.folder.records().lay_beside("notice", found, os.urandom(_SALT) + encode_notice(notice, contact))
    if case.state is CaseState.INCOMPLETE:
        desk.take(found, Step(state=CaseState.RECEIVED))
    _examine(desk, found, notice, contact, lang)
    say(found)


def _read(file: Path) -> bytes:
    data = given_bytes(file, most=MAX_LOGGED, hint="sekisho case form")
    if len(data) > MAX_LOGGED:
        raise InputError(f"{file} is too large for a form, a request or a draft")
    return data


def _is_logged(data: bytes) -> bool:
    """Tell whether it is a logged statement; one whose receipt follows is told so by whoever verifies it."""
    if is_waiting(data):
        return True
    try:
        decode_logged(data)
    except (InputError, ValueError):
        return False
    return True
