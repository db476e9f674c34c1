"""Local features of a picture x snapshot -> works of which a part is in it: where, and proved by what.

Votes (local_votes.py) name candidates, geometry (local_geometry.py) proves them or does not, by the same
registered features. Confirmed and self-declared works are candidates in lists of their own, so that nobody
hides a work behind copies of it that he declared.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sekisho.fingerprint import DIHEDRAL
from sekisho.fingerprint.local import Features
from sekisho.fingerprint.pyramid import levels_of
from sekisho.match.local_geometry import Placed, place
from sekisho.match.local_guided import BEGIN, guided
from sekisho.match.local_votes import voted
from sekisho.model import Band, LocalRules, Method
from sekisho.snapshot import Snapshot
from sekisho.snapshot.pictures import PLACE_STEPS, Pictures

__all__ = ["LocalQuery", "PartMatch", "at_size", "candidates", "match_local", "surest", "verify", "warm_up"]

LOCAL_PICTURES = 1000
"""Registered pictures up to which a policy's inliers are enough."""
CANDIDATES = 5
"""Pictures that are verified, of confirmed works and of declared ones each: the best by votes,"""
MOST_CANDIDATES = 16
"""and more if they have nearly as many votes: copies of one picture."""
NEARLY = 0.75
PICTURES_OF_ENTRY = 2
PICTURES_OF_HOLDER = 4
"""Others come before a holder's further ones: nobody fills the list with copies of another's picture."""
_MIRRORED = DIHEDRAL.index("mirrored")
_WHOLE = 1000

Box = tuple[int, int, int, int]


class LocalQuery(NamedTuple):
    """What of one picture is compared.

    Attributes:
        features: of the picture, and of the picture flipped left to right.
        hashes: (8, 32) uint8, PDQ in all orientations; None: it has none that counts.
        frame: of the item, from 0.
        working: (h, w, 3) uint8, the working picture itself, so that a likely place is looked at again;
            None: it is not at hand.
    """

    features: tuple[Features, Features]
    hashes: NDArray[np.uint8] | None = None
    frame: int = 0
    working: NDArray[np.uint8] | None = None


class PartMatch(NamedTuple):
    """A work of which a part is in an item, or that is a part of it.

    Attributes:
        entry: its number in the snapshot.
        orientation: how the item has to be turned to meet the work: upright or mirrored (`DIHEDRAL`).
        frame: of the item, from 0.
        votes: features that named the work; 0 if it was a candidate otherwise.
        inliers: features that agree on one place, one to one.
        region, in_work: left, top, right, bottom of the part, per mille of the item and of the work.
        print_: which print of the entry.
        near: bits of PDQ from the item, in the orientation that fits best, to the work; -1: unknown.
    """

    entry: int
    method: Method
    distance: int
    threshold: int
    orientation: int
    frame: int
    band: Band
    votes: int
    inliers: int
    region: Box
    in_work: Box
    print_: int
    near: int

    def detail(self) -> dict[str, str | int]:
        """Return what a finding says beyond the entry."""
        facts: dict[str, str | int] = {
            "band": self.band.value,
            "inliers": self.inliers,
            "region": ",".join(map(str, self.region)),
            "in_work": ",".join(map(str, self.in_work)),
            "votes": self.votes,
            "print": self.print_,
        }
        if self.near >= 0:
            facts["near"] = self.near
        if self.orientation:
            facts["orientation"] = DIHEDRAL[self.orientation]
        if self.frame:
            facts["frame"] = self.frame
        return facts


class _Candidate(NamedTuple):
    """A picture by its number in the edition, in the order in which candidates are looked at."""

    votes: int
    picture: int
    mirrored: bool


def _located(snapshot: Snapshot, number: int) -> tuple[Pictures, int]:
    for pictures in snapshot.pictures:
        if number < len(pictures.entry):
            return pictures, number
        number -= len(pictures.entry)
    raise IndexError(number)


def candidates(query: LocalQuery, snapshot: Snapshot, least: int) -> list[tuple[int, int]]:
    """Return number in the edition and votes of every picture with enough votes, the most first."""
    return [(c.picture, c.votes) for c in _voted(query, snapshot, least)]


