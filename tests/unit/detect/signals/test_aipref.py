"""Content-Usage: limits and raw words; the drafts' examples are in tests/conformance."""

from datetime import UTC, datetime

import pytest

from sekisho.detect.signals.aipref import aipref_header_signals, aipref_robots_signals, read_usage
from sekisho.detect.signals.robots import parse_robots
from sekisho.model.signal import MAX_RAW, SignalFamily, SignalUse, Stance

WHEN = datetime(2026, 11, 1, tzinfo=UTC)


def test_a_header_signal_keeps_words_place_and_time():
    (signal,) = aipref_header_signals(["train-ai=n", b"search=y"], captured=WHEN, place="Content-Usage")
    assert (signal.family, signal.raw) == (SignalFamily.AIPREF, "train-ai=n, search=y")
    assert (signal.place, signal.captured) == ("Content-Usage", WHEN)


@pytest.mark.parametrize("values", [["a" * 10_000_000], ["train-ai=y,"] * 100_000, [b"\xff" * 70_000]])
def test_a_header_that_is_too_large_is_an_error(values):
    (signal,) = aipref_header_signals(values, captured=None)
    assert set(signal.stances.values()) == {Stance.ERROR}
    assert len(signal.raw.encode()) <= MAX_RAW


def test_text_and_bytes_are_read_alike():
    assert read_usage("train-ai=n") == read_usage(b"train-ai=n")


def test_the_note_of_an_error_says_what_is_wrong():
    assert "byte" in read_usage("train-ai=").note


def test_a_robots_signal_keeps_the_line():
    robots = parse_robots(b"User-agent: *\nContent-Usage: / train-ai=n # no\n")
    (signal,) = aipref_robots_signals(robots, "https://e.com/x", captured=WHEN, place="p", source="s")
    assert (signal.raw, signal.source) == ("Content-Usage: / train-ai=n", "s")
    assert signal.stances == {SignalUse.TRAIN_GENERATIVE: Stance.DISALLOW}
