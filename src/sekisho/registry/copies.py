"""Which texts of different holders share passages: a warning, never a refusal.

Of each text the registry keeps a sketch: its lowest hashes, one in `SHARE` of them and at least `FLOOR`.
Hashes are as good as random, so what the sketches of two texts share below the point to which both are
whole tells what the texts share. A text of fewer than about 1/60 of the other one can be missed.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sekisho.codec import Packed
from sekisho.errors import InputError
from sekisho.model import MAX_PASSAGE, EntryId, KeyId

__all__ = ["FLOOR", "NEAR_COPY", "SHARE", "Copied", "Sketch", "TextRow", "copied_entries", "sketch_of"]

FLOOR = 64
SHARE = 64
NEAR_COPY = 5
"""Per cent of the shorter text's passages; unrelated texts share less than 0.5 (text.md, 1.4)."""
MIN_SHARED = 2
"""Hashes of a sketch: a single one is a stock phrase."""
MANY = 50
"""Texts; a passage that stands in more is no sign of a copy."""
_HASH_BYTES = 6

Sketch = tuple[int, bytes]
"""How many distinct hashes a text has, and the lowest of them in ascending order, 6 bytes each."""
TextRow = tuple[str, str, int, bytes]
"""Entry, its registrant, and the sketch of one of its texts."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Copied:
    """An entry of another holder, and what the shorter text shares with the other: about, per cent."""

    share: int
    entry: EntryId
    registrant: KeyId


def _values(packed: bytes) -> NDArray[np.uint64]:
    wide = np.zeros((len(packed) // _HASH_BYTES, 8), np.uint8)
    wide[:, :_HASH_BYTES] = np.frombuffer(packed, np.uint8).reshape(-1, _HASH_BYTES)
    return wide.view("<u8").reshape(-1).astype(np.uint64, copy=False)


def _packed(values: NDArray[np.uint64]) -> bytes:
    return values.astype("<u8").view(np.uint8).reshape(-1, 8)[:, :_HASH_BYTES].tobytes()


def sketch_of(packed: Packed) -> Sketch:
    """Return the sketch of a text; of a short work it is its line.

    Raises:
        InputError: the hashes of a bucket are not sorted and distinct.
    """
    if packed.line is not None:
        return 1, _packed(np.array([packed.line], np.uint64))
    values, counts = _values(packed.hashes), np.frombuffer(packed.counts, "<u2")
    bucket = np.repeat(np.arange(len(counts)), counts)
    if ((values[1:] <= values[:-1]) & (bucket[1:] == bucket[:-1])).any():
        raise InputError("the hashes of a bucket are sorted and distinct")
    distinct = np.unique(values)
    return len(distinct), _packed(distinct[: max(FLOOR, len(distinct) // SHARE)])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Texts:
    """The sketches of a registry, in the order in which the entries came in.

    Attributes:
        values: (n,) uint64, text after text, ascending in each.
        starts: (t + 1,) int64.
        row: (n,) int64, the text of each value.
        size: (t,) int64, distinct hashes.
        top: (t,) uint64, the hash up to which the sketch is whole.
        owner: (t,) int64.
        is_new: (t,) bool.
    """

    entries: Sequence[EntryId]
    owners: Sequence[KeyId]
    values: NDArray[np.uint64]
    starts: NDArray[np.int64]
    row: NDArray[np.int64]
    size: NDArray[np.int64]
    top: NDArray[np.uint64]
    owner: NDArray[np.int64]
    is_new: NDArray[np.bool_]

    def below(self, text: int, top: np.uint64) -> int:
        """Return how many hashes of a text's sketch are not above a hash."""
        begin, end = self.starts[text], self.starts[text + 1]
        return int(np.searchsorted(self.values[begin:end], top, "right"))


