from datetime import date

import pytest

from sekisho.errors import ConfigError
from sekisho.rules.expression import (
    All,
    Comparison,
    Holds,
    Known,
    Member,
    Negation,
    Operator,
    Parameter,
    Some,
    facts_of,
    parameters_of,
    parts_of,
)
from sekisho.rules.kleene import truth
from tests.law import expression


def test_the_grammar():
    tree = expression(
        "subject.real and (subject.age < adult or not act.kind in ['create', 'provide'])"
        " and notice.at is known",
        "adult",
    )
    assert tree == All(
        (
            Holds("subject.real"),
            Some(
                (
                    Comparison("subject.age", Operator.LESS, Parameter("adult")),
                    Negation(Member("act.kind", ("create", "provide"))),
                )
            ),
            Known("notice.at"),
        )
    )
    assert facts_of(tree) == {"subject.real", "subject.age", "act.kind", "notice.at"}
    assert parameters_of(tree) == {"adult"}
    assert len(list(parts_of(tree))) == 7


def test_a_day_is_compared_with_a_day():
    assert expression("operator.since >= '2026-01-31'") == Comparison(
        "operator.since", Operator.AT_LEAST, date(2026, 1, 31)
    )


@pytest.mark.parametrize(
    "text",
    [
        "open('x')",
        "subject.real()",
        "subject.__class__.__mro__",
        "().__class__",
        "[subject.real for a in b]",
        "subject.real if subject.age < 3 else subject.real",
        "lambda: subject.real",
        "subject.age < 3 < 4",
        "subject.age + 1 > 3",
        "subject.age < adult",
        "subject.age",
        "subject.real < True",
        "act.kind < 'create'",
        "act.kind == 'borrow'",
        "act.kind in ['create', 3]",
        "act.kind in []",
        "act.kind in subject.real",
        "subject.age in ['create']",
        "subject.age is 3",
        "subject.age is not known",
        "subject.age == 'three'",
        "notice.at > '2026-01-01'",
        "subject[0]",
        "subject.real; subject.real",
        "subject.real and",
        "real",
        "True",
        "'a' == 'a'",
        "3 < subject.age",
        "subject.shoe == 3",
        "{}",
        "f'{subject.real}'",
        "subject.real := True",
        "\x00",
        "not " * 200 + "subject.real",
        "subject.real and " * 40 + "subject.real",
        "(" * 300 + "subject.real" + ")" * 300,
    ],
)
def test_what_is_outside_the_grammar_is_an_error_and_is_never_run(text):
    with pytest.raises(ConfigError):
        expression(text)


@pytest.mark.parametrize(
    "text",
    [
        "\uff53ubject.real",
        "subject.re\u0430l",
        "subject.age < 1e999",
        "subject.age < -1",
        "subject.age < 1j",
        "subject.age < 10**99",
        "subject.age in [1]",
        "1 < subject.age < 3",
        "subject.__class__",
        "subject.age < ().__class__",
        "(lambda: subject.age)()",
        "[subject.real for x in y]",
        "f'{subject.real}'",
        "subject.real if subject.real else 1",
        "(x := subject.real)",
        "await subject.real",
        "subject.real.__bool__()",
        "*subject.real",
        "subject.age < 1or subject.real",
    ],
)
def test_what_looks_like_a_condition_and_is_none(text):
    with pytest.raises(ConfigError):
        expression(text)


def test_the_deepest_conditions_are_read_and_run():
    deep = expression("not " * 140 + "subject.real")
    assert truth(deep, {"subject.real": True}, {})[0] is True
    assert truth(expression("(" * 180 + "subject.real" + ")" * 180), {}, {})[0] is None
