"""Registered pictures with local features, as flat arrays: of a base as they lie in the file, or merged.

    entry        (p,) uint32     ascending; of the segment, or of the edition
    print_       (p,) uint32     which print of its entry, from 0
    pdq          (p, 32) uint8   zeros if it has none
    size         (p, 2) uint16   width, height of the working picture
    first        (p + 1,) uint64 first feature of each picture, and the end
    descriptors  (f, 4) uint64
    places       (f, 6) uint8    x, y (uint16 little-endian, 1/64 px), angle (1/256 turn), level
    tables                       see local_tables.py

A feature is 38 bytes, its places in the tables 33; a picture has at most 300.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from sekisho.model import MAX_FEATURES, WORKING_SIDE
from sekisho.snapshot.local_tables import LocalTables, build_local_tables, tables_hold
from sekisho.snapshot.stock import Standing

__all__ = [
    "MAX_LEVEL",
    "PLACE_STEPS",
    "Pictures",
    "feature_entries",
    "joined_pictures",
    "picture_lengths",
    "picture_number",
    "pictures_hold",
    "pictures_of",
    "rising",
    "spans_hold",
]

PLACE_STEPS = 64
"""Places are in 1/64 of a pixel."""
MAX_LEVEL = 31
_PLACE_BYTES = 6

Judge = Callable[[NDArray[np.uint32]], Standing]
"""Return the standing of some entries by number, in that order."""


class Pictures(NamedTuple):
    """Pictures and their features; the columns are described above."""

    entry: NDArray[np.uint32]
    print_: NDArray[np.uint32]
    pdq: NDArray[np.uint8]
    size: NDArray[np.uint16]
    first: NDArray[np.uint64]
    descriptors: NDArray[np.uint64]
    places: NDArray[np.uint8]
    tables: LocalTables


def picture_lengths(pictures: int, features: int) -> dict[str, int]:
    """Return the bytes of every section of pictures, the tables excepted."""
    return {
        "picture.entry": 4 * pictures,
        "picture.print": 4 * pictures,
        "picture.pdq": 32 * pictures,
        "picture.size": 4 * pictures,
        "picture.first": 8 * (pictures + 1),
        "local.descriptors": 32 * features,
        "local.places": _PLACE_BYTES * features,
    }


def pictures_of(sections: Mapping[str, memoryview]) -> Pictures:
    """Return the pictures as they lie in a segment; entries are rows of the segment."""
    return Pictures(
        entry=np.frombuffer(sections["picture.entry"], "<u4"),
        print_=np.frombuffer(sections["picture.print"], "<u4"),
        pdq=np.frombuffer(sections["picture.pdq"], np.uint8).reshape(-1, 32),
        size=np.frombuffer(sections["picture.size"], "<u2").reshape(-1, 2),
        first=np.frombuffer(sections["picture.first"], "<u8"),
        descriptors=np.frombuffer(sections["local.descriptors"], "<u8").reshape(-1, 4),
        places=np.frombuffer(sections["local.places"], np.uint8).reshape(-1, _PLACE_BYTES),
        tables=LocalTables(
            starts=np.frombuffer(sections["local.starts"], "<u4"),
            ids=np.frombuffer(sections["local.ids"], "<u4"),
        ),
    )


@numba.njit(cache=True, nogil=True)
def _places_hold(first: NDArray[np.uint64], size: NDArray[np.uint16], places: NDArray[np.uint8]) -> bool:
    """Tell whether every feature lies in its picture, on a level that there can be."""
    for picture in range(len(size)):
        right, bottom = PLACE_STEPS * int(size[picture, 0]), PLACE_STEPS * int(size[picture, 1])
        for row in range(int(first[picture]), int(first[picture + 1])):
            x = int(places[row, 0]) | int(places[row, 1]) << 8
            y = int(places[row, 2]) | int(places[row, 3]) << 8
            if x > right or y > bottom or places[row, 5] > MAX_LEVEL:
                return False
    return True


def rising(entry: NDArray[np.uint32], print_: NDArray[np.uint32]) -> bool:
    """Tell whether rows are sorted by entry and print, none twice."""
    same = entry[1:] == entry[:-1]
    return bool(((entry[1:] > entry[:-1]) | (same & (print_[1:] > print_[:-1]))).all())


def spans_hold(first: NDArray[np.uint64], end: int, most: int) -> bool:
    """Tell whether offsets begin at 0, end at `end`, and each span has from 1 to `most` rows."""
    if first[0] != 0 or first[-1] != end or bool((first[1:] <= first[:-1]).any()):
        return False
    return not bool((first[1:] - first[:-1] > most).any())


def pictures_hold(pictures: Pictures, entries: int, *, tabled: bool) -> bool:
    """Check everything that the search, which has no bounds checks, relies on. O(features).

    Args:
        pictures: of the lengths that go together.
        entries: number of entries of the segment.
        tabled: whether it has hash tables, as a base with features has.
    """
    features = len(pictures.descriptors)
    return (
        not bool((pictures.entry >= entries).any())
        and rising(pictures.entry, pictures.print_)
        and not bool(((pictures.size < 1) | (pictures.size > WORKING_SIDE)).any())
        and spans_hold(pictures.first, features, MAX_FEATURES)
        and bool(_places_hold(pictures.first, pictures.size, pictures.places))
        and tables_hold(pictures.tables, features if tabled else 0)
    )


def picture_number(pictures: Sequence[Pictures], entry: int, print_: int) -> int | None:
    """Return the number of a print's picture among those of an edition, None if it has none. O(log p).

    Pictures are numbered from 0: those of the base, then those of the deltas.
    """
    begin = 0
    for some in pictures:
        first, end = np.searchsorted(some.entry, [entry, entry + 1])
        row = int(first + np.searchsorted(some.print_[first:end], print_))
        if row < end and some.print_[row] == print_:
            return begin + row
        begin += len(some.entry)
    return None


def feature_entries(entry: NDArray[np.uint32], first: NDArray[np.uint64]) -> NDArray[np.uint32]:
    """Return the entry of each feature, (f,)."""
    ends = first.astype(np.int64)
    return np.repeat(entry, ends[1:] - ends[:-1])


def joined_pictures(parts: Sequence[tuple[Pictures, int]], judge: Judge) -> Pictures:
    """Return the pictures of some segments in one; entries are numbers of the edition.

    Args:
        parts: one or more, in sequence, each with the number of its first entry.
        judge: tells the standing of entries as it is now.
    """
    first, end = [np.zeros(1, np.uint64)], np.uint64(0)
    for pictures, _ in parts:
        first.append(pictures.first[1:] + end)
        end += pictures.first[-1]
    descriptors = np.concatenate([pictures.descriptors for pictures, _ in parts])
    entry = np.concatenate([pictures.entry + np.uint32(begin) for pictures, begin in parts])
    numbers, place = np.unique(feature_entries(entry, np.concatenate(first)), return_inverse=True)
    made = Pictures(
        entry=entry,
        print_=np.concatenate([pictures.print_ for pictures, _ in parts]),
        pdq=np.concatenate([pictures.pdq for pictures, _ in parts]),
        size=np.concatenate([pictures.size for pictures, _ in parts]),
        first=np.concatenate(first),
        descriptors=descriptors,
        places=np.concatenate([pictures.places for pictures, _ in parts]),
        tables=build_local_tables(descriptors, place.astype(np.uint32), judge(numbers)),
    )
    # As in a mapped file: compiled code for arrays that can be written is another.
    for array in (*made[:-1], *made.tables):
        array.flags.writeable = False
    return made
