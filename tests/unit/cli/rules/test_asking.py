import io
from datetime import UTC, date, datetime

import pytest

from sekisho.cli.rules.asking import read_answer
from sekisho.errors import ConfigError
from sekisho.rules.factfile import read_facts
from sekisho.rules.vocabulary import shipped_vocabulary
from sekisho.rules.words import Interval

FACTS = shipped_vocabulary().facts


@pytest.fixture
def answer(rules, monkeypatch):
    def answering(answers, *argv):
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{a}\n" for a in answers)))
        return rules.run("ask", "--jurisdiction", "JP,JP-31", "--on", "2026-06-01", *argv)

    return answering


@pytest.mark.parametrize(
    ("fact", "said", "value"),
    [
        ("subject.real", "y", True),
        ("subject.real", "いいえ", False),
        ("subject.age", "13..17", Interval(low=13, high=17)),
        ("subject.age", "..12", Interval(high=12)),
        ("subject.age", "18..", Interval(low=18)),
        ("subject.age", "17", 17),
        ("subject.prefecture", "JP-31", "JP-31"),
        ("notice.received_at", "2026-01-05T23:30+09:00", datetime(2026, 1, 5, 14, 30, tzinfo=UTC)),
        ("operator.system_placed_at", "2026-01-31", date(2026, 1, 31)),
    ],
)
def test_an_answer_becomes_a_fact(fact, said, value):
    assert read_answer(FACTS[fact], said) == value


@pytest.mark.parametrize(
    ("fact", "said"),
    [
        ("subject.real", "maybe"),
        ("subject.age", "old"),
        ("subject.age", "17..13"),
        ("act.kind", "banana"),
        ("notice.received_at", "2026-01-05T23:30"),
        ("notice.received_at", "yesterday"),
        ("operator.system_placed_at", "31.1."),
    ],
)
def test_what_is_no_answer_is_refused(fact, said):
    with pytest.raises(ConfigError):
        read_answer(FACTS[fact], said)


def test_an_interview_ends_with_an_empty_line_and_an_answer(rules, answer):
    assert answer(["12", ""], "--lang", "en") == 0
    assert "Nothing is kept" in rules.told
    assert "Best asked next:" in rules.said


def test_an_interview_ends_when_the_answers_end(rules, answer):
    assert answer([]) == 0
    assert rules.said


def test_what_is_not_known_is_not_asked_again(rules, answer):
    assert answer(["-"] * 200, "--lang", "en") == 0
    asked = [line for line in rules.told.splitlines() if line.endswith("]")]
    assert len(asked) == len(set(asked))
    assert len(asked) > 20


def test_a_wrong_answer_is_asked_again_with_the_form_it_needs(rules, answer):
    assert answer(["old", "12", ""], "--lang", "en") == 0
    assert "That can not be: a number, or bounds as 13..17" in rules.told


def test_answers_are_kept_only_in_a_file_that_is_named(rules, answer):
    kept = rules.path / "kept.toml"
    assert answer(["12", ""], "--output", kept) == 0
    found = read_facts(kept.read_bytes(), "kept", shipped_vocabulary())
    assert 12 in found.facts.values()
    assert found.jurisdictions == ("JP", "JP-31")
    assert answer(["12", ""], "--output", kept) == 2
    assert "exists already" in rules.told


def test_what_only_an_authority_may_assess_is_asked_only_for_one(rules, answer):
    reserved = [fact.ask.en for fact in FACTS.values() if fact.reserved]
    answer(["-"] * 200, "--lang", "en")
    assert not any(words in rules.told for words in reserved)
    answer(["-"] * 200, "--lang", "en", "--for", "authority")
    assert any(words in rules.told for words in reserved)


def test_an_open_word_comes_with_the_codes_of_the_packs(rules, answer):
    answer(["-"] * 200, "--lang", "en")
    assert "a code or word; the packs know jp.aiact, jp.appi, jp.idpa]" in rules.told
    assert "a code or word; the packs know JP-31]" in rules.told


def test_answers_that_contradict_each_other_are_refused(rules, answer):
    facts = rules.file("f.toml", "format = 'sekisho.facts/1'\n[facts.subject]\nidentifiable = true\n")
    assert answer(["n", "-"] * 150, facts, "--lang", "en") == 0
    assert "can be recognised is a real person" in rules.told
