from datetime import UTC, timedelta

from sekisho.store.clock import now, today


def test_the_clock_is_aware_and_in_whole_seconds():
    assert now().tzinfo is UTC
    assert now().microsecond == 0


def test_the_day_is_that_of_the_user():
    assert abs(today() - now().date()) <= timedelta(days=1)
