"""Folded text -> winnowed passages: what an excerpt of a registered text is found by.

A passage is a 48-bit hash of k consecutive units. Any excerpt of k + w - 1 units (23 CJK, 35 Latin, 82 in any
mix) shares a passage with its work, wherever it is pasted. The hash is public: all constants stand in
docs/reference/passages.md, values in tests/vectors/passages.json.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sekisho.fingerprint.winnow import hash_lines, hash_whole, winnow_texts
from sekisho.lexicon.fold import FoldedMany, fold_many
from sekisho.model import PASSAGE_BUCKET, Passages

__all__ = [
    "LINE_UNITS",
    "SHORT_WORK",
    "LineRows",
    "PassageRows",
    "line_hashes_many",
    "passages_many",
    "register_passages",
    "warm_up",
]

SHORT_WORK = 40
"""A text of fewer folded units has no passages: too much of it would be a stock phrase."""
LINE_UNITS = 4
"""A line or text of fewer folded units has no hash: it says nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageRows:
    """The passages of folded texts, one text after the other, each by position.

    Attributes:
        hashes: (n,) uint64, 48 bits.
        positions: (n,) int32, the unit of its text at which the passage begins.
        latin: (n,) bool, whether it is of the Latin profile (20 units), else CJK (12).
        starts: (texts + 1,) int64, where each text's rows begin, and the end.
    """

    hashes: NDArray[np.uint64]
    positions: NDArray[np.int32]
    latin: NDArray[np.bool_]
    starts: NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRows:
    """The hashes of short lines, by text, then by place.

    Attributes:
        hashes: (n,) uint64, 48 bits.
        starts, stops: (n,) int32, half-open code points of the text.
        texts: (n,) int32, the number of the text.
    """

    hashes: NDArray[np.uint64]
    starts: NDArray[np.int32]
    stops: NDArray[np.int32]
    texts: NDArray[np.int32]


def passages_many(folded: FoldedMany) -> PassageRows:
    """Winnow folded texts; O(units)."""
    texts = len(folded.starts) - 1
    rows = np.empty(texts + 1, np.int64)
    capacity = len(folded.units) // 5 + 2 * texts + 64
    while True:
        hashes = np.empty(capacity, np.uint64)
        positions = np.empty(capacity, np.int32)
        latin = np.empty(capacity, np.bool_)
        count = winnow_texts(folded.units, folded.starts, hashes, positions, latin, rows)
        if count <= capacity:
            return PassageRows(
                hashes=hashes[:count], positions=positions[:count], latin=latin[:count], starts=rows
            )
        capacity = int(count)


def line_hashes_many(texts: Sequence[str], folded: FoldedMany | None = None) -> LineRows:
    """Hash every line of 4 to 39 folded units, and every text of several lines that has so few in all.

    Args:
        texts: lines end at line feeds.
        folded: the same texts, if they are folded already.
    """
    folded = fold_many(texts) if folded is None else folded
    room = len(folded.units) // LINE_UNITS + len(texts)
    hashes = np.empty(room, np.uint64)
    spans = np.empty((3, room), np.int32)
    count = hash_lines(
        folded.characters,
        folded.ends,
        folded.units,
        folded.source,
        folded.starts,
        LINE_UNITS,
        SHORT_WORK - 1,
        hashes,
        spans,
    )
    return LineRows(
        hashes=hashes[:count], starts=spans[0, :count], stops=spans[1, :count], texts=spans[2, :count]
    )


def register_passages(text: str) -> Passages | None:
    """Return what is registered of a text, or None if it has too few letters to be told from others."""
    folded = fold_many((text,))
    units = len(folded.units)
    if units < LINE_UNITS:
        return None
    buckets: list[tuple[int, ...]] = [() for _ in range(-(-units // PASSAGE_BUCKET))]
    if units < SHORT_WORK:
        return Passages(units=units, buckets=tuple(buckets), line=int(hash_whole(folded.units)))
    rows = passages_many(folded)
    edges = np.searchsorted(rows.positions, np.arange(len(buckets) + 1) * PASSAGE_BUCKET)
    for number in range(len(buckets)):
        part = rows.hashes[edges[number] : edges[number + 1]]
        buckets[number] = tuple(np.unique(part).tolist())
    return Passages(units=units, buckets=tuple(buckets))


def warm_up() -> None:
    """Compile (some seconds) or load (milliseconds) every kernel of text."""
    register_passages("一二三四")
    folded = fold_many(("一二三四",))
    passages_many(folded)
    line_hashes_many(("一二三四",), folded)
