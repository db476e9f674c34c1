import pytest

from sekisho.cli.review.acts import Asked
from sekisho.errors import UsageError

NOTHING = {
    "item": None,
    "group": None,
    "outcome": None,
    "reason": "",
    "until": None,
    "false_match": (),
    "undo": None,
}


@pytest.mark.parametrize(
    "asked",
    [
        {"item": "a"},
        {"group": "n-1"},
        {"outcome": "allow"},
        {"item": "a", "group": "n-1", "outcome": "allow"},
        {"item": "a", "undo": 1},
        {"undo": 1, "outcome": "allow"},
        {"undo": 1, "false_match": ("e-1",)},
    ],
)
def test_half_a_decision_and_two_at_once_are_refused(asked):
    with pytest.raises(UsageError):
        Asked(**(NOTHING | asked)).is_decision()


@pytest.mark.parametrize(
    ("asked", "decides"),
    [
        ({}, False),
        ({"item": "a", "outcome": "block"}, True),
        ({"group": "g", "outcome": "allow"}, True),
        ({"undo": 2}, True),
    ],
)
def test_a_whole_decision_is_told_from_none(asked, decides):
    assert Asked(**(NOTHING | asked)).is_decision() is decides
