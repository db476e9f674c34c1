"""Two rows of one item -> which copies of sites' files made rights signals come to something else.

A row keeps the signals of all copies that said something. A copy that says nothing any more leaves none:
which one that is, the copies tell that the new run has used.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sekisho.audit.signals import read_stances, stance_for
from sekisho.detect.signals.sites import Sites
from sekisho.detect.signals.stated import STRICTNESS
from sekisho.model import Purpose, Stance

__all__ = ["newer_copies", "stance_of"]

Row = Mapping[str, Any]
_Copy = tuple[str, datetime]
"""A file and when it was read."""
_SECOND = timedelta(seconds=1)
"""Copies are dated to the second, rows to the millisecond."""


def stance_of(row: Row, purpose: Purpose) -> Stance:
    """Return what a row's signals come to for a purpose."""
    return stance_for(read_stances(row["stances"] or ""), purpose)


def newer_copies(
    old: Row, new: Row, purposes: tuple[Purpose, Purpose], sites: Sites | None
) -> frozenset[str]:
    """Return the copies that made a difference: each file's address and day. Empty: no copy did.

    Args:
        old: with the columns of signals.
        new: the same.
        purposes: of both runs.
        sites: the copies that the new run has used; None: none.
    """
    before, after = stance_of(old, purposes[0]), stance_of(new, purposes[1])
    stricter = STRICTNESS.index(after) > STRICTNESS.index(before)
    known = set(_copies(old["signals"]))
    found = [copy for copy in _saying(new, after, purposes[1]) if copy not in known]
    if not stricter and sites is not None:
        found += _replaced(_saying(old, before, purposes[0]), sites)
    return frozenset(f"{place} {captured.date().isoformat()}" for place, captured in _newest(found))


def _copies(signals: Sequence[Row] | None) -> Iterator[_Copy]:
    """Yield the copies of sites' files among what was said; the item's own words have no digest."""
    for one in signals or ():
        if one["source"] and one["captured"] is not None:
            yield one["place"], one["captured"]


def _saying(row: Row, stance: Stance, purpose: Purpose) -> Iterator[_Copy]:
    """Yield the copies that say what all signals come to; nothing is said by silence."""
    if stance is not Stance.UNKNOWN:
        its = (s for s in row["signals"] or () if stance_for(read_stances(s["stances"]), purpose) is stance)
        yield from _copies([*its])


def _replaced(copies: Iterable[_Copy], sites: Sites) -> Iterator[_Copy]:
    """Yield the newest copies of files, where they are newer than what was said."""
    for place, captured in _newest(copies):
        for newest in sites.copies(place)[-1:]:
            if newest.captured - captured >= _SECOND:
                yield place, newest.captured


def _newest(copies: Iterable[_Copy]) -> Sequence[_Copy]:
    latest: dict[str, datetime] = {}
    for place, captured in copies:
        latest[place] = max(captured, latest.get(place, captured))
    return tuple(sorted(latest.items()))
