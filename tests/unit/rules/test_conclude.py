from datetime import date

import pytest

from sekisho.errors import ConfigError
from sekisho.rules.conclude import Standing, check_facts, conclude, packs_for, questions
from sekisho.rules.evaluate import evaluate_pack
from sekisho.rules.words import Applies
from tests.law import NOON, ON, PACK, VOCABULARY, flat, pack

HEAD, RULE = PACK[: PACK.index("[[rule]]")], PACK[PACK.index("[[rule]]") :]
MET = {"subject": {"real": True, "age": 17}, "act": {"kind": "create"}, "notice": {"at": NOON}}


def other(place, effect, status="in_force", contested="", parent="", **swaps):
    name = "house" if place == "*" else place.lower()
    text = HEAD.replace('"xx"', f'"{name}"').replace('"XX"', f'"{place}"')
    text = text.replace("reviewed_by", f'parent = "{parent}"\nreviewed_by')
    body = RULE.replace("xx.", f"{name}.").replace('effect = "prohibited"', f'effect = "{effect}"')
    body = body.replace('source = "act"', f'source = "act"\nstatus = "{status}"\n{contested}')
    for old, new in swaps.items():
        body = body.replace(old, new)
    return pack(text + body)


def standing(*packs, **tables):
    return conclude(packs, flat(**(tables or MET)), ON, VOCABULARY).standing


def test_a_permission_never_lifts_anothers_prohibition():
    assert standing(other("AA", "permitted"), other("BB", "prohibited")) is Standing.PROHIBITED
    assert standing(other("AA", "permitted")) is Standing.NOTHING_MET
    assert standing(other("AA", "obligation"), other("BB", "permitted")) is Standing.OBLIGATION


@pytest.mark.parametrize("status", ["enacted", "bill", "proposal", "soft_law", "house"])
def test_what_does_not_bind_prohibits_nothing(status):
    assert standing(other("AA", "prohibited", status)) is Standing.NOTHING_MET


def test_a_contested_rule_and_a_missing_fact_leave_it_open():
    disputed = 'contested = { en = "courts differ", ja = "争いあり" }'
    assert standing(other("AA", "prohibited", contested=disputed)) is Standing.OPEN
    assert standing(pack(), subject={"real": True}) is Standing.OPEN
    assert standing(pack(), subject={"real": False}) is Standing.NOTHING_MET


def test_the_earliest_term_comes_first_and_what_has_no_date_last():
    slow = other("AA", "obligation", **{"hours = 48": "hours = 96"})
    quick = other("BB", "obligation", **{"hours = 48": "hours = 2"})
    never = other("CC", "obligation", **{', clock = { start = "notice.at", hours = 48 }': ""})
    found = conclude((slow, never, quick), flat(**MET), ON, VOCABULARY)
    assert [result.rule.id for result, _ in found.dues] == ["bb.minor", "aa.minor", "cc.minor"]


def test_terms_of_a_bill_are_not_due():
    assert conclude((other("AA", "obligation", "bill"),), flat(**MET), ON, VOCABULARY).dues == ()


def test_the_gravest_question_comes_first():
    results = evaluate_pack(pack(), {}, ON)
    assert questions(results, VOCABULARY)[0].fact.name == "subject.real"
    assert questions(results, VOCABULARY)[0].rules == ("xx.minor",)
    assert questions(evaluate_pack(pack(), flat(subject={"real": False}), ON), VOCABULARY) == ()


def test_the_packs_of_a_place_are_its_own_its_parents_and_the_house_s():
    house, region, land, alien = (
        other("*", "prohibited", "house"),
        other("AA-1", "prohibited", parent="AA"),
        other("AA", "prohibited"),
        other("BB", "prohibited"),
    )
    chosen = packs_for((house, region, land, alien), ["AA-1"])
    assert chosen == (house, region, land)
    with pytest.raises(ConfigError, match="no pack for ZZ"):
        packs_for((land,), ["ZZ"])


def test_facts_that_contradict_each_other_are_refused():
    with pytest.raises(ConfigError, match="older than 200"):
        check_facts(flat(subject={"age": 201}), VOCABULARY)
    with pytest.raises(ConfigError, match="contradict"):
        conclude((pack(),), flat(subject={"age": 201}), ON, VOCABULARY)


def test_only_the_kinds_that_were_asked_for_answer():
    assert conclude((pack(),), {}, ON, VOCABULARY, applies=(Applies.ITEM,)).results == ()


def test_nobody_is_told_that_nothing_is_met_where_no_law_was_asked():
    with pytest.raises(ConfigError, match="no pack for"):
        packs_for((other("AA", "prohibited"), other("*", "prohibited", "house")), ["*"])
    assert conclude((pack(),), flat(**MET), date(1899, 1, 1), VOCABULARY).standing is Standing.OPEN
    assert conclude((), flat(**MET), ON, VOCABULARY).standing is Standing.OPEN
