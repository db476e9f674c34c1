import pytest

from sekisho.errors import ConfigError
from sekisho.rules.compared import Kind, compared, missing
from sekisho.rules.shipped import shipped_packs
from sekisho.rules.vocabulary import shipped_vocabulary
from tests.law_cases import concluded, known

DEEPFAKE = known("adult-deepfake")


def places(*names, facts=DEEPFAKE.facts):
    found = compared(shipped_packs(), names, facts, DEEPFAKE.on, shipped_vocabulary())
    return {one.place: one for one in found}


def test_each_place_has_its_shortest_term_by_kind():
    found = places("JP", "IN", "US", "GB", "AU", "KR")
    assert [(t.kind, t.hours) for t in found["IN"].terms] == [(Kind.RUNS, 2)]
    assert [(t.kind, t.hours) for t in found["US"].terms] == [(Kind.RUNS, 48)]
    assert [(t.kind, t.hours) for t in found["JP"].terms] == [(Kind.RUNS, 168)]
    assert [(t.kind, t.hours) for t in found["AU"].terms] == [(Kind.WAITS, 24)]
    assert [(t.kind, t.hours) for t in found["GB"].terms] == [(Kind.COMING, 48)]
    assert found["KR"].terms == ()


def test_the_time_in_which_somebody_may_object_is_no_term_to_act():
    facts = {**DEEPFAKE.facts, "notice.sender_objected": False, "item.photographed": True}
    found = places("JP", facts=facts)["JP"]
    assert "jp.ripv.4" in {result.rule.id for result in found.met}
    assert [term.result.rule.id for term in found.terms] == ["jp.idpa.reply-7d"]


def test_a_term_is_said_as_its_law_counts_it():
    assert places("JP")["JP"].terms[0].said == ("rules.diff_days", 7)
    assert places("IN")["IN"].terms[0].said == ("rules.diff_hours", 2)


def test_a_state_lists_its_own_rules_beside_its_country_and_counts_both():
    alone, beside = places("US-NY")["US-NY"], places("US", "US-NY")["US-NY"]
    assert "us.tida.48h" in {result.rule.id for result in alone.met}
    assert {result.pack.id for result in beside.met + beside.open} <= {"us-ny"}
    assert alone.conclusion.standing is beside.conclusion.standing
    assert [term.hours for term in beside.terms] == [48]


def test_a_place_is_named_by_its_law_and_not_by_guidance():
    assert places("JP")["JP"].pack.id == "jp"


def test_house_rules_are_no_law_of_a_place():
    assert not any(result.pack.id == "house" for one in places("JP").values() for result in one.would)


def test_what_is_missing_comes_with_the_places_that_wait():
    found = missing(tuple(places("US", "US-NY", "GB").values()))
    asked = {question.fact.name: [one.place for one in waiting] for question, waiting in found}
    assert asked["use.knowing"] == ["US", "US-NY"]
    assert asked["notice.rejected"] == ["GB"]
    assert [len(waiting) for _, waiting in found] == sorted((len(w) for _, w in found), reverse=True)


def test_one_place_says_what_it_says_alone():
    whole = concluded("adult-deepfake")
    for one in places(*DEEPFAKE.jurisdictions).values():
        assert {r.rule.id for r in one.met} <= {r.rule.id for r in whole.results if r.outcome == "yes"}


def test_a_place_without_a_pack_is_refused():
    with pytest.raises(ConfigError, match="there is no pack for XX"):
        places("XX")


def test_what_decides_is_what_is_met_and_else_what_waits():
    case = known("news-site-crawled")
    found = {
        one.place: [result.rule.id for result in one.decisive]
        for one in compared(shipped_packs(), case.jurisdictions, case.facts, case.on, shipped_vocabulary())
    }
    assert found["EU"] == found["DE"] == ["eu.cdsm.4-3"]
    assert found["JP"] == ["jp.copyright.21"]
    assert found["GB"] == []
