"""Whether an edition is of the right time: not from the future, not expired, not older than one seen."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sekisho.errors import SnapshotStale, SnapshotTampered
from sekisho.model import KeyId
from sekisho.snapshot.layout import Head

__all__ = ["judge"]


def _why_stale(head: Head, now: datetime, max_age: timedelta, seen: int) -> str:
    """Return why a head is too old, or an empty string."""
    if head.edition < seen:
        return f"edition {head.edition} is older than edition {seen}, which was used here before"
    if now >= head.expires:
        return f"edition {head.edition} expired on {head.expires:%Y-%m-%d}"
    if now - head.created > max_age:
        return f"edition {head.edition} of {head.created:%Y-%m-%d} is older than {max_age.days} days"
    return ""


def judge(
    head: Head, now: datetime, max_age: timedelta, seen: Mapping[KeyId, int], *, allow_stale: bool
) -> bool:
    """Refuse a head of the wrong time; return whether it is stale and allowed all the same."""
    if head.created > now + timedelta(days=1):
        raise SnapshotTampered(
            f"the snapshot says that it was made on {head.created:%Y-%m-%d}, which is in the future",
            hint="check the clock of this machine",
        )
    why = _why_stale(head, now, max_age, seen.get(head.registry, 0))
    if why and not allow_stale:
        raise SnapshotStale(why, hint="fetch the current edition, or use --allow-stale (the report shows it)")
    return bool(why)
