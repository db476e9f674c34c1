from datetime import date, timedelta

from sekisho.rules.pack import Parameter, binds
from sekisho.rules.words import Confidence
from tests.law import PACK, pack, rule


def test_a_parameter_has_the_value_of_the_day():
    adult = Parameter(unit="years", values=((date(2000, 1, 1), 20), (date(2022, 4, 1), 18)))
    assert adult.on(date(1999, 12, 31)) is None
    assert adult.on(date(2022, 3, 31)) == 20
    assert adult.on(date(2022, 4, 1)) == 18


def test_a_rule_is_in_force_from_its_first_to_its_last_day():
    ended = rule(PACK.replace("from = 2020-01-01", "from = 2020-01-01\nto = 2025-12-31"))
    assert not ended.in_force(date(2019, 12, 31))
    assert ended.in_force(date(2020, 1, 1))
    assert ended.in_force(date(2025, 12, 31))
    assert not ended.in_force(date(2025, 12, 31) + timedelta(days=1))


def test_only_law_in_force_binds():
    assert binds(rule())
    for status in ("enacted", "bill", "proposal", "soft_law", "house"):
        assert not binds(rule(PACK.replace('source = "act"', f'source = "act"\nstatus = "{status}"')))


def test_a_rule_knows_where_it_stands():
    small = pack()
    assert small.source(small.rules[0]).status is Confidence.VERIFIED
    assert small.rule("xx.minor") is small.rules[0]
    assert small.rule("xx.other") is None
