"""Texts of deltas, merged into one table; and what of the base became a stock phrase through them."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sekisho.snapshot.bloom import bloom_words, built
from sekisho.snapshot.gathered import line_sections
from sekisho.snapshot.passages import (
    STOCK,
    Rows,
    Texts,
    columns,
    distinct_seeds,
    kept_passages,
    ranges,
)
from sekisho.snapshot.stock import (
    MAX_WORKS,
    ROWS_OF_ENTRY,
    Standing,
    common,
    first_of,
    spared,
    within_bounds,
)

__all__ = ["merged_texts"]

Judge = Callable[[NDArray[np.uint32]], Standing]
"""Return the standing of some entries by number, in that order."""


class _Shared(NamedTuple):
    """Rows of the base whose hash a delta has too: their number, key and entry, by key, then entry."""

    row: NDArray[np.int64]
    keys: NDArray[np.uint64]
    entry: NDArray[np.uint32]


def _joined(parts: Sequence[tuple[Texts, int]]) -> tuple[Rows, NDArray[np.uint32]]:
    """Return the rows of all deltas, sorted and unmarked, and the entry of each text."""
    rows, first = [], 0
    for texts, _ in parts:
        keys, text, bucket = texts.whole_rows()
        rows.append(Rows(keys, (text & ~STOCK) + np.uint32(first), bucket))
        first += len(texts.entry)
    joined = Rows(*(np.concatenate(column) for column in zip(*rows, strict=True)))
    entry = np.concatenate([texts.entry + np.uint32(first) for texts, first in parts])
    # Each part is sorted and its texts come after those before: to sort by key is to merge.
    return joined.where(np.argsort(joined.keys, kind="stable")), entry


def _shared(base: Texts, keys: NDArray[np.uint64]) -> _Shared:
    wanted = keys[first_of(keys)]
    begin, end = ranges(base.rows, wanted)
    size = end - begin
    row = np.repeat(begin - np.cumsum(size) + size, size) + np.arange(size.sum())
    return _Shared(row, np.repeat(wanted, size), base.entry[base.rows.text[row] & ~STOCK])


def _runs(keys: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Return for each of some sorted keys how many rows it has."""
    begin = np.flatnonzero(first_of(keys))
    size = np.diff(np.append(begin, len(keys)))
    return np.repeat(size, size)


def _passages(
    base: Texts,
    rows: Rows,
    entry: NDArray[np.uint32],
    numbers: NDArray[np.uint32],
    losing: NDArray[np.uint32],
) -> NDArray[np.int64]:
    """Return how many distinct hashes some entries have: seeds in the base, and all in the deltas.

    Of entries that lose nothing it can be more: a hash counts in each text that has it.
    """
    size = max(int(numbers.max()), int(base.entry.max(initial=0))) + 1
    old = np.bincount(base.entry, base.passages, size).astype(np.int64)
    shared = np.bincount(base.entry, minlength=size) > 1
    shared &= np.bincount(losing, minlength=size) > 0
    if shared.any():
        old[shared] = distinct_seeds(base, shared)[shared]
    new = np.bincount(entry[first_of(rows.keys, entry)], minlength=size)
    counted: NDArray[np.int64] = old[numbers] + new[numbers]
    return counted


def _stock(
    base: Texts, rows: Rows, entry: NDArray[np.uint32], judge: Judge
) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Return which rows of the deltas are stock phrases, and the rows of the base that become so."""
    shared = _shared(base, rows.keys)
    old = len(shared.row)
    keys = np.concatenate([shared.keys, rows.keys])
    # An entry of the base has a lower number than one of a delta, so entries stay together in a key.
    order = np.argsort(keys, kind="stable")
    at = order[_runs(keys[order]) > MAX_WORKS]
    found = np.zeros(len(keys), np.bool_)
    if len(at):
        owner = np.concatenate([shared.entry, entry])[at]
        numbers, place = np.unique(owner, return_inverse=True)
        stock = common(keys[at], place.astype(np.uint32), judge(numbers))
        # What the base has marked is lost already.
        known = np.zeros(len(keys), np.bool_)
        known[:old] = base.rows.text[shared.row] >= STOCK
        stock &= ~known[at]
        pair = first_of(keys[at], place)
        passages = _passages(base, rows, entry, numbers, numbers[place[stock]])
        stock &= ~spared(place[pair], stock[pair], passages)[place]
        found[at] = stock
    return found[old:], np.sort(shared.row[found[:old]])


def _without(base: Texts, dropped: NDArray[np.int64]) -> Texts:
    """Return the base without some of its rows, which are sorted."""
    low, text = base.rows.low[dropped], base.rows.text[dropped]
    lost = np.bincount(text[first_of(low, text)], minlength=len(base.entry))
    passages = base.passages - lost.astype(np.uint32)
    for array in (dropped, passages):
        array.flags.writeable = False
    return replace(base, dropped=dropped, passages=passages)


def _bounded(rows: Rows, entry: NDArray[np.uint32], judge: Judge) -> NDArray[np.bool_]:
    """Tell of each row whether it is among those that stay of its hash."""
    kept = np.ones(len(entry), np.bool_)
    at = np.flatnonzero(_runs(rows.keys) > ROWS_OF_ENTRY)
    numbers, place = np.unique(entry[at], return_inverse=True)
    none = np.zeros(len(at), np.bool_)
    kept[at] = within_bounds(rows.keys[at], place.astype(np.uint32), none, judge(numbers))
    return kept


def merged_texts(base: Texts, parts: Sequence[tuple[Texts, int]], judge: Judge) -> tuple[Texts, Texts]:
    """Merge the texts of checked deltas, and drop from the base what became a stock phrase.

    An entry of the base loses at most 5 % of its seeds that way, however many deltas there are; what the
    base has marked comes on top, until a new base counts both together.

    Args:
        base: as it lies in the file.
        parts: one or more deltas, each with the number of its first entry in the edition.
        judge: tells the standing of entries as it is now.

    Returns:
        The base, and one table of all deltas. O(rows of the deltas), and of the base its texts; its rows
        are counted once if an entry of several texts would lose any.
    """
    rows, of_text = _joined(parts)
    stock, dropped = _stock(base, rows, of_text[rows.text], judge)
    rows = rows.where(~stock)
    rows = rows.where(_bounded(rows, of_text[rows.text], judge))
    line_keys = np.concatenate([texts.line_keys for texts, _ in parts])
    line_entry = np.concatenate([texts.line_entry + np.uint32(first) for texts, first in parts])
    owners, place = np.unique(line_entry, return_inverse=True)
    lines = line_sections(line_keys, place.astype(np.uint32), judge(owners))
    made = Texts(
        constants=base.constants,
        rows=columns(rows),
        bloom=built(rows.keys, bloom_words(len(rows.keys))),
        dropped=np.empty(0, np.int64),
        entry=of_text,
        units=np.concatenate([texts.units for texts, _ in parts]),
        passages=kept_passages(rows, len(of_text)),
        line_keys=lines["line.keys"],
        line_entry=owners[lines["line.entry"]],
    )
    # As in a mapped file: compiled code for arrays that can be written is another.
    for array in (*made.rows, made.bloom, made.dropped, made.passages):
        array.flags.writeable = False
    return _without(base, dropped), made
