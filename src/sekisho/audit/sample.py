"""Draw a sample: which items of all datasets are looked at, if not all are.

Each item has a number from the SHA-256 of its name, and the N smallest are taken: without regard to the
order, size or number of files, and the same ones for every runner and on every machine. Files that are
added later hardly change the sample. It is no secret which items are drawn: a sample says something
about a dataset that nobody has prepared for it.

Items are counted from names, headers and heads; nothing is decoded for that.
"""

import hashlib
import heapq
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Protocol, TypeVar

from sekisho.audit.job import Cut, Job, Planned, place_of, plan
from sekisho.audit.unit import Unit

__all__ = ["Countable", "number", "plan_sample"]

CONTEXT = b"sekisho sample v1\0"


U = TypeVar("U", bound=Unit)


class Countable(Protocol[U]):
    """What drawing needs of a dataset; `store.datasets` offers it."""

    def survey(self, unit: U) -> Iterator[tuple[int, str]]:
        """Yield position and name of each item of a unit, as `read` would, without reading it whole."""
        ...

    def thin(self, unit: U, positions: Sequence[int]) -> U:
        """Return a unit of which only the items at these positions are read, in order."""
        ...


def number(item: str) -> int:
    """Return the number by which an item is drawn: 64 bits that look like chance."""
    return int.from_bytes(hashlib.sha256(CONTEXT + item.encode()).digest()[:8], "big")


def _all(sources: Sequence[Countable[Any]], units: Sequence[Planned]) -> Iterator[tuple[int, int, int]]:
    """Yield for each item its number, negated for a heap of the smallest, its unit and its position."""
    for place, planned in enumerate(units):
        for position, name in sources[planned.source].survey(planned.unit):
            yield -number(name), place, position


def _smallest(items: Iterator[tuple[int, int, int]], count: int) -> tuple[list[tuple[int, int]], int]:
    """Return unit and position of the items that are taken, and how many there were. O(count) memory."""
    heap: list[tuple[int, int, int]] = []
    of = 0
    for item in items:
        of += 1
        if len(heap) < count:
            heapq.heappush(heap, item)
        elif item[0] > heap[0][0]:
            heapq.heapreplace(heap, item)
    return [(place, position) for _, place, position in heap], of


def plan_sample(
    job: Job, sources: Sequence[Countable[Any]], cuts: Iterable[Cut] | None = None
) -> tuple[list[Planned], int]:
    """Plan a run of a sample: units of which only the drawn items are left, the others not at all.

    A unit's id names the items that were drawn from it, so that an interrupted run goes on with the
    same ones, and does a unit again whose draw has changed with the dataset.

    Args:
        job: with `sample`, the number of items to draw.
        sources: those of the job.
        cuts: of `job.cut`, if that was done before.

    Returns:
        The units, in the order of the plan, and how many items there are in all.
    """
    whole = plan(job, cuts)
    taken, of = _smallest(_all(sources, whole), job.sample)
    chosen: dict[int, list[int]] = defaultdict(list)
    for place, position in sorted(taken):
        chosen[place].append(position)
    planned = []
    for place, positions in chosen.items():
        before = whole[place]
        unit = sources[before.source].thin(before.unit, positions)
        planned.append(place_of(job, before.source, unit))
    return planned, of
