from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sekisho.errors import ConfigError
from sekisho.rules.clocks import Clock, Roll, check_clock, due

TOKYO = ZoneInfo("Asia/Tokyo")


def at(*parts, zone="Asia/Tokyo"):
    return datetime(*parts, tzinfo=ZoneInfo(zone))


def ends(start, zone="Asia/Tokyo", **length):
    clock = Clock(start="notice.at", **length)
    check_clock(clock, zone)
    return due(clock, start, zone)


def test_seven_days_leave_out_the_first_and_end_with_the_last():
    assert ends(at(2026, 1, 5, 23, 30), days=7) == at(2026, 1, 13)
    assert ends(at(2026, 1, 6, 0, 30), days=7) == at(2026, 1, 14)


@pytest.mark.parametrize(
    ("start", "zone"), [((2026, 10, 31, 12), "America/New_York"), ((2026, 3, 28, 12), "Europe/Berlin")]
)
def test_hours_are_elapsed_hours_when_the_clocks_are_changed(start, zone):
    moment = at(*start, zone=zone)
    assert ends(moment, zone, hours=48) - moment.astimezone(UTC) == timedelta(hours=48)
    assert ends(moment, zone, hours=48).astimezone(ZoneInfo(zone)).hour != 12


def test_a_day_of_23_hours_is_a_day():
    assert ends(at(2026, 3, 28, 12, zone="Europe/Berlin"), "Europe/Berlin", days=1) == at(
        2026, 3, 30, zone="Europe/Berlin"
    )


def test_business_days_leave_out_the_week_end_and_the_golden_week():
    assert ends(at(2026, 5, 1, 10), business_days=1, calendar="JP") == at(2026, 5, 8)
    assert ends(at(2026, 7, 2, 10, zone="UTC"), "UTC", business_days=1, calendar="US") == at(
        2026, 7, 7, zone="UTC"
    )


def test_a_term_that_ends_on_a_holiday_rolls_on():
    assert ends(at(2026, 4, 26, 9), days=7, roll=Roll.NEXT_BUSINESS_DAY, calendar="JP") == at(2026, 5, 8)
    assert ends(at(2026, 4, 26, 9), days=7) == at(2026, 5, 4)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ((2026, 1, 31), 1, (2026, 3, 1)),
        ((2024, 1, 31), 1, (2024, 3, 1)),
        ((2026, 11, 30), 3, (2027, 3, 1)),
        ((2026, 6, 15), 12, (2027, 6, 16)),
    ],
)
def test_a_month_ends_on_the_day_with_the_same_number_or_the_last(start, months, end):
    assert ends(at(*start, 12), months=months) == at(*end)


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"hours": 1, "days": 1},
        {"days": -1},
        {"days": 1, "first_day": "included"},
        {"days": 1, "end": "noon"},
        {"days": 1, "tz": "Mars/Olympus"},
        {"days": 1, "tz": "../../etc/passwd"},
        {"business_days": 3},
        {"business_days": 3, "calendar": "ZZ"},
        {"days": 3, "roll": Roll.NEXT_BUSINESS_DAY},
    ],
)
def test_a_clock_that_can_not_be_counted_is_refused(wrong):
    with pytest.raises(ConfigError):
        check_clock(Clock(start="notice.at", **wrong), "Asia/Tokyo")