def _voted(query: LocalQuery, snapshot: Snapshot, least: int) -> list[_Candidate]:
    best: dict[int, _Candidate] = {}
    begin = 0
    for pictures, confirmed in zip(snapshot.pictures, snapshot.confirmed_pictures(), strict=True):
        for mirrored, features in enumerate(query.features):
            found = voted(features.descriptors, features.places, pictures, confirmed, least)
            for picture, votes in zip(found.picture.tolist(), found.votes.tolist(), strict=True):
                known = best.get(begin + picture)
                if known is None or votes > known.votes:
                    best[begin + picture] = _Candidate(votes, begin + picture, bool(mirrored))
        begin += len(pictures.entry)
    return sorted(best.values(), key=lambda c: (-c.votes, c.picture))


def _chosen(found: Sequence[_Candidate], snapshot: Snapshot) -> list[_Candidate]:
    """Choose what is verified: of confirmed works as many as if there were no others."""
    of_entry: dict[int, int] = {}
    lists: dict[bool, list[tuple[int, _Candidate]]] = {True: [], False: []}
    for one in found:
        pictures, row = _located(snapshot, one.picture)
        entry = int(pictures.entry[row])
        of_entry[entry] = of_entry.get(entry, 0) + 1
        if of_entry[entry] <= PICTURES_OF_ENTRY:
            lists[snapshot.is_confirmed(entry)].append((entry, one))
    return [one for some in lists.values() for one in _by_turns(some, snapshot)]


def _by_turns(found: Sequence[tuple[int, _Candidate]], snapshot: Snapshot) -> list[_Candidate]:
    """Choose among the pictures of one standing, those with the most votes first, of no holder too many."""
    of_holder: dict[str, int] = {}
    first: list[_Candidate] = []
    further: list[_Candidate] = []
    for entry, one in found:
        holder = snapshot.registrant(entry)
        of_holder[holder] = of_holder.get(holder, 0) + 1
        (first if of_holder[holder] <= PICTURES_OF_HOLDER else further).append(one)
    chosen: list[_Candidate] = []
    for one in (*first, *further):
        nearly = one.votes >= NEARLY * found[0][1].votes
        if len(chosen) < (MOST_CANDIDATES if nearly else CANDIDATES):
            chosen.append(one)
    return chosen


def _box(xs: NDArray[np.float64], ys: NDArray[np.float64], width: int, height: int) -> Box:
    """Return the box around some points of a picture, per mille, clipped to it and never empty."""
    share = [xs.min() / width, ys.min() / height, xs.max() / width, ys.max() / height]
    left, top, right, bottom = (min(_WHOLE, max(0, round(s * _WHOLE / PLACE_STEPS))) for s in share)
    left, top = min(left, _WHOLE - 1), min(top, _WHOLE - 1)
    return left, top, max(right, left + 1), max(bottom, top + 1)


