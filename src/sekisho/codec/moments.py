"""A time as it stands in JSON: UTC, to the second, `2026-11-22T03:00:00Z`."""

from datetime import UTC, datetime
from typing import Annotated

import msgspec

from sekisho.errors import InputError

__all__ = ["Moment", "moment", "moment_text"]

_FORM = "%Y-%m-%dT%H:%M:%SZ"
Moment = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z\Z")]


def moment_text(at: datetime) -> str:
    """Return a time as text; `at` is UTC, and what is less than a second is left out."""
    return at.strftime(_FORM)


def moment(text: str) -> datetime:
    """Read a time; it is aware UTC.

    Raises:
        InputError: another form, or a day or an hour that no calendar has.
    """
    try:
        return datetime.strptime(text, _FORM).replace(tzinfo=UTC)
    except ValueError as error:
        raise InputError(f"no such time: {text}") from error
