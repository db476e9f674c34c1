"""The fast evaluators say what the reference says, and knowing more never turns a yes into a no."""

from dataclasses import replace
from datetime import date

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sekisho.rules.columns import bucketed, coded, judged, thresholds
from sekisho.rules.compiled import compile_rule
from sekisho.rules.evaluate import evaluate
from sekisho.rules.expression import All, Comparison, Holds, Known, Member, Negation, Operator, Some
from sekisho.rules.kleene import truth
from sekisho.rules.words import Interval, Outcome
from tests.law import ON, PACK, pack

AGES = st.integers(15, 21)
VALUES = {
    "subject.real": st.booleans(),
    "subject.age": AGES,
    "act.kind": st.sampled_from(["create", "provide", "possess"]),
    "operator.since": st.dates(date(2025, 12, 30), date(2026, 1, 3)),
}
FACTS = st.fixed_dictionaries({}, optional=VALUES)
LEAVES = st.one_of(
    st.just(Holds("subject.real")),
    st.builds(Comparison, st.just("subject.age"), st.sampled_from(Operator), AGES),
    st.builds(Comparison, st.just("operator.since"), st.sampled_from(Operator), VALUES["operator.since"]),
    st.builds(Member, st.just("act.kind"), st.sampled_from([("create",), ("create", "provide")])),
    st.builds(Known, st.sampled_from(sorted(VALUES))),
)
MONOTONE = LEAVES.filter(lambda leaf: not isinstance(leaf, Known))


def trees(leaves):
    def joined(inner):
        parts = st.lists(inner, min_size=2, max_size=3).map(tuple)
        return st.one_of(parts.map(All), parts.map(Some), inner.map(Negation))

    return st.recursive(leaves, joined, max_leaves=6)


def ruled(expression):
    small = pack(PACK)
    rule = small.rules[0]
    return small, replace(
        rule, elements=(replace(rule.elements[0], when=expression),), duties=(), penalties=()
    )


@given(trees(LEAVES), FACTS)
def test_compiled_is_the_reference(expression, facts):
    small, rule = ruled(expression)
    assert compile_rule(small, rule, ON)(facts) is truth(expression, facts, {})[0]


@given(trees(MONOTONE), FACTS, FACTS)
def test_what_is_settled_stays_settled_when_more_is_known(expression, facts, more):
    settled, needs = truth(expression, facts, {})
    if settled is None:
        assert needs
        assert needs.isdisjoint(facts)
    else:
        assert truth(expression, {**more, **facts}, {})[0] is settled


@given(trees(MONOTONE), FACTS)
def test_whoever_answers_all_questions_gets_an_answer(expression, facts):
    full = {
        "subject.real": True,
        "subject.age": 18,
        "act.kind": "possess",
        "operator.since": date(2026, 1, 1),
    }
    for _ in range(len(full) + 1):
        settled, needs = truth(expression, facts, {})
        if settled is not None:
            return
        facts = {**facts, **{name: full[name] for name in needs}}
    raise AssertionError("it asks for ever")


@given(trees(MONOTONE), FACTS, st.integers(15, 21))
def test_an_age_between_bounds_says_what_all_ages_within_say(expression, facts, low):
    known = {**facts, "subject.age": Interval(low=low, high=low + 2)}
    said = truth(expression, known, {})[0]
    within = {truth(expression, {**facts, "subject.age": age}, {})[0] for age in range(low, low + 3)}
    if said is not None:
        assert within == {said}


@given(st.lists(st.fixed_dictionaries({}, optional=VALUES), max_size=20))
def test_columns_say_what_each_item_alone_says(items):
    small = pack(PACK)
    rule = small.rules[0]
    ages = np.array([item.get("subject.age", np.nan) for item in items], np.float64)
    columns = [coded(name, [item.get(name) for item in items]) for name in ("subject.real", "act.kind")]
    columns.append(bucketed("subject.age", ages, thresholds((small,), "subject.age", ON)))
    found = judged(columns, len(items), lambda facts: evaluate(small, rule, facts, ON).outcome)
    assert [found.results[n] for n in found.index] == [evaluate(small, rule, i, ON).outcome for i in items]
    assert set(found.results) <= set(Outcome)
