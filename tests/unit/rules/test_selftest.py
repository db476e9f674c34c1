import pytest

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
        ("penalty_min = 100", "penalty_max = 100", "at most without end, not 100"),
    ],
)
def test_an_example_that_comes_out_differently_is_named(old, new, words):
    assert old in TESTS
    found = failures(pack(PACK + TESTS.replace(old, new)))
    assert found
    assert words in found[0]
    assert "xx, line 18, rule xx.minor, test" in found[0]
