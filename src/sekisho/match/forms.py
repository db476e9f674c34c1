"""Scan folded texts for the forms of a snapshot (see snapshot/names.py). Compiled, no bounds checks.

A text is scanned twice: its folded units as they are, and its Latin words in canonical spelling
(`lexicon.romaji.canonical`, letter by letter the same), where a form begins and ends with a word. Both
are linear: at each place at most 32 keys are looked up, and a key's forms are compared unit by unit.
"""

from typing import NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from sekisho.lexicon.fold import FoldedMany, fold_many
from sekisho.lexicon.romaji import LATIN_REACH, latin_letters
from sekisho.match.bits import prefetch
from sekisho.match.spelling import is_no_digit, letters_of, spell
from sekisho.model import Name
from sekisho.snapshot.names import MARK, MAX_KEYED, SEED, Names, build_names, check_names, decoded, mix, step

__all__ = ["Found", "find_forms", "warm_up"]

_CAPACITY = 256
_TOGETHER = 256
"""Keys that are looked up together; far more than `MAX_KEYED`, which one place can ask for."""
_TWO_OR_MORE = np.uint8(14)
"""Bits of `first` for forms of two units or more."""


class Found(NamedTuple):
    """A form in a text.

    Attributes:
        text: number of the text.
        begin, end: half-open, folded units of the text.
        row: of the form in the table.
        latin: it was found among the Latin words.
    """

    text: int
    begin: int
    end: int
    row: int
    latin: bool


@numba.njit(cache=True, nogil=True, inline="always")
def _shift(size: int) -> int:
    """Return by how many bits a hash is shifted to address a table of a power of two."""
    shift = 64
    while size > 1:
        size >>= 1
        shift -= 1
    return shift


@numba.njit(cache=True, nogil=True)
def _compared(
    stream: NDArray[np.uint32],
    at: int,
    end: int,
    units: NDArray[np.uint16],
    begin: int,
    stop: int,
) -> int:
    """Return how many units of a stream a form is, or 0 if it is another."""
    here = at
    while begin < stop:
        code, begin = decoded(units, begin, stop)
        if here == end or np.int64(stream[here]) != code:
            return 0
        here += 1
    return here - at


@numba.njit(cache=True, nogil=True)
def _look_up(
    key: np.uint64,
    stream: NDArray[np.uint32],
    at: int,
    end: int,
    length: int,
    marked: int,
    keys: NDArray[np.uint32],
    starts: NDArray[np.uint32],
    ends: NDArray[np.uint32],
    units: NDArray[np.uint16],
    found: int,
    out: NDArray[np.int64],
) -> int:
    """Write the rows and ends of the forms of a key that stand at a place; return the new number of hits.

    A form of `MAX_KEYED` units or more has the key of its first ones, any other has `length` units.
    """
    shift = _shift(len(starts) - 1)
    bucket = np.int64(key >> np.uint64(shift))
    wanted = np.uint32((key << np.uint64(64 - shift)) >> np.uint64(32))
    left, right = np.int64(starts[bucket]), np.int64(starts[bucket + 1])
    stop = right
    while left < right:
        middle = (left + right) >> 1
        if keys[middle] < wanted:
            left = middle + 1
        else:
            right = middle
    while left < stop and keys[left] == wanted:
        begin = int(ends[left])
        if (units[begin] == MARK) == marked:
            matched = _compared(stream, at, end, units, begin + marked, int(ends[left + 1]))
            if matched == length or (length == MAX_KEYED and matched > length):
                if found < out.shape[1]:
                    out[1, found] = at
                    out[2, found] = at + matched
                    out[3, found] = left
                found += 1
        left += 1
    return found


@numba.njit(cache=True, nogil=True, inline="always")
def _may_begin(state: np.uint64, one: int, two: int, first: NDArray[np.uint8], shift: np.uint64) -> int:
    """Return the bits of `first` for a form that begins with a unit, or with two; see `snapshot.names`."""
    state = step(state, one)
    alone = first[mix(state) >> shift] & np.uint8(1)
    return int(alone | (first[mix(step(state, two)) >> shift] & np.uint8(14)))


@numba.njit(cache=True, nogil=True)
def _has_single(first: NDArray[np.uint8]) -> bool:
    """Tell whether the filter knows a form of one unit; some 30 bytes at a time."""
    some = np.uint8(0)
    for place in range(first.shape[0]):
        some |= first[place]
    return bool(some & np.uint8(1))


