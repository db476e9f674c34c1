from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from sekisho.cases.law import concluded, law_of, named_rule, opened_on, rule_name, touched
from sekisho.errors import ConfigError
from sekisho.model import CaseKind, CaseState, Subject
from sekisho.rules.shipped import shipped_packs
from sekisho.rules.words import Outcome
from tests.cases import NOTICE, case_of

PACKS = shipped_packs()
JP = next(pack for pack in PACKS if pack.id == "jp")


def places(case, **known):
    law = law_of(case, **known)
    return {pack.jurisdiction for pack in law.packs}, law.missing


def of(jurisdiction, **more):
    return case_of(opening=replace(NOTICE, jurisdiction=jurisdiction, **more))


@pytest.mark.parametrize(
    ("jurisdiction", "found", "missing"),
    [
        ("JP", {"JP", "*"}, ()),
        ("FR", {"EU", "*"}, ()),
        ("DE", {"DE", "EU", "*"}, ()),
        ("BR", {"*"}, ("BR",)),
        ("*", {"*"}, ()),
    ],
)
def test_a_case_asks_the_law_that_its_notice_names(jurisdiction, found, missing):
    assert places(of(jurisdiction)) == (found, missing)


def test_a_prefecture_brings_its_ordinance_and_more_places_may_be_asked():
    assert places(of("JP"), given={"subject.prefecture": "JP-31"})[0] == {"JP", "JP-31", "*"}
    assert places(of("JP"), given={"subject.prefecture": "JP-13"})[0] == {"JP", "*"}
    assert places(of("JP"), places=("US-CA",))[0] == {"JP", "US", "US-CA", "*"}


def test_a_request_is_looked_at_where_the_operator_is():
    request = of("*", kind=CaseKind.REQUEST, subject=None, due=date(2026, 12, 1))
    assert places(request)[0] == {"*"}
    assert places(request, desk={"operator.country": "FR"})[0] == {"EU", "*"}


def test_a_case_begins_on_the_day_of_its_place():
    evening = case_of(began=datetime(2026, 5, 18, 16, tzinfo=UTC))
    assert opened_on(evening, law_of(evening)) == date(2026, 5, 19)
    american = case_of(opening=replace(NOTICE, jurisdiction="US"), began=datetime(2026, 5, 19, 3, tzinfo=UTC))
    assert opened_on(american, law_of(american)) == date(2026, 5, 18)


def outcome(case, rule_id, **known):
    found = concluded(case, law_of(case, **known))
    return next(result for result in found.results if result.rule.id == rule_id)


def test_a_case_of_march_2026_knows_no_bill_and_a_later_one_says_what_it_would_do():
    """The Cabinet decided on the bill of the Act on personal information on 2026-04-07."""
    known = {"given": {"pi.present": True, "pi.child_u16": True, "consent.by_guardian": False}}
    opening = replace(NOTICE, subject=Subject.PERSONAL)
    march = case_of(opening=opening, began=datetime(2026, 3, 15, tzinfo=UTC))
    may = case_of(opening=opening, began=datetime(2026, 5, 15, tzinfo=UTC))
    assert outcome(march, "jp.appi.bill2026.under-16", **known).outcome is Outcome.NOT_IN_FORCE
    later = outcome(may, "jp.appi.bill2026.under-16", **known)
    assert later.outcome is Outcome.YES
    assert not later.binding


def test_a_case_opened_before_a_law_is_not_judged_by_it_however_long_it_stays_open():
    opening = replace(NOTICE, jurisdiction="US", subject=Subject.INTIMATE)
    began = datetime(2026, 5, 18, 12, tzinfo=UTC)
    states = (CaseState.TRIAGE, CaseState.IN_REVIEW, CaseState.DECIDED)
    assert outcome(case_of(*states, opening=opening, began=began), "us.tida.48h").outcome is (
        Outcome.NOT_IN_FORCE
    )


def test_contradicting_facts_are_refused_and_met_rules_stand_first():
    case = case_of()
    said = {"subject.identifiable": True}
    with pytest.raises(ConfigError, match="contradict"):
        concluded(case, law_of(case, notice=said, given={"subject.real": False}))
    found = touched(concluded(case, law_of(case)))
    assert found
    assert found[0].outcome is Outcome.YES
    assert all(result.outcome in {Outcome.YES, Outcome.UNKNOWN} for result in found)


def test_a_rule_is_named_with_its_pack_and_another_text_of_it_is_noticed():
    name = rule_name(JP, "jp.idpa.reply-7d")
    assert name == f"jp.idpa.reply-7d@{JP.digest[:8]}"
    assert named_rule(name, PACKS) == (JP, True)
    assert named_rule("jp.idpa.reply-7d", PACKS) == (JP, True)
    assert named_rule("jp.idpa.reply-7d@00000000", PACKS) == (JP, False)
    assert named_rule("jp.none@00000000", PACKS) == (None, False)
