"""Local features of a picture x hash tables -> which registered pictures they vote for, in agreement.

A feature of the item asks all tables; what shares a bucket and nearly a tag with it is compared by its
256 bits. Each such hit says how the work would lie in the item: turned, scaled and moved. Hits that mean
nothing contradict one another; the votes of a picture are the most of its hits that agree.
"""

from typing import NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from sekisho.fingerprint.descriptor import TURN
from sekisho.match.bits import popcount, prefetch
from sekisho.snapshot.local_tables import BITS, TABLES, bits_of, widths
from sekisho.snapshot.pictures import Pictures

__all__ = ["COS", "HIT_DISTANCE", "LEVEL_SCALES", "SIN", "Votes", "agreeing", "turned_by", "voted"]

HIT_DISTANCE = 42
"""Bits of 256 within which a feature is a hit."""
TAG_SHARE = 5
"""One bit in five of a tag may differ: two of ten, one of nine or fewer, none of four."""
MOST_IDS = 1 << 21
"""Ids that one picture looks at, its rarest buckets first;"""
MOST_COMPARED = 1 << 18
"""features that are compared by all their bits;"""
MOST_HITS = 1 << 15
"""and hits that are kept: as many of confirmed works, whatever declared ones there are, and of these."""
_HITS_OF_PICTURE = 160
_HYPOTHESES = 40
_BUFFER = 32
_CLASSES = 33

ANGLE_REACH = 24
"""1/256 of a turn by which two hits may differ and still agree."""
LEVEL_REACH = 2
"""Levels likewise: 1.6 times as large."""
BASE_REACH = 8.0 * 64
"""1/64 px by which the place may differ, and more the farther apart two features are:"""
SHARE_REACH = 0.2

COS = np.array([round(float(v)) for v in np.cos(np.arange(TURN) * (2 * np.pi / TURN)) * (1 << 14)], np.int64)
SIN = np.array([round(float(v)) for v in np.sin(np.arange(TURN) * (2 * np.pi / TURN)) * (1 << 14)], np.int64)
LEVEL_SCALES = np.array([round(2 ** (level / 3) * (1 << 14)) for level in range(32)], np.int64)


class Votes(NamedTuple):
    """Pictures with votes, in order of their number.

    Attributes:
        picture: (n,) int64.
        votes: (n,) int64, hits that agree.
    """

    picture: NDArray[np.int64]
    votes: NDArray[np.int64]


@numba.njit(cache=True, nogil=True)
def _probe(
    queries: NDArray[np.uint64],
    starts: NDArray[np.uint32],
    bits: NDArray[np.uint8],
    shape: tuple[int, int, int],
    begin: NDArray[np.int64],
    size: NDArray[np.int64],
    tags: NDArray[np.int64],
) -> None:
    """Find the bucket and the tag of every feature in every table."""
    bucket, tag, _ = shape
    for q in range(len(queries)):
        for t in range(TABLES):
            at = q * TABLES + t
            begin[at] = (t << bucket) + bits_of(queries[q], bits[t], 0, bucket)
            tags[at] = bits_of(queries[q], bits[t], bucket, tag)
            prefetch(starts, begin[at])
    for at in range(len(begin)):
        first = np.int64(starts[begin[at]])
        size[at] = np.int64(starts[begin[at] + 1]) - first
        begin[at] = first