def _outline(width: int, height: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the corners of a picture, in 1/64 px."""
    right, bottom = float(width * PLACE_STEPS), float(height * PLACE_STEPS)
    return np.array([0.0, right, right, 0.0]), np.array([0.0, 0.0, bottom, bottom])


def _boxes(placed: Placed, item: Features, size: NDArray[np.uint16], *, mirrored: bool) -> tuple[Box, Box]:
    """Return where the work lies in the item, and which part of the work is seen."""
    a, b, c, d, e, f = placed.map_.tolist()
    width, height = int(size[0]), int(size[1])
    x, y = _outline(width, height)
    region = _box(a * x + b * y + c, d * x + e * y + f, item.width, item.height)
    x, y = _outline(item.width, item.height)
    x, y, det = x - c, y - f, a * e - b * d
    in_work = _box((e * x - b * y) / det, (a * y - d * x) / det, width, height)
    if mirrored:
        region = (_WHOLE - region[2], region[1], _WHOLE - region[0], region[3])
    return region, in_work


def _near(hashes: NDArray[np.uint8] | None, pdq: NDArray[np.uint8]) -> int:
    """Return the bits between a work and the item as it fits best; -1 if one of them has no PDQ."""
    if hashes is None or not pdq.any():
        return -1
    return int(np.unpackbits(hashes ^ pdq, axis=1).sum(axis=1).min())


def at_size(rules: LocalRules, pictures: int) -> LocalRules:
    """Return the rules for as many registered pictures, in whole decades above `LOCAL_PICTURES`."""
    decades = len(str((pictures - 1) // LOCAL_PICTURES)) if pictures > LOCAL_PICTURES else 0
    more = rules.inliers_per_decade * decades
    return replace(
        rules, inliers_block=rules.inliers_block + more, inliers_review=rules.inliers_review + more
    )


class _Rules(NamedTuple):
    """The rules for a work, at the size of the registry.

    Confirmed works are counted by themselves: nobody makes them harder to find with what he declares.
    """

    confirmed: LocalRules
    declared: LocalRules


def _at_size(rules: LocalRules, snapshot: Snapshot) -> _Rules:
    confirmed = sum(int(some.sum()) for some in snapshot.confirmed_pictures())
    return _Rules(
        at_size(rules, confirmed), at_size(rules, sum(len(some.entry) for some in snapshot.pictures))
    )


def _enough(near: int, rules: LocalRules) -> int:
    """Return how many inliers block, for a picture as near to the work as this."""
    return rules.near_inliers_block if 0 <= near <= rules.near else rules.inliers_block


def _band(inliers: int, near: int, rules: LocalRules) -> Band | None:
    if inliers >= _enough(near, rules):
        return Band.BLOCK
    if inliers >= (rules.near_inliers_review if 0 <= near <= rules.near else rules.inliers_review):
        return Band.REVIEW
    return None


def _is_small(placed: Placed, item: Features, size: NDArray[np.uint16], rules: LocalRules) -> bool:
    """Tell whether what agrees is a small part of both: a sound word, a logo, clip art of a kit."""
    work = int(size[0]) * int(size[1]) * PLACE_STEPS**2
    whole = item.width * item.height * PLACE_STEPS**2
    small = placed.of_work * _WHOLE < rules.least_of_work * work
    return small and placed.of_item * _WHOLE < rules.least_of_item * whole


@dataclass(frozen=True, slots=True)
class _Search:
    """One picture whose candidates are verified.

    Attributes:
        levels: of the picture, upright and flipped, once they were needed.
    """

    query: LocalQuery
    snapshot: Snapshot
    rules: _Rules
    levels: dict[bool, list[NDArray[np.uint8]]] = field(default_factory=dict)

    def levels_as(self, *, mirrored: bool) -> list[NDArray[np.uint8]]:
        """Return the smoothed levels of the picture, as it is or flipped; none without the picture."""
        working = self.query.working
        if mirrored not in self.levels:
            made = [] if working is None else levels_of(working[:, ::-1] if mirrored else working)
            self.levels[mirrored] = made
        return self.levels[mirrored]


def _placed(search: _Search, one: _Candidate, pictures: Pictures, row: int, enough: int) -> Placed:
    """Return where the work would lie; if it does not suffice but is likely, after another look."""
    features = search.query.features[one.mirrored]
    begin, end = int(pictures.first[row]), int(pictures.first[row + 1])
    works, places = pictures.descriptors[begin:end], pictures.places[begin:end]
    placed = place(features.descriptors, features.places, works, places)
    if placed.agreeing < BEGIN or placed.inliers >= enough:
        return placed
    levels = search.levels_as(mirrored=one.mirrored)
    return guided(levels, placed, works, places, pictures.size[row])


def _verified(search: _Search, one: _Candidate) -> PartMatch | None:
    query, snapshot = search.query, search.snapshot
    pictures, row = _located(snapshot, one.picture)
    features = query.features[one.mirrored]
    near = _near(query.hashes, pictures.pdq[row])
    confirmed = snapshot.is_confirmed(int(pictures.entry[row]))
    bounds = search.rules.confirmed if confirmed else search.rules.declared
    placed = _placed(search, one, pictures, row, _enough(near, bounds))
    band = _band(placed.inliers, near, bounds)
    if band is None:
        return None
    if _is_small(placed, features, pictures.size[row], bounds):
        band = Band.REVIEW
    region, in_work = _boxes(placed, features, pictures.size[row], mirrored=one.mirrored)
    return PartMatch(
        entry=int(pictures.entry[row]),
        method=Method.LOCAL,
        distance=0,
        threshold=0,
        orientation=_MIRRORED if one.mirrored else 0,
        frame=query.frame,
        band=band,
        votes=one.votes,
        inliers=placed.inliers,
        region=region,
        in_work=in_work,
        print_=int(pictures.print_[row]),
        near=near,
    )


def surest(found: Iterable[PartMatch | None]) -> list[PartMatch]:
    """Return one match per entry, in order of the entries: what blocks before what asks, then by inliers."""
    best: dict[int, PartMatch] = {}
    for one in found:
        if one is None:
            continue
        known = best.get(one.entry)
        if known is None or (one.band is Band.BLOCK, one.inliers) > (known.band is Band.BLOCK, known.inliers):
            best[one.entry] = one
    return [best[entry] for entry in sorted(best)]


def match_local(
    queries: Sequence[LocalQuery], snapshot: Snapshot, rules: LocalRules
) -> list[list[PartMatch]]:
    """Search a batch; the matches of each query come one per entry, the best, ordered by entry.

    Args:
        queries: pictures.
        snapshot: opened, its sections checked.
        rules: from how many votes and inliers on a work is in a picture.
    """
    sized = _at_size(rules, snapshot)
    return [_matches(_Search(query, snapshot, sized), rules.votes) for query in queries]


def _matches(search: _Search, least: int) -> list[PartMatch]:
    found = _voted(search.query, search.snapshot, least)
    return surest(_verified(search, one) for one in _chosen(found, search.snapshot))


def verify(
    query: LocalQuery, snapshot: Snapshot, pictures: Sequence[int], rules: LocalRules
) -> list[PartMatch]:
    """Verify candidates that were found otherwise, upright and mirrored; one match per entry, the best.

    Args:
        query: the picture.
        snapshot: opened, its sections checked.
        pictures: numbers of pictures of the edition (`snapshot.pictures.picture_number`).
        rules: as for `match_local`.
    """
    search = _Search(query, snapshot, _at_size(rules, snapshot))
    return surest(
        _verified(search, _Candidate(0, number, mirrored))
        for number in pictures
        for mirrored in (False, True)
    )


def warm_up() -> None:
    """Compile the kernels (seconds, once per machine; cached on disk)."""
    from sekisho.snapshot.local_tables import build_local_tables  # noqa: PLC0415
    from sekisho.snapshot.stock import Standing  # noqa: PLC0415

    count = 16
    descriptors = np.arange(4 * count, dtype=np.uint64).reshape(count, 4)
    places = np.zeros((count, 4), np.uint16)
    stored = np.zeros((count, 6), np.uint8)
    stored[:, 1] = places[:, 0] = np.arange(count)
    standing = Standing(np.ones(1, np.bool_), np.zeros(1, np.int64), np.zeros(1, np.uint64))
    tables = build_local_tables(descriptors, np.zeros(count, np.uint32), standing)
    registered = descriptors.copy()
    # As in a mapped file: compiled code for arrays that can be written is another.
    for array in (registered, stored, *tables):
        array.flags.writeable = False
    pictures = Pictures(
        entry=np.zeros(1, np.uint32),
        print_=np.zeros(1, np.uint32),
        pdq=np.zeros((1, 32), np.uint8),
        size=np.full((1, 2), 64, np.uint16),
        first=np.array([0, count], np.uint64),
        descriptors=registered,
        places=stored,
        tables=tables,
    )
    voted(descriptors, places, pictures, np.ones(1, np.bool_), 1)
    placed = place(descriptors, places, registered, stored)
    levels = levels_of(np.zeros((64, 64, 3), np.uint8))
    size = np.full(2, 64, np.uint16)
    guided(levels, placed._replace(map_=np.array([1.0, 0, 0, 0, 1.0, 0])), registered, stored, size)
