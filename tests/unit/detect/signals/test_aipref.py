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


def test_letters_that_no_usage_has_are_an_error_for_every_use():
    for said in (
        read_usage("train-ai=y\u3000"),
        aipref_header_signals(["train-ai=y\ud800"], captured=None)[0],
    ):
        assert said.stances == dict.fromkeys(SignalUse, Stance.ERROR)
        assert said.note
    assert "ASCII" in read_usage("train-ai=y\u3000").note


@pytest.mark.parametrize("label", ["bots", "tdm", "ai", "genai", "train-genai", "all"])
def test_beside_a_label_of_an_older_draft_training_is_all_training(label):
    assert read_usage(f"{label}=?, train-ai=n").stances.keys() >= {
        SignalUse.TRAIN_OTHER,
        SignalUse.TRAIN_GENERATIVE,
    }


@pytest.mark.parametrize("label", ["genai", "train-genai"])
def test_older_labels_for_what_generates(label):
    assert read_usage(f"{label}=n").stances == {SignalUse.TRAIN_GENERATIVE: Stance.DISALLOW}
