import pytest

from sekisho.errors import ConfigError
from sekisho.rules.selftest import failures
from tests.law import PACK, TESTS, pack


def test_a_pack_whose_examples_come_out_has_no_failures():
    assert failures(pack()) == ()


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("age = 17 }, act", "age = 18 }, act", "outcome is no, not yes"),
        ('needs = ["subject.age"]', "needs = []", "needs subject.age, not nothing"),
        ("2026-06-03T12:00:00Z", "2026-06-03T13:00:00Z", "remove is due 2026-06-03 12:00:00"),
        ("penalty_min = 100", "penalty_min = 5", "at least 100, not 5"),
        ("penalty_min = 100", 'otherwise = ["remove"]', "the other text holds for no duty, not remove"),
        ("penalty_min = 100", "penalty_max = 100", "at most endless, not 100"),
    ],
)
def test_an_example_that_comes_out_differently_is_named(old, new, words):
    assert old in TESTS
    found = failures(pack(PACK + TESTS.replace(old, new)))
    assert found
    assert words in found[0]
    assert "xx, line 18, rule xx.minor, test" in found[0]


@pytest.mark.parametrize("expected", ['penalty_max = "endless"', "penalty_max = inf", "otherwise = []"])
def test_what_is_endless_and_what_has_no_other_text_can_be_expected(expected):
    assert failures(pack(PACK + TESTS.replace("penalty_min = 100", expected))) == ()


def test_the_other_text_of_a_duty_can_be_expected():
    later = TESTS.replace("notice = { at", "operator = { since = 2026-02-01 }, notice = { at")
    assert failures(pack(PACK + later.replace("penalty_min = 100", 'otherwise = ["remove"]'))) == ()


def test_an_expected_other_text_of_no_duty_is_refused():
    with pytest.raises(ConfigError, match="the rule has no duty 'gone'"):
        pack(PACK + TESTS.replace("penalty_min = 100", 'otherwise = ["gone"]'))
