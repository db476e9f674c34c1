"""Terms: when something is due that starts with an event.

Hours are elapsed hours, counted in UTC. Days, months and business days are counted in a time zone with the
day of the start left out (Japanese Civil Code art. 140, Regulation 1182/71 art. 3) and end with the end of
the last day. A business day is no Saturday, no Sunday and no public holiday of the calendar's country.
"""

import calendar
import re
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import holidays
import msgspec

from sekisho.errors import ConfigError
from sekisho.model import CaseState

__all__ = ["Clock", "Roll", "check_clock", "check_zone", "due"]

SATURDAY = 5
MONTHS = 12


class Roll(StrEnum):
    """What happens if the last day is no business day."""

    NONE = "none"
    NEXT_BUSINESS_DAY = "next_business_day"


class Clock(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """A term as a pack has it: exactly one of `hours`, `days`, `business_days`, `months`.

    Attributes:
        start: the fact (a moment) that starts it.
        first_day: only `excluded` is known; it stands there so that a reader sees it.
        tz: time zone of days; empty: the pack's.
        end: only `end_of_day` is known.
        calendar: ISO 3166 code, with a subdivision or not, whose public holidays are no business days.
        stop: states of a case that meet the term; none: it is no deadline of a case but a span of time.
        pause: states of a case in which it stands still.
    """

    start: str
    hours: int = 0
    days: int = 0
    business_days: int = 0
    months: int = 0
    first_day: str = "excluded"
    tz: str = ""
    end: str = "end_of_day"
    roll: Roll = Roll.NONE
    calendar: str = ""
    stop: tuple[CaseState, ...] = (CaseState.DECIDED, CaseState.WITHDRAWN)
    pause: tuple[CaseState, ...] = ()


MOST = {"hours": 10 * 366 * 24, "days": 100 * 366, "business_days": 10 * 260, "months": 100 * 12}
"""The longest terms: ten years of hours or business days, a hundred of days or months."""
_CALENDAR = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?\Z")


def check_zone(name: str) -> None:
    """Raise if there is no such time zone.

    Raises:
        ConfigError: there is none.
    """
    _zone(name)


def _zone(name: str) -> ZoneInfo:
    if "/" not in name and name != "UTC":  # `localtime` is another zone on every machine
        raise ConfigError(f"no time zone is called {name!r}", hint="as in Asia/Tokyo, Europe/Berlin, UTC")
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ConfigError(
            f"no time zone is called {name!r}", hint="as in Asia/Tokyo, Europe/Berlin"
        ) from error


@lru_cache(maxsize=64)
def _closed(country: str, year: int) -> frozenset[date]:
    """Return the public holidays of a country in a year (package `holidays`)."""
    code, _, part = country.partition("-")
    try:
        return frozenset(holidays.country_holidays(code, subdiv=part or None, years=year))
    except RuntimeError as error:  # the kind that `holidays` raises for a country it does not know is one
        raise ConfigError(
            f"no calendar of public holidays for {country!r}", hint="ISO 3166, as in JP"
        ) from error


def check_clock(clock: Clock, zone: str) -> None:
    """Raise if a clock can not be counted.

    Raises:
        ConfigError: not exactly one length, an unknown zone or calendar, a word that is not known, or a
            state that both meets and pauses it.
    """
    lengths = {name: getattr(clock, name) for name in MOST if getattr(clock, name)}
    if len(lengths) != 1 or min(lengths.values()) < 0:
        raise ConfigError(
            "a clock has one of hours, days, business_days, months", hint="for example days = 7"
        )
    for name, length in lengths.items():
        if length > MOST[name]:
            raise ConfigError(f"{name} = {length}: a term has at most {MOST[name]}")
    if clock.first_day != "excluded" or clock.end != "end_of_day":
        raise ConfigError('only first_day = "excluded" and end = "end_of_day" are known')
    if both := set(clock.stop) & set(clock.pause):
        raise ConfigError(f"{', '.join(sorted(both))} can not both meet a term and pause it")
    _zone(clock.tz or zone)
    if clock.business_days or clock.roll is Roll.NEXT_BUSINESS_DAY:
        if not clock.calendar:
            raise ConfigError("business days need a calendar", hint='calendar = "JP"')
        if not _CALENDAR.match(clock.calendar):
            raise ConfigError(f"{clock.calendar!r} is no ISO 3166 code", hint='calendar = "JP" or "US-CA"')
        _closed(clock.calendar, 2026)


def _open(day: date, country: str) -> bool:
    return day.weekday() < SATURDAY and day not in _closed(country, day.year)


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.month - 1 + months, MONTHS)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _last_day(clock: Clock, first: date) -> date:
    last = first
    if clock.months:
        last = _months_later(first, clock.months)
    elif clock.business_days:
        for _ in range(clock.business_days):
            last += timedelta(days=1)
            while not _open(last, clock.calendar):
                last += timedelta(days=1)
    else:
        last += timedelta(days=clock.days)
    while clock.roll is Roll.NEXT_BUSINESS_DAY and not _open(last, clock.calendar):
        last += timedelta(days=1)
    return last


def due(clock: Clock, start: datetime, zone: str) -> datetime:
    """Return the moment (aware UTC) after which a term is over.

    Args:
        clock: as read and checked.
        start: aware; when the event was.
        zone: the pack's time zone, for a clock without one.
    """
    if clock.hours:
        return start.astimezone(UTC) + timedelta(hours=clock.hours)
    local = _zone(clock.tz or zone)
    after = _last_day(clock, start.astimezone(local).date()) + timedelta(days=1)
    return datetime.combine(after, time(), tzinfo=local).astimezone(UTC)
