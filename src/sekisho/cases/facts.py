"""What a case tells the law room: facts of its events, of its notice, of an interview, and of the desk.

Nothing is guessed. A notice tells what somebody claims, and only so far as the vocabulary asks for a claim;
that a person is not real is never inferred. What an operator does not declare of itself stays unknown.
"""

from collections.abc import Mapping
from datetime import datetime

from sekisho.cases.completeness import wanted
from sekisho.errors import ConfigError
from sekisho.model import (
    Authorship,
    Case,
    CaseKind,
    CaseOutcome,
    CaseState,
    Contact,
    Notice,
    Relation,
    Subject,
)
from sekisho.rules.conclude import check_facts
from sekisho.rules.vocabulary import shipped_vocabulary
from sekisho.rules.words import Facts, Interval, Value, as_interval

__all__ = ["check_desk", "facts_of_case", "facts_of_notice", "together"]

ADULT = 18
_OPERATOR = "operator."
_RESTRICTING = frozenset(
    {
        CaseOutcome.REMOVED,
        CaseOutcome.RESTRICTED,
        CaseOutcome.BLOCKED_AT_GENERATION,
        CaseOutcome.DATASET_EXCLUDED,
    }
)
_BEGINNINGS = ("notice.received_at", "request.received_at", "request.person_at")
"""Moments of which the earlier one counts: what came in before the case was opened has started its terms."""
_OF_EVENTS = frozenset(
    {
        *_BEGINNINGS,
        "notice.decided_at",
        "notice.restricted",
        "notice.sender_asked_at",
        "notice.sender_opinion_sought",
        "request.by_authority",
        "request.refused",
    }
)
_OF_FIELDS: Mapping[str, str] = {
    "accurate": "notice.accurate",
    "explanation": "notice.explained",
    "good_faith": "notice.good_faith",
    "locations": "notice.located",
    "signed": "notice.signed",
    "work": "notice.work_identified",
}
"""Field of a notice -> the fact that it is there."""


def _first(case: Case, state: CaseState) -> datetime | None:
    return next((event.at for event in case.events if event.state is state), None)


def _last(case: Case, state: CaseState) -> datetime | None:
    return next((event.at for event in reversed(case.events) if event.state is state), None)


def _of_inquiry(case: Case) -> dict[str, Value]:
    facts: dict[str, Value] = {
        "notice.sender_opinion_sought": case.state is CaseState.AWAITING_UPLOADER,
    }
    # An inquiry may be repeated: the term of the last one counts.
    if (asked := _last(case, CaseState.AWAITING_UPLOADER)) is not None:
        facts["notice.sender_asked_at"] = asked
    return facts


def _of_decision(case: Case) -> dict[str, Value]:
    decided = _last(case, CaseState.DECIDED)
    if decided is None:
        return {}
    return {"notice.decided_at": decided, "notice.restricted": case.outcome in _RESTRICTING}


def _of_request(case: Case, received: datetime) -> Facts:
    facts: dict[str, Value] = {"request.by_authority": True, "request.received_at": received}
    if case.outcome is CaseOutcome.REFUSED:
        facts["request.refused"] = True
    return facts


def _of_subject(subject: Subject) -> dict[str, Value]:
    """Return what the choice of a form says: it is the desk's own, and its subject is what is claimed."""
    return {"item.intimate_claimed": subject is Subject.INTIMATE, "notice.through_channel": True}


def _of_opening(case: Case) -> dict[str, Value]:
    """Return what a notice has said by its subject, and by having passed as complete."""
    if case.kind is not CaseKind.NOTICE or case.subject is None:
        return {}
    facts = _of_subject(case.subject)
    if _first(case, CaseState.TRIAGE) is not None:
        fields = wanted(Notice(subject=case.subject, jurisdiction=case.jurisdiction))
        facts |= {_OF_FIELDS[field]: True for field in fields if field in _OF_FIELDS}
    return facts


def facts_of_case(case: Case) -> Facts:
    """Return what the events of a case, and the kind of its opening, tell.

    A decision changes nothing about which rule was met when the case began: only what the law asks for after
    it starts there.
    """
    received = _first(case, CaseState.RECEIVED)
    if received is None:
        return {}
    if case.kind is CaseKind.REQUEST:
        return _of_request(case, received)
    facts: dict[str, Value] = {"notice.received_at": received}
    return facts | _of_inquiry(case) | _of_decision(case) | _of_opening(case)


