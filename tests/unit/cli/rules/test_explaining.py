import json

import pytest

from sekisho.rules.shipped import shipped_packs

EMPTY = "format = 'sekisho.facts/1'\n[facts]\n"


def test_a_lawyer_gets_the_rules_with_their_articles(rules):
    assert rules.run("explain", rules.case("tottori-likeness"), "--lang", "en") == 0
    assert "The likeness of a child from Tottori, made abroad" in rules.said
    assert "PROHIBITED by a rule in force (jp31.child-likeness.prohibited" in rules.said
    assert "June 17, 2026, 10:30 (UTC-04:00)  us.tida.48h" in rules.said


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_a_guardian_gets_desks_and_no_amounts(rules, lang):
    assert rules.run("explain", rules.case("tottori-likeness"), "--for", "guardian", "--lang", lang) == 0
    assert "0857-26-7687" in rules.said
    assert "JPY" not in rules.said
    assert "[" not in rules.said.replace("[facts", "")


def test_the_desks_of_the_child_come_first(rules):
    rules.run("explain", rules.case("tottori-likeness"), "--for", "guardian")
    assert rules.said.index("0857-26-7687") < rules.said.index("report.cybertip.org")


def test_everything_is_shown_only_if_asked_for(rules):
    rules.run("explain", rules.case("adult-deepfake"), "--lang", "en")
    short = rules.said
    rules.run("explain", rules.case("adult-deepfake"), "--lang", "en", "--full")
    assert len(short.splitlines()) < len(rules.said.splitlines()) / 2
    assert "All of them: --full" in short
    assert "Not met (with the element that decided):" in rules.said


def test_a_program_gets_the_record(rules):
    assert rules.run("explain", rules.case("operator-silent"), "--format", "json") == 0
    record = json.loads(rules.said)
    assert record["on"] == "2026-09-01"
    digests = {pack.id: pack.digest for pack in shipped_packs()}
    assert {p["id"]: p["sha256"] for p in record["packs"]}.items() <= digests.items()


def test_the_day_and_the_places_can_be_chosen(rules):
    case = rules.case("tottori-likeness")
    assert rules.run("explain", case, "--on", "2025-03-31", "--jurisdiction", "JP-31", "--lang", "en") == 0
    assert "The law on March 31, 2025, in: JP-31, JP" in rules.said
    assert "MET  prohibition  jp31" not in rules.said


@pytest.mark.parametrize(
    ("text", "argv", "words"),
    [
        (EMPTY, [], "which law?"),
        (
            EMPTY,
            ["--jurisdiction", "FR"],
            "'sekisho rules new FR' writes a kit",
        ),
        (EMPTY, ["--jurisdiction", "JP", "--on", "soon"], "--on"),
        ("[[", [], "is not TOML"),
    ],
)
def test_a_wrong_question_is_told_what_to_do(rules, text, argv, words):
    assert rules.run("explain", rules.file("f.toml", text), *argv) == 2
    assert words in rules.told


def test_a_file_that_is_not_there_is_named(rules):
    assert rules.run("explain", rules.path / "gone.toml") == 2
    assert "there is no file" in rules.told
    assert "gone.toml" in rules.told
