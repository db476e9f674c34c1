from sekisho.detect.signals.common import BUT_SEARCH, each
from sekisho.detect.signals.reserved import reserved_signals
from sekisho.model.signal import SignalFamily, Stance


def test_a_reservation_carries_its_policy():
    (signal,) = reserved_signals([" 1 "], [" https://example.jp/p.json "], "tdm-reservation")
    assert (signal.family, signal.place, signal.raw) == (SignalFamily.TDMREP, "tdm-reservation", "1")
    assert signal.note == "policy=https://example.jp/p.json"
    assert signal.stances == each(BUT_SEARCH, Stance.DISALLOW)


def test_each_value_once_and_a_policy_alone_says_nothing():
    assert [signal.raw for signal in reserved_signals(["0", "1", "0"], [], "x")] == ["0", "1"]
    assert reserved_signals([], ["https://example.jp/p.json"], "x") == ()


def test_a_value_that_nobody_knows_is_unknown():
    (signal,) = reserved_signals(["yes"], [], "x")
    assert set(signal.stances.values()) == {Stance.UNKNOWN}


def test_a_long_policy_is_cut():
    (signal,) = reserved_signals(["1"], ["x" * 5000], "x")
    assert len(signal.note) == 1024
