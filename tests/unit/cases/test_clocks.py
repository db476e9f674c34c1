from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from msgspec import structs

from sekisho.cases.clocks import terms
from sekisho.cases.law import law_of
from sekisho.model import CaseKind, CaseState, Subject
from sekisho.rules.shipped import shipped_packs
from sekisho.rules.words import Applies, Confidence
from tests.cases import BEGAN, NOTICE, case_of

S = CaseState
ACT, INQUIRY, HOUSE = "jp.idpa.reply-7d", "jp.idpa.3-2", "house.answer"
TAKE_DOWN = "us.tida.48h"
INTIMATE = replace(NOTICE, jurisdiction="US", subject=Subject.INTIMATE)
REQUEST = replace(NOTICE, kind=CaseKind.REQUEST, jurisdiction="*", subject=None, due=date(2026, 12, 1))
COVERED = {"operator.public": True, "operator.ugc_primary": True, "operator.excluded": False}
VALID = {
    "subject.identifiable": True,
    "notice.signed": True,
    "notice.located": True,
    "notice.good_faith": True,
    "notice.contact": True,
    "notice.by_affected_person": True,
}


def by_rule(case, now, **known):
    return {term.rule.partition("@")[0]: term for term in terms(case, now, law_of(case, **known))}


def test_seven_days_in_japan_end_with_the_seventh_day_in_japan():
    """Received on 22 November, 14:00 in Tokyo; the first day is not counted."""
    found = by_rule(case_of(), BEGAN)
    assert found[ACT].due == datetime(2026, 11, 29, 15, tzinfo=UTC)  # midnight in Tokyo
    late = by_rule(case_of(began=datetime(2026, 11, 22, 16, tzinfo=UTC)), BEGAN)
    assert late[ACT].due == datetime(2026, 11, 30, 15, tzinfo=UTC)  # it was the 23rd there


def test_forty_eight_hours_begin_with_a_valid_request_and_end_to_the_minute():
    unsigned = by_rule(
        case_of(opening=INTIMATE), BEGAN, notice={**VALID, "notice.signed": False}, desk=COVERED
    )
    assert TAKE_DOWN not in unsigned
    found = by_rule(case_of(S.TRIAGE, opening=INTIMATE), BEGAN, notice=VALID, desk=COVERED)[TAKE_DOWN]
    assert found.due == BEGAN + timedelta(hours=48)
    assert not found.may
    assert found.is_overdue(found.due + timedelta(minutes=1))
    assert not found.is_overdue(found.due)


def test_what_the_operator_has_not_declared_of_itself_hides_no_term():
    found = by_rule(case_of(S.TRIAGE, opening=INTIMATE), BEGAN, notice=VALID)[TAKE_DOWN]
    assert found.may
    assert all(name.startswith("operator.") for name in found.needs)
    assert found.is_overdue(found.due + timedelta(minutes=1))
    excluded = by_rule(case_of(opening=INTIMATE), BEGAN, notice=VALID, desk={"operator.excluded": True})
    assert TAKE_DOWN not in excluded


def test_the_law_of_the_day_on_which_a_clock_started_holds():
    """Take It Down begins on 2026-05-19; the first notice came in on the evening before, in New York."""
    before = datetime(2026, 5, 19, 3, 30, tzinfo=UTC)
    known = {"notice": VALID, "desk": COVERED}
    old = case_of(S.TRIAGE, opening=INTIMATE, began=before)
    assert TAKE_DOWN not in by_rule(old, BEGAN, **known)
    new = case_of(S.TRIAGE, opening=INTIMATE, began=before + timedelta(minutes=30))
    assert TAKE_DOWN in by_rule(new, BEGAN, **known)


def test_another_law_and_another_subject_have_other_clocks():
    assert by_rule(case_of(), BEGAN).keys() == {ACT, HOUSE}
    work = replace(INTIMATE, subject=Subject.WORK)
    assert by_rule(case_of(S.TRIAGE, opening=work), BEGAN).keys() == {HOUSE}
    assert by_rule(case_of(opening=replace(NOTICE, jurisdiction="BR")), BEGAN).keys() == {HOUSE}


