"""Local features of a picture x those of one work -> where the work lies in the picture, and the proof.

A pair of features that look alike says how the work would lie in the item; so does, more exactly, a pair
of such pairs. All are tried in a fixed sequence, nothing is drawn by lot. The best is refined to an affine
map, which takes in perspective and stretching; what it explains is counted one to one. A screentone, the
frame of a page or a page of letters fits many a work: what the work itself has in several places counts
only as much as what it has in one.
"""

from typing import NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from sekisho.fingerprint.descriptor import TURN
from sekisho.match.bits import popcount
from sekisho.match.local_votes import COS, LEVEL_SCALES, SIN, agreeing

__all__ = ["ALIKE", "CELL", "Placed", "place", "repeated"]

ALIKE = 56
"""Bits of 256 within which features correspond."""
_STEPS = 64
TOLERANCE = 6.0 * _STEPS
"""1/64 px of the item's working picture by which the place of an inlier may differ."""
CELL = 4 * _STEPS
"""Inliers lie in different cells of as many 1/64 px, in the item and in the work."""
TURNED_ALIKE = 0.88
"""Cosine of the angle, 28 degrees, by which the direction of an inlier may differ."""
SCALED_ALIKE = 1.78
"""Ratio of areas, of 1.25 levels, by which its size may."""
_LOOSE_BASE, _LOOSE_SHARE = 4.0 * _STEPS, 0.1
_BEGINNINGS = 6
_PARTNERS = 24
_FAR = 16.0 * _STEPS
MIN_SCALE, MAX_SCALE = 0.12, 8.0
MAX_STRETCH = 2.0
"""How much longer the work may be in one direction than in the other."""
_LEAST = 4
REPEATED = 48
"""Bits within which a feature of the work is there again,"""
_ELSEWHERE = 16 * _STEPS
"""1/64 px away or farther: a corner is found on several levels."""


class Placed(NamedTuple):
    """How a work lies in an item.

    Attributes:
        inliers: correspondences that the map explains, one to one; at most twice those whose feature the
            work has only once.
        map_: (6,) float64: x' = m0 x + m1 y + m2, y' = m3 x + m4 y + m5; from the work to the item, 1/64 px.
        of_item, of_work: areas of the boxes around all that the map explains, 1/64 px squared.
        agreeing: correspondences that the map explains, whatever the work has several times.
    """

    inliers: int
    map_: NDArray[np.float64]
    of_item: int = 0
    of_work: int = 0
    agreeing: int = 0


@numba.njit(cache=True, nogil=True)
def _correspond(
    queries: NDArray[np.uint64],
    works: NDArray[np.uint64],
    item_places: NDArray[np.uint16],
    work_places: NDArray[np.uint8],
    item: NDArray[np.int64],
    work: NDArray[np.int64],
) -> int:
    """Fill item (n, 4) and work (n, 5) with the places of each feature and the one of the work most like it.

    The fifth column of work is the number of the feature.
    """
    found = 0
    for q in range(len(queries)):
        a, b, c, d = queries[q, 0], queries[q, 1], queries[q, 2], queries[q, 3]
        best, at = ALIKE + 1, -1
        for w in range(len(works)):
            bits = int(
                popcount(a ^ works[w, 0])
                + popcount(b ^ works[w, 1])
                + popcount(c ^ works[w, 2])
                + popcount(d ^ works[w, 3])
            )
            if bits < best:
                best, at = bits, w
        if at >= 0:
            for k in range(4):
                item[found, k] = item_places[q, k]
            work[found, 0] = np.int64(work_places[at, 0]) | np.int64(work_places[at, 1]) << 8
            work[found, 1] = np.int64(work_places[at, 2]) | np.int64(work_places[at, 3]) << 8
            work[found, 2] = work_places[at, 4]
            work[found, 3] = work_places[at, 5]
            work[found, 4] = at
            found += 1
    return found


