"""`sekisho case answer`, `refuse`, `extend`, `move` and `close`."""

import json
from pathlib import Path
from typing import Literal

from sekisho.cases.law import concluded, rule_name, touched
from sekisho.cases.reasons import refuse_personal, statement_of_reasons
from sekisho.cli.case.desk import Cases, Desk, Step, desk_at
from sekisho.cli.case.known import desk_facts, law_at
from sekisho.cli.case.law import keep_conclusion
from sekisho.cli.case.replying import Prepared, prepared, respond
from sekisho.cli.say import note, say
from sekisho.errors import UsageError
from sekisho.locale import text
from sekisho.model import Case, CaseKind, CaseOutcome, CaseState

__all__ = ["answer", "close", "extend", "move", "refuse"]

_S = CaseState
_TO_REVIEW = {
    _S.TRIAGE: (_S.IN_REVIEW,),
    _S.AWAITING_UPLOADER: (_S.IN_REVIEW,),
    _S.REFERRED: (_S.IN_REVIEW,),
    _S.LEGAL_HOLD: (_S.IN_REVIEW,),
}
"""Steps that a decision implies."""


def _rule(desk: Desk, case: Case, name: str) -> str:
    """Return a rule of the law that a case asks with the digest of its pack, by its id or in full."""
    if not name:
        return ""
    law, _ = law_at(desk.folder, case, desk=desk_facts(desk.folder.path))
    known = {rule.id: rule_name(pack, rule.id) for pack in law.packs for rule in pack.rules}
    if name not in known and name not in known.values():
        near = ", ".join(sorted(result.rule.id for result in touched(concluded(case, law))))
        raise UsageError(f"there is no rule {name!r} in the law of this case", hint=f"it touches: {near}")
    return known.get(name, name)


def _decide(desk: Desk, case: Case, outcome: CaseOutcome, reason: str, rule: str) -> Case:
    """Take the step; of a case that a crash has left before its letters, nothing is decided again."""
    last = case.events[-1]
    if (last.state, last.outcome, last.reason) == (_S.DECIDED, outcome, reason):
        return case
    keep_conclusion(desk, case)
    steps = [Step(state=state) for state in _TO_REVIEW.get(case.state, ())]
    steps.append(Step(state=_S.DECIDED, outcome=outcome, reason=reason, rule=rule))
    return desk.take(case.id, *steps)


def _letters(desk: Desk, case: Case, reason: str, ground: str) -> None:
    """Write the letter and, if something was restricted, the statement of reasons."""
    outcome = case.outcome
    if outcome is None:
        return
    name = "appeal" if outcome in {CaseOutcome.UPHELD, CaseOutcome.OVERTURNED} else "decision"
    for lang in ("ja", "en"):
        letter = text(
            "case.letter_decided",
            lang,
            case=case.id,
            outcome=text(f"case.outcome_{outcome}", lang),
            reason=reason,
            ground=ground or "-",
        )
        desk.folder.put_out(case.id, f"{name}.{lang}.txt", letter.encode())
    record = statement_of_reasons(case, facts=reason, ground=ground, application=case.events[-1].at)
    if record is not None:
        data = json.dumps(record, ensure_ascii=False, indent=1).encode() + b"\n"
        desk.folder.put_out(case.id, "statement-of-reasons.json", data)


def _decided(
    desk: Desk, case: Case, outcome: CaseOutcome, said: tuple[str, str, str], made: Prepared | None, lang: str
) -> None:
    """Decide, write what others get, and say last that they were told; `said`: reason, ground, rule."""
    reason, ground, rule = said
    refuse_personal(reason)
    refuse_personal(ground)
    case = _decide(desk, case, outcome, reason, _rule(desk, case, rule))
    if made is not None:
        respond(desk, case.id, made)
    _letters(desk, case, reason, ground)
    desk.take(case.id, Step(state=_S.NOTIFIED))
    note(text("case.decided", lang, outcome=text(f"case.outcome_{outcome}", lang)))
    for name in desk.folder.outbox(case.id):
        say(str(desk.folder.path / case.id / "outbox" / name))


