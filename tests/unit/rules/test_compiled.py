from datetime import date

import pytest

from sekisho.rules.compiled import compile_rule, facts_of_rule
from sekisho.rules.words import Interval
from tests.law import ON, PACK, flat, pack


def compiled(on=ON, text=PACK):
    small = pack(text)
    return compile_rule(small, small.rules[0], on)


@pytest.mark.parametrize(
    ("tables", "value"),
    [
        ({}, None),
        ({"subject": {"real": True, "age": 17}, "act": {"kind": "create"}}, True),
        ({"subject": {"real": True, "age": 18}}, False),
        ({"act": {"kind": "possess"}}, False),
        ({"subject": {"real": True, "age": 17}}, None),
    ],
)
def test_the_function_has_three_values(tables, value):
    assert compiled()(flat(**tables)) is value


def test_the_day_gives_the_parameters():
    facts = flat(subject={"real": True, "age": 19}, act={"kind": "create"})
    assert compiled(date(2022, 3, 31))(facts) is True
    assert compiled(date(2022, 4, 1))(facts) is False
    assert compiled(date(1999, 1, 1))(facts) is None


def test_facts_are_in_the_order_of_their_names():
    assert compiled().facts == ("act.kind", "subject.age", "subject.real")
    assert facts_of_rule(pack().rules[0]) == set(compiled().facts)


def test_days_and_known_and_not_are_compiled_too():
    text = PACK.replace(
        "subject.real and subject.age < adult",
        "not (operator.since >= '2026-01-01') and notice.at is known and not subject.real",
    )
    function = compiled(text=text)
    facts = flat(operator={"since": date(2025, 1, 1)}, subject={"real": False}, act={"kind": "create"})
    assert function(facts) is False
    assert function({**facts, "notice.at": 1}) is True
    assert function({k: v for k, v in {**facts, "notice.at": 1}.items() if k != "operator.since"}) is None


def test_a_number_between_bounds_is_not_taken_for_another_number():
    rule = compiled(text=PACK.replace("subject.age < adult", "subject.age == 17"))
    known = flat(subject={"real": True}, act={"kind": "create"})
    assert rule({**known, "subject.age": Interval(low=17, high=17)}) is True
    with pytest.raises(ValueError, match="exact numbers"):
        rule({**known, "subject.age": Interval(low=16, high=17)})
