"""How a collector says who it is, and how long it waits when it is asked to."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from sekisho.errors import UsageError

__all__ = ["PATIENCE", "TOKEN", "pause_after", "user_agent"]

TOKEN = "Sekisho-signals"  # noqa: S105 - a product token (RFC 9309, 2.2.1)
"""What a robots.txt calls us."""
PATIENCE = 120.0
"""Seconds that are waited when a server asks for it; who asks for more is left alone."""
_UNSAID = 10.0
"""Seconds that are waited if a server does not say how long; doubled each time."""
_CONTACT = re.compile(r"(?:https?://|mailto:)[!-'*-~]{3,200}\Z")
_SECONDS = re.compile(r"[0-9]{1,9}\Z")


def user_agent(version: str, contact: str) -> str:
    """Return how we introduce ourselves.

    Args:
        version: of Sekisho.
        contact: where a site's owner finds who is asking and why: a page or an address of mail.

    Raises:
        UsageError: it is neither.
    """
    if not _CONTACT.match(contact):
        raise UsageError(
            f"{contact!r} is no address of a page or of mail" if contact else "who is asking?",
            hint="say where a site's owner finds you: --contact https://example.org/bot, or in sekisho.toml",
        )
    return f"{TOKEN}/{version} (+{contact})"


def pause_after(field: str, now: datetime, tries: int) -> float:
    """Return the seconds that a Retry-After field asks for (RFC 9110, 10.2.3): a number, or a date.

    Args:
        field: its value; empty: there was none.
        now: when the answer came.
        tries: how many answers of this kind came before it.
    """
    value = field.strip()
    if _SECONDS.match(value):
        return float(value)
    try:
        until = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return float(_UNSAID * 2**tries)
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return max(0.0, (until - now).total_seconds())