@numba.njit(cache=True, nogil=True)
def _open(
    stream: NDArray[np.uint32],
    empty: np.uint64,
    single: bool,  # noqa: FBT001 - compiled
    first: NDArray[np.uint8],
    fourth: NDArray[np.uint8],
    places: NDArray[np.uint32],
) -> int:
    """Fill the places where a form may begin, without a branch for each; return their number.

    Asked are the first two units, then the first four of what is no shorter. The last three places are
    always among them: the filters speak of units that are not there. `single` tells whether a form has
    only one unit; hardly a table has one, and without it half of the questions fall away.
    """
    first_shift = np.uint64(_shift(len(first)))
    fourth_shift = np.uint64(_shift(len(fourth)) - 3)
    last = max(0, stream.shape[0] - 3)
    some = 0
    if single:
        for at in range(last):
            places[some] = at
            some += int(_may_begin(empty, stream[at], stream[at + 1], first, first_shift) != 0)
    else:
        for at in range(last):
            places[some] = at
            pair = mix(step(step(empty, stream[at]), stream[at + 1]))
            some += int((first[pair >> first_shift] & _TWO_OR_MORE) != 0)
    count = 0
    for number in range(some):
        at = int(places[number])
        state = step(step(empty, stream[at]), stream[at + 1])
        place = mix(step(step(state, stream[at + 2]), stream[at + 3])) >> fourth_shift
        long = (fourth[place >> np.uint64(3)] >> np.uint8(place & np.uint64(7))) & np.uint8(1)
        short = _may_begin(empty, stream[at], stream[at + 1], first, first_shift) & 7
        places[count] = at
        count += int((long != 0) | (short != 0))
    for at in range(last, stream.shape[0]):
        places[count] = at
        count += 1
    return count


@numba.njit(cache=True, nogil=True)
def _ask(
    sought: NDArray[np.uint64],
    count: int,
    stream: NDArray[np.uint32],
    marked: int,
    keys: NDArray[np.uint32],
    starts: NDArray[np.uint32],
    ends: NDArray[np.uint32],
    units: NDArray[np.uint16],
    found: int,
    out: NDArray[np.int64],
) -> int:
    """Look up what is sought: (3, n) keys, places and lengths; return the new number of hits.

    Half of the buckets are empty, and none is waited for: the keys of all others come meanwhile.
    """
    shift = np.uint64(_shift(len(starts) - 1))
    left = 0
    for number in range(count):
        key, at, length = sought[0, number], sought[1, number], sought[2, number]
        bucket = int(np.int64(key >> shift))
        begin = int(np.int64(starts[bucket]))
        sought[0, left], sought[1, left], sought[2, left] = key, at, length
        left += int(begin < np.int64(starts[bucket + 1]))
        prefetch(keys, min(begin, len(keys) - 1))
    end = stream.shape[0]
    for number in range(left):
        key = sought[0, number]
        at, length = int(np.int64(sought[1, number])), int(np.int64(sought[2, number]))
        found = _look_up(key, stream, at, end, length, marked, keys, starts, ends, units, found, out)
    return found


@numba.njit(cache=True, nogil=True)
def _scan(
    stream: NDArray[np.uint32],
    marked: int,
    edges: NDArray[np.uint8],
    places: NDArray[np.uint32],
    sought: NDArray[np.uint64],
    single: bool,  # noqa: FBT001 - compiled
    keys: NDArray[np.uint32],
    starts: NDArray[np.uint32],
    ends: NDArray[np.uint32],
    units: NDArray[np.uint16],
    first: NDArray[np.uint8],
    fourth: NDArray[np.uint8],
    lengths: NDArray[np.uint32],
    found: int,
    out: NDArray[np.int64],
) -> int:
    """Find the forms in a stream, at `edges` only if it is `marked`; return the number of hits.

    `places` has room for each unit of the stream, `sought` (3, n) for some keys that are looked up together.
    """
    first_shift = np.uint64(_shift(len(first)))
    fourth_shift = np.uint64(_shift(len(fourth)) - 3)
    lengths_shift = np.uint64(_shift(len(lengths)))
    starts_shift = np.uint64(_shift(len(starts) - 1))
    end = stream.shape[0]
    empty = np.uint64(SEED)
    if marked:
        empty = step(empty, MARK)
    count = 0
    for number in range(_open(stream, empty, single, first, fourth, places)):
        at = int(places[number])
        if marked and not edges[at]:
            continue
        state = step(empty, stream[at])
        left = np.uint32(first[mix(state) >> first_shift] & np.uint8(1))
        if at + 1 < end:
            state = step(state, stream[at + 1])
            there = first[mix(state) >> first_shift]
            left |= np.uint32(there & np.uint8(6))
            if there >= np.uint8(8) and at + 3 < end:
                state = step(step(state, stream[at + 2]), stream[at + 3])
                key = mix(state)
                place = key >> fourth_shift
                if (fourth[place >> np.uint64(3)] >> np.uint8(place & np.uint64(7))) & np.uint8(1):
                    left |= lengths[key >> lengths_shift]
        if count > sought.shape[1] - MAX_KEYED:
            found = _ask(sought, count, stream, marked, keys, starts, ends, units, found, out)
            count = 0
        state = empty
        length = 0
        while left and at + length < end:
            state = step(state, stream[at + length])
            length += 1
            if left & np.uint32(1):
                key = mix(state)
                sought[0, count], sought[1, count], sought[2, count] = key, at, length
                prefetch(starts, np.int64(key >> starts_shift))
                count += 1
            left >>= np.uint32(1)
    return _ask(sought, count, stream, marked, keys, starts, ends, units, found, out)


