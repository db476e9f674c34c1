from datetime import date, timedelta

import pytest

from sekisho.rules.evaluate import evaluate, evaluate_pack
from sekisho.rules.words import Interval, Outcome
from tests.law import NOON, ON, PACK, flat, pack

MET = {"subject": {"real": True, "age": 17}, "act": {"kind": "create"}}


def result(on=ON, text=PACK, **tables):
    small = pack(text)
    return evaluate(small, small.rules[0], flat(**tables), on)


def test_all_elements_met_is_yes_with_a_trace_and_what_follows():
    found = result(notice={"at": NOON}, **MET)
    assert found.outcome is Outcome.YES
    assert [element.met for element in found.elements] == [True, True]
    assert found.dues[0].at == NOON + timedelta(hours=48)
    assert found.costs[0].most == Interval(low=100)
    assert found.costs[0].needs == {"operator.turnover"}
    assert found.binding
    assert not found.contested


def test_one_element_that_is_not_met_decides_and_nothing_is_asked():
    found = result(act={"kind": "possess"})
    assert (found.outcome, found.needs, found.dues) == (Outcome.NO, frozenset(), ())


def test_what_is_missing_is_named():
    found = result(subject={"real": True})
    assert (found.outcome, found.needs) == (Outcome.UNKNOWN, {"subject.age", "act.kind"})


def test_the_law_is_that_of_the_day():
    assert result(date(2019, 12, 31), **MET).outcome is Outcome.NOT_IN_FORCE
    grown = {"subject": {"real": True, "age": 19}, "act": {"kind": "create"}}
    assert result(date(2022, 3, 31), **grown).outcome is Outcome.YES
    assert result(date(2022, 4, 1), **grown).outcome is Outcome.NO
    assert result(date(2023, 12, 31), **MET).costs == ()


def test_a_term_whose_start_is_not_known_is_open_and_says_what_it_needs():
    due = result(**MET).dues[0]
    assert (due.at, due.needs) == (None, {"notice.at", "operator.since"})


@pytest.mark.parametrize(("since", "otherwise"), [(date(2026, 1, 2), True), (date(2025, 1, 2), False)])
def test_under_a_condition_something_else_is_due(since, otherwise):
    due = result(notice={"at": NOON}, operator={"since": since}, **MET).dues[0]
    assert (due.otherwise, due.needs) == (otherwise, frozenset())


EXCEPTION = """
[[rule]]
id = "xx.satire"
title = { en = "Satire", ja = "風刺" }
applies = "case"
effect = "permitted"
from = 2020-01-01
source = "act"
exception_to = "xx.minor"
then = { en = "It is free.", ja = "自由です。" }

[[rule.element]]
id = "old"
cite = "art. 3"
when = "operator.since < '2000-01-01'"
text = { en = "old", ja = "古い" }
"""


@pytest.mark.parametrize(
    ("since", "outcome", "needs"),
    [
        (date(1999, 1, 1), Outcome.NO, set()),
        (date(2001, 1, 1), Outcome.YES, set()),
        (None, Outcome.UNKNOWN, {"operator.since"}),
    ],
)
def test_an_exception_takes_the_place_of_its_rule(since, outcome, needs):
    facts = {**MET, "operator": {"since": since}} if since else MET
    found = result(text=PACK + EXCEPTION, **facts)
    assert (found.outcome, found.needs) == (outcome, needs)
    assert (found.displaced is None) == (outcome is Outcome.YES)


def test_an_exception_that_does_not_bind_displaces_no_rule_that_does():
    proposed = EXCEPTION.replace('source = "act"', 'source = "act"\nstatus = "proposal"')
    assert result(text=PACK + proposed, operator={"since": date(1999, 1, 1)}, **MET).outcome is Outcome.YES


def test_an_exception_that_is_contested_lifts_nothing_but_somebody_has_to_look():
    contested = 'contested = { en = "unread", ja = "未読" }'
    doubted = EXCEPTION.replace('source = "act"', f'source = "act"\n{contested}')
    old = {"operator": {"since": date(1999, 1, 1)}}
    found = result(text=PACK + doubted, **MET, **old)
    assert (found.outcome, found.needs) == (Outcome.UNKNOWN, frozenset())
    assert found.displaced is not None
    settled = PACK + doubted + EXCEPTION.replace("xx.satire", "xx.parody")
    assert result(text=settled, **MET, **old).outcome is Outcome.NO


def test_a_pack_answers_in_its_order():
    small = pack(PACK + EXCEPTION)
    assert [r.rule.id for r in evaluate_pack(small, {}, ON)] == ["xx.minor", "xx.satire"]
