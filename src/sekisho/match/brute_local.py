"""The oracle of the votes: every feature of an item against every registered one. O(n f), for tests.

What the tables find is a part of what this finds: they may pass over a hit, and never invent one.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from sekisho.fingerprint.local import Features
from sekisho.snapshot.pictures import Pictures

__all__ = ["Hit", "brute_hits", "brute_votes"]

_TURN = 256


class Hit(NamedTuple):
    """A feature of the item, one of a work, and the bits in which they differ."""

    feature: int
    query: int
    distance: int


class _Pair(NamedTuple):
    """Places of two features that are alike: x, y, angle, level in the item and in the work."""

    item: tuple[int, int, int, int]
    work: tuple[int, int, int, int]


def brute_hits(item: Features, pictures: Pictures, distance: int) -> list[Hit]:
    """Return all pairs of features within a distance, sorted."""
    found = []
    for query, descriptor in enumerate(item.descriptors):
        bits = np.unpackbits((pictures.descriptors ^ descriptor).view(np.uint8), axis=1).sum(axis=1)
        found += [Hit(int(f), query, int(bits[f])) for f in np.flatnonzero(bits <= distance)]
    return sorted(found)


def _pair(hit: Hit, item: Features, pictures: Pictures) -> _Pair:
    x, y = np.ascontiguousarray(pictures.places[hit.feature, :4]).view("<u2").tolist()
    angle, level = pictures.places[hit.feature, 4:].tolist()
    a, b, c, d = item.places[hit.query].tolist()
    return _Pair((a, b, c, d), (x, y, angle, level))


def _agrees(one: _Pair, other: _Pair, *, turn: int, levels: int, base: float, share: float) -> bool:
    """Tell whether a pair lies where another says, within what is allowed."""
    if abs((other.item[3] - other.work[3]) - (one.item[3] - one.work[3])) > levels:
        return False
    turned = (one.item[2] - one.work[2]) % _TURN
    differs = (other.item[2] - other.work[2] - turned) % _TURN
    if min(differs, _TURN - differs) > turn:
        return False
    scale = 2 ** ((one.item[3] - one.work[3]) / 3)
    vector = complex(other.work[0] - one.work[0], other.work[1] - one.work[1])
    expected = vector * scale * np.exp(2j * np.pi * turned / _TURN)
    seen = complex(other.item[0] - one.item[0], other.item[1] - one.item[1])
    return bool(abs(seen - expected) <= base + share * abs(expected))


def brute_votes(
    item: Features,
    pictures: Pictures,
    hits: Sequence[Hit],
    *,
    turn: int,
    levels: int,
    base: float,
    share: float,
) -> dict[int, int]:
    """Return the votes of each picture: the most of its hits that agree, each feature once.

    Args:
        item: features of the item.
        pictures: the registered ones.
        hits: of the item.
        turn: 1/256 of a turn by which two hits may differ.
        levels: levels likewise.
        base: 1/64 px by which a place may differ,
        share: and a share of the distance of the two.
    """
    of_picture: dict[int, list[Hit]] = {}
    for hit in hits:
        picture = int(np.searchsorted(pictures.first, np.uint64(hit.feature), side="right")) - 1
        of_picture.setdefault(picture, []).append(hit)
    votes: dict[int, int] = {}
    for picture, several in of_picture.items():
        pairs = [(hit, _pair(hit, item, pictures)) for hit in several]
        for _, one in pairs:
            agree = [
                hit
                for hit, other in pairs
                if _agrees(one, other, turn=turn, levels=levels, base=base, share=share)
            ]
            here, there = len({hit.query for hit in agree}), len({hit.feature for hit in agree})
            votes[picture] = max(votes.get(picture, 0), min(here, there))
    return votes
