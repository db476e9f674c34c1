"""Looks x snapshot -> matches: which entries a batch of pictures meets, how, and how closely."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sekisho.fingerprint import DIHEDRAL, Look
from sekisho.match.exact import find_exact
from sekisho.match.hamming import search
from sekisho.model import Method, Policy
from sekisho.snapshot import Snapshot

__all__ = ["Match", "match_pictures"]


class Match(NamedTuple):
    """The closest meeting of one item with one entry.

    Attributes:
        entry: row of the snapshot's entry table.
        distance, threshold: bits; 0 and 0 for SHA-256.
        orientation: how the item has to be turned to meet the work, 0-7 (`DIHEDRAL`).
        frame: of the item, from 0.
    """

    entry: int
    method: Method
    distance: int
    threshold: int
    orientation: int = 0
    frame: int = 0

    def detail(self) -> dict[str, str | int]:
        """Return what `explain` says beyond the distance."""
        facts: dict[str, str | int] = {}
        if self.orientation:
            facts["orientation"] = DIHEDRAL[self.orientation]
        if self.frame:
            facts["frame"] = self.frame
        return facts


def _queries(
    looks: Sequence[Look], policy: Policy, orientations: slice
) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Return hashes (Q, 4) uint64 and where each comes from (Q, 3): item, frame, orientation."""
    hashes: list[NDArray[np.uint8]] = []
    origin: list[tuple[int, int, int]] = []
    for number, seen in enumerate(looks):
        if seen.hashes is None:
            continue
        qualities = (seen.fingerprint.quality or 0, *(q for _, q in seen.fingerprint.more))
        for frame, quality in enumerate(qualities):
            if quality >= policy.min_quality:
                rows = seen.hashes[frame, orientations]
                hashes.append(rows)
                first = orientations.start
                origin += [(number, frame, first + k) for k in range(len(rows))]
    if not hashes:
        return np.empty((0, 4), np.uint64), np.empty((0, 3), np.int64)
    return np.concatenate(hashes).view("<u8"), np.array(origin, np.int64)


def match_pictures(looks: Sequence[Look], snapshot: Snapshot, policy: Policy) -> list[list[Match]]:
    """Search a batch; each item's matches come one per entry, the closest, ordered by entry."""
    best: list[dict[int, Match]] = [{} for _ in looks]

    def keep(item: int, match: Match) -> None:
        known = best[item].get(match.entry)
        if known is None or (match.distance, match.orientation, match.frame, match.method != "sha256") < (
            known.distance,
            known.orientation,
            known.frame,
            known.method != "sha256",
        ):
            best[item][match.entry] = match

    found = find_exact(snapshot.sha256_rows(), [seen.fingerprint.sha256 for seen in looks])
    for item in np.nonzero(found >= 0)[0]:
        for entry in snapshot.owners("sha256", int(found[item])):
            keep(int(item), Match(entry, Method.SHA256, 0, 0))
    index = snapshot.pdq_index()
    passes = [(slice(0, 1), policy.radius)]
    if policy.rotations is not None:
        passes.append((slice(1, 8), policy.rotations))
    for orientations, radius in passes:
        queries, origin = _queries(looks, policy, orientations)
        if not len(queries) or not len(index[0]):
            continue
        for query, row, distance in np.stack(search(index, queries, radius), axis=1).tolist():
            number, frame, orientation = origin[query].tolist()
            for entry in snapshot.owners("pdq", row):
                keep(number, Match(entry, Method.PDQ, distance, radius, orientation, frame))
    return [[matches[entry] for entry in sorted(matches)] for matches in best]