def _laid_out(rows: Iterable[TextRow], new: Collection[str]) -> _Texts:
    given = [row for row in rows if row[3]]
    values = _values(b"".join(sketch for _, _, _, sketch in given))
    lengths = np.fromiter((len(sketch) // _HASH_BYTES for *_, sketch in given), np.int64, len(given))
    starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])
    size = np.fromiter((count for _, _, count, _ in given), np.int64, len(given))
    last = values[starts[1:] - 1] if given else values
    asked = frozenset(new)
    numbers: dict[str, int] = {}
    owner = [numbers.setdefault(owner, len(numbers)) for _, owner, _, _ in given]
    return _Texts(
        entries=tuple(EntryId(entry) for entry, *_ in given),
        owners=tuple(KeyId(owner) for _, owner, *_ in given),
        values=values,
        starts=starts,
        row=np.repeat(np.arange(len(given), dtype=np.int64), lengths),
        size=size,
        top=np.where(lengths < size, last, np.uint64(MAX_PASSAGE)),
        owner=np.array(owner, np.int64),
        is_new=np.fromiter((entry in asked for entry, *_ in given), np.bool_, len(given)),
    )


def _met(texts: _Texts) -> NDArray[np.int64]:
    """Return the numbers of the values that a new text has, all if most texts are new."""
    mine = texts.is_new[texts.row]
    if 2 * mine.sum() > len(mine):
        return np.arange(len(mine))
    wanted = np.unique(texts.values[mine])
    place = np.minimum(np.searchsorted(wanted, texts.values), len(wanted) - 1)
    return np.nonzero(wanted[place] == texts.values)[0]


def _pairs(texts: _Texts) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return (p, 2): a new text and an earlier one of another holder, and how many hashes they share."""
    met = _met(texts)
    met = met[np.argsort(texts.values[met], kind="stable")]
    values, rows = texts.values[met], texts.row[met]
    first = np.nonzero(np.concatenate([np.ones(1, np.bool_), values[1:] != values[:-1]]))[0]
    size = np.diff(first, append=len(values))
    low, count = np.repeat(first, size), np.repeat(size, size)
    asked = np.nonzero(texts.is_new[rows] & (count > 1) & (count <= MANY))[0]
    low, count = low[asked], count[asked]
    within = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    mine, other = rows[np.repeat(asked, count)], rows[np.repeat(low, count) + within]
    kept = (texts.owner[mine] != texts.owner[other]) & (other < mine)
    pairs, shared = np.unique(np.stack([mine[kept], other[kept]], axis=1), axis=0, return_counts=True)
    return pairs, shared


def _share(texts: _Texts, mine: int, other: int, shared: int) -> int:
    """Return about how much of the shorter text is in the other, per cent; 0: too little to tell."""
    if shared < MIN_SHARED and not texts.size[mine] == texts.size[other] == 1:
        return 0
    top = min(texts.top[mine], texts.top[other])
    return min(100, round(100 * shared / min(texts.below(mine, top), texts.below(other, top))))


def copied_entries(rows: Iterable[TextRow], new: Collection[str]) -> Mapping[EntryId, tuple[Copied, ...]]:
    """Find, for each new entry, the earlier entries of other holders with which it shares passages.

    Args:
        rows: of the whole registry, the new entries with it, in the order in which they came in.
        new: ids of the entries that are asked about.

    Returns:
        For each new entry that has any, the others with the share of the shorter text, at least
        `NEAR_COPY` per cent, the largest first.
    """
    texts = _laid_out(rows, new)
    best: dict[tuple[EntryId, EntryId, KeyId], int] = {}
    if texts.is_new.any():
        for (mine, other), shared in zip(*(column.tolist() for column in _pairs(texts)), strict=True):
            share = _share(texts, mine, other, shared)
            key = texts.entries[mine], texts.entries[other], texts.owners[other]
            best[key] = max(share, best.get(key, 0))
    found: dict[EntryId, list[Copied]] = {}
    for (mine, other, owner), share in best.items():
        if share >= NEAR_COPY:
            found.setdefault(mine, []).append(Copied(share=share, entry=other, registrant=owner))
    return {entry: tuple(sorted(nears, reverse=True)) for entry, nears in found.items()}
