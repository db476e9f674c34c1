import math
from datetime import UTC, date, datetime, timedelta, timezone

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


@pytest.mark.parametrize(
    "value",
    [
        math.nan,
        math.inf,
        -1,
        2e18,
        10**400,
        {},
        {"min": math.nan},
        {"min": 18, "max": math.nan},
        {"min": True, "max": 18},
        {"max": -1},
        {"min": None, "max": None},
        {"least": 3},
    ],
)
def test_a_number_is_one_that_can_be_compared(value):
    with pytest.raises(ConfigError, match=r"subject\.age"):
        flat(subject={"age": value})


def test_a_bound_that_is_no_number_is_refused_when_a_program_gives_it():
    age = VOCABULARY.fact("subject.age")
    with pytest.raises(ConfigError, match=r"subject\.age is a number"):
        age.checked(Interval(low=math.nan))


def test_one_fact_is_said_once():
    with pytest.raises(ConfigError, match=r"subject\.age is there twice"):
        VOCABULARY.flat({"subject.age": 12, "subject": {"age": 19}})


def test_moments_and_days_are_of_this_age():
    west, east = timezone(timedelta(hours=-12)), timezone(timedelta(hours=14))
    for moment in (datetime(9999, 12, 31, 23, tzinfo=west), datetime(1, 1, 1, tzinfo=east)):
        with pytest.raises(ConfigError, match="the year"):
            flat(notice={"at": moment})
    with pytest.raises(ConfigError, match="the year 9999"):
        flat(operator={"since": date(9999, 1, 1)})


def test_a_word_can_be_seen_and_a_wrong_name_is_cut():
    country = shipped_vocabulary().fact("subject.country")
    with pytest.raises(ConfigError, match=r"U\+009B"):
        country.checked("JP\x9b2J")
    with pytest.raises(ConfigError, match="no fact is called") as caught:
        VOCABULARY.fact("a" * 60_000)
    assert len(str(caught.value)) < 200
