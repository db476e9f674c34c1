"""Scan folded texts for the forms of a snapshot (see snapshot/names.py). Compiled, no bounds checks.

A text is scanned twice: its folded units as they are, and its Latin words in canonical spelling
(`lexicon.romaji.canonical`, letter by letter the same), where a form begins and ends with a word. Both
are linear: at each place at most 32 keys are looked up, and a key's forms are compared unit by unit.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from sekisho.lexicon.fold import FoldedMany, code_points, fold_many
from sekisho.lexicon.romaji import LATIN_REACH, latin_letters
from sekisho.model import Name
from sekisho.snapshot.names import MARK, MAX_KEYED, SEED, Names, build_names, check_names, decoded, mix, step

__all__ = ["Found", "find_forms", "warm_up"]

_CAPACITY = 256
_NONE = 0
_ANY = 0
_INVISIBLE = np.array(
    [
        (0xAD, 0xAD),
        (0x300, 0x36F),
        (0x180E, 0x180E),
        (0x200B, 0x200F),
        (0x202A, 0x202E),
        (0x2060, 0x206F),
        (0xFE00, 0xFE0F),
        (0xFEFF, 0xFEFF),
        (0xE0000, 0xE01FF),
    ],
    np.int64,
)
"""First and last of the characters that do not end a word although they are no letters."""
_A, _B, _C, _D, _E, _F, _H, _I, _J, _L, _M, _N, _O, _P, _R, _S, _T, _U, _Y, _Z = (
    ord(letter) for letter in "abcdefhijlmnoprstuyz"
)


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
def _is_invisible(code: int) -> bool:
    """Tell whether a character joins its neighbours: marks, zero widths, variation selectors."""
    for row in range(len(_INVISIBLE)):  # noqa: SIM110 - compiled
        if _INVISIBLE[row, 0] <= code <= _INVISIBLE[row, 1]:
            return True
    return False


@numba.njit(cache=True, nogil=True, inline="always")
def _is_vowel(letter: int) -> bool:
    """Tell whether a letter is a vowel or y."""
    return letter == _A or letter == _I or letter == _U or letter == _E or letter == _O or letter == _Y  # noqa: PLR1714


@numba.njit(cache=True, nogil=True)
def _letters(
    units: NDArray[np.uint32],
    source: NDArray[np.int32],
    begin: int,
    end: int,
    characters: NDArray[np.uint32],
    first: int,
    table: NDArray[np.uint8],
    letters: NDArray[np.uint8],
    opens: NDArray[np.uint8],
) -> bool:
    """Fill, for each unit of a text, its Latin letter, and whether a word begins there.

    Single letters with the same character after each ("k a t o") are one word.

    Returns:
        Whether there is a letter.
    """
    some = False
    for at in range(begin, end):
        unit = units[at]
        letter = table[unit] if unit < LATIN_REACH else np.uint8(_NONE)
        letters[at - begin] = letter
        opening = False
        if letter:
            some = True
            opening = at == begin or letters[at - begin - 1] == _NONE
            if not opening:
                for between in range(source[at - 1] + 1, source[at]):
                    if not _is_invisible(characters[first + between]):
                        opening = True
                        break
        opens[at - begin] = opening
    if some:
        n = end - begin
        apart = -1
        for at in range(n):
            if not opens[at]:
                continue
            single = at + 1 == n or letters[at + 1] == _NONE or opens[at + 1] == 1
            if single and apart >= 0 and letters[at - 1] != _NONE:
                before = int(characters[first + source[begin + at - 1] + 1])
                if apart in {_ANY, before}:
                    opens[at] = 0
                apart = before
            else:
                apart = _ANY if single else -1
    return some


@numba.njit(cache=True, nogil=True)
def _spelled(here: int, after: int, third: int, last: int) -> tuple[int, int, int, int]:
    """Return how many letters of a word are read, and up to three that are written for them."""
    taken, one, two, three = 1, here, _NONE, _NONE
    if here == _S and after == _H:
        taken, one, two = 2, _S, _Y
    elif here == _C and after == _C and third == _H:
        taken, one, two, three = 3, _T, _T, _Y
    elif here == _C and after == _H:
        taken, one, two = 2, _T, _Y
    elif here == _J:
        one, two = _Z, _Y
    elif here == _T and after == _S and third == _U:
        taken, one, two = 3, _T, _U
    elif here == _D and after == _Z:
        taken, one = 2, _Z
    elif here == _F and after == _U:
        taken, one, two = 2, _H, _U
    elif here == _L:
        one = _R
    elif here == _M and (after == _B or after == _M or after == _P):  # noqa: PLR1714, SIM109
        one = _N
    elif here == _H and last == _O and not _is_vowel(after):
        one = _NONE
    return taken, one, two, three


@numba.njit(cache=True, nogil=True)
def _spell(
    letters: NDArray[np.uint8],
    opens: NDArray[np.uint8],
    n: int,
    stream: NDArray[np.uint32],
    place: NDArray[np.int32],
    stop: NDArray[np.int32],
    edges: NDArray[np.uint8],
) -> int:
    """Fill the canonical spelling of the words of a text, with a zero between runs; return its length.

    `letters` and `opens` (n,) are as `_letters` fills them; filled are (2 n + 2,) `stream`, for each of
    its letters the unit it comes from, `place`, and where its word ends in units, `stop`; and `edges`:
    whether a word, or nothing, begins there.
    """
    count = 0
    at = 0
    while at < n:
        if letters[at] == _NONE:
            at += 1
            continue
        end = at + 1
        while end < n and letters[end] != _NONE and not opens[end]:
            end += 1
        word = count
        while at < end:
            here = letters[at]
            after = letters[at + 1] if at + 1 < end else np.uint8(_NONE)
            third = letters[at + 2] if at + 2 < end else np.uint8(_NONE)
            last = stream[count - 1] if count > word else np.uint32(_NONE)
            taken, one, two, three = _spelled(int(here), int(after), int(third), int(last))
            for letter in (one, two, three):
                if letter == _NONE:
                    continue
                last = stream[count - 1] if count > word else np.uint32(_NONE)
                if last == _Y and letter == _I:
                    count -= 1
                elif (letter == last and _is_vowel(letter)) or (last == _O and letter == _U):
                    continue
                stream[count] = letter
                place[count] = at
                edges[count] = count == word
                count += 1
            at += taken
        for k in range(word, count):
            stop[k] = end
        if at < n and letters[at] == _NONE:
            stream[count] = _NONE
            edges[count] = 1
            stop[count] = end
            place[count] = at
            count += 1
    edges[count] = 1
    return count


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


@numba.njit(cache=True, nogil=True)
def _scan(
    stream: NDArray[np.uint32],
    begin: int,
    end: int,
    marked: int,
    edges: NDArray[np.uint8],
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
    """Find the forms in a part of a stream, at `edges` only if it is `marked`; return the number of hits."""
    first_shift = np.uint64(_shift(len(first)))
    fourth_shift = np.uint64(_shift(len(fourth)) - 3)
    lengths_shift = np.uint64(_shift(len(lengths)))
    empty = np.uint64(SEED)
    if marked:
        empty = step(empty, MARK)
    for at in range(begin, end):
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
        state = empty
        length = 0
        while left and at + length < end:
            state = step(state, stream[at + length])
            length += 1
            if left & np.uint32(1):
                key = mix(state)
                found = _look_up(key, stream, at, end, length, marked, keys, starts, ends, units, found, out)
            left >>= np.uint32(1)
    return found


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
    longest = 0
    for text in range(len(begins) - 1):
        longest = max(longest, begins[text + 1] - begins[text])
    letters = np.empty(longest, np.uint8)
    opens = np.empty(longest, np.uint8)
    stream = np.empty(2 * longest + 2, np.uint32)
    place = np.empty(2 * longest + 2, np.int32)
    stop = np.empty(2 * longest + 2, np.int32)
    edges = np.empty(2 * longest + 2, np.uint8)
    found = 0
    for text in range(len(begins) - 1):
        begin, end = begins[text], begins[text + 1]
        before = found
        found = _scan(
            units_of, begin, end, 0, edges, keys, starts, ends, units, first, fourth, lengths, found, out
        )
        for hit in range(before, min(found, out.shape[1])):
            out[0, hit] = text
            out[1, hit] -= begin
            out[2, hit] -= begin
            out[4, hit] = 0
        if not _letters(units_of, source, begin, end, characters, first_of[text], table, letters, opens):
            continue
        before = found
        n = _spell(letters, opens, end - begin, stream, place, stop, edges)
        found = _scan(stream, 0, n, 1, edges, keys, starts, ends, units, first, fourth, lengths, found, out)
        kept = before
        for hit in range(before, min(found, out.shape[1])):
            if edges[out[2, hit]]:
                out[0, kept] = text
                out[1, kept] = place[out[1, hit]]
                out[2, kept] = stop[out[2, hit] - 1]
                out[3, kept] = out[3, hit]
                out[4, kept] = 1
                kept += 1
        if found <= out.shape[1]:
            found = kept
    return found


def find_forms(texts: Sequence[str], folded: FoldedMany, names: Names) -> list[Found]:
    """Return every form that stands in some texts, by text; of Latin words after those of other units.

    Args:
        texts: as they were folded.
        folded: the same texts.
        names: a checked table (`snapshot.names.check_names`): the kernels have no bounds checks.
    """
    if not len(names.keys) or not len(folded.units):
        return []
    characters, last = code_points(texts)
    begins = np.concatenate([np.zeros(1, np.int64), last])
    capacity = _CAPACITY
    while True:
        out = np.empty((5, capacity), np.int64)
        count = _find(
            folded.units,
            folded.source,
            folded.starts,
            characters,
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
    find_forms(names, fold_many(names), made)
