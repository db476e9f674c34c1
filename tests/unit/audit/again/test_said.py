from datetime import UTC, datetime

import pytest

from sekisho.audit.again.said import said_of
from sekisho.model import AsOf, Purpose, SignalUse, Stance

DAY = datetime(2026, 11, 1, tzinfo=UTC)
ROW = {
    "family": "robots",
    "place": "https://a.example/robots.txt",
    "raw": "Disallow: /",
    "stances": "tdm=disallow;train_generative=disallow",
    "agent": "gptbot",
    "note": "",
    "captured": DAY,
    "source": "ab",
}


def test_what_was_said_comes_back_with_what_it_came_to():
    said = said_of([ROW], "tdm=disallow;train_generative=disallow", as_of=None)
    assert said.of(Purpose.TRAIN).stance is Stance.DISALLOW
    assert said.stances == {SignalUse.TDM: Stance.DISALLOW, SignalUse.TRAIN_GENERATIVE: Stance.DISALLOW}
    (signal,) = said.of(Purpose.TRAIN).by
    assert (signal.captured, signal.agent) == (DAY, "gptbot")


def test_what_did_not_count_then_does_not_count_now():
    assert said_of([ROW], "", as_of=None).of(Purpose.TRAIN).stance is Stance.UNKNOWN


def test_by_other_copies_it_is_settled_again():
    allowed = {**ROW, "stances": "tdm=allow;train_generative=allow"}
    assert said_of([allowed], "", as_of=AsOf.AUDIT).of(Purpose.TRAIN).stance is Stance.ALLOW
    # Nobody knows what it said when the item was fetched: such leave is none.
    assert said_of([allowed], "", as_of=AsOf.CRAWL).of(Purpose.TRAIN).stance is Stance.UNKNOWN


@pytest.mark.parametrize("signals", [None, []])
def test_nothing_said_is_nothing(signals):
    assert said_of(signals, "", as_of=None) is None


@pytest.mark.parametrize("change", [{"family": "smoke"}, {"stances": "tdm=perhaps"}, {"raw": "x" * 2000}])
def test_words_that_no_audit_writes_are_refused(change):
    with pytest.raises(ValueError):  # noqa: PT011 - of several enums
        said_of([{**ROW, **change}], "", as_of=None)