def answer(
    case_id: str,
    /,
    *,
    by: str,
    reason: str,
    outcome: Literal[
        "removed",
        "restricted",
        "blocked_at_generation",
        "dataset_excluded",
        "answered",
        "duplicate",
        "out_of_scope",
        "upheld",
        "overturned",
    ] = "answered",
    ground: str = "",
    rule: str = "",
    reply: tuple[str, ...] = (),
    cases: Cases = Path("cases"),
    lang: Literal["ja", "en"] = "ja",
) -> None:
    """Decide a case and write the letters; of a request, answer what was asked.

    Of an authority's request each thing needs a reply: `--reply 1=FILE`, `--reply 2=not_held`
    or `--reply 3=refused:REASON`. The signed response and the files go to the outbox.

    Example: sekisho case answer n-0123 --by desk --outcome dataset_excluded --reason "page 3 is in item 5"

    Args:
        case_id: The case, or the beginning of its id.
        by: The desk's key.
        reason: Why, for whoever is told; no personal data.
        outcome: How it was decided.
        ground: The law that it rests on; left out: your own terms.
        rule: The clock that it answers, by its id.
        reply: Of a request: NUMBER=FILE, NUMBER=not_held, or NUMBER=refused:REASON; again for more.
        cases: The folder of cases.
        lang: Language of what is printed.
    """
    desk = desk_at(cases, by)
    found = desk.folder.find(case_id)
    case, _ = desk.case(found)
    is_request = case.kind is CaseKind.REQUEST
    if is_request != bool(reply):
        raise UsageError(
            "a request is answered with --reply, and only a request is",
            hint="sekisho case answer ID --by KEY --reason TEXT --reply 1=FILE",
        )
    made = prepared(desk, found, reply) if is_request else None
    _decided(desk, case, CaseOutcome(outcome), (reason, ground, rule), made, lang)


def refuse(
    case_id: str,
    /,
    *,
    by: str,
    reason: str,
    ground: str = "",
    rule: str = "",
    cases: Cases = Path("cases"),
    lang: Literal["ja", "en"] = "ja",
) -> None:
    """Refuse what was asked, with the reason; whoever asked can show that you did.

    Example: sekisho case refuse n-0123 --by desk --reason "a quotation in a review"

    Args:
        case_id: The case, or the beginning of its id.
        by: The desk's key.
        reason: Why, for whoever is told; no personal data.
        ground: The law that it rests on; left out: your own terms.
        rule: The clock that it answers, by its id.
        cases: The folder of cases.
        lang: Language of what is printed.
    """
    desk = desk_at(cases, by)
    found = desk.folder.find(case_id)
    case, _ = desk.case(found)
    made = prepared(desk, found, (), refused=reason) if case.kind is CaseKind.REQUEST else None
    _decided(desk, case, CaseOutcome.REFUSED, (reason, ground, rule), made, lang)


def extend(
    case_id: str,
    /,
    *,
    by: str,
    reason: str,
    rule: str = "",
    cases: Cases = Path("cases"),
    lang: Literal["ja", "en"] = "ja",
) -> None:
    """Say that a decision takes longer, and why. It does not stop a clock that runs.

    Example: sekisho case extend n-0123 --by desk --reason "the uploader has until Friday to answer"

    Args:
        case_id: The case, or the beginning of its id.
        by: The desk's key.
        reason: Why, for whoever is told; no personal data.
        rule: The clock whose term allows it, by its id.
        cases: The folder of cases.
        lang: Language of what is printed.
    """
    desk = desk_at(cases, by)
    found = desk.folder.find(case_id)
    case, _ = desk.case(found)
    refuse_personal(reason)
    steps = [Step(state=state) for state in _TO_REVIEW.get(case.state, ())]
    desk.take(found, *steps, Step(state=_S.IN_REVIEW, reason=reason, rule=_rule(desk, case, rule)))
    letter = text("case.letter_extended", lang, case=found, reason=reason)
    desk.folder.put_out(found, "extension.txt", letter.encode())
    note(text("case.extended", lang))


def move(
    case_id: str,
    state: Literal[
        "received",
        "triage",
        "awaiting_uploader",
        "in_review",
        "appealed",
        "referred",
        "legal_hold",
        "withdrawn",
    ],
    /,
    *,
    by: str,
    reason: str = "",
    rule: str = "",
    cases: Cases = Path("cases"),
    lang: Literal["ja", "en"] = "ja",
) -> None:
    """Take the next step of a case that is no decision: ask the uploader, refer, hold, take back.

    Example: sekisho case move n-0123 awaiting_uploader --by desk

    Args:
        case_id: The case, or the beginning of its id.
        state: Into which state; what may follow is said if it may not.
        by: The desk's key.
        reason: Why; no personal data.
        rule: The clock or rule, by its id.
        cases: The folder of cases.
        lang: Language of what is printed.
    """
    desk = desk_at(cases, by)
    found = desk.folder.find(case_id)
    refuse_personal(reason)
    named = _rule(desk, desk.case(found)[0], rule)
    case = desk.take(found, Step(state=CaseState(state), reason=reason, rule=named))
    say(f"{found}  {text(f'case.state_{case.state}', lang)}")


def close(
    case_id: str, /, *, by: str, cases: Cases = Path("cases"), lang: Literal["ja", "en"] = "ja"
) -> None:
    """Close a case whose decision was told.

    Example: sekisho case close n-0123 --by desk

    Args:
        case_id: The case, or the beginning of its id.
        by: The desk's key.
        cases: The folder of cases.
        lang: Language of what is printed.
    """
    desk = desk_at(cases, by)
    found = desk.folder.find(case_id)
    desk.take(found, Step(state=_S.CLOSED))
    say(f"{found}  {text('case.state_closed', lang)}")
