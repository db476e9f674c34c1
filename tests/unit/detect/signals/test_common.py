from sekisho.detect.signals.common import (
    BUT_SEARCH,
    EVERY_USE,
    MAX_SIGNALS,
    TRAINING,
    bounded,
    each,
    excerpt,
)
from sekisho.model.signal import Signal, SignalFamily, SignalUse, Stance


def test_the_groups_hold_what_they_are_named_for():
    assert set(EVERY_USE) == set(SignalUse)
    assert set(EVERY_USE) - set(BUT_SEARCH) == {SignalUse.SEARCH}
    assert set(TRAINING) == {SignalUse.TRAIN_OTHER, SignalUse.TRAIN_GENERATIVE}
    assert each(TRAINING, Stance.UNKNOWN) == dict.fromkeys(TRAINING, Stance.UNKNOWN)


def test_words_are_cut_at_a_letter():
    assert excerpt("noai") == "noai"
    assert excerpt("関" * 1000) == "関" * 341
    assert excerpt("x" + "関" * 1000) == "x" + "関" * 341
    assert len(excerpt(b"\xe9\x96\xa2" * 1000).encode()) <= 1024


def test_what_is_no_text_is_kept_as_far_as_it_goes():
    assert excerpt(b"no\xffai") == "no\ufffdai"
    assert excerpt("no\ud800ai") == "no?ai"


def signals(*raws):
    return [Signal(family=SignalFamily.PLUS, place="embedded", raw=raw, stances={}) for raw in raws]


def test_each_signal_once():
    assert bounded(signals("a", "b", "a")) == tuple(signals("a", "b"))


def test_too_many_signals_are_an_error_beside_the_first():
    found = bounded(signals(*map(str, range(MAX_SIGNALS + 5))))
    assert [signal.raw for signal in found[:-1]] == [str(n) for n in range(MAX_SIGNALS)]
    assert set(found[-1].stances.values()) == {Stance.ERROR}
    assert len(bounded(signals(*map(str, range(MAX_SIGNALS))))) == MAX_SIGNALS
