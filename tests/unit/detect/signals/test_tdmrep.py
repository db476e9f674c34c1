"""TDMRep: values and broken files; the rules are in tests/conformance."""

import pytest

from sekisho.detect.signals.tdmrep import MAX_FILE, tdmrep_file_signals, tdmrep_stance
from sekisho.model.signal import MAX_RAW, SignalUse, Stance

FROM = {"captured": None, "place": "https://e.com/.well-known/tdmrep.json", "source": ""}


@pytest.mark.parametrize(
    ("value", "stance"),
    [
        ("1", Stance.DISALLOW),
        (1, Stance.DISALLOW),
        (" 1 ", Stance.DISALLOW),
        ("1, 1", Stance.DISALLOW),
        ("0, 1", Stance.DISALLOW),
        ("0", Stance.ALLOW),
        ("0, 0", Stance.ALLOW),
        ("0, x", Stance.UNKNOWN),
        ("", Stance.UNKNOWN),
        ("2", Stance.UNKNOWN),
        ("true", Stance.UNKNOWN),
        ("1.0", Stance.UNKNOWN),
        ("yes", Stance.UNKNOWN),
    ],
)
def test_a_value_speaks_of_all_but_search(value, stance):
    stances = tdmrep_stance(value)
    assert set(stances.values()) == {stance}
    assert set(stances) == set(SignalUse) - {SignalUse.SEARCH}


@pytest.mark.parametrize(
    "data",
    [
        b"[" * 500_000,
        b" " * (MAX_FILE + 1),
        b"\xff\xfe[\0]\0",
        b"[1,]",
        b"NaN",
        b"null",
        b'{"location":"/"}',
        b"[null]",
        b'[{"location":5,"tdm-reservation":0}]',
        b'[{"location":"","tdm-reservation":0}]',
        b"\x1f\x8b\x08gzip",
    ],
)
def test_a_file_that_can_not_be_read_is_an_error(data):
    (signal,) = tdmrep_file_signals(data, "https://e.com/a", **FROM)
    assert set(signal.stances.values()) == {Stance.ERROR}
    assert signal.note
    assert len(signal.raw.encode()) <= MAX_RAW


def test_a_rule_is_kept_as_words():
    (signal,) = tdmrep_file_signals(b'[{"location":"/","tdm-reservation":1}]', "https://e.com/a", **FROM)
    assert signal.raw == '{"location":"/","tdm-reservation":1}'


def test_a_location_in_either_form():
    rules = '[{"location":"/%7Ea/画","tdm-reservation":1}]'.encode()
    assert len(tdmrep_file_signals(rules, "https://e.com/~a/%E7%94%BB.jpg", **FROM)) == 1
