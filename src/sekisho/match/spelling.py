"""Spell the Latin words of a folded text canonically, letter by letter as `lexicon.romaji.canonical`.

Compiled. There are no bounds checks: the caller gives arrays that are long enough.
"""

import numba
import numpy as np
from numpy.typing import NDArray

from sekisho.lexicon.romaji import LATIN_REACH

__all__ = ["is_no_digit", "letters_of", "spell"]

_NONE = 0
_DIGITS = ord("9")
"""No letter comes before."""
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


@numba.njit(cache=True, nogil=True, inline="always")
def is_no_digit(unit: np.uint32) -> bool:
    """Tell whether a unit lies where Latin letters do, behind the digits; in 32 bits, eight at a time."""
    return bool(np.uint32(unit - np.uint32(_DIGITS + 1)) < np.uint32(LATIN_REACH - _DIGITS - 1))


@numba.njit(cache=True, nogil=True)
def letters_of(
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
        some |= is_no_digit(units[at])
    if not some:
        return False
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
def spell(
    letters: NDArray[np.uint8],
    opens: NDArray[np.uint8],
    n: int,
    stream: NDArray[np.uint32],
    place: NDArray[np.int32],
    stop: NDArray[np.int32],
    edges: NDArray[np.uint8],
) -> int:
    """Fill the canonical spelling of the words of a text, with a zero between runs; return its length.

    `letters` and `opens` (n,) are as `letters_of` fills them; filled are (2 n + 2,) `stream`, for each of
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
                place[count] = at
                if last == _Y and letter == _I:
                    count -= 1  # an i that takes the place of a y: it begins where that did
                elif (letter == last and _is_vowel(letter)) or (last == _O and letter == _U):
                    continue
                stream[count] = letter
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
