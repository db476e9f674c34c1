import pytest

from sekisho.detect.signals.common import BUT_SEARCH, EVERY_USE, TRAINING, each
from sekisho.detect.signals.plus import SEE, mining_key, mining_stances
from sekisho.model.signal import SignalUse, Stance


@pytest.mark.parametrize(
    "value",
    [
        "http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED-AIMLTRAINING",
        "dmi-prohibited-aimltraining",
        "Prohibited  for AI/ML\ntraining",
    ],
)
def test_one_key_in_three_forms(value):
    assert mining_key(value) == "DMI-PROHIBITED-AIMLTRAINING"
    assert mining_stances(value) == each(TRAINING, Stance.DISALLOW)


def test_a_constraint_elsewhere_refuses_until_somebody_has_read_it():
    for key in SEE:
        assert mining_stances(key) == each(EVERY_USE, Stance.DISALLOW)


def test_leave_is_narrow_and_refusal_wide():
    assert SignalUse.INPUT not in mining_stances("DMI-ALLOWED")
    assert set(mining_stances("DMI-PROHIBITED")) == set(EVERY_USE)
    assert mining_stances("DMI-UNSPECIFIED") == each(BUT_SEARCH, Stance.UNKNOWN)


@pytest.mark.parametrize("value", ["", "DMI-", "DMI-ALLOWED-BUT", "allow", "未定", "x" * 100_000])
def test_what_is_not_in_the_vocabulary_is_an_error(value):
    assert set(mining_stances(value).values()) == {Stance.ERROR}
