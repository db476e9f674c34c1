import pytest

from sekisho.detect.signals.x_robots import MAX_LINE, said_to_robots, x_robots_signals
from sekisho.model.signal import SignalFamily, SignalUse, Stance

TRAINING = {SignalUse.TRAIN_OTHER: Stance.DISALLOW, SignalUse.TRAIN_GENERATIVE: Stance.DISALLOW}


def test_each_value_keeps_its_place_and_words():
    first, second = x_robots_signals(["noai", "otherbot: noindex"], place="headers")
    assert (first.family, first.place, first.raw, first.agent) == (
        SignalFamily.X_ROBOTS,
        "headers",
        "noai",
        "",
    )
    assert (second.raw, second.agent, second.note) == (
        "otherbot: noindex",
        "otherbot",
        "said to another robot",
    )


def test_a_robot_may_be_named_by_whoever_hands_the_line_on():
    (signal,) = said_to_robots("noai", SignalFamily.META_ROBOTS, place="embedded", robot="ccbot")
    assert (signal.agent, signal.stances) == ("ccbot", TRAINING)


def test_words_about_copies_are_told_apart_in_the_note():
    (signal,) = x_robots_signals(["nocache, noarchive"])
    assert signal.note == "noarchive, nocache: about copies in a cache"


def test_a_line_that_is_too_long_is_an_error():
    (signal,) = x_robots_signals(["noai, " * MAX_LINE])
    assert set(signal.stances.values()) == {Stance.ERROR}
    assert len(signal.raw) == 1024


@pytest.mark.parametrize("line", ["a:" * 30_000, ":" * 60_000, "," * 60_000, "a " * 30_000, "-" * 60_000])
def test_a_long_line_of_nothing_says_nothing(line):
    assert x_robots_signals([line]) == ()


def test_nothing_of_this_language_allows():
    said = x_robots_signals(["all", "ai, yes, allow", "GPTBot: all", "noai: no", "index: noai"])
    assert not [signal for signal in said if Stance.ALLOW in signal.stances.values()]


@pytest.mark.parametrize(
    "before",
    [
        "max-snippet:5",
        "max-image-preview: large",
        "max-video-preview:1",
        "unavailable_after: 2099",
        "robots: all",
    ],
)
def test_what_has_a_value_or_means_everybody_is_no_name_of_a_robot(before):
    (signal,) = x_robots_signals([f"{before}, noai"])
    assert (signal.agent, signal.stances) == ("", TRAINING)


@pytest.mark.parametrize("line", ["index;noai", "noai;follow", f"{'x' * 101}: noai"])
def test_a_word_is_heard_whatever_stands_beside_it(line):
    (signal,) = x_robots_signals([line])
    assert (signal.agent, signal.stances) == ("", TRAINING)


def test_only_the_words_that_are_there_are_in_the_note():
    assert x_robots_signals(["nocache"])[0].note == "nocache: about copies in a cache"
