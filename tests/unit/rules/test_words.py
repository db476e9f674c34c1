import pytest

from sekisho.rules.words import Interval, Text, as_interval


def test_an_interval_is_not_empty_and_may_be_open():
    with pytest.raises(ValueError, match="empty"):
        Interval(low=2, high=1)
    assert Interval(low=3, high=3).exact
    assert not Interval(low=3).exact


def test_a_number_is_an_interval_of_one_and_nothing_is_one_without_bounds():
    assert as_interval(5) == Interval(low=5, high=5)
    assert as_interval(None) == Interval()
    assert as_interval(Interval(high=2)) == Interval(high=2)


def test_a_text_is_in_both_languages():
    text = Text(en="a fine", ja="過料")
    assert (text.in_language("ja"), text.in_language("en"), text.in_language("fr")) == (
        "過料",
        "a fine",
        "a fine",
    )