def _of_sender(notice: Notice) -> dict[str, Value]:
    if notice.relation is None and notice.authorship is None:
        return {}
    facts: dict[str, Value] = {
        "notice.by_affected_person": notice.relation is not None or notice.authorship is not Authorship.OTHER
    }
    if notice.relation in {Relation.SELF, Relation.GUARDIAN, Relation.AGENT}:
        facts["subject.identifiable"] = True
    return facts


def facts_of_notice(notice: Notice, contact: Contact) -> Facts:
    """Return what a notice tells: which of the things that laws ask for are there, and what is claimed.

    Args:
        notice: as it was given; a field that says no by default is not taken for a no about a person.
        contact: of whoever gives it.
    """
    facts: dict[str, Value] = {fact: bool(getattr(notice, field)) for field, fact in _OF_FIELDS.items()}
    facts |= _of_subject(notice.subject)
    reached = bool(contact.email or contact.address or contact.phone)
    # A notice about a minor may come without a name: whether its sender can be reached otherwise is open.
    if reached or not notice.minor:
        facts["notice.contact"] = reached
    if notice.minor:
        facts["subject.age"] = Interval(high=ADULT - 1)
    if notice.danger or notice.threatened:
        facts["notice.threat_to_life"] = True
    if notice.subject is Subject.PERSONAL and notice.relation is not None:
        facts["request.by_person"] = True
    return facts | _of_sender(notice)


def check_desk(facts: Facts) -> Facts:
    """Return the facts that a desk declares.

    Raises:
        ConfigError: one is not about the operator itself, or not the operator's to say.
    """
    known = shipped_vocabulary()
    for name in facts:
        if not name.startswith(_OPERATOR):
            raise ConfigError(
                f"{name} is not about the operator", hint="facts of one case: sekisho case open --facts FILE"
            )
        fact = known.fact(name)
        if fact.reserved or "operator" not in fact.by:
            raise ConfigError(f"{name} is not the operator's to declare", hint=f"by: {', '.join(fact.by)}")
    check_facts(facts, known)
    return facts


def _agreed(name: str, one: Value, other: Value) -> Value:
    """Return what two sources say of one fact: of two ranges what both have."""
    if one == other:
        return one
    numbers = (int, float, Interval)
    if not (isinstance(one, numbers) and isinstance(other, numbers)) or bool in {type(one), type(other)}:
        raise ConfigError(f"{name} is {one} by one source and {other} by another", hint="correct one of them")
    first, second = as_interval(one), as_interval(other)
    lows = [bound for bound in (first.low, second.low) if bound is not None]
    highs = [bound for bound in (first.high, second.high) if bound is not None]
    try:
        both = Interval(low=max(lows, default=None), high=min(highs, default=None))
    except ValueError as error:
        raise ConfigError(f"{name}: two sources contradict each other ({error})") from error
    return next((value for value in (one, other) if as_interval(value) == both), both)


def _beginnings(case: Facts, given: Facts) -> Facts:
    found = {}
    for name in _BEGINNINGS:
        moments = [m for source in (case, given) if isinstance(m := source.get(name), datetime)]
        if moments:
            found[name] = min(moments)
    return found


def together(
    case: Facts, *, notice: Facts | None = None, given: Facts | None = None, desk: Facts | None = None
) -> Facts:
    """Return all that is known of a case.

    Args:
        case: of `facts_of_case`; what its events say holds, and of two beginnings the earlier one.
        notice: of `facts_of_notice`; goes before what a passed form lets one infer.
        given: of an interview, or of whoever adds facts.
        desk: what the operator declares of itself; what is given for one case goes before it.

    Raises:
        ConfigError: two sources contradict each other.
    """
    found: dict[str, Value] = dict(case) | dict(notice or {})
    said = given or {}
    for name, value in said.items():
        if name not in _OF_EVENTS:
            found[name] = _agreed(name, found[name], value) if name in found else value
        elif name not in found:
            found[name] = value
    found |= _beginnings(case, said)
    if found.get("request.by_person") and "notice.received_at" in found:
        found.setdefault("request.person_at", found["notice.received_at"])
    return dict(sorted((dict(desk or {}) | found).items()))
