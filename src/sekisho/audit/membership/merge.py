"""Merge the sorted runs of all units: slice by slice of the key space, so that memory does not grow with n.

A slice holds the keys that begin with the same bits, so that it is a subtree of the map. Of each run only
a window is in memory. Units come in the order of the plan, and so do rows with the same bytes.
"""

from collections.abc import Iterator, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from sekisho.audit.membership.records import RECORD_BYTES, Run
from sekisho.errors import EvidenceError
from sekisho.ledger.prefix import BITS, KEY_BYTES
from sekisho.ledger.tree import tree_levels

__all__ = ["SLICE_RECORDS", "Pairs", "Spans", "one_slice", "slice_bits", "slices"]

SLICE_RECORDS = 1 << 14
"""Records of a slice, about: 1 MB, and 50 ms to hash."""
WINDOW = 64
"""Records of a run that are read ahead: 4 kB."""
TOGETHER = 4
"""So many bits more are cut only after reading: 16 slices are read and ordered at once."""
MAX_BITS = 24
_HEAD = 64
"""Bits of a key by which records are sorted at first."""

Pairs = list[tuple[bytes, bytes]]
"""Keys and values of the map, by key."""
Records = NDArray[np.uint8]
"""(n, 64) uint8, ordered by key."""


class Spans(Protocol):
    """Files of which a part can be read; `store.runs` offers it."""

    def read_part(self, name: str, start: int, stop: int) -> bytes:
        """Return the bytes of a file from `start` to `stop`, fewer at its end; none if it is not there."""


def slice_bits(records: int) -> int:
    """Return by how many bits of their beginning the keys of so many records are cut into slices."""
    return min(MAX_BITS, max(0, (records - 1) // SLICE_RECORDS).bit_length())


def _heads(records: Records) -> NDArray[np.uint64]:
    """Return the first 64 bits of each key as numbers, (n,) uint64."""
    return np.ascontiguousarray(records[:, :8]).view(">u8").reshape(-1).astype(np.uint64)


def _below(heads: NDArray[np.uint64], end: int) -> int:
    """Return how many of some ordered numbers are below `end`, which may be 2**64."""
    return len(heads) if end >> _HEAD else int(np.searchsorted(heads, np.uint64(end)))


class _Cursor:
    """One run, read from its beginning."""

    def __init__(self, files: Spans, run: Run) -> None:
        self._files, self._run = files, run
        self._at = 0
        self._window: Records = np.empty((0, RECORD_BYTES), np.uint8)

    def _more(self) -> bool:
        stop = min(self._at + WINDOW, self._run.records)
        if stop == self._at:
            return False
        data = _read(self._files, self._run, self._at, stop)
        self._at = stop
        self._window = data if not len(self._window) else np.concatenate([self._window, data])
        return True

    def until(self, end: int) -> Records:
        """Return the next records whose key begins with less than `end`, a number of 64 bits."""
        while True:
            heads = _heads(self._window)
            count = _below(heads, end)
            if count < len(heads) or not self._more():
                taken, self._window = self._window[:count], self._window[count:]
                return taken


def _read(files: Spans, run: Run, start: int, stop: int) -> Records:
    data = files.read_part(run.name, RECORD_BYTES * start, RECORD_BYTES * stop)
    if len(data) != RECORD_BYTES * (stop - start):
        raise EvidenceError(f"{run.name} has fewer records than its commit says")
    return np.frombuffer(data, np.uint8).reshape(-1, RECORD_BYTES)


def _sorted(records: Records) -> Records:
    """Order the records of several runs by key; equal keys stay as they come."""
    heads = _heads(records)
    ordered = records[np.argsort(heads, kind="stable")]
    heads = _heads(ordered)
    alike = heads[1:] == heads[:-1]
    if not alike.any() or (ordered[1:, :KEY_BYTES] == ordered[:-1, :KEY_BYTES])[alike].all():
        return ordered
    columns = np.ascontiguousarray(records[:, :KEY_BYTES]).view(">u8").astype(np.uint64)
    return records[np.lexsort(columns.T[::-1])]


def _pairs(ordered: Records) -> Pairs:
    """Return each key with its value: the leaf of its row, or the root over those of several."""
    if not len(ordered):
        return []
    same = np.concatenate([[False], (ordered[1:, :KEY_BYTES] == ordered[:-1, :KEY_BYTES]).all(axis=1)])
    data, ends = ordered.tobytes(), np.flatnonzero(~same).tolist()
    starts, size, key = [*ends, len(ordered)], RECORD_BYTES, KEY_BYTES
    if len(ends) == len(ordered):
        return [(data[at : at + key], data[at + key : at + size]) for at in range(0, len(data), size)]
    pairs: Pairs = []
    for first, last in zip(ends, starts[1:], strict=True):
        leaves = [data[at * size + key : (at + 1) * size] for at in range(first, last)]
        pairs.append((data[first * size : first * size + key], tree_levels(leaves)[-1][0]))
    return pairs


def slices(files: Spans, runs: Sequence[Run], bits: int) -> Iterator[Pairs]:
    """Yield the keys and values of the map, all that begin with the same bits together.

    Args:
        files: of the run.
        runs: of its units, in the order of the plan.
        bits: of `slice_bits`.

    Raises:
        EvidenceError: a file is shorter than its commit says, or out of order.
    """
    cursors = [_Cursor(files, run) for run in runs]
    coarse = max(0, bits - TOGETHER)
    for number in range(1 << coarse):
        parts = [cursor.until((number + 1) << (_HEAD - coarse)) for cursor in cursors]
        records = _sorted(np.concatenate(parts)) if parts else np.empty((0, RECORD_BYTES), np.uint8)
        yield from _cut(records, range(number << (bits - coarse), (number + 1) << (bits - coarse)), bits)


def _cut(records: Records, numbers: range, bits: int) -> Iterator[Pairs]:
    """Yield some slices that were read together."""
    heads = _heads(records)
    ends = [0, *(_below(heads, (number + 1) << (_HEAD - bits)) for number in numbers)]
    for number, start, end in zip(numbers, ends, ends[1:], strict=False):
        pairs = _pairs(records[start:end])
        for key in (pairs[0][0], pairs[-1][0]) if pairs else ():
            if int.from_bytes(key, "big") >> (BITS - bits) != number:
                raise EvidenceError("the records of a unit are not in the order of their keys")
        yield pairs


def one_slice(files: Spans, runs: Sequence[Run], bits: int, number: int) -> Pairs:
    """Return one of the `slices`, reading of each run only where its records can be.

    Raises:
        EvidenceError: as `slices`.
    """
    parts = [_window(files, run, bits, number) for run in runs]
    return _pairs(_sorted(np.concatenate(parts))) if parts else []


def _window(files: Spans, run: Run, bits: int, number: int) -> Records:
    """Return the records of one run in a slice. Keys are digests, so it is known about where they lie."""
    low, high = number << (_HEAD - bits), (number + 1) << (_HEAD - bits)
    spare = 8 + 4 * int(run.records**0.5)
    start = max(0, (run.records * number >> bits) - spare)
    stop = min(run.records, (run.records * (number + 1) >> bits) + spare)
    for begin, end in ((start, stop), (0, run.records)):
        found = _read(files, run, begin, end)
        heads = _heads(found)
        whole = (begin == 0 or heads[0] < low) and (end == run.records or heads[-1] >= high)
        if whole:
            break
    return found[_below(heads, low) : _below(heads, high)]
