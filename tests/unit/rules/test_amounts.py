import pytest

from sekisho.errors import ConfigError
from sekisho.rules.amounts import MOST, amount, facts_of_amount, parse_amount
from sekisho.rules.words import Interval
from tests.law import VOCABULARY


def worth(text, facts=None, **parameters):
    return amount(parse_amount(text, VOCABULARY, parameters), facts or {}, parameters)


def test_an_unknown_turnover_leaves_the_floor_and_names_what_is_missing():
    assert worth("max(15000000, 0.03 * operator.turnover)") == (
        Interval(low=15_000_000),
        frozenset({"operator.turnover"}),
    )
    assert worth("max(15000000, 0.03 * operator.turnover)", {"operator.turnover": 1e9}) == (
        Interval(low=3e7, high=3e7),
        frozenset(),
    )


@pytest.mark.parametrize(
    ("text", "facts", "low", "high"),
    [
        ("min(100, operator.turnover)", {}, 0, 100),
        ("min(100, operator.turnover)", {"operator.turnover": Interval(low=500)}, 100, 100),
        ("100 + operator.turnover", {}, 100, None),
        ("2 * operator.turnover", {"operator.turnover": Interval(low=1, high=3)}, 2, 6),
        ("0 * operator.turnover", {}, 0, 0),
        ("max(1, operator.turnover)", {"operator.turnover": Interval(high=9)}, 1, 9),
        ("fine * 2", {}, 10, 10),
        ("operator.turnover + 1", {"operator.turnover": Interval(low=-5)}, 1, None),
    ],
)
def test_bounds_go_through_the_formula(text, facts, low, high):
    assert worth(text, facts, fine=5)[0] == Interval(low=low, high=high)


def test_what_narrows_an_amount_that_is_settled_is_not_asked_for():
    assert worth("min(100, operator.turnover)", {"operator.turnover": Interval(low=500)})[1] == frozenset()


def test_the_facts_of_an_amount():
    assert facts_of_amount(parse_amount("max(1, 2 * operator.turnover)", VOCABULARY)) == {"operator.turnover"}


@pytest.mark.parametrize(
    "text",
    [
        "fine",
        "-5",
        "operator.turnover - 1",
        "2 ** 999",
        "max(3)",
        "pow(2, 3)",
        "subject.real",
        "1 / 3",
        "max(1, b=2)",
        "'x'",
        "True",
        "1e30",
    ],
)
def test_what_is_outside_the_grammar_is_an_error(text):
    with pytest.raises(ConfigError):
        parse_amount(text, VOCABULARY)


def test_however_often_it_is_multiplied_a_figure_stays_a_number():
    text = " * ".join(["operator.turnover"] * 25)
    most, needs = worth(text, {"operator.turnover": 10**18})
    assert most == Interval(low=MOST)
    assert needs == {"operator.turnover"} or not needs
    assert worth(text, {"operator.turnover": 0})[0] == Interval(low=0, high=0)


def test_what_lies_below_nothing_is_nothing():
    below = {"operator.turnover": Interval(high=-5)}
    assert worth("2 * operator.turnover", below)[0] == Interval(low=0, high=0)
