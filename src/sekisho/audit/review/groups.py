"""Gather what is on hold for the same cause, so that one look decides many items.

Items belong together if reason, problem and what they match are the same, and

* they could not be read: all of one problem;
* they show a part of a work: it is the same part of the same picture, to a quarter of its sides;
* they have no picture that can be compared, or are texts: their bytes are equal. A text of which no
  SHA-256 is kept stands alone;
* else: they are near-duplicates. The first item in the order of the rows that is in no group yet is
  the centre of a new one, and takes every such item within 31 bits (ThreatExchange's threshold).

A protected item stands alone. The groups are a function of the rows: everybody gets the same ones.
"""

from collections.abc import Hashable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from sekisho.audit.review.held import Group, Row, together
from sekisho.match import search
from sekisho.model import MAX_RADIUS, Outcome
from sekisho.snapshot.mih import build_tables, chunk_count

__all__ = ["group_rows", "stars"]

HITS = 1 << 20
"""Hits (24 bytes each) that one search may be expected to give; the number of searches follows from it."""
SPAN = 1 << 14
"""Rows among which the next centres are looked for."""


def _cause(row: Row) -> Hashable:
    """Return what the members of a group have in common, but for near-duplicates."""
    if row.protected:
        return row.item
    same = (row.reason, row.problem, row.findings, row.sha256 is not None, row.part)
    if row.problem or row.part:
        return same
    return (*same, row.sha256 or row.item) if row.pdq is None else same


def _distinct(rows: Sequence[Row]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Return the distinct hashes (N, 4) in the order in which they first come, and each row's number."""
    numbers: dict[bytes, int] = {}
    which = np.array([numbers.setdefault(row.pdq or b"", len(numbers)) for row in rows], np.int64)
    words = np.frombuffer(b"".join(numbers), "<u8").reshape(-1, 4)
    return words.astype(np.uint64), which


def stars(hashes: NDArray[np.uint64], radius: int = MAX_RADIUS) -> NDArray[np.int64]:
    """Return the centre of each hash: the first one left becomes a centre and takes all within reach.

    Args:
        hashes: (N, 4) uint64, distinct, in order.
        radius: bits, 0-31.

    Returns:
        (N,) int64 row numbers; a centre has its own. O(centres) searches.
    """
    count = chunk_count(len(hashes))
    tables = build_tables(hashes, count) if count else (np.empty(0, np.uint32), np.empty((0, 0), np.uint32))
    centre = np.full(len(hashes), -1, np.int64)
    at, width = 0, 1
    while at < len(hashes):
        left = at + np.flatnonzero(centre[at : at + SPAN] < 0)[:width]
        query, row, _ = search((hashes, *tables), hashes[left], radius)
        ends = np.searchsorted(query, np.arange(len(left) + 1))
        made = 0
        for number, one in enumerate(left.tolist()):
            if centre[one] < 0:
                near = row[ends[number] : ends[number + 1]]
                centre[near[centre[near] < 0]] = one
                made += 1
        at = int(left[-1]) + 1 if len(left) == width else at + SPAN
        width = _next_width(len(left), made, len(row), width)
    return centre


def _next_width(asked: int, made: int, hits: int, width: int) -> int:
    """Choose how many to search for at once: more if most became centres, fewer if hits are many."""
    wanted = 2 * width if 2 * made >= asked else width // 2
    return max(1, min(wanted, SPAN, HITS * max(asked, 1) // max(hits, 1)))


def _clusters(rows: Sequence[Row]) -> Iterable[Sequence[Row]]:
    if rows[0].pdq is None or rows[0].problem or rows[0].part or len(rows) == 1:
        return [rows]
    hashes, which = _distinct(rows)
    found: dict[int, list[Row]] = {}
    for row, star in zip(rows, stars(hashes)[which].tolist(), strict=True):
        found.setdefault(star, []).append(row)
    return found.values()


def group_rows(rows: Iterable[Row]) -> tuple[Group, ...]:
    """Group the rows that are on hold; the largest group first, among equals in the order of the rows."""
    causes: dict[Hashable, list[Row]] = {}
    for row in rows:
        if row.outcome is Outcome.REVIEW:
            causes.setdefault(_cause(row), []).append(row)
    groups = [together(members) for alike in causes.values() for members in _clusters(alike)]
    return tuple(sorted(groups, key=lambda group: -len(group.rows)))
