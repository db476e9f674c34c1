from datetime import UTC, date, datetime

import pytest

from sekisho.model import Answered, CaseEvent, CaseOutcome, CaseState, Reply, Request, Response
from tests.cases import DESK, case_of
from tests.keys import SeededKey

AT = datetime(2026, 11, 22, 5, tzinfo=UTC)
OTHER = SeededKey("other").key
EVENT = {"case": "n-0", "number": 1, "by": DESK, "at": AT, "state": CaseState.TRIAGE, "previous": "0" * 64}
REQUEST = {
    "id": "",
    "authority": DESK,
    "operator": OTHER,
    "basis": "law",
    "scope": ("a",),
    "at": AT,
    "due": date(2026, 12, 1),
}


@pytest.mark.parametrize(
    "fields",
    [
        {"previous": ""},
        {"number": 0},
        {"opening": "0" * 64},
        {"state": CaseState.DECIDED},
        {"outcome": CaseOutcome.REMOVED},
        {"number": 10_000},
    ],
)
def test_an_event_that_can_not_be(fields):
    CaseEvent(**EVENT)
    with pytest.raises(ValueError, match=r"event|decision"):
        CaseEvent(**EVENT | fields)


@pytest.mark.parametrize(
    "fields",
    [{"scope": ()}, {"scope": ("a", " ")}, {"basis": ""}, {"due": date(2026, 11, 1)}, {"operator": DESK}],
)
def test_a_request_that_can_not_be(fields):
    Request(**REQUEST)
    with pytest.raises(ValueError, match=r"\w"):
        Request(**REQUEST | fields)


def test_a_reply_and_a_response_that_can_not_be():
    with pytest.raises(ValueError, match="reason"):
        Reply(number=1, state=Answered.REFUSED)
    with pytest.raises(ValueError, match="belong to an answer"):
        Reply(number=1, state=Answered.NOT_HELD, files=(("a", "0" * 64),))
    held = Reply(number=1, state=Answered.NOT_HELD)
    with pytest.raises(ValueError, match="answered once"):
        Response(operator=OTHER, request="0" * 64, at=AT, replies=(held, held))


def test_the_outcome_of_a_case_is_the_last_decision():
    told = (CaseState.TRIAGE, CaseState.IN_REVIEW, CaseState.DECIDED, CaseState.NOTIFIED)
    assert case_of().outcome is None
    assert case_of(*told).outcome is CaseOutcome.REMOVED
    assert case_of(*told, CaseState.APPEALED, CaseState.DECIDED).outcome is CaseOutcome.UPHELD