@numba.njit(cache=True, nogil=True)
def _beginnings(item: NDArray[np.int64], work: NDArray[np.int64], chosen: NDArray[np.int64]) -> int:
    """Choose the correspondences that most others agree with, one from each lot that agrees."""
    n = len(item)
    agree = np.zeros((n, n), np.bool_)
    counts = np.zeros(n, np.int64)
    for i in range(n):
        for j in range(n):
            agree[i, j] = agreeing(item, work, i, j, _LOOSE_BASE, _LOOSE_SHARE)
            counts[i] += agree[i, j]
    taken = np.zeros(n, np.bool_)
    found = 0
    for _ in range(len(chosen)):
        best = -1
        for i in range(n):
            if not taken[i] and counts[i] >= _LEAST and (best < 0 or counts[i] > counts[best]):
                best = i
        if best < 0:
            break
        chosen[found] = best
        found += 1
        for j in range(n):
            if agree[best, j]:
                taken[j] = True
        taken[best] = True
    return found


@numba.njit(cache=True, nogil=True)
def _explained(
    item: NDArray[np.int64],
    work: NDArray[np.int64],
    m: NDArray[np.float64],
    tolerance: float,
    inside: NDArray[np.bool_],
) -> int:
    """Mark the correspondences that a map explains, in place, direction and size; return how many."""
    along, across = m[0] + m[4], m[3] - m[1]
    length = np.sqrt(along * along + across * across) * TURNED_ALIKE * (1 << 14)
    det = m[0] * m[4] - m[1] * m[3]
    count = 0
    for i in range(len(item)):
        x = m[0] * work[i, 0] + m[1] * work[i, 1] + m[2] - item[i, 0]
        y = m[3] * work[i, 0] + m[4] * work[i, 1] + m[5] - item[i, 1]
        turn = (item[i, 2] - work[i, 2]) % TURN
        scale = LEVEL_SCALES[item[i, 3]] / LEVEL_SCALES[work[i, 3]]
        inside[i] = (
            x * x + y * y <= tolerance * tolerance
            and along * COS[turn] + across * SIN[turn] >= length
            and det <= SCALED_ALIKE * scale * scale
            and scale * scale <= SCALED_ALIKE * det
        )
        count += inside[i]
    return count


