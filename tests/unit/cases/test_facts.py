from dataclasses import replace
from datetime import timedelta

import pytest

from sekisho.cases.facts import check_desk, facts_of_case, facts_of_notice, together
from sekisho.errors import ConfigError
from sekisho.model import Authorship, CaseKind, CaseState, Contact, Notice, Relation, Subject
from sekisho.rules.vocabulary import shipped_vocabulary
from sekisho.rules.words import Interval
from tests.cases import BEGAN, NOTICE, case_of

S = CaseState
SAID = Notice(
    subject=Subject.LIKENESS, jurisdiction="JP", locations=("item 5",), relation=Relation.GUARDIAN, minor=True
)
REACHED = Contact(email="mother@example.org")


def test_events_tell_when_a_notice_came_and_when_the_uploader_was_asked_last():
    case = case_of(S.TRIAGE, S.AWAITING_UPLOADER, S.IN_REVIEW, S.AWAITING_UPLOADER)
    facts = facts_of_case(case)
    assert facts["notice.received_at"] == BEGAN
    assert facts["notice.sender_asked_at"] == BEGAN + timedelta(hours=4)
    assert facts["notice.sender_opinion_sought"] is True
    assert "notice.decided_at" not in facts


def test_a_decision_tells_when_it_was_and_whether_something_was_restricted():
    facts = facts_of_case(case_of(S.TRIAGE, S.IN_REVIEW, S.DECIDED))
    assert facts["notice.decided_at"] == BEGAN + timedelta(hours=3)
    assert facts["notice.restricted"] is True
    assert facts["notice.sender_opinion_sought"] is False


def test_the_request_of_an_authority_is_no_notice():
    facts = facts_of_case(case_of(opening=replace(NOTICE, kind=CaseKind.REQUEST, subject=None)))
    assert facts == {"request.by_authority": True, "request.received_at": BEGAN}


def test_a_form_that_passed_had_what_its_law_asks_for_even_after_it_was_erased():
    american = replace(NOTICE, jurisdiction="US", subject=Subject.INTIMATE)
    assert "notice.signed" not in facts_of_case(case_of(opening=american))
    passed = facts_of_case(case_of(S.TRIAGE, opening=american))
    assert passed["notice.signed"] is passed["notice.located"] is passed["notice.good_faith"] is True
    assert "notice.contact" not in passed


def test_a_notice_tells_what_is_there_and_what_is_claimed():
    facts = facts_of_notice(SAID, REACHED)
    assert facts["notice.located"] is facts["notice.contact"] is facts["notice.by_affected_person"] is True
    assert facts["notice.signed"] is facts["item.intimate_claimed"] is False
    assert facts["subject.age"] == Interval(high=17)
    assert facts["subject.identifiable"] is True


def test_nothing_is_inferred_about_a_person_from_what_a_form_leaves_empty():
    facts = facts_of_notice(replace(SAID, minor=False, relation=None), Contact())
    assert not {"subject.real", "subject.age", "subject.identifiable", "notice.by_affected_person"} & set(
        facts
    )
    assert "notice.threat_to_life" not in facts
    assert facts["notice.contact"] is False
    assert "notice.contact" not in facts_of_notice(SAID, Contact())


def test_who_speaks_for_nobody_is_not_the_person_affected():
    work = Notice(subject=Subject.WORK, jurisdiction="JP", authorship=Authorship.OTHER)
    assert facts_of_notice(work, REACHED)["notice.by_affected_person"] is False
    held = facts_of_notice(replace(work, authorship=Authorship.HOLDER), REACHED)
    assert held["notice.by_affected_person"] is True


def test_all_facts_that_a_case_tells_are_in_the_vocabulary():
    known = shipped_vocabulary().facts
    danger = replace(SAID, danger=True, subject=Subject.PERSONAL)
    told = {**facts_of_notice(danger, REACHED), **facts_of_case(case_of(S.TRIAGE, S.AWAITING_UPLOADER))}
    told |= facts_of_case(case_of(S.TRIAGE, S.IN_REVIEW, S.DECIDED))
    assert set(told) <= set(known)
    assert all(known[name].checked(value) == value for name, value in told.items())


def test_two_sources_that_agree_are_put_together_and_a_range_is_narrowed():
    found = together(
        facts_of_case(case_of()), notice=facts_of_notice(SAID, REACHED), given={"subject.age": 12}
    )
    assert found["subject.age"] == 12
    low = together({}, notice={"subject.age": Interval(high=17)}, given={"subject.age": Interval(low=13)})
    assert low["subject.age"] == Interval(low=13, high=17)


@pytest.mark.parametrize(
    "given", [{"subject.age": 18}, {"notice.signed": True}, {"subject.identifiable": False}], ids=str
)
def test_two_sources_that_contradict_each_other_are_refused(given):
    with pytest.raises(ConfigError, match=next(iter(given))):
        together({}, notice=facts_of_notice(SAID, REACHED), given=given)


def test_what_came_in_before_the_case_was_opened_has_started_its_terms():
    case = facts_of_case(case_of())
    for received, counts in ((BEGAN - timedelta(days=2), -2), (BEGAN + timedelta(days=2), 0)):
        found = together(case, given={"notice.received_at": received})
        assert found["notice.received_at"] == BEGAN + timedelta(days=counts)


def test_a_person_who_asks_about_personal_information_asks_from_the_day_of_the_notice():
    personal = replace(SAID, subject=Subject.PERSONAL)
    found = together(facts_of_case(case_of()), notice=facts_of_notice(personal, REACHED))
    assert found["request.person_at"] == BEGAN


def test_what_is_given_for_one_case_goes_before_what_the_desk_declares():
    found = together(
        {}, given={"operator.public": False}, desk={"operator.public": True, "operator.sme": True}
    )
    assert found == {"operator.public": False, "operator.sme": True}


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"subject.age": 12}, "not about the operator"),
        ({"assessment.prohibited_depiction": True}, "not about the operator"),
        ({"operator.tool_for_abuse": False}, "not the operator's to declare"),
        ({"operator.fault": False}, "not the operator's to declare"),
    ],
    ids=str,
)
def test_a_desk_declares_only_itself_and_only_what_is_its_own_to_say(facts, why):
    with pytest.raises(ConfigError, match=why):
        check_desk(facts)


def test_a_desk_declares_what_it_is():
    assert check_desk({"operator.jp_designated": True}) == {"operator.jp_designated": True}
