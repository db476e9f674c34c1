from datetime import datetime

import pytest

from sekisho.model import MAX_RAW, Signal, SignalFamily, SignalUse, Stance

SAID = {SignalUse.TRAIN_GENERATIVE: Stance.DISALLOW}


def test_what_is_kept_of_a_signal_has_a_size():
    kept = Signal(family=SignalFamily.RSL, place="embedded", raw="学" * (MAX_RAW // 3), stances=SAID)
    assert kept.stances[SignalUse.TRAIN_GENERATIVE] is Stance.DISALLOW
    with pytest.raises(ValueError, match="1,024 bytes"):
        Signal(family=SignalFamily.RSL, place="embedded", raw="学" * MAX_RAW, stances=SAID)


def test_when_it_was_captured_is_a_moment_and_not_a_clock_on_a_wall():
    with pytest.raises(ValueError, match="aware"):
        Signal(
            family=SignalFamily.ROBOTS,
            place="https://a.example/robots.txt",
            raw="",
            stances=SAID,
            captured=datetime(2026, 11, 1),  # noqa: DTZ001
        )
