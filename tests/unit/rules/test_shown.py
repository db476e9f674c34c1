from datetime import date

import pytest

from sekisho.locale import LANGS
from sekisho.rules.conclude import conclude
from sekisho.rules.rule_shown import Audience
from sekisho.rules.shown import lines
from tests.law import NOON, ON, PACK, TESTS, VOCABULARY, pack

TODAY = date(2026, 6, 1)
MET = {"subject.real": True, "subject.age": 17, "act.kind": "create", "notice.at": NOON}
REMEDY = PACK.replace('effect = "prohibited"', 'effect = "remedy"')
BILL = PACK.replace('effect = "prohibited"', 'effect = "obligation"\nstatus = "bill"')
DAYS = PACK.replace("hours = 48", "days = 7")


def said(facts, text=PACK, lang="en", audience=Audience.OPERATOR, today=TODAY, **options):
    found = conclude([pack(text + TESTS)], facts, ON, VOCABULARY)
    return "\n".join(lines(found, today, lang, audience, **options))


def test_what_is_met_is_said_with_its_trace_its_term_and_its_cost():
    words = said(MET)
    assert "PROHIBITED by a rule in force (xx.minor)" in words
    assert "[yes] 1. a child  (art. 2(1))" in words
    assert "To do: remove; until June 3, 2026, 21:00 (UTC+09:00)" in words
    assert "fine: the maximum is at least 100 JPY  needs to know: operator.turnover" in words
    assert "Act 1 art. 2 (text read)" in words


def test_the_first_term_stands_before_the_rules():
    words = said(MET)
    assert words.index("June 3, 2026, 21:00 (UTC+09:00)  xx.minor") < words.index("== Nowhere ==")


def test_days_end_with_the_end_of_a_day():
    assert "until the end of June 8, 2026 (Asia/Tokyo)" in said(MET, DAYS)
    assert "2026年6月8日いっぱい（Asia/Tokyo）" in said(MET, DAYS, "ja")


def test_a_term_whose_start_is_not_known_says_so():
    facts = {name: value for name, value in MET.items() if name != "notice.at"}
    assert "the term starts with notice.at, which is not known" in said(facts)


def test_a_duty_whose_choice_is_open_names_what_decides():
    assert "21:00 (UTC+09:00)  needs to know: operator.since" in said(MET)


def test_the_other_text_is_said_where_it_holds():
    words = said({**MET, "operator.since": date(2026, 2, 1)})
    assert "To do: say why not" in words
    assert "To do: remove" not in words


def test_a_right_is_no_duty():
    words = said(MET, REMEDY)
    assert "Window, no duty: remove" in words
    assert "(a window, no duty)" in words
    assert "To do" not in words


def test_a_bill_only_would():
    words = said(MET, BILL)
    assert "a bill: it binds nobody" in words
    assert "What would follow: It is prohibited." in words
    assert "Would be asked for: remove" in words
    assert "By when" not in words


def test_an_open_rule_takes_one_line_unless_everything_is_asked_for():
    facts = {"subject.real": True, "act.kind": "create"}
    assert "xx.minor" not in said(facts)
    assert "1 rules are open with little known" in said(facts)
    assert "[?] 1. a child" in said(facts, full=True)
    assert "needs to know: subject.age" in said(facts, full=True)


def test_what_is_refuted_names_the_element_that_decided():
    words = said({"subject.real": False}, full=True)
    assert "Not met (with the element that decided): xx.minor (1. child)" in words
    assert "It does not say that the thing is lawful" in words


def test_a_guardian_is_told_what_follows_and_no_trace_and_no_cost():
    words = said(MET, audience=Audience.GUARDIAN)
    assert "What the service or operator has to do: remove; until June 3" in words
    assert "fine" not in words
    assert "JPY" not in words
    assert "[yes]" not in words
    assert "operator.since" not in words


def test_a_question_for_a_guardian_has_no_code():
    assert said({}, audience=Audience.GUARDIAN).endswith("Best asked next:\n  Real?\n  What?\n  Age?")
    assert "Real?  (subject.real)" in said({})


@pytest.mark.parametrize("lang", LANGS)
def test_old_and_unreviewed_packs_are_named(lang):
    assert len(said(MET, lang=lang).splitlines()) + 1 == len(
        said(MET, lang=lang, today=date(2027, 1, 1)).splitlines()
    )
    reviewed = PACK.replace("reviewed_by = []", 'reviewed_by = ["A. Lawyer"]')
    assert "Not reviewed" in said(MET)
    assert "Not reviewed" not in said(MET, reviewed)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("facts", [{}, MET, {"subject.real": False}])
def test_nothing_says_that_a_thing_is_lawful(facts, lang):
    words = said(facts, lang=lang).replace("It does not say that the thing is lawful", "")
    words = words.replace("適法であるという意味ではありません", "")
    assert not any(word in words for word in ("lawful", "legal to", "適法", "合法"))


def test_what_only_an_authority_assesses_is_said_to_have_been_entered():
    entered = {**MET, "assessment.prohibited_depiction": True}
    assert "by no program: assessment.prohibited_depiction" in said(entered)
    assert "by no program" not in said(MET) + said(entered, audience=Audience.GUARDIAN)


def test_who_asks_for_a_day_to_come_is_told_that_the_law_may_have_changed():
    late = conclude([pack()], MET, date(2030, 1, 1), VOCABULARY)
    assert "may have changed" in "\n".join(lines(late, TODAY, "en"))
