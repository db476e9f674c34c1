from dataclasses import replace
from datetime import timedelta

import pytest

from sekisho.cases.states import ENDED, fold, following, step
from sekisho.errors import EvidenceError, RefusedError
from sekisho.model import CaseOutcome, CaseState
from tests.cases import BEGAN, DESK, NOTICE, case_of, digest

S = CaseState
TO_THE_END = (S.TRIAGE, S.IN_REVIEW, S.DECIDED, S.NOTIFIED)


def test_a_case_goes_from_the_first_word_to_the_end_and_through_an_appeal():
    case = case_of(*TO_THE_END, S.APPEALED, S.DECIDED, S.NOTIFIED, S.CLOSED)
    assert case.state is S.CLOSED
    assert case.outcome is CaseOutcome.UPHELD
    assert case.opened == BEGAN


@pytest.mark.parametrize("state", CaseState)
def test_every_state_says_what_may_follow_and_the_ended_have_no_next(state):
    assert (following(state) == frozenset()) == (state in ENDED)


@pytest.mark.parametrize(
    ("states", "wanted"),
    [((), S.DECIDED), ((S.TRIAGE,), S.NOTIFIED), ((S.WITHDRAWN,), S.TRIAGE), (TO_THE_END, S.IN_REVIEW)],
)
def test_a_step_that_may_not_follow_is_refused_with_what_may(states, wanted):
    case = case_of(*states)
    outcome = CaseOutcome.REMOVED if wanted is S.DECIDED else None
    with pytest.raises(RefusedError, match=r"can not become") as refused:
        step(case, wanted, by=DESK, at=BEGAN + timedelta(days=1), previous="0" * 64, outcome=outcome)
    assert "what may follow" in refused.value.hint


def test_a_step_is_not_dated_before_the_one_before():
    with pytest.raises(RefusedError, match="dated before"):
        step(case_of(S.TRIAGE), S.IN_REVIEW, by=DESK, at=BEGAN, previous="0" * 64)


def test_only_an_appeal_is_upheld_and_an_appeal_is_not_removed():
    late = BEGAN + timedelta(days=2)
    with pytest.raises(RefusedError, match=r"upheld is an answer"):
        step(
            case_of(S.TRIAGE, S.IN_REVIEW), S.DECIDED, by=DESK, at=late, previous="0" * 64,
            outcome=CaseOutcome.UPHELD,
        )  # fmt: skip
    with pytest.raises(RefusedError, match="not an answer to an appeal"):
        step(
            case_of(*TO_THE_END, S.APPEALED), S.DECIDED, by=DESK, at=late, previous="0" * 64,
            outcome=CaseOutcome.REMOVED,
        )  # fmt: skip


def changed(case, at, fields):
    events = list(case.events)
    events[at] = replace(events[at], **fields)
    return events


@pytest.mark.parametrize(
    ("number", "fields"),
    [
        (0, {"opening": "0" * 64}),
        (1, {"number": 2}),
        (1, {"case": "n-" + "0" * 32}),
        (2, {"previous": "0" * 64}),
        (2, {"state": S.CLOSED}),
        (2, {"at": BEGAN - timedelta(days=1)}),
    ],
)
def test_a_changed_event_is_found(number, fields):
    case = case_of(S.TRIAGE, S.IN_REVIEW)
    digests = [digest(event) for event in case.events]
    assert fold(NOTICE, case.events, digests) == case
    with pytest.raises(EvidenceError):
        fold(NOTICE, changed(case, number, fields), digests)


def test_a_missing_event_and_a_case_without_any_are_found():
    case = case_of(S.TRIAGE, S.IN_REVIEW)
    digests = [digest(event) for event in case.events]
    with pytest.raises(EvidenceError):
        fold(NOTICE, [case.events[0], case.events[2]], [digests[0], digests[2]])
    with pytest.raises(EvidenceError, match="at least one"):
        fold(NOTICE, [], [])
