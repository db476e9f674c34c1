"""`sekisho case list` and `sekisho case show`."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from sekisho.cases.clocks import Term, terms
from sekisho.cases.law import concluded
from sekisho.cases.results import open_asked
from sekisho.cases.states import ENDED
from sekisho.cli.case.desk import Cases, desk_at, read_case, whole_case
from sekisho.cli.case.known import desk_facts, law_at
from sekisho.cli.case.law import changed_words, say_touched
from sekisho.cli.parameters import Flag
from sekisho.cli.rules.explaining import Reader
from sekisho.cli.say import complain, note, say
from sekisho.errors import ConfigError, EvidenceError, NotFoundError, RefusedError, SekishoError
from sekisho.locale import shown, text
from sekisho.model import Case, CaseKind
from sekisho.rules.rule_shown import Audience
from sekisho.rules.shipped import shipped_packs
from sekisho.rules.words import Confidence, Facts
from sekisho.store.cases import CaseFolder
from sekisho.store.clock import now

__all__ = ["list_", "show"]

_SALT = 32
_HOUR = timedelta(hours=1)
_DAYS_FROM = 72
"""Hours from which a term is said in days."""


def _due(term: Term, at: datetime, lang: str) -> str:
    """Say when a term ends: in hours or days, and the moment itself."""
    local = term.due.astimezone(ZoneInfo(term.zone))
    moment = f"{local:%Y-%m-%d %H:%M} UTC{local:%z}"
    if term.met is not None:
        return text("case.due_late" if term.is_overdue(at) else "case.due_met", lang, moment=moment)
    if term.paused:
        return text("case.due_paused", lang, moment=moment)
    left = int((term.due - at) / _HOUR)
    if term.is_overdue(at):
        return text("case.due_over", lang, hours=-left, moment=moment)
    if left >= _DAYS_FROM:
        return text("case.due_days", lang, days=left // 24, moment=moment)
    return text("case.due_hours", lang, hours=left, moment=moment)


@dataclass(frozen=True, slots=True)
class _Listed:
    """A case with its terms."""

    case: Case
    terms: tuple[Term, ...]

    @property
    def next(self) -> Term | None:
        """Return the term that ends first of those that run or may run, None if the case has ended."""
        running = (term for term in self.terms if term.met is None)
        return None if self.case.state in ENDED else next(running, None)

    @property
    def order(self) -> tuple[float, str]:
        """Return its place in a list: what is due first stands on top."""
        return (float("inf") if self.next is None else self.next.due.timestamp()), self.case.id


def _line(listed: _Listed, at: datetime, lang: str) -> str:
    case, term = listed.case, listed.next
    due = "-" if term is None else _due(term, at, lang)
    due += "" if term is None or not term.may else "  " + text("case.may_run", lang)
    state = text(f"case.state_{case.state}", lang)
    about = "" if case.subject is None else text(f"case.subject_{case.subject}", lang)
    return f"{case.id}  {state}  {text(f'case.kind_{case.kind}', lang)}  {about}  {due}"


def list_(*, cases: Cases = Path("cases"), lang: Literal["ja", "en"] = "ja", ended: Flag = False) -> int:
    """List the cases of a desk: id, state, kind, what it is about, when the next term ends.

    A case that was changed by another hides none of the others; then the exit code is 4.

    Example: sekisho case list

    Args:
        cases: The folder of cases.
        lang: Language of what is printed.
        ended: Show those too that are closed or withdrawn.
    """
    folder, at = CaseFolder(cases), now()
    read, broken = _readable(folder, desk_facts(cases), at)
    open_ones = [one for one in read if ended or one.case.state not in ENDED]
    for one in sorted(open_ones, key=lambda one: one.order):
        say(_line(one, at, lang))
    for error in broken:
        complain(str(error))
    note(text("case.listed", lang, open=len(open_ones), all=len(read) + len(broken)))
    return EvidenceError.exit_code if broken else 0


def _readable(folder: CaseFolder, desk: Facts, at: datetime) -> tuple[list[_Listed], list[SekishoError]]:
    """Return the cases that hold with their terms, and why the others do not."""
    read: list[_Listed] = []
    broken: list[SekishoError] = []
    for case_id in folder.ids():
        try:
            case = read_case(folder, case_id)[0]
            read.append(_Listed(case, terms(case, at, law_at(folder, case, desk=desk)[0])))
        except (EvidenceError, NotFoundError) as error:
            broken.append(error)
        except ConfigError as error:
            broken.append(EvidenceError(f"{case_id}: {error}"))
    return read, broken


def _show_notice(cases: Path, by: str, case: Case, lang: str) -> None:
    desk, case_id = desk_at(cases, by), case.id
    if desk.signer.key not in {event.by for event in case.events}:
        raise RefusedError("this key has taken no step of the case", hint="name the desk's key with --by")
    records = desk.folder.records()
    found = list(records.beside("notice", case_id))
    for one in found:
        for line in json.dumps(json.loads(one.text[_SALT:]), ensure_ascii=False, indent=1).split("\n"):
            say(shown(line, 20_000))
    if not found:
        erased = records.vault.was_shredded(case_id)
        say(text("case.notice_erased" if erased else "case.no_notice", lang))


def _say_asked(folder: CaseFolder, case: Case) -> None:
    """Say what an authority asks, one thing a line, with the number that its reply has."""
    if case.kind is not CaseKind.REQUEST:
        return
    request = open_asked(folder.read(case.id, "request.json")).request
    say(f"  {request.authority}: {shown(request.basis, 2000)}")
    for number, asked in enumerate(request.scope, 1):
        say(f"  {number}. {shown(asked, 2000)}")


def _say_term(term: Term, at: datetime, lang: str) -> None:
    """Say of a term when it ends, how sure it is, what has to be done, and what is not known."""
    believed = "" if term.stands == Confidence.VERIFIED else "  (" + text("case.believed", lang) + ")"
    say(f"  {term.rule}: {_due(term, at, lang)}{believed}  {term.basis}".rstrip())
    if term.duty is not None and term.met is None:
        say(f"    {term.duty.in_language(lang)}")
    if term.may:
        say("    " + text("case.may_run_needs", lang, facts=", ".join(term.needs)))


def show(
    case_id: str,
    /,
    *,
    cases: Cases = Path("cases"),
    notice: Flag = False,
    by: str = "",
    reader: Reader | None = None,
    lang: Literal["ja", "en"] = "ja",
) -> None:
    """Show a case: its steps, the terms and rules of law that it touches, what lies in its outbox.

    Example: sekisho case show n-0123 --notice --by desk

    Args:
        case_id: The case, or the beginning of its id.
        cases: The folder of cases.
        notice: Show what was said, too: personal, for the desk only.
        by: The desk's key, with --notice.
        reader: For whom the rules are told: a guardian gets desks and questions, never penalties.
            Default: guardian if a guardian has given notice, else operator.
        lang: Language of what is printed.
    """
    folder, at = CaseFolder(cases), now()
    found = folder.find(case_id)
    case, _ = whole_case(folder, found)
    law, said = law_at(folder, case, desk=desk_facts(cases))
    running = terms(case, at, law)
    say(_line(_Listed(case, running), at, lang))
    _say_asked(folder, case)
    for event in case.events:
        word = text(f"case.state_{event.state}", lang)
        outcome = "" if event.outcome is None else ": " + text(f"case.outcome_{event.outcome}", lang)
        say(f"  {event.at:%Y-%m-%d %H:%M} UTC  {word}{outcome}  {shown(event.reason, 2000)}".rstrip())
        if event.rule:
            say("    " + text("case.rests_on", lang, rule=event.rule))
            if changed := changed_words(event, shipped_packs(), lang):
                say("    " + changed)
        for term in running:
            if term.met_by == event.number:
                late = "case.met_late" if term.is_overdue(at) else "case.met_in_time"
                say("    " + text(late, lang, rule=term.rule))
    for term in running:
        _say_term(term, at, lang)
    audience = Audience.GUARDIAN if said.by_guardian else Audience.OPERATOR
    say_touched(concluded(case, law), law, audience if reader is None else Audience(reader), lang)
    for name in folder.outbox(found):
        say(f"  outbox/{shown(name)}")
    if notice:
        _show_notice(cases, by, case, lang)