@numba.njit(cache=True, nogil=True)
def _latin_part(units: NDArray[np.uint32]) -> tuple[int, int]:
    """Return the part of a text outside of which there are no Latin letters; half-open.

    A digit can stand for a letter, but only where there are others: a text of digits alone has no part.
    """
    many = np.uint32(0)
    for at in range(units.shape[0]):
        many = np.uint32(many + np.uint32(is_no_digit(units[at])))
    if not many:
        return 0, 0
    begin, end = 0, units.shape[0]
    while units[begin] >= LATIN_REACH:
        begin += 1
    while units[end - 1] >= LATIN_REACH:
        end -= 1
    return begin, end


@numba.njit(cache=True, nogil=True)
def _find(
    units_of: NDArray[np.uint32],
    source: NDArray[np.int32],
    begins: NDArray[np.int64],
    characters: NDArray[np.uint32],
    first_of: NDArray[np.int64],
    table: NDArray[np.uint8],
    keys: NDArray[np.uint32],
    starts: NDArray[np.uint32],
    ends: NDArray[np.uint32],
    units: NDArray[np.uint16],
    first: NDArray[np.uint8],
    fourth: NDArray[np.uint8],
    lengths: NDArray[np.uint32],
    out: NDArray[np.int64],
) -> int:
    """Fill out (5, capacity) with text, begin, end, row, latin; return the number of hits, even if more."""
    single = _has_single(first)
    longest = 0
    for text in range(len(begins) - 1):
        longest = max(longest, begins[text + 1] - begins[text])
    letters = np.empty(longest, np.uint8)
    opens = np.empty(longest, np.uint8)
    stream = np.empty(2 * longest + 2, np.uint32)
    place = np.empty(2 * longest + 2, np.int32)
    stop = np.empty(2 * longest + 2, np.int32)
    edges = np.empty(2 * longest + 2, np.uint8)
    places = np.empty(2 * longest + 2, np.uint32)
    sought = np.empty((3, _TOGETHER), np.uint64)
    found = 0
    for text in range(len(begins) - 1):
        begin, end = begins[text], begins[text + 1]
        before = found
        part = units_of[begin:end]
        found = _scan(
            part,
            0,
            edges,
            places,
            sought,
            single,
            keys,
            starts,
            ends,
            units,
            first,
            fourth,
            lengths,
            found,
            out,
        )
        for hit in range(before, min(found, out.shape[1])):
            out[0, hit] = text
            out[4, hit] = 0
        some, last = _latin_part(part)
        begin, end = begin + some, begin + last
        if not letters_of(units_of, source, begin, end, characters, first_of[text], table, letters, opens):
            continue
        before = found
        part = stream[: spell(letters, opens, end - begin, stream, place, stop, edges)]
        found = _scan(
            part,
            1,
            edges,
            places,
            sought,
            single,
            keys,
            starts,
            ends,
            units,
            first,
            fourth,
            lengths,
            found,
            out,
        )
        kept = before
        for hit in range(before, min(found, out.shape[1])):
            if edges[out[2, hit]]:
                out[0, kept] = text
                out[1, kept] = some + place[out[1, hit]]
                out[2, kept] = some + stop[out[2, hit] - 1]
                out[3, kept] = out[3, hit]
                out[4, kept] = 1
                kept += 1
        if found <= out.shape[1]:
            found = kept
    return found


def find_forms(folded: FoldedMany, names: Names) -> list[Found]:
    """Return every form that stands in some texts, by text; of Latin words after those of other units.

    Args:
        folded: the texts.
        names: a checked table (`snapshot.names.check_names`): the kernels have no bounds checks.
    """
    if not len(names.keys) or not len(folded.units):
        return []
    begins = np.concatenate([np.zeros(1, np.int64), folded.ends])
    capacity = _CAPACITY
    while True:
        out = np.empty((5, capacity), np.int64)
        count = _find(
            folded.units,
            folded.source,
            folded.starts,
            folded.characters,
            begins,
            latin_letters(),
            names.keys,
            names.starts,
            names.ends,
            names.units,
            names.first,
            names.fourth,
            names.lengths,
            out,
        )
        if count <= capacity:
            return [
                Found(text, begin, end, row, bool(latin))
                for text, begin, end, row, latin in out[:, :count].T.tolist()
            ]
        capacity = int(count)


def warm_up() -> None:
    """Compile the kernels (seconds, once per machine; cached on disk)."""
    names = ("星野 ひかり", "Hoshi")
    made = build_names([tuple(Name(text=text) for text in names)])
    check_names(made)
    find_forms(fold_many(names), made)
