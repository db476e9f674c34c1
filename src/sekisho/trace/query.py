"""A found file -> what records are asked for: its SHA-256, and the hashes of its frames in 8 orientations."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sekisho.fingerprint import Look
from sekisho.model import MIN_QUALITY, EntryId

__all__ = ["RADIUS", "TURNED_RADIUS", "Query", "fresh_frames", "query_of"]

RADIUS = 31
"""Bits of an upright picture; ThreatExchange's threshold for a match."""
TURNED_RADIUS = 20
"""Bits of a turned one: as the shipped policies, of which reference/policies.md has the false alarms."""
REPEATED = 6
"""Bits: a frame that is so near to the one before shows nothing new."""
MAX_FRAMES = 2_000
"""Frames of a film that are searched, evenly drawn from all of them."""


def _nothing() -> NDArray[np.uint8]:
    return np.empty((0, 8, 32), np.uint8)


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What of a file is searched.

    Attributes:
        sha256: 32 bytes.
        hashes: (frames, 8, 32) uint8 of the frames with enough detail, in the order of `DIHEDRAL`.
        frames: number of each of them in the file, from 0.
        entries: registered ones that the file was found to show.
    """

    sha256: bytes
    hashes: NDArray[np.uint8] = field(default_factory=_nothing)
    frames: Sequence[int] = ()
    entries: tuple[EntryId, ...] = ()


def _fresh(upright: NDArray[np.uint8]) -> list[int]:
    """Return the frames that do not look like the last one that was kept. O(n)."""
    kept: list[int] = []
    last = 0
    for number, row in enumerate(upright):
        value = int.from_bytes(row.tobytes())
        if not kept or (value ^ last).bit_count() > REPEATED:
            kept.append(number)
            last = value
    return kept


def fresh_frames(upright: NDArray[np.uint8]) -> list[int]:
    """Return the numbers of the frames of a film, (n, 32) uint8, that are searched."""
    kept = _fresh(upright)
    if len(kept) > MAX_FRAMES:
        kept = [kept[at] for at in np.linspace(0, len(kept) - 1, MAX_FRAMES).astype(np.int64)]
    return kept


def query_of(seen: Look, entries: Sequence[EntryId] = ()) -> Query:
    """Return what of a look is searched; nothing of frames that have too little detail.

    Args:
        seen: a look that made all eight orientations.
        entries: that the file was found to show.
    """
    made = seen.fingerprint
    hashes = _nothing() if seen.hashes is None else seen.hashes
    qualities = np.array([made.quality or 0, *(quality for _, quality in made.more)], np.int64)
    good = np.flatnonzero(qualities[: len(hashes)] >= MIN_QUALITY)
    kept = good[fresh_frames(hashes[good, 0])] if len(good) else good
    return Query(
        sha256=made.sha256,
        hashes=np.ascontiguousarray(hashes[kept]),
        frames=tuple(kept.tolist()),
        entries=tuple(entries),
    )
