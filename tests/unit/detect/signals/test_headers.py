from datetime import UTC, datetime

import pytest

from sekisho.detect.signals.headers import MAX_FIELDS, header_signals
from sekisho.model.signal import SignalFamily, Stance

LINK = '<https://creativecommons.org/licenses/by/4.0/>; rel="license"'


def test_all_languages_of_one_response():
    fields = [
        ("Content-Usage", "train-ai=n"),
        ("X-Robots-Tag", "noai"),
        ("TDM-Reservation", "1"),
        ("Link", LINK),
        ("Server", "x"),
    ]
    families = [signal.family for signal in header_signals(fields)]
    assert families == [
        SignalFamily.AIPREF,
        SignalFamily.X_ROBOTS,
        SignalFamily.TDMREP,
        SignalFamily.LICENCE,
    ]


def test_when_and_where_it_was_read_is_kept():
    when = datetime(2026, 11, 22, tzinfo=UTC)
    (signal,) = header_signals([("X-Robots-Tag", "noai")], captured=when, source="ab" * 32)
    assert (signal.captured, signal.source, signal.place) == (when, "ab" * 32, "x-robots-tag")


@pytest.mark.parametrize("name", ["Content-Usage", "X-Robots-Tag", "tdm-reservation", "Link"])
def test_ten_megabytes_are_refused(name):
    (signal,) = header_signals([(name, "train-ai=y, " * 900_000)])
    assert set(signal.stances.values()) == {Stance.ERROR}
    assert signal.note == f"more than {MAX_FIELDS} characters"


def test_many_small_fields_are_refused_together():
    signals = header_signals([("tdm-reservation", "0")] * (MAX_FIELDS + 1) + [("X-Robots-Tag", "noai")])
    assert {stance for signal in signals for stance in signal.stances.values()} == {Stance.ERROR}
    assert len(signals) == 2


def test_a_licence_is_found_among_other_links_and_without_quotes():
    for value in (
        LINK,
        LINK.replace('"', ""),
        f"</x>; rel=next, {LINK}",
        f"junk, {LINK}",
        f"</x> junk, {LINK}",
    ):
        (signal,) = header_signals([("link", value)])
        assert signal.note == "licence:CC-BY-4.0"


@pytest.mark.parametrize(
    "value",
    [
        "<",
        "<" * 50_000,
        "<a>;" * 20_000,
        "<a>," * 20_000,
        '<a>; a="' + "\\" * 50_000,
        "<a>; rel=license" * 100,
    ],
)
def test_links_that_are_none_are_passed_over(value):
    assert Stance.ALLOW not in {
        stance for signal in header_signals([("Link", value)]) for stance in signal.stances.values()
    }


def test_no_fields_say_nothing():
    assert header_signals([]) == ()
