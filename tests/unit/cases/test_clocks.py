from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from sekisho.cases.clocks import clocks, terms
from sekisho.model import CaseKind, CaseState, Subject
from tests.cases import BEGAN, NOTICE, case_of

S = CaseState
ACT, HOUSE, TAKE_DOWN = (
    "jp.platform-act.25@2025-04-01",
    "house.answer@2026-11-22",
    "us.take-it-down@2026-05-19",
)
INTIMATE = replace(NOTICE, jurisdiction="US", subject=Subject.INTIMATE)
REQUEST = replace(NOTICE, kind=CaseKind.REQUEST, jurisdiction="*", subject=None, due=date(2026, 12, 1))


def by_rule(case, now):
    return {term.rule: term for term in terms(case, now)}


def test_seven_days_in_japan_end_with_the_seventh_day_in_japan():
    """Received on 22 November, 14:00 in Tokyo; the first day is not counted."""
    found = by_rule(case_of(), BEGAN)
    assert found[ACT].due == datetime(2026, 11, 29, 15, tzinfo=UTC)  # midnight in Tokyo
    late = by_rule(case_of(began=datetime(2026, 11, 22, 16, tzinfo=UTC)), BEGAN)
    assert late[ACT].due == datetime(2026, 11, 30, 15, tzinfo=UTC)  # it was the 23rd there


def test_forty_eight_hours_begin_with_a_valid_request_and_end_to_the_minute():
    assert TAKE_DOWN not in by_rule(case_of(opening=INTIMATE), BEGAN)
    found = by_rule(case_of(S.TRIAGE, opening=INTIMATE), BEGAN)[TAKE_DOWN]
    assert found.due == BEGAN + timedelta(hours=49)
    assert found.is_overdue(found.due + timedelta(minutes=1))
    assert not found.is_overdue(found.due)


def test_another_law_and_another_subject_have_other_clocks():
    assert by_rule(case_of(), BEGAN).keys() == {ACT, HOUSE}
    assert TAKE_DOWN not in by_rule(case_of(S.TRIAGE, opening=replace(INTIMATE, subject=Subject.WORK)), BEGAN)
    assert by_rule(case_of(opening=replace(NOTICE, jurisdiction="FR")), BEGAN).keys() == {HOUSE}


def test_a_clock_stands_still_while_the_uploader_is_asked():
    asked = case_of(S.TRIAGE, S.AWAITING_UPLOADER)
    now = BEGAN + timedelta(hours=12)
    found = by_rule(asked, now)
    assert found[ACT].paused
    assert found[ACT].due == datetime(2026, 11, 29, 15, tzinfo=UTC) + timedelta(hours=10)
    assert not found[ACT].is_overdue(now + timedelta(days=365))
    back = by_rule(case_of(S.TRIAGE, S.AWAITING_UPLOADER, S.IN_REVIEW), now)
    assert not back[ACT].paused
    assert back[ACT].due == datetime(2026, 11, 29, 15, tzinfo=UTC) + timedelta(hours=1)
    assert back["jp.platform-act.inquiry@2025-04-01"].met == BEGAN + timedelta(hours=3)


def test_to_ask_for_what_was_missing_gains_no_time():
    asked_again = case_of(S.INCOMPLETE, S.RECEIVED, apart=timedelta(days=3))
    assert by_rule(asked_again, BEGAN)[ACT].due == by_rule(case_of(), BEGAN)[ACT].due


def test_a_term_that_was_met_says_when_and_whether_it_was_too_late():
    told = (S.TRIAGE, S.IN_REVIEW, S.DECIDED, S.NOTIFIED)
    in_time = by_rule(case_of(*told), BEGAN + timedelta(days=99))[ACT]
    assert in_time.met == BEGAN + timedelta(hours=4)
    assert not in_time.is_overdue(BEGAN + timedelta(days=99))
    late = by_rule(case_of(*told, apart=timedelta(days=2)), BEGAN)[ACT]
    assert late.is_overdue(BEGAN)


def test_a_request_has_the_term_that_it_names():
    (term,) = terms(case_of(opening=REQUEST), BEGAN)
    assert (term.rule, term.due) == ("request", datetime(2026, 12, 2, tzinfo=UTC))


def test_the_next_term_comes_first_and_those_that_were_met_last():
    case = case_of(S.TRIAGE, S.AWAITING_UPLOADER, S.IN_REVIEW)
    found = terms(case, BEGAN)
    assert [t.rule for t in found] == [ACT, HOUSE, "jp.platform-act.inquiry@2025-04-01"]


@pytest.mark.parametrize("clock", clocks(), ids=lambda clock: clock.id)
def test_every_clock_says_what_it_rests_on(clock):
    assert clock.basis
    assert clock.stands in {"read", "believed"}
    assert clock.start not in clock.stop
    assert not set(clock.pause) & set(clock.stop)