def test_a_member_of_the_union_has_its_terms():
    personal = replace(NOTICE, jurisdiction="FR", subject=Subject.PERSONAL)
    notice = {"request.by_person": True, "notice.by_affected_person": True}
    found = by_rule(case_of(opening=personal), BEGAN, notice=notice)
    assert found["eu.gdpr.17"].due == datetime(2026, 12, 22, 23, tzinfo=UTC)  # a month; midnight in Brussels
    assert found["eu.gdpr.17"].may


def test_to_ask_the_uploader_buys_no_time_for_the_answer_but_changes_what_is_due():
    asked = case_of(S.TRIAGE, S.AWAITING_UPLOADER)
    found = by_rule(asked, BEGAN + timedelta(hours=12))
    assert not found[ACT].paused
    assert found[ACT].due == datetime(2026, 11, 29, 15, tzinfo=UTC)
    assert found[ACT].is_overdue(BEGAN + timedelta(days=365))
    assert "reason" in found[ACT].duty.en
    back = by_rule(case_of(S.TRIAGE, S.AWAITING_UPLOADER, S.IN_REVIEW), BEGAN + timedelta(hours=12))
    assert back[INQUIRY].met == BEGAN + timedelta(hours=3)
    assert [term.window for term in (back[INQUIRY], back[ACT])] == [True, False]


def paused_while_asked(rule):
    if rule.id != ACT:
        return rule
    duties = tuple(
        duty
        if duty.clock is None
        else replace(duty, clock=structs.replace(duty.clock, pause=(S.AWAITING_UPLOADER,)))
        for duty in rule.duties
    )
    return replace(rule, duties=duties)


def test_a_clock_that_a_law_stops_while_the_uploader_is_asked_stands_still():
    packs = [replace(p, rules=tuple(paused_while_asked(rule) for rule in p.rules)) for p in shipped_packs()]
    now = BEGAN + timedelta(hours=12)

    def term(*states):
        case = case_of(*states)
        law = law_of(case, packs=packs)
        return next(t for t in terms(case, now, law) if t.rule.startswith(f"{ACT}@"))

    asked = term(S.TRIAGE, S.AWAITING_UPLOADER)
    assert asked.paused
    assert asked.due == datetime(2026, 11, 29, 15, tzinfo=UTC) + timedelta(hours=10)
    assert not asked.is_overdue(now + timedelta(days=365))
    back = term(S.TRIAGE, S.AWAITING_UPLOADER, S.IN_REVIEW)
    assert not back.paused
    assert back.due == datetime(2026, 11, 29, 15, tzinfo=UTC) + timedelta(hours=1)


def test_an_uploader_of_an_intimate_picture_has_two_days_and_the_shorter_term_comes_first():
    asked = case_of(S.TRIAGE, S.AWAITING_UPLOADER, opening=replace(NOTICE, subject=Subject.INTIMATE))
    found = by_rule(asked, BEGAN)
    assert found["jp.ripv.4"].due == datetime(2026, 11, 24, 15, tzinfo=UTC)
    assert terms(asked, BEGAN)[0].rule.startswith("jp.ripv.4@")


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
    assert [t.rule.partition("@")[0] for t in found] == [ACT, HOUSE, INQUIRY]


CLOCKS = [
    pytest.param(pack, rule, duty, id=f"{rule.id}.{duty.id}")
    for pack in shipped_packs()
    for rule in pack.rules
    if rule.applies is Applies.CASE
    for duty in rule.duties
    if duty.clock is not None
]


@pytest.mark.parametrize(("pack", "rule", "duty"), CLOCKS)
def test_every_clock_says_what_it_rests_on(pack, rule, duty):
    assert pack.source(rule).cite
    assert pack.source(rule).status is not Confidence.MEMORY
    assert not set(duty.clock.pause) & set(duty.clock.stop)
    assert CaseState.RECEIVED not in duty.clock.stop