@numba.njit(cache=True, nogil=True)
def _by_size(size: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the probes of filled buckets, those with fewer ids first (by powers of two)."""
    count = np.zeros(_CLASSES + 1, np.int64)
    classes = np.zeros(len(size), np.int64)
    for at in range(len(size)):
        n = size[at]
        while n:
            classes[at] += 1
            n >>= 1
        count[classes[at] + 1] += 1
    for c in range(_CLASSES):
        count[c + 1] += count[c]
    order = np.empty(len(size), np.int64)
    for at in range(len(size)):
        order[count[classes[at]]] = at
        count[classes[at]] += 1
    return order


@numba.njit(cache=True, nogil=True)
def _compare(
    queries: NDArray[np.uint64],
    descriptors: NDArray[np.uint64],
    pairs: NDArray[np.int64],
    waiting: int,
    standing: tuple[NDArray[np.uint64], NDArray[np.bool_]],
    found: NDArray[np.int64],
    out: NDArray[np.int64],
) -> None:
    """Compare some pairs of features by all their bits; keep the hits of declared and of confirmed works."""
    first, confirmed = standing
    for i in range(waiting):
        q, f = pairs[i] & 0xFFFF, pairs[i] >> 16
        a, b = queries[q], descriptors[f]
        d = int(popcount(a[0] ^ b[0]) + popcount(a[1] ^ b[1]) + popcount(a[2] ^ b[2]) + popcount(a[3] ^ b[3]))
        if d > HIT_DISTANCE:
            continue
        which = int(confirmed[np.searchsorted(first, np.uint64(f), side="right") - 1])
        if found[which] < out.shape[1]:
            out[which, found[which]] = f << 24 | q << 8 | d
            found[which] += 1


@numba.njit(cache=True, nogil=True)
def _hits(
    queries: NDArray[np.uint64],
    descriptors: NDArray[np.uint64],
    starts: NDArray[np.uint32],
    ids: NDArray[np.uint32],
    bits: NDArray[np.uint8],
    shape: tuple[int, int, int],
    reach: int,
    standing: tuple[NDArray[np.uint64], NDArray[np.bool_]],
    found: NDArray[np.int64],
    out: NDArray[np.int64],
) -> None:
    """Fill out (2, n) with feature << 24 | query << 8 | distance; a hit can be there once for each table.

    The first row is of declared works, the second of confirmed ones; `found` (2,) says how many.
    """
    probes = len(queries) * TABLES
    begin, size = np.empty(probes, np.int64), np.empty(probes, np.int64)
    tags = np.empty(probes, np.int64)
    _probe(queries, starts, bits, shape, begin, size, tags)
    order = _by_size(size)
    pairs = np.empty(_BUFFER, np.int64)
    flat = descriptors.reshape(-1)
    mask = (np.int64(1) << shape[2]) - 1
    looked = compared = waiting = 0
    for i in range(probes):
        if i + 8 < probes:
            prefetch(ids, begin[order[i + 8]])
        at = order[i]
        looked += size[at]
        if looked > MOST_IDS or compared > MOST_COMPARED:
            break
        for k in range(begin[at], begin[at] + size[at]):
            one = np.int64(ids[k])
            if popcount(np.uint64((one >> shape[2]) ^ tags[at])) > reach:
                continue
            feature = one & mask
            prefetch(flat, 4 * feature)
            pairs[waiting] = feature << 16 | at // TABLES
            waiting += 1
            if waiting == _BUFFER:
                _compare(queries, descriptors, pairs, waiting, standing, found, out)
                compared += waiting
                waiting = 0
    _compare(queries, descriptors, pairs, waiting, standing, found, out)


@numba.njit(cache=True, nogil=True, inline="always")
def turned_by(turn: int, scale: float, x: float, y: float) -> tuple[float, float]:
    """Turn a vector by 1/256 turns from x towards y, and scale it."""
    c, s = COS[turn] * scale / (1 << 14), SIN[turn] * scale / (1 << 14)
    return c * x - s * y, s * x + c * y


@numba.njit(cache=True, nogil=True)
def agreeing(
    item: NDArray[np.int64], work: NDArray[np.int64], first: int, second: int, base: float, share: float
) -> bool:
    """Tell whether two correspondences can be of one place: turned, scaled and moved alike.

    The first says how the work lies in the item; the second's place may differ from what follows by `base`
    (1/64 px) and a share of their distance. Of both: (n, 4) x, y, angle, level.
    """
    level = item[first, 3] - work[first, 3]
    if abs(item[second, 3] - work[second, 3] - level) > LEVEL_REACH:
        return False
    turn = (item[first, 2] - work[first, 2]) % TURN
    other = (item[second, 2] - work[second, 2] - turn) % TURN
    if min(other, TURN - other) > ANGLE_REACH:
        return False
    scale = LEVEL_SCALES[item[first, 3]] / LEVEL_SCALES[work[first, 3]]
    x, y = turned_by(turn, scale, work[second, 0] - work[first, 0], work[second, 1] - work[first, 1])
    dx, dy = item[second, 0] - item[first, 0] - x, item[second, 1] - item[first, 1] - y
    allowed = base + share * np.sqrt(x * x + y * y)
    return bool(dx * dx + dy * dy <= allowed * allowed)


@numba.njit(cache=True, nogil=True)
def _most_agreeing(
    item: NDArray[np.int64], work: NDArray[np.int64], pairs: NDArray[np.int64], seen: NDArray[np.int64]
) -> int:
    """Return how many correspondences agree with the one that most agree with; a feature counts once.

    `pairs` (n, 2) holds the features of work and item, sorted by the first; `seen` has a place for each
    feature of the item.
    """
    best = 0
    seen[:] = -1
    turns, levels = (item[:, 2] - work[:, 2]) % TURN, item[:, 3] - work[:, 3]
    for i in range(0, len(pairs), 1 + (len(pairs) - 1) // _HYPOTHESES):
        here = there = 0
        last = np.int64(-1)
        for j in range(len(pairs)):
            # What `agreeing` asks too: most pairs end here.
            differs = (turns[j] - turns[i]) & (TURN - 1)
            if abs(levels[j] - levels[i]) > LEVEL_REACH or min(differs, TURN - differs) > ANGLE_REACH:
                continue
            if not agreeing(item, work, i, j, BASE_REACH, SHARE_REACH):
                continue
            there += pairs[j, 0] != last
            last = pairs[j, 0]
            here += seen[pairs[j, 1]] != i
            seen[pairs[j, 1]] = i
        best = max(best, min(here, there))
    return best


@numba.njit(cache=True, nogil=True)
def _tally(
    hits: NDArray[np.int64],
    pictures: NDArray[np.int64],
    item_places: NDArray[np.uint16],
    places: NDArray[np.uint8],
    least: int,
    out: NDArray[np.int64],
) -> int:
    """Fill out (2, n) with picture and votes of pictures that have enough."""
    item, work = np.empty((_HITS_OF_PICTURE, 4), np.int64), np.empty((_HITS_OF_PICTURE, 4), np.int64)
    pairs, seen = np.empty((_HITS_OF_PICTURE, 2), np.int64), np.empty(len(item_places), np.int64)
    found = at = 0
    while at < len(hits):
        end = at
        while end < len(hits) and pictures[end] == pictures[at]:
            end += 1
        if end - at >= least:
            step = 1 + (end - at - 1) // _HITS_OF_PICTURE
            count = 0
            for i in range(at, end, step):
                feature, query = hits[i] >> 24, (hits[i] >> 8) & 0xFFFF
                for k in range(4):
                    item[count, k] = item_places[query, k]
                work[count, 0] = np.int64(places[feature, 0]) | np.int64(places[feature, 1]) << 8
                work[count, 1] = np.int64(places[feature, 2]) | np.int64(places[feature, 3]) << 8
                pairs[count, 0], pairs[count, 1] = feature, query
                work[count, 2] = places[feature, 4]
                work[count, 3] = places[feature, 5]
                count += 1
            votes = _most_agreeing(item[:count], work[:count], pairs[:count], seen)
            if votes >= least:
                out[0, found] = pictures[at]
                out[1, found] = votes
                found += 1
        at = end
    return found


def voted(
    descriptors: NDArray[np.uint64],
    places: NDArray[np.uint16],
    pictures: Pictures,
    confirmed: NDArray[np.bool_],
    least: int,
) -> Votes:
    """Return the pictures for which enough features vote in agreement.

    Args:
        descriptors: (n, 4) of the item.
        places: (n, 4) of the item.
        pictures: with tables.
        confirmed: (p,) whether a voucher stands behind each picture's entry.
        least: votes.
    """
    features = len(pictures.descriptors)
    if not features or not len(descriptors):
        return Votes(np.empty(0, np.int64), np.empty(0, np.int64))
    shape = widths(features)
    out, found = np.empty((2, MOST_HITS), np.int64), np.zeros(2, np.int64)
    _hits(
        descriptors,
        pictures.descriptors,
        *pictures.tables,
        BITS,
        (shape.bucket, shape.tag, shape.id),
        shape.tag // TAG_SHARE,
        (pictures.first, confirmed),
        found,
        out,
    )
    hits = np.unique(np.concatenate([out[0, : found[0]], out[1, : found[1]]]))
    owner = np.searchsorted(pictures.first, (hits >> 24).astype(np.uint64), side="right") - 1
    tallied = np.empty((2, len(hits)), np.int64)
    count = _tally(hits, owner, places, pictures.places, least, tallied)
    return Votes(tallied[0, :count].copy(), tallied[1, :count].copy())
