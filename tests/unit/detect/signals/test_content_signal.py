"""Content-Signal: values."""

import pytest

from sekisho.detect.signals.content_signal import content_signals, read_content_signal
from sekisho.detect.signals.robots import parse_robots
from sekisho.model.signal import SignalFamily, SignalUse, Stance


@pytest.mark.parametrize(
    "words", ["", ",", "=", "ai-train", "ai-train=", "ai-train=y", "x=yes", "yes", "ai-train:yes"]
)
def test_what_is_not_yes_never_allows(words):
    assert Stance.ALLOW not in read_content_signal(words).stances.values()


def test_an_odd_value_is_named():
    said = read_content_signal("ai-input=maybe")
    assert said.stances == {SignalUse.INPUT: Stance.ERROR}
    assert said.note == "ai-input is neither yes nor no"


def test_a_signal_keeps_its_line():
    robots = parse_robots(b"User-agent: *\nContent-signal: search=yes,ai-train=no\nAllow: /\n")
    (signal,) = content_signals(robots, "https://e.com/", captured=None, place="p", source="")
    assert (signal.family, signal.raw) == (
        SignalFamily.CONTENT_SIGNAL,
        "Content-signal: search=yes,ai-train=no",
    )


def test_only_signals_that_are_known_are_named_as_odd():
    said = read_content_signal("colour=red, search=yes")
    assert (said.stances, said.note) == ({SignalUse.SEARCH: Stance.ALLOW}, "")
    assert read_content_signal("search=yes").note == ""
