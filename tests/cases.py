"""Cases for tests: events by hand, each in its place, an hour apart."""

import hashlib
from datetime import UTC, datetime, timedelta

from sekisho.cases.opening import Opening, content_digest
from sekisho.cases.states import fold, step
from sekisho.codec.case import decode_event, encode_event
from sekisho.model import CaseEvent, CaseKind, CaseOutcome, CaseState, Subject
from tests.keys import SeededKey

BEGAN = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
DESK = SeededKey("desk").key
NOTICE = Opening(
    kind=CaseKind.NOTICE,
    content=content_digest(bytes(32), b"notice"),
    jurisdiction="JP",
    subject=Subject.LIKENESS,
)


def digest(event):
    return hashlib.sha256(encode_event(event)).hexdigest()


def first(opening=NOTICE, at=BEGAN):
    made = CaseEvent(case="", number=0, by=DESK, at=at, state=CaseState.RECEIVED, opening=opening.digest)
    return decode_event(encode_event(made))


def case_of(*states, opening=NOTICE, began=BEGAN, apart=timedelta(hours=1)):
    """Return a case that went through states; it is decided by `removed`, after an appeal by `upheld`."""
    events = [first(opening, began)]
    for number, state in enumerate(states, 1):
        case = fold(opening, events, [digest(e) for e in events])
        outcome = None
        if state is CaseState.DECIDED:
            outcome = CaseOutcome.UPHELD if case.state is CaseState.APPEALED else CaseOutcome.REMOVED
        events.append(
            step(
                case, state, by=DESK, at=began + number * apart, previous=digest(events[-1]), outcome=outcome
            )
        )
    return fold(opening, events, [digest(e) for e in events])
