from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sekisho.errors import ConfigError
from sekisho.rules.clocks import Clock, Roll, check_clock, check_zone, due

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
        {"days": 3, "stop": ("decided",), "pause": ("decided",)},
    ],
)
def test_a_clock_that_can_not_be_counted_is_refused(wrong):
    with pytest.raises(ConfigError):
        check_clock(Clock(start="notice.at", **wrong), "Asia/Tokyo")


@pytest.mark.parametrize(
    "length",
    [
        {"hours": 10**9},
        {"hours": 10**30},
        {"hours": -1},
        {"days": 10**7},
        {"months": 10**6},
        {"business_days": 10**5, "calendar": "JP"},
    ],
)
def test_a_term_has_an_end(length):
    with pytest.raises(ConfigError, match=r"at most|has one of"):
        check_clock(Clock(start="notice.at", **length), "Asia/Tokyo")


@pytest.mark.parametrize("name", ["country_holidays", "HolidayBase", "utils", "__dict__", "jp", "JP\n"])
def test_a_calendar_is_a_code_and_no_name_of_python(name):
    with pytest.raises(ConfigError, match="ISO 3166"):
        check_clock(Clock(start="notice.at", business_days=1, calendar=name), "Asia/Tokyo")


@pytest.mark.parametrize("name", ["../../../etc/passwd", "America", "localtime", ""])
def test_a_zone_is_the_same_on_every_machine(name):
    with pytest.raises(ConfigError, match="no time zone"):
        check_zone(name)


def test_a_term_that_starts_in_the_last_year_still_ends():
    last = at(2999, 12, 31, 23, 59)
    assert ends(last, months=100 * 12) == at(3100, 1, 1)
    assert ends(last, business_days=2600, calendar="JP").year == 3009


def test_a_midnight_that_does_not_exist_or_comes_twice_ends_the_day_before():
    gap = ends(at(2018, 11, 2, 12, zone="America/Sao_Paulo"), "America/Sao_Paulo", days=1)
    assert gap == datetime(2018, 11, 4, 3, tzinfo=UTC)
    twice = ends(at(2026, 10, 30, 12, zone="America/Havana"), "America/Havana", days=1)
    assert twice == datetime(2026, 11, 1, 4, tzinfo=UTC)
