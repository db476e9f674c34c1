"""Which rows of the table of passages are stock phrases, and which stay if too many texts share a hash.

A hash that more than 4 works share is a stock phrase and no evidence of any of them. But nobody takes
protection from another by registering copies:

* Only confirmed works, and a holder's own, make a phrase stock: a declared work never takes a passage
  from another's, a declared work of one's own never from a confirmed one.
* An entry that would lose more than 5 % of its passages that way loses none: what it shares is a rival
  copy or another edition, not a phrase.
* At most 3 rows of an entry and 16 of all stay for one hash, those of confirmed entries first, among
  equals one of each holder before a second of any, then by lot: every hash draws another lot, so that of
  a work of which there are a hundred copies still some passages stay.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sekisho.snapshot.passages import ROWS_OF_KEY

__all__ = [
    "LOSS",
    "MAX_WORKS",
    "ROWS_OF_ENTRY",
    "Standing",
    "common",
    "first_of",
    "marked",
    "place_in_run",
    "spared",
    "within_bounds",
]

MAX_WORKS = 4
LOSS = 20
"""One passage in 20 (5 %) is what an entry can lose."""
ROWS_OF_ENTRY = 3
"""So that the 16 rows of a hash name six entries or more: enough to see again that it is stock."""
_LOT = np.uint64(0xBF58476D1CE4E5B9)

Mask = NDArray[np.bool_]


class Standing(NamedTuple):
    """What decides about an entry's passages, by the entry's number, (e,) each.

    Attributes:
        verified: bool, whether a voucher stands behind it.
        holder: int64, one number for each registrant.
        lot: uint64, of its id.
    """

    verified: NDArray[np.bool_]
    holder: NDArray[np.int64]
    lot: NDArray[np.uint64]


def first_of(*columns: NDArray[np.generic]) -> Mask:
    """Tell of each row whether it differs from the one before in any column."""
    first = np.ones(len(columns[0]), np.bool_)
    first[1:] = np.logical_or.reduce([c[1:] != c[:-1] for c in columns])
    return first


def place_in_run(first: Mask) -> NDArray[np.int64]:
    """Return the place of each row in its run, from 0."""
    at = np.arange(len(first))
    return at - np.maximum.accumulate(np.where(first, at, 0))


def common(keys: NDArray[np.uint64], entry: NDArray[np.uint32], standing: Standing) -> Mask:
    """Tell of each row whether more than 4 works that count against its entry share its hash.

    Args:
        keys: (n,), sorted.
        entry: (n,); the rows of one entry stand together within a key.
        standing: of all entries. O(n).
    """
    first = first_of(keys, entry)
    run = np.cumsum(first_of(keys)) - 1
    wide = np.bincount(run[first]) > MAX_WORKS if len(run) else np.zeros(0, np.bool_)
    at = np.flatnonzero(first & wide[run])
    verified = standing.verified[entry[at]]
    counted = np.bincount(run[at][verified], minlength=len(wide))
    found = wide[run] & (counted[run] > MAX_WORKS)
    # A declared work has its holder's other declared ones against it too.
    own = at[~verified]
    groups, group, size = np.unique(
        np.stack([run[own], standing.holder[entry[own]]], axis=1),
        axis=0,
        return_inverse=True,
        return_counts=True,
    )
    stock = counted[groups[:, 0]] + size > MAX_WORKS
    pair = np.cumsum(first) - 1
    of_pair = np.zeros(int(pair[-1]) + 1 if len(pair) else 0, np.bool_)
    of_pair[pair[own[stock[group.reshape(-1)]]]] = True
    stock_phrase: Mask = found | of_pair[pair]
    return stock_phrase


def spared(entry: NDArray[np.integer[Any]], lost: Mask, passages: NDArray[np.int64]) -> Mask:
    """Tell of each entry whether it would lose too much and so loses nothing.

    Args:
        entry: of each distinct pair of hash and entry.
        lost: whether the pair is a stock phrase.
        passages: (e,) distinct hashes of each entry.
    """
    return np.bincount(entry[lost], minlength=len(passages)) * LOSS > passages


def marked(keys: NDArray[np.uint64], entry: NDArray[np.uint32], standing: Standing) -> Mask:
    """Tell of each row of whole entries whether it is a stock phrase that its entry loses. O(n)."""
    stock = common(keys, entry, standing)
    pair = first_of(keys, entry)
    passages = np.bincount(entry[pair], minlength=len(standing.verified))
    return stock & ~spared(entry[pair], stock[pair], passages)[entry]


def within_bounds(
    keys: NDArray[np.uint64], entry: NDArray[np.uint32], stock: Mask, standing: Standing
) -> Mask:
    """Tell of each row whether it is among the 16 of its hash that stay. O(n log n) at worst."""
    kept = place_in_run(first_of(keys, entry)) < ROWS_OF_ENTRY
    run = np.cumsum(first_of(keys)) - 1
    wide = np.bincount(run[kept]) > ROWS_OF_KEY if len(run) else np.zeros(0, np.bool_)
    at = np.flatnonzero(kept & wide[run])
    lot = (keys[at] ^ standing.lot[entry[at]]) * _LOT
    lot = (lot ^ (lot >> np.uint64(32))) * _LOT
    turn = _turns(run[at], standing.holder[entry[at]], lot)
    at = at[np.lexsort((lot, turn, stock[at], ~standing.verified[entry[at]], run[at]))]
    kept[at[place_in_run(first_of(run[at])) >= ROWS_OF_KEY]] = False
    return kept


def _turns(run: NDArray[np.int64], holder: NDArray[np.int64], lot: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Return of each row how many of its run and its holder come before it, by lot."""
    order = np.lexsort((lot, holder, run))
    turn = np.empty(len(order), np.int64)
    turn[order] = place_in_run(first_of(run[order], holder[order]))
    return turn
