from datetime import UTC, date, datetime

import pytest

from sekisho.errors import ConfigError
from sekisho.rules.expression import parse_expression
from sekisho.rules.vocabulary import read_vocabulary, shipped_vocabulary
from sekisho.rules.words import Interval
from tests.law import VOCABULARY, flat


def test_nested_tables_become_dotted_names():
    assert flat(
        subject={"real": True, "age": {"max": 17}}, notice={"at": datetime(2026, 1, 1, 9, tzinfo=UTC)}
    ) == {
        "notice.at": datetime(2026, 1, 1, 9, tzinfo=UTC),
        "subject.age": Interval(high=17),
        "subject.real": True,
    }


@pytest.mark.parametrize(
    ("tables", "words"),
    [
        ({"subject": {"ages": 3}}, "no fact is called 'subject.ages'"),
        ({"person": {"age": 3}}, "no fact is called 'person.age'"),
        ({"subject": {"real": 1}}, "subject.real is a bool"),
        ({"subject": {"age": True}}, "subject.age is a number"),
        ({"subject": {"age": {"min": 9, "max": 3}}}, "empty"),
        ({"subject": {"age": {"min": "a"}}}, "subject.age is a number"),
        ({"act": {"kind": "borrow"}}, "can not be 'borrow'"),
        ({"notice": {"at": datetime(2026, 1, 1)}}, "offset"),  # noqa: DTZ001
        ({"operator": {"since": "2026-01-01"}}, "operator.since is a day"),
    ],
)
def test_a_wrong_fact_is_named(tables, words):
    with pytest.raises(ConfigError, match=words):
        flat(**tables)


def test_a_near_name_is_offered():
    with pytest.raises(ConfigError) as caught:
        VOCABULARY.fact("person.age")
    assert "subject.age" in caught.value.hint


@pytest.mark.parametrize(
    "text",
    [
        "[[fact]]\nname = 'age'\ntype = 'bool'\nask = {en='', ja=''}\nby = []",
        "[[fact]]\nname = 'a.b'\ntype = 'colour'\nask = {en='', ja=''}\nby = []",
        "fact = 3",
        "[[fact",
    ],
)
def test_a_wrong_table_is_refused(text):
    with pytest.raises(ConfigError, match=r"facts\.toml"):
        read_vocabulary(text)


def test_a_day_in_an_expression_is_a_day():
    assert VOCABULARY.fact("operator.since").literal("2026-01-01") == date(2026, 1, 1)
    with pytest.raises(ConfigError, match="is not a day"):
        VOCABULARY.fact("operator.since").literal("soon")
    with pytest.raises(ConfigError, match="moments are not compared"):
        VOCABULARY.fact("notice.at").literal("2026-01-01")


def test_the_shipped_vocabulary_asks_in_both_languages_and_reserves_assessments():
    vocabulary = shipped_vocabulary()
    assert all(fact.ask.en.endswith(("?", ")")) and fact.ask.ja for fact in vocabulary.facts.values())
    assert all(
        vocabulary.facts[name].reserved for name in vocabulary.facts if name.startswith("assessment.pro")
    )
    for never, why in vocabulary.contradictions:
        assert parse_expression(never, vocabulary)
        assert why.ja


def test_what_only_a_human_or_an_authority_enters_no_program_supplies():
    for fact in shipped_vocabulary().facts.values():
        if fact.reserved:
            assert set(fact.by) <= {"authority", "human"}, fact.name
