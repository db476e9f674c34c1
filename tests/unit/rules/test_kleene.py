from datetime import date

import pytest

from sekisho.rules.expression import Operator
from sekisho.rules.kleene import compare, truth
from sekisho.rules.words import Interval
from tests.law import expression


def judged(text, parameters=None, **facts):
    return truth(
        expression(text, *(parameters or {})),
        {k.replace("_", "."): v for k, v in facts.items()},
        parameters or {},
    )


@pytest.mark.parametrize(
    ("text", "facts", "value", "needs"),
    [
        ("subject.real and subject.age < 18", {}, None, {"subject.real", "subject.age"}),
        ("subject.real and subject.age < 18", {"subject_real": False}, False, set()),
        ("subject.real and subject.age < 18", {"subject_age": 18}, False, set()),
        ("subject.real and subject.age < 18", {"subject_real": True}, None, {"subject.age"}),
        ("subject.real or subject.age < 18", {"subject_real": True}, True, set()),
        ("subject.real or subject.age < 18", {"subject_real": False}, None, {"subject.age"}),
        ("not subject.real", {}, None, {"subject.real"}),
        ("not subject.real", {"subject_real": False}, True, set()),
        ("subject.age is known", {}, False, set()),
        ("subject.age is known", {"subject_age": 3}, True, set()),
        ("act.kind in ['create']", {}, None, {"act.kind"}),
        ("act.kind in ['create']", {"act_kind": "provide"}, False, set()),
        ("act.kind != 'create'", {"act_kind": "provide"}, True, set()),
        ("operator.since > '2026-01-01'", {"operator_since": date(2026, 1, 2)}, True, set()),
    ],
)
def test_unknown_is_never_no_and_what_decides_hides_what_is_missing(text, facts, value, needs):
    assert judged(text, **facts) == (value, needs)


def test_a_parameter_without_a_value_on_the_day_leaves_it_open():
    assert judged("subject.age < adult", {"adult": None}, subject_age=3) == (None, set())
    assert judged("subject.age < adult", {"adult": 18}, subject_age=3) == (True, set())


@pytest.mark.parametrize(
    ("operator", "low", "high", "value"),
    [
        (Operator.LESS, None, 17, True),
        (Operator.LESS, None, 18, None),
        (Operator.LESS, 18, None, False),
        (Operator.LESS, 10, 20, None),
        (Operator.AT_MOST, None, 18, True),
        (Operator.AT_MOST, 19, None, False),
        (Operator.MORE, 19, None, True),
        (Operator.MORE, None, 18, False),
        (Operator.AT_LEAST, 18, None, True),
        (Operator.AT_LEAST, None, 17, False),
        (Operator.AT_LEAST, None, None, None),
        (Operator.EQUAL, 18, 18, True),
        (Operator.EQUAL, 17, 19, None),
        (Operator.EQUAL, 19, None, False),
        (Operator.UNEQUAL, None, 17, True),
        (Operator.UNEQUAL, 18, 18, False),
    ],
)
def test_a_number_between_bounds_is_compared_as_far_as_the_bounds_tell(operator, low, high, value):
    assert compare(Interval(low=low, high=high), operator, 18) is value
