import json
from importlib import resources

import pytest

from sekisho.cli.case.law import changed_words
from sekisho.model import CaseEvent, CaseState
from sekisho.rules.shipped import shipped_packs
from tests.cases import BEGAN, DESK
from tests.desk_of_cases import at_hand

MORE = 'format = "sekisho.facts/1"\n[facts.pi]\npresent = true\nspecial_care = true\n'


def event(rule):
    return CaseEvent(
        case="", number=0, by=DESK, at=BEGAN, state=CaseState.RECEIVED, opening="0" * 64, rule=rule
    )


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ("", ""),
        ("request", ""),
        ("house.answer@00000000", "the pack at hand is another one: house.answer@"),
        ("house.answer@2026-11-22", "the pack at hand is another one"),
        ("jp.platform-act.25@2025-04-01", "no pack at hand has this rule"),
    ],
)
def test_a_pack_that_has_changed_since_is_named(rule, says):
    said = changed_words(event(rule), shipped_packs(), "en")
    assert said.startswith(says)
    assert bool(said) == bool(says)


def test_the_very_pack_is_not_complained_about():
    assert changed_words(event(at_hand("house.answer")), shipped_packs(), "en") == ""


def test_the_rules_of_a_case_are_a_record_with_packs_facts_and_trace(desk, tmp_path):
    found = desk.opened(subject="personal", more='relation = "self"')
    (tmp_path / "more.toml").write_text(MORE, encoding="utf-8")
    assert desk.run("rules", found, "--facts", tmp_path / "more.toml", "--format", "json") == 0
    made = json.loads(desk.said)
    assert made["case"] == found
    assert {pack["id"] for pack in made["now"]["packs"]} >= {"jp", "house"}
    assert made["now"]["facts"]["pi.present"] is True
    assert made["decided"] == []
    special = next(one for one in made["now"]["results"] if one["rule"] == "jp.appi.special")
    assert special["elements"]
    assert desk.run("rules", found, "--format", "json") == 0
    assert "pi.present" not in json.loads(desk.said)["now"]["facts"]


def test_only_the_desk_that_has_the_case_may_ask(desk):
    found = desk.opened()
    assert desk.run("rules", found, by="agency") == 2
    assert "jp." not in desk.said


def test_facts_that_contradict_the_case_are_refused(desk, tmp_path):
    found = desk.opened()
    (tmp_path / "more.toml").write_text(
        'format = "sekisho.facts/1"\n[facts.item]\nintimate_claimed = true\n', encoding="utf-8"
    )
    assert desk.run("rules", found, "--facts", tmp_path / "more.toml") == 2
    assert "item.intimate_claimed" in desk.told


def test_a_guardian_reads_desks_and_questions_and_no_penalty(desk):
    found = desk.opened(subject="intimate")
    assert desk.run("show", found) == 0
    assert "You can turn to" in desk.said
    for lang, word in (("en", "may cost"), ("ja", "制裁")):
        assert desk.run("rules", found, "--for", "guardian", "--lang", lang) == 0
        assert word not in desk.said
    assert desk.run("show", found, "--for", "operator") == 0
    assert "Rules that this case touches" in desk.said
    assert "You can turn to" not in desk.said


def test_a_decision_keeps_what_it_rested_on_and_says_if_a_pack_is_another_today(desk):
    found = desk.opened()
    assert desk.run("refuse", found, "--reason", "parody", "--rule", "house.answer") == 0
    assert desk.run("rules", found, "--format", "json") == 0
    (decided,) = json.loads(desk.said)["decided"]
    assert decided["facts"]["subject.identifiable"] is True
    assert desk.run("rules", found) == 0
    assert "the very packs" in desk.told
    pack = (desk.path / "house.toml").absolute()
    text = resources.files("sekisho.rules").joinpath("packs/house.toml").read_text(encoding="utf-8")
    pack.write_text(text + "\n# another version\n", encoding="utf-8")
    assert desk.run("rules", found, "--pack", pack) == 0
    assert "other versions of: house" in desk.told


def test_a_place_without_a_pack_is_said(desk):
    found = desk.opened()
    assert desk.run("rules", found, "--jurisdiction", "BR") == 0
    assert "no pack of rules for BR" in desk.said


def test_a_pack_that_can_not_be_read_is_refused(desk, tmp_path):
    found = desk.opened()
    (tmp_path / "mine.toml").write_text('format = "sekisho.rulepack/1"', encoding="utf-8")
    assert desk.run("rules", found, "--pack", tmp_path / "mine.toml") == 2
    assert "mine.toml" in desk.told
    assert desk.run("rules", found, "--pack", tmp_path / "none.toml") == 2
