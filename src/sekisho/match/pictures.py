"""Looks x snapshot -> matches: which entries a batch of pictures meets, how, and how closely."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sekisho.fingerprint import DIHEDRAL, Look
from sekisho.match.exact import find_exact
from sekisho.match.films import film_entries
from sekisho.match.hamming import search
from sekisho.model import Method, Policy
from sekisho.snapshot import Snapshot
from sekisho.snapshot.films import Films
from sekisho.snapshot.hashes import Hashes

__all__ = ["Match", "known_files", "match_pictures", "queried"]

_Pass = tuple[NDArray[np.uint64], NDArray[np.int64], int]
"""Hashes (Q, 4), their origins (Q, 3), and the radius of the search."""


class Match(NamedTuple):
    """The closest meeting of one item with one entry.

    Attributes:
        entry: its number in the snapshot.
        distance, threshold: bits; 0 and 0 for SHA-256.
        orientation: how the item has to be turned to meet the work, 0-7 (`DIHEDRAL`).
        frame: of the item, from 0.
        at: of a film, when the frame is shown, in milliseconds; -1 for pictures and animations.
    """

    entry: int
    method: Method
    distance: int
    threshold: int
    orientation: int = 0
    frame: int = 0
    at: int = -1

    def detail(self) -> dict[str, str | int]:
        """Return what `explain` says beyond the distance."""
        facts: dict[str, str | int] = {}
        if self.orientation:
            facts["orientation"] = DIHEDRAL[self.orientation]
        if self.frame:
            facts["frame"] = self.frame
        if self.at >= 0:
            facts["at"] = self.at
        return facts


def _queries(
    looks: Sequence[Look], policy: Policy, orientations: slice
) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Return hashes (Q, 4) uint64 and where each comes from (Q, 3): item, frame, orientation."""
    hashes: list[NDArray[np.uint8]] = []
    items: list[int] = []
    frames: list[int] = []
    for number, seen in enumerate(looks):
        if seen.hashes is None or seen.hashes.shape[1] < orientations.stop:
            continue
        qualities = (seen.fingerprint.quality or 0, *(q for _, q in seen.fingerprint.more))
        for frame, quality in enumerate(qualities):
            if quality >= policy.min_quality:
                hashes.append(seen.hashes[frame, orientations])
                items.append(number)
                frames.append(frame)
    if not hashes:
        return np.empty((0, 4), np.uint64), np.empty((0, 3), np.int64)
    turns = np.arange(orientations.start, orientations.stop)
    origin = (np.repeat(items, len(turns)), np.repeat(frames, len(turns)), np.tile(turns, len(items)))
    return np.concatenate(hashes).view("<u8"), np.stack(origin, axis=1)


def queried(looks: Sequence[Look], policy: Policy) -> list[_Pass]:
    """Return hashes, origins and radius of each pass: upright, then turned if the policy asks for it."""
    passes = [(slice(0, 1), policy.radius)]
    if policy.rotations is not None:
        passes.append((slice(1, 8), policy.rotations))
    made = [(*_queries(looks, policy, orientations), radius) for orientations, radius in passes]
    return [one for one in made if len(one[0])]


def known_files(digests: Sequence[bytes], snapshot: Snapshot) -> list[bool]:
    """Tell for each SHA-256 whether some entry has that very file."""
    known = np.zeros(len(digests), np.bool_)
    for table in snapshot.tables:
        known |= find_exact(table.sha256.values, digests) >= 0
    return known.tolist()


def _met(
    looks: Sequence[Look], asked: Sequence[_Pass], table: Hashes, films: Films | None
) -> Iterator[tuple[int, Match]]:
    """Yield every meeting of a frame with an entry, with the number of its item."""
    moving = [bool(seen.fingerprint.times) for seen in looks]
    for queries, origin, radius in asked:
        found = np.stack(search(table.pdq_index(), queries, radius), axis=1).tolist()
        rows = [row for query, row, _ in found if moving[origin[query, 0]]]
        of_films = film_entries(films, rows) if films is not None else {}
        for query, row, distance in found:
            number, frame, orientation = origin[query].tolist()
            at = looks[number].fingerprint.times[frame] if looks[number].is_film else -1
            for entry in table.pdq.owners(row):
                if not moving[number] or entry not in of_films.get(row, ()):
                    yield number, Match(entry, Method.PDQ, distance, radius, orientation, frame, at)


def match_pictures(
    looks: Sequence[Look],
    snapshot: Snapshot,
    policy: Policy,
    *,
    known: Sequence[Sequence[Match]] | None = None,
) -> list[list[Match]]:
    """Search a batch; each item's matches come one per entry, the closest, ordered by entry.

    A film or animation meets the stills that are registered; whether it shows a registered film is told by
    many frames together (`match.films`), not by one of them.

    Args:
        looks: the items.
        snapshot: opened, its sections checked.
        policy: what is compared, and within which radius.
        known: of each item all matches with entries of the base, found before by the same rules; then
            only what was added since is searched.
    """
    best = [{match.entry: match for match in before} for before in known or ((),) * len(looks)]

    def keep(item: int, match: Match) -> None:
        known = best[item].get(match.entry)
        if known is None or (match.distance, match.orientation, match.frame, match.method != "sha256") < (
            known.distance,
            known.orientation,
            known.frame,
            known.method != "sha256",
        ):
            best[item][match.entry] = match

    asked = queried(looks, policy)
    searched = list(zip_longest(snapshot.tables, snapshot.films))
    for table, films in searched if known is None else searched[1:]:
        same = find_exact(table.sha256.values, [seen.fingerprint.sha256 for seen in looks])
        for item in np.nonzero(same >= 0)[0]:
            for entry in table.sha256.owners(int(same[item])):
                keep(int(item), Match(entry, Method.SHA256, 0, 0))
        for number, match in _met(looks, asked, table, films) if len(table.pdq.values) else ():
            keep(number, match)
    return [[matches[entry] for entry in sorted(matches)] for matches in best]
