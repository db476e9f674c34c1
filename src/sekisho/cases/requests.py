"""What has become of an authority's request: what the requester can show, and nobody else has to admit.

The requester's own log proves when it asked; the operator's acknowledgement, if it sent one, that it was
received; its response what was answered. Silence is the absence of a response at the end of the term:
whoever has a receipt of an earlier response can refute it.

When a response was made is not the operator's to say. Its own date and the hour of its log are taken, the
later of both; both are the operator's. Only witnesses show that it was there at a moment.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from sekisho.errors import EvidenceError
from sekisho.model import Answered, Compliance, Request, Response

__all__ = ["Judged", "ShownBy", "When", "check_term", "judge", "when_answered"]

_HOUR = timedelta(hours=1)


class ShownBy(StrEnum):
    """What shows when a response was made."""

    WORD = "word"
    LOG = "log"
    WITNESS = "witness"


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """The moment at which a response counts as made, aware UTC, and what shows it."""

    at: datetime
    by: ShownBy


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A request at one moment.

    Attributes:
        open_things: numbers of what was asked and has no reply, from 1.
        refused_things: numbers of what was refused.
        when: when the response counts as made; None: there is none.
    """

    compliance: Compliance
    open_things: tuple[int, ...]
    refused_things: tuple[int, ...]
    when: When | None = None


def _end(due: date) -> datetime:
    return datetime(due.year, due.month, due.day, tzinfo=UTC) + timedelta(days=1)


def check_term(request: Request, hour: datetime) -> None:
    """Check that a request was on its log before its own term ended.

    Args:
        request: as signed.
        hour: of its entry in the log, aware UTC.

    Raises:
        EvidenceError: it was put there later: nobody could have answered in time.
    """
    if hour >= _end(request.due):
        raise EvidenceError(
            f"the request was due on {request.due}, but is in the log only since {hour:%Y-%m-%d %H:%M} UTC",
            hint="a new request with a term that can be met",
        )


def when_answered(response: Response, *, hour: datetime | None = None, seen: Sequence[datetime] = ()) -> When:
    """Return when a response counts as made: the latest of what is said about it.

    Args:
        response: as signed.
        hour: of its entry in the operator's log, aware UTC; None: it is on none.
        seen: when witnesses that are believed have cosigned the log's head with it.
    """
    found = When(at=response.at, by=ShownBy.WORD)
    if hour is not None and response.at < hour + _HOUR:
        found = When(at=max(response.at, hour), by=ShownBy.LOG)
    if seen and max(seen) >= found.at.replace(minute=0, second=0):
        # A witness that was first may have been talked into it; by the last all have seen it.
        found = When(at=max(*seen, found.at), by=ShownBy.WITNESS)
    return found


def judge(
    request: Request, digest: str, response: Response | None, now: datetime, *, when: When | None = None
) -> Judged:
    """Say what has become of a request.

    Args:
        request: as signed.
        digest: hex SHA-256 of its payload.
        response: what the operator has signed; None: nothing came.
        now: aware UTC; the last day of the term ends in UTC, so never too early in Japan or Europe.
        when: of `when_answered`; None: by the response's own word.

    Raises:
        EvidenceError: the response is by another operator, to another request, or answers what was not asked.
    """
    asked = tuple(range(1, len(request.scope) + 1))
    end = _end(request.due)
    if response is None:
        state = Compliance.SILENT if now >= end else Compliance.OPEN
        return Judged(compliance=state, open_things=asked, refused_things=())
    if response.operator != request.operator or response.request != digest:
        raise EvidenceError("the response is by another operator, or to another request")
    replies = {reply.number: reply for reply in response.replies}
    if strange := sorted(set(replies) - set(asked)):
        raise EvidenceError(f"the response answers what was not asked: number {strange[0]}")
    when = when or when_answered(response)
    left = tuple(number for number in asked if number not in replies)
    refused = tuple(n for n, reply in replies.items() if reply.state is Answered.REFUSED)
    if len(refused) == len(asked):
        state = Compliance.REFUSED
    elif left or refused:
        state = Compliance.INCOMPLETE
    else:
        state = Compliance.LATE if when.at >= end else Compliance.ANSWERED
    return Judged(compliance=state, open_things=left, refused_things=refused, when=when)
