"""Find pages that stand in several volumes, or again and again in one: they say nothing about a work.

Near is what an audit would take for the same picture (31 of 256 bits). Two volumes that share half of
the shorter one are two editions of one work; what only such volumes share stays.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from sekisho.match import search
from sekisho.snapshot.mih import build_tables, chunk_count

__all__ = ["RADIUS", "shared_pages"]

RADIUS = 31
"""Bits; the widest radius that a policy can ask for."""
MAX_REPEATS = 3
"""Times a page may stand in one volume: a flashback uses a page again, a separator stands at each chapter."""
SAME_WORK = 0.5
"""Share of the shorter volume's pages from which two volumes count as editions of one work."""
MANY = 50
"""Volumes; what stands in more is no matter of editions, and is not counted for each pair of them."""
_BATCH = 4096

Mask = NDArray[np.bool_]


def shared_pages(hashes: bytes, volumes: Sequence[int]) -> Mask:
    """Tell for each page whether it is to be left out.

    Args:
        hashes: 32 bytes for each page.
        volumes: the number of the volume in which each page stands.

    Returns:
        (pages,) bool. Time grows with the pages and with how often they repeat: 300,000 pages that
        do not take half a minute.
    """
    rows = np.frombuffer(hashes, "<u8").reshape(-1, 4)
    home = np.asarray(volumes, np.int64)
    if not len(rows):
        return np.zeros(0, np.bool_)
    repeated = np.zeros(len(rows), np.bool_)
    met: dict[int, NDArray[np.int64]] = {}
    for page, near in _neighbours(rows):
        where = home[near]
        repeated[page] = (where == home[page]).sum() > MAX_REPEATS
        others = np.unique(where)
        if len(others) > MANY:
            repeated[page] = True
        elif len(others) > 1:
            met[page] = others
    work = _works(met, home)
    for page, others in met.items():
        repeated[page] |= any(work[int(other)] != work[int(home[page])] for other in others)
    return repeated


def _neighbours(rows: NDArray[np.uint64]) -> Iterator[tuple[int, NDArray[np.int64]]]:
    """Yield each page that is near another, with the numbers of all pages near it, itself too."""
    distinct, inverse, counts = np.unique(rows, axis=0, return_inverse=True, return_counts=True)
    inverse = inverse.reshape(-1)
    order = np.argsort(inverse, kind="stable")
    bounds = np.concatenate([[0], np.cumsum(counts)])
    index = _index(distinct)
    for start in range(0, len(distinct), _BATCH):
        asked, found, _ = search(index, distinct[start : start + _BATCH], RADIUS)
        edges = np.searchsorted(asked, np.arange(min(_BATCH, len(distinct) - start) + 1))
        for number in range(len(edges) - 1):
            row = start + number
            near = found[edges[number] : edges[number + 1]]
            if len(near) == 1 and counts[row] == 1:
                continue
            pages = np.concatenate([order[bounds[other] : bounds[other + 1]] for other in near])
            for page in order[bounds[row] : bounds[row + 1]]:
                yield int(page), pages


def _index(
    distinct: NDArray[np.uint64],
) -> tuple[NDArray[np.uint64], NDArray[np.uint32], NDArray[np.uint32]]:
    count = chunk_count(len(distinct))
    tables = build_tables(distinct, count) if count else (np.empty(0, np.uint32), np.empty((0, 0), np.uint32))
    for array in (distinct, *tables):
        array.flags.writeable = False  # compiled once, for what a snapshot has too
    return distinct, *tables


def _works(met: dict[int, NDArray[np.int64]], home: NDArray[np.int64]) -> dict[int, int]:
    """Join volumes that are editions of one work; return the work's number for each volume."""
    numbers, lengths = np.unique(home, return_counts=True)
    length = dict(zip(numbers.tolist(), lengths.tolist(), strict=True))
    common: Counter[tuple[int, int]] = Counter()
    for page, others in met.items():
        own = int(home[page])
        common.update((own, int(other)) for other in others if other != own)
    work = {number: number for number in length}

    def first(number: int) -> int:
        while work[number] != number:
            number = work[number]
        return number

    for (one, other), pages in sorted(common.items()):
        if length[one] <= length[other] and pages >= max(2, SAME_WORK * length[one]):
            low, high = sorted((first(one), first(other)))
            work[high] = low
    return {number: first(number) for number in work}
