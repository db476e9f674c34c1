"""Registered films: when which frame is shown, and where its hash lies in the table of PDQ."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sekisho.model import MAX_FRAMES_OF_FILM
from sekisho.snapshot.hashes import Owned
from sekisho.snapshot.pictures import rising, spans_hold

__all__ = ["Films", "film_lengths", "films_hold", "films_of", "merged_films"]


class Films(NamedTuple):
    """Films of a base, or of all deltas together.

    Attributes:
        entry: (t,) uint32, ascending; of the segment, or of the edition.
        print_: (t,) uint32, which print of its entry.
        duration: (t,) uint32, milliseconds.
        first: (t + 1,) uint64, first frame of each film, and the end.
        time: (g,) uint32, milliseconds from the beginning, ascending in each film.
        row: (g,) uint32, row of the PDQ table beside it: `Snapshot.tables[i].pdq` for `Snapshot.films[i]`.
    """

    entry: NDArray[np.uint32]
    print_: NDArray[np.uint32]
    duration: NDArray[np.uint32]
    first: NDArray[np.uint64]
    time: NDArray[np.uint32]
    row: NDArray[np.uint32]


def film_lengths(films: int, frames: int) -> dict[str, int]:
    """Return the bytes of every section of films."""
    return {
        "film.entry": 4 * films,
        "film.print": 4 * films,
        "film.duration": 4 * films,
        "film.first": 8 * (films + 1),
        "film.time": 4 * frames,
        "film.row": 4 * frames,
    }


def films_of(sections: Mapping[str, memoryview]) -> Films:
    """Return the films as they lie in a segment; entries are rows of the segment."""
    return Films(
        entry=np.frombuffer(sections["film.entry"], "<u4"),
        print_=np.frombuffer(sections["film.print"], "<u4"),
        duration=np.frombuffer(sections["film.duration"], "<u4"),
        first=np.frombuffer(sections["film.first"], "<u8"),
        time=np.frombuffer(sections["film.time"], "<u4"),
        row=np.frombuffer(sections["film.row"], "<u4"),
    )


def films_hold(films: Films, entries: int, hashes: int) -> bool:
    """Check that every number stays in its table and that time runs forward. O(frames).

    Args:
        films: of the lengths that go together.
        entries: number of entries of the segment.
        hashes: number of rows of its PDQ table.
    """
    if bool((films.entry >= entries).any()) or not rising(films.entry, films.print_):
        return False
    if not spans_hold(films.first, len(films.time), MAX_FRAMES_OF_FILM):
        return False
    if bool((films.row >= hashes).any()):
        return False
    forward = films.time[1:] > films.time[:-1]
    begins = films.first[1:-1].astype(np.int64) - 1
    forward[begins] = True
    ends = films.time[films.first[1:].astype(np.int64) - 1]
    return bool(forward.all()) and not bool((ends > films.duration).any())


def merged_films(parts: Sequence[tuple[Films, Owned, int]], merged: Owned) -> Films:
    """Merge the films of checked deltas.

    Args:
        parts: one or more, each with the PDQ table of its segment and the number of its first entry.
        merged: the PDQ table of all of them.
    """
    first, end, rows = [np.zeros(1, np.uint64)], np.uint64(0), [np.empty(0, np.uint32)]
    for films, pdq, _ in parts:
        first.append(films.first[1:] + end)
        end += films.first[-1]
        place = np.searchsorted(merged.values, pdq.values).astype(np.uint32)
        rows.append(place[films.row])
    return Films(
        entry=np.concatenate([films.entry + np.uint32(begin) for films, _, begin in parts]),
        print_=np.concatenate([films.print_ for films, _, _ in parts]),
        duration=np.concatenate([films.duration for films, _, _ in parts]),
        first=np.concatenate(first),
        time=np.concatenate([films.time for films, _, _ in parts]),
        row=np.concatenate(rows),
    )
