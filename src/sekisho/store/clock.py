"""The one place where Sekisho reads the clock. Decisions never do; they are given a date."""

from datetime import UTC, date, datetime

__all__ = ["now", "today"]


def now() -> datetime:
    """Return the time, aware UTC, in whole seconds."""
    return datetime.now(UTC).replace(microsecond=0)


def today() -> date:
    """Return today's date where the user is; statements carry dates as people write them."""
    return datetime.now(UTC).astimezone().date()
