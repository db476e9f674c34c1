from datetime import UTC, date, datetime, timedelta

import pytest

from sekisho.cases.requests import ShownBy, check_term, judge, when_answered
from sekisho.errors import EvidenceError
from sekisho.model import Answered, Compliance, Reply, Request, Response
from tests.keys import SeededKey

AGENCY, OPERATOR = SeededKey("agency").key, SeededKey("operator").key
MADE = datetime(2026, 11, 22, tzinfo=UTC)
LAST, AFTER = datetime(2026, 12, 1, 23, 59, tzinfo=UTC), datetime(2026, 12, 2, tzinfo=UTC)
ASKED = Request(
    id="", authority=AGENCY, operator=OPERATOR, basis="law", scope=("a", "b"), at=MADE, due=date(2026, 12, 1)
)
DIGEST = "1" * 64


def reply(number, state=Answered.ANSWERED):
    return Reply(number=number, state=state, reason="r" if state is Answered.REFUSED else "")


def response(*replies, at=LAST, operator=OPERATOR, request=DIGEST):
    return Response(operator=operator, request=request, at=at, replies=replies)


def state(*replies, **fields):
    return judge(ASKED, DIGEST, response(*replies, **fields), AFTER).compliance


def test_silence_is_silence_only_when_the_term_has_ended():
    assert judge(ASKED, DIGEST, None, LAST).compliance is Compliance.OPEN
    found = judge(ASKED, DIGEST, None, AFTER)
    assert (found.compliance, found.open_things) == (Compliance.SILENT, (1, 2))


def test_what_was_answered_in_time_was_answered():
    assert state(reply(1), reply(2)) is Compliance.ANSWERED
    assert state(reply(1), reply(2, Answered.NOT_HELD)) is Compliance.ANSWERED
    assert state(reply(1), reply(2), at=AFTER) is Compliance.LATE


def test_one_thing_less_is_not_an_answer():
    found = judge(ASKED, DIGEST, response(reply(2)), LAST)
    assert (found.compliance, found.open_things) == (Compliance.INCOMPLETE, (1,))
    assert state() is Compliance.INCOMPLETE


def test_a_refusal_is_a_refusal_and_half_of_one_is_incomplete():
    refused = judge(ASKED, DIGEST, response(reply(1, Answered.REFUSED), reply(2, Answered.REFUSED)), LAST)
    assert (refused.compliance, refused.refused_things) == (Compliance.REFUSED, (1, 2))
    assert state(reply(1), reply(2, Answered.REFUSED)) is Compliance.INCOMPLETE


@pytest.mark.parametrize("fields", [{"operator": AGENCY}, {"request": "2" * 64}])
def test_the_response_of_another_or_to_another_counts_for_nothing(fields):
    with pytest.raises(EvidenceError, match="another"):
        state(reply(1), reply(2), **fields)


def test_an_answer_to_what_was_not_asked_is_found():
    with pytest.raises(EvidenceError, match="number 3"):
        state(reply(1), reply(3))


def test_a_date_in_the_past_does_not_make_a_late_answer_timely():
    backdated = response(reply(1), reply(2), at=MADE)
    assert when_answered(backdated).by is ShownBy.WORD
    when = when_answered(backdated, hour=AFTER)
    assert (when.at, when.by) == (AFTER, ShownBy.LOG)
    assert judge(ASKED, DIGEST, backdated, AFTER, when=when).compliance is Compliance.LATE


def test_a_log_that_is_dated_back_too_is_late_for_who_believes_a_witness():
    backdated = response(reply(1), reply(2), at=MADE)
    assert when_answered(backdated, hour=MADE).by is ShownBy.LOG
    when = when_answered(backdated, hour=MADE, seen=(MADE, AFTER))
    assert (when.at, when.by) == (AFTER, ShownBy.WITNESS)
    assert judge(ASKED, DIGEST, backdated, AFTER, when=when).compliance is Compliance.LATE


def test_date_and_log_of_one_hour_agree_and_a_later_date_counts():
    made = MADE + timedelta(minutes=20)
    assert when_answered(response(reply(1), at=made), hour=MADE).at == made
    later = when_answered(response(reply(1), at=AFTER), hour=MADE)
    assert (later.at, later.by) == (AFTER, ShownBy.WORD)


def test_a_request_that_was_logged_after_its_own_term_is_none():
    check_term(ASKED, LAST)
    with pytest.raises(EvidenceError, match="only since 2026-12-02"):
        check_term(ASKED, AFTER)
