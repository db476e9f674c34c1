import math

import numpy as np
import pytest

from sekisho.errors import ConfigError
from sekisho.rules.columns import Column, bucketed, coded, judged, thresholds
from sekisho.rules.words import Interval
from tests.law import ON, pack


def test_each_distinct_set_is_judged_once_and_every_item_gets_its_judgement():
    seen = []

    def judge(facts):
        seen.append(facts)
        return dict(facts)

    columns = (
        coded("subject.real", [True, None, True, False]),
        coded("act.kind", ["create", None, "create", "provide"]),
    )
    found = judged(columns, 4, judge)
    assert [found.results[n] for n in found.index] == [
        {"subject.real": True, "act.kind": "create"},
        {},
        {"subject.real": True, "act.kind": "create"},
        {"subject.real": False, "act.kind": "provide"},
    ]
    assert len(seen) == 3
    assert found.counts.sum() == 4
    assert found.facts == found.results


def test_many_combinations_are_sorted_and_not_tabled():
    random = np.random.default_rng(1)
    columns = [
        Column(f"a.{n}", random.integers(0, 200, 500).astype(np.uint8), tuple(range(199))) for n in range(5)
    ]
    found = judged(columns, 500, dict)
    for item in (0, 7, 499):
        expected = {c.name: c.values[c.codes[item] - 1] for c in columns if c.codes[item]}
        assert found.results[found.index[item]] == expected


def test_numbers_become_the_intervals_that_the_rules_tell_apart():
    cuts = thresholds((pack(),), "subject.age", ON)
    assert cuts == (18,)
    column = bucketed("subject.age", np.array([3, 17.9, 18, 18.1, 90, np.nan]), cuts)
    assert column.codes.tolist() == [1, 1, 2, 3, 3, 0]
    assert column.values[1] == Interval(low=18, high=18)
    assert column.values[0].high < 18 < column.values[2].low


def test_no_columns_is_one_empty_set():
    found = judged((), 3, dict)
    assert found.results == ({},)
    assert found.index.tolist() == [0, 0, 0]


def test_no_items_is_nothing():
    assert judged((coded("subject.real", []),), 0, dict).results == ()


def test_columns_that_do_not_fit_are_refused():
    with pytest.raises(ConfigError, match="items, not 4"):
        judged((coded("subject.real", [True]),), 4, dict)
    with pytest.raises(ConfigError, match="different values"):
        coded("subject.age", list(range(70_000)))
    wide = [Column(f"a.{n}", np.zeros(1, np.uint16), tuple(range(60_000))) for n in range(4)]
    with pytest.raises(ConfigError, match="too many combinations"):
        judged(wide, 1, dict)


def test_what_is_no_number_is_unknown_and_a_code_stands_for_something():
    assert coded("subject.age", [math.nan, 3]).codes.tolist() == [0, 1]
    shifted = Column("subject.real", np.array([0, 3], np.uint8), (True, False))
    with pytest.raises(ConfigError, match="codes that stand for nothing"):
        judged((coded("act.kind", ["create", None]), shifted), 2, dict)
