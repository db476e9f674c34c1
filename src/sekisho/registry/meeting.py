"""Entries of an edition that have parts in common with others' entries, or with pictures of a background.

An edition is asked, since it has the tables that make this quick. What is found is reported to people: the
holders of both entries have to be told, and a declared entry can only cause review anyway.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from sekisho.fingerprint.local import Features, features_of, query_features
from sekisho.fingerprint.working import working_picture
from sekisho.match.local import LocalQuery, match_local
from sekisho.media import Pixels
from sekisho.model import Entry, EntryId, KeyId, Local, LocalRules, Trust
from sekisho.snapshot import Snapshot
from sekisho.snapshot.pictures import Pictures

__all__ = ["Meeting", "meetings", "part_alarms", "query_of", "query_of_local"]

RULES = LocalRules()
"""What blocks by default counts: fewer features that agree are for review of single items."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Meeting:
    """Two entries of different holders of which one shows a part of the other.

    Attributes:
        inliers: local features that agree on one place.
        entry: the one that was registered later.
    """

    inliers: int
    entry: EntryId
    registrant: KeyId
    trust: Trust
    other: EntryId
    other_registrant: KeyId
    other_trust: Trust


def query_of(pixels: Pixels) -> LocalQuery:
    """Return what is asked of an edition about a picture."""
    return LocalQuery(query_features(working_picture(pixels)))


def query_of_local(local: Local) -> LocalQuery:
    """Return the same of registered features; the flipped picture is not asked about."""
    return _upright(features_of(local))


def _upright(features: Features) -> LocalQuery:
    none = Features(np.empty((0, 4), np.uint64), np.empty((0, 4), np.uint16), features.width, features.height)
    return LocalQuery((features, none))


def part_alarms(snapshot: Snapshot, background: Iterable[LocalQuery]) -> Mapping[EntryId, int]:
    """Count, for each entry, the pictures of a background of which it is a part, or that are a part of it."""
    hits: Counter[int] = Counter()
    for query in background:
        (found,) = match_local([query], snapshot, RULES)
        hits.update(one.entry for one in found if one.inliers >= RULES.inliers_block)
    return {snapshot.entry(number).id: count for number, count in hits.items()}


def _registered(pictures: Pictures, row: int) -> LocalQuery:
    begin, end = int(pictures.first[row]), int(pictures.first[row + 1])
    packed = pictures.places[begin:end]
    places = np.empty((end - begin, 4), np.uint16)
    places[:, :2] = np.ascontiguousarray(packed[:, :4]).view("<u2")
    places[:, 2:] = packed[:, 4:]
    width, height = pictures.size[row].tolist()
    descriptors = np.ascontiguousarray(pictures.descriptors[begin:end]).astype(np.uint64)
    return _upright(Features(descriptors, places, width, height))


def _asked(snapshot: Snapshot, entries: Collection[EntryId]) -> Iterator[tuple[int, LocalQuery]]:
    wanted = {snapshot.entry_number(entry) for entry in entries}
    for pictures in snapshot.pictures:
        for row, number in enumerate(pictures.entry.tolist()):
            if number in wanted:
                yield number, _registered(pictures, row)


def _later(one: Entry, other: Entry) -> tuple[Entry, Entry]:
    first, second = sorted((one, other), key=lambda e: (e.registered, e.id))
    return second, first


def meetings(snapshot: Snapshot, entries: Collection[EntryId]) -> tuple[Meeting, ...]:
    """Find the entries of other holders with which some entries have a part of a picture in common.

    Args:
        snapshot: the edition.
        entries: those that are asked about; some milliseconds for each of their pictures.

    Returns:
        Each pair once, the surest first.
    """
    best: dict[tuple[int, int], int] = {}
    for number, query in _asked(snapshot, entries):
        (found,) = match_local([query], snapshot, RULES)
        for one in found:
            pair = min(number, one.entry), max(number, one.entry)
            if number != one.entry and one.inliers >= RULES.inliers_block:
                best[pair] = max(one.inliers, best.get(pair, 0))
    made = []
    for (a, b), inliers in best.items():
        entry, other = _later(snapshot.entry(a), snapshot.entry(b))
        if entry.registrant.key != other.registrant.key:
            made.append(
                Meeting(
                    inliers=inliers,
                    entry=entry.id,
                    registrant=entry.registrant.key,
                    trust=entry.trust,
                    other=other.id,
                    other_registrant=other.registrant.key,
                    other_trust=other.trust,
                )
            )
    return tuple(sorted(made, reverse=True))
