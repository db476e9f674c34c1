from sekisho.detect.page import Candidate
from sekisho.detect.settle import NEAR, settle
from sekisho.model import PersonalAction
from sekisho.model import PersonalType as T

REDACT, REVIEW = PersonalAction.REDACT, PersonalAction.REVIEW


def name(at, form=80, weight=60, *, family=False):
    return Candidate(at, at + 2, T.NAME, form, weight, "name", family)


def phone(at, weight=100):
    return Candidate(at, at + 10, T.PHONE, 65, weight, "phone")


def settled(*given, text="。" * 1000):
    return [(f.type, f.action) for f in settle(text, given)]


def test_the_score_decides_the_action():
    assert settled(name(0, 95, 90)) == [(T.NAME, REDACT)]
    assert settled(name(0, 80, 60)) == [(T.NAME, REVIEW)]
    assert settled(name(0, 80, 20)) == []


def test_a_name_near_a_phone_number_is_personal_whatever_stands_beside_it():
    assert settled(name(0, 95, 0), phone(100)) == [(T.NAME, REDACT), (T.PHONE, REDACT)]
    assert settled(name(0, 95, 0), phone(NEAR + 3)) == [(T.PHONE, REDACT)]


def test_the_phone_number_is_raised_as_well():
    assert settled(phone(0, 50)) == [(T.PHONE, REVIEW)]
    assert settled(phone(0, 50), name(50)) == [(T.NAME, REDACT), (T.PHONE, REDACT)][::-1]


def test_a_family_name_alone_must_stand_beside_it():
    assert settled(name(0, 80, 25, family=True), phone(10)) == [(T.NAME, REDACT), (T.PHONE, REDACT)]
    assert settled(name(0, 80, 25, family=True), phone(60)) == [(T.PHONE, REDACT)]


def test_a_school_needs_somebody():
    school = Candidate(20, 30, T.SCHOOL, 70, 70, "school")
    assert settled(school) == []
    assert settled(school, name(0)) == [(T.NAME, REVIEW), (T.SCHOOL, REVIEW)]
    assert settled(school, text="。" * 40 + "運動会" + "。" * 100) == [(T.SCHOOL, REDACT)]


def test_a_sign_of_somebody_young_makes_review_redact_and_leaves_no_trace():
    plain = settle("。" * 100, [name(0)])
    raised = settle("。" * 10 + "運動会" + "。" * 100, [name(0)])
    assert (plain[0].action, raised[0].action) == (REVIEW, REDACT)
    assert raised[0].rule == plain[0].rule
    assert raised[0].score == 60


def test_of_two_that_overlap_the_stronger_stays():
    inner = Candidate(2, 6, T.PHONE, 100, 100, "phone")
    outer = Candidate(0, 10, T.BANK, 80, 100, "bank")
    assert settled(outer, inner) == [(T.PHONE, REDACT)]


def test_findings_are_in_order_and_apart():
    found = settle("。" * 100, [phone(50), phone(0), phone(5), name(30, 95, 90)])
    assert [(f.start, f.end) for f in found] == [(0, 10), (30, 32), (50, 60)]