@numba.njit(cache=True, nogil=True)
def _similarity(a: float, b: float, item: NDArray[np.int64], work: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the map that turns and scales by (a, b) and takes one place to the other."""
    m = np.empty(6, np.float64)
    m[0], m[1], m[3], m[4] = a, -b, b, a
    m[2] = item[0] - (a * work[0] - b * work[1])
    m[5] = item[1] - (b * work[0] + a * work[1])
    return m


@numba.njit(cache=True, nogil=True)
def _from_pairs(
    item: NDArray[np.int64], work: NDArray[np.int64], begin: int, best: NDArray[np.float64]
) -> int:
    """Try one correspondence with each that agrees and lies far enough away; keep the best map."""
    inside = np.empty(len(item), np.bool_)
    most = tried = 0
    for j in range(len(item)):
        if j == begin or not agreeing(item, work, begin, j, _LOOSE_BASE, _LOOSE_SHARE):
            continue
        x, y = float(work[j, 0] - work[begin, 0]), float(work[j, 1] - work[begin, 1])
        u, v = float(item[j, 0] - item[begin, 0]), float(item[j, 1] - item[begin, 1])
        squared = x * x + y * y
        if squared < _FAR * _FAR or u * u + v * v < _FAR * _FAR:
            continue
        m = _similarity((u * x + v * y) / squared, (v * x - u * y) / squared, item[begin], work[begin])
        count = _explained(item, work, m, TOLERANCE, inside)
        if count > most:
            most = count
            best[:] = m
        tried += 1
        if tried == _PARTNERS:
            break
    return most


@numba.njit(cache=True, nogil=True)
def _fitted(
    item: NDArray[np.int64], work: NDArray[np.int64], inside: NDArray[np.bool_], m: NDArray[np.float64]
) -> bool:
    """Fit an affine map to the marked correspondences by least squares; False if they lie on a line."""
    n = wx = wy = ix = iy = 0.0
    for i in range(len(item)):
        if inside[i]:
            n += 1
            wx += work[i, 0]
            wy += work[i, 1]
            ix += item[i, 0]
            iy += item[i, 1]
    if n < _LEAST:
        return False
    wx, wy, ix, iy = wx / n, wy / n, ix / n, iy / n
    xx = xy = yy = ux = uy = vx = vy = 0.0
    for i in range(len(item)):
        if inside[i]:
            x, y, u, v = work[i, 0] - wx, work[i, 1] - wy, item[i, 0] - ix, item[i, 1] - iy
            xx += x * x
            xy += x * y
            yy += y * y
            ux += u * x
            uy += u * y
            vx += v * x
            vy += v * y
    det = xx * yy - xy * xy
    if det <= 1e-3 * (xx + yy) * (xx + yy) or xx + yy < n * _FAR * _FAR / 4:
        return False
    m[0], m[1] = (ux * yy - uy * xy) / det, (uy * xx - ux * xy) / det
    m[3], m[4] = (vx * yy - vy * xy) / det, (vy * xx - vx * xy) / det
    m[2], m[5] = ix - m[0] * wx - m[1] * wy, iy - m[3] * wx - m[4] * wy
    return True


@numba.njit(cache=True, nogil=True)
def _is_sane(m: NDArray[np.float64]) -> bool:
    """Tell whether a map keeps left and right, and neither scales nor stretches too much."""
    det = m[0] * m[4] - m[1] * m[3]
    if not MIN_SCALE * MIN_SCALE < det < MAX_SCALE * MAX_SCALE:
        return False
    squares = m[0] * m[0] + m[1] * m[1] + m[3] * m[3] + m[4] * m[4]
    return bool(squares / det <= MAX_STRETCH + 1 / MAX_STRETCH)


@numba.njit(cache=True, nogil=True)
def _one_to_one(item: NDArray[np.int64], work: NDArray[np.int64], inside: NDArray[np.bool_]) -> int:
    """Count the marked correspondences that share a cell with no other, neither here nor there."""
    here, there = np.empty(len(item), np.int64), np.empty(len(item), np.int64)
    count = 0
    for i in range(len(item)):
        if not inside[i]:
            continue
        a = (item[i, 0] // CELL) << 16 | item[i, 1] // CELL
        b = (work[i, 0] // CELL) << 16 | work[i, 1] // CELL
        new = True
        for k in range(count):
            if here[k] == a or there[k] == b:
                new = False
                break
        if new:
            here[count], there[count] = a, b
            count += 1
    return count


@numba.njit(cache=True, nogil=True)
def _is_repeated(works: NDArray[np.uint64], places: NDArray[np.uint8], at: int) -> bool:
    """Tell whether the work has a feature again in another place."""
    x = np.int64(places[at, 0]) | np.int64(places[at, 1]) << 8
    y = np.int64(places[at, 2]) | np.int64(places[at, 3]) << 8
    a, b, c, d = works[at, 0], works[at, 1], works[at, 2], works[at, 3]
    for w in range(len(works)):
        dx = (np.int64(places[w, 0]) | np.int64(places[w, 1]) << 8) - x
        dy = (np.int64(places[w, 2]) | np.int64(places[w, 3]) << 8) - y
        if dx * dx + dy * dy < _ELSEWHERE * _ELSEWHERE:
            continue
        bits = popcount(a ^ works[w, 0]) + popcount(b ^ works[w, 1])
        if int(bits + popcount(c ^ works[w, 2]) + popcount(d ^ works[w, 3])) <= REPEATED:
            return True
    return False


@numba.njit(cache=True, nogil=True)
def repeated(works: NDArray[np.uint64], places: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Tell of each feature of a work whether the work has it again in another place."""
    again = np.empty(len(works), np.bool_)
    for i in range(len(works)):
        again[i] = _is_repeated(works, places, i)
    return again


@numba.njit(cache=True, nogil=True)
def _single(
    item: NDArray[np.int64],
    work: NDArray[np.int64],
    m: NDArray[np.float64],
    works: NDArray[np.uint64],
    work_places: NDArray[np.uint8],
) -> int:
    """Count the correspondences that a map explains, one to one, whose feature the work has only once."""
    inside = np.empty(len(item), np.bool_)
    _explained(item, work, m, TOLERANCE, inside)
    for i in range(len(item)):
        if inside[i]:
            inside[i] = not _is_repeated(works, work_places, work[i, 4])
    return _one_to_one(item, work, inside)


@numba.njit(cache=True, nogil=True)
def _spread(places: NDArray[np.int64], inside: NDArray[np.bool_]) -> int:
    """Return the area of the box around the marked places, 1/64 px squared."""
    left, top, right, bottom = 1 << 30, 1 << 30, 0, 0
    for i in range(len(places)):
        if inside[i]:
            x, y = int(places[i, 0]), int(places[i, 1])
            left, right, top, bottom = min(left, x), max(right, x), min(top, y), max(bottom, y)
    return max(right - left, 0) * max(bottom - top, 0)


@numba.njit(cache=True, nogil=True)
def _place(
    queries: NDArray[np.uint64],
    item_places: NDArray[np.uint16],
    works: NDArray[np.uint64],
    work_places: NDArray[np.uint8],
    out: NDArray[np.float64],
    areas: NDArray[np.int64],
) -> int:
    """Fill out with the best map; return its inliers.

    Areas are filled with what it explains, of item and work, and with how many correspondences these are.
    """
    item, work = np.empty((len(queries), 4), np.int64), np.empty((len(queries), 5), np.int64)
    n = _correspond(queries, works, item_places, work_places, item, work)
    item, work = item[:n], work[:n]
    chosen = np.empty(_BEGINNINGS, np.int64)
    inside = np.empty(n, np.bool_)
    m = np.empty(6, np.float64)
    refined = np.empty(6, np.float64)
    best = 0
    for b in range(_beginnings(item, work, chosen)):
        if _from_pairs(item, work, chosen[b], m) < _LEAST or not _is_sane(m):
            continue
        _explained(item, work, m, TOLERANCE, inside)
        count = _one_to_one(item, work, inside)
        for widened in (2.0, 1.5, 1.0):
            refined[:] = m
            _explained(item, work, m, widened * TOLERANCE, inside)
            if not _fitted(item, work, inside, refined) or not _is_sane(refined):
                break
            _explained(item, work, refined, TOLERANCE, inside)
            again = _one_to_one(item, work, inside)
            if again >= count:
                count = again
                m[:] = refined
        if count > best:
            best = count
            out[:] = m
    if not best:
        return 0
    _explained(item, work, out, TOLERANCE, inside)
    areas[0], areas[1], areas[2] = _spread(item, inside), _spread(work, inside), best
    return min(best, 2 * _single(item, work, out, works, work_places))


def place(
    queries: NDArray[np.uint64],
    item_places: NDArray[np.uint16],
    works: NDArray[np.uint64],
    work_places: NDArray[np.uint8],
) -> Placed:
    """Return how a work lies in an item, and how many features prove it. O(n m) popcounts.

    Descriptors are (n, 4) uint64; places (n, 4) uint16 of the item, (m, 6) uint8 of the work.
    """
    out, areas = np.zeros(6, np.float64), np.zeros(3, np.int64)
    inliers = int(_place(queries, item_places, works, work_places, out, areas))
    return Placed(inliers, out, *areas.tolist())
