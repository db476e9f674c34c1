"""Which step may follow which, and a case as the fold over its events.

    draft -> received -> (incomplete -> received) -> triage -> awaiting_uploader | in_review
    in_review -> decided -> notified -> closed | appealed -> decided (upheld, overturned)

From every open state a case can be withdrawn, referred (police, a hotline) or held for a court.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sekisho.cases.opening import Opening
from sekisho.errors import EvidenceError, RefusedError
from sekisho.model import Case, CaseEvent, CaseOutcome, CaseState, KeyId

__all__ = ["ENDED", "fold", "following", "step"]

_S = CaseState
_ASIDE = frozenset({_S.WITHDRAWN, _S.REFERRED, _S.LEGAL_HOLD})
_NEXT: Mapping[CaseState, frozenset[CaseState]] = {
    _S.DRAFT: frozenset({_S.RECEIVED, _S.WITHDRAWN}),
    _S.RECEIVED: frozenset({_S.INCOMPLETE, _S.TRIAGE}) | _ASIDE,
    _S.INCOMPLETE: frozenset({_S.RECEIVED, _S.CLOSED}) | _ASIDE,
    _S.TRIAGE: frozenset({_S.AWAITING_UPLOADER, _S.IN_REVIEW}) | _ASIDE,
    _S.AWAITING_UPLOADER: frozenset({_S.IN_REVIEW}) | _ASIDE,
    _S.IN_REVIEW: frozenset({_S.IN_REVIEW, _S.DECIDED, _S.AWAITING_UPLOADER}) | _ASIDE,
    _S.DECIDED: frozenset({_S.NOTIFIED, _S.LEGAL_HOLD}),
    _S.NOTIFIED: frozenset({_S.CLOSED, _S.APPEALED, _S.LEGAL_HOLD}),
    _S.APPEALED: frozenset({_S.DECIDED}) | _ASIDE,
    _S.REFERRED: frozenset({_S.IN_REVIEW, _S.CLOSED, _S.LEGAL_HOLD}),
    _S.LEGAL_HOLD: frozenset({_S.IN_REVIEW, _S.NOTIFIED, _S.CLOSED}),
    _S.WITHDRAWN: frozenset(),
    _S.CLOSED: frozenset(),
}
"""`in_review` may follow itself: an extension, with its reason."""
_OF_APPEAL = frozenset({CaseOutcome.UPHELD, CaseOutcome.OVERTURNED})
ENDED = frozenset({_S.WITHDRAWN, _S.CLOSED})


def following(state: CaseState) -> frozenset[CaseState]:
    """Return the states that may follow one."""
    return _NEXT[state]


def _check(events: Sequence[CaseEvent], event: CaseEvent) -> None:
    last = events[-1]
    if event.state not in _NEXT[last.state]:
        allowed = ", ".join(sorted(_NEXT[last.state])) or "nothing"
        raise RefusedError(
            f"a case that is {last.state.value} can not become {event.state.value}",
            hint=f"what may follow: {allowed}",
        )
    if event.at < last.at:
        raise RefusedError(f"this step is dated before the one before it ({last.at:%Y-%m-%d %H:%M} UTC)")
    of_appeal = last.state is _S.APPEALED
    if event.outcome is not None and (event.outcome in _OF_APPEAL) != of_appeal:
        raise RefusedError(f"{event.outcome.value} is {'not ' if of_appeal else ''}an answer to an appeal")


def step(  # noqa: PLR0913 - the fields of one event
    case: Case,
    state: CaseState,
    *,
    by: KeyId,
    at: datetime,
    previous: str,
    outcome: CaseOutcome | None = None,
    reason: str = "",
    rule: str = "",
) -> CaseEvent:
    """Return the next event of a case.

    Args:
        case: as it stands.
        state: into which it goes.
        by: whose key signs it.
        at: now, aware UTC.
        previous: hex digest of the last event.
        outcome: of a decision.
        reason: for whoever is told.
        rule: `id@version` of the clock that it rests on.

    Raises:
        RefusedError: this may not follow, or is dated before what it follows.
    """
    event = CaseEvent(
        case=case.id,
        number=len(case.events),
        by=by,
        at=at,
        state=state,
        outcome=outcome,
        reason=reason,
        rule=rule,
        previous=previous,
    )
    _check(case.events, event)
    return event


def fold(opening: Opening, events: Sequence[CaseEvent], digests: Sequence[str]) -> Case:
    """Return a case from what opened it and its events.

    Args:
        opening: as it came in.
        events: in their order, each verified.
        digests: of the payloads of the events, hex.

    Raises:
        EvidenceError: an event is missing, out of place, of another case, or could not follow.
    """
    if not events:
        raise EvidenceError("a case has at least one event")
    first = events[0]
    if first.opening != opening.digest or first.state not in {_S.DRAFT, _S.RECEIVED}:
        raise EvidenceError(f"the first event of {first.case} does not fit to what opened it")
    for number, event in enumerate(events):
        if event.number != number or event.case != first.case:
            raise EvidenceError(f"event {number} of {first.case} is missing or of another case")
        if number and event.previous != digests[number - 1]:
            raise EvidenceError(f"event {number} of {first.case} does not follow the one before it")
        if number:
            try:
                _check(events[:number], event)
            except RefusedError as error:
                raise EvidenceError(f"event {number} of {first.case}: {error}") from error
    return Case(
        id=first.case,
        kind=opening.kind,
        jurisdiction=opening.jurisdiction,
        subject=opening.subject,
        due=opening.due,
        events=tuple(events),
    )
