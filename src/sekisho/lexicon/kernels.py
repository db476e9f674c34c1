"""The compiled loop of the fold. Every character is looked up once; what it acts on is the unit before it.

No bounds checks: characters beyond the table are told apart by hand, and nothing is written past the end of
the arrays that are filled.
"""

import numba
import numpy as np
from numpy.typing import NDArray

from sekisho.lexicon.table import (
    BREAK,
    FINAL,
    HALF_VOICED,
    KANA_FIRST,
    KIND,
    MEDIAL,
    SEVERAL,
    SIZE,
    SPECIAL,
    VOICED,
)

__all__ = ["fold_texts"]

_PLANE_3_END = 0x3FFFE
_LEADS, _VOWELS, _FINALS = 19, 21, 28
"""Hangul composition by arithmetic: The Unicode Standard 3.12."""
_LEAD, _VOWEL, _BEFORE_FINAL, _SYLLABLE = 0x1100, 0x1161, 0x11A7, 0xAC00
_ARGUMENT = np.uint32((1 << KIND) - 1)
_BREAK, _VOICED, _HALF_VOICED, _MEDIAL, _FINAL, _SEVERAL = (
    np.uint32((SPECIAL >> KIND) | kind) for kind in (BREAK, VOICED, HALF_VOICED, MEDIAL, FINAL, SEVERAL)
)
"""The kinds of special values as their upper 8 bits."""


@numba.njit(cache=True, nogil=True)
def _joined(last: int, value: np.uint32, voiced: NDArray[np.uint32], half_voiced: NDArray[np.uint32]) -> int:
    """Return what the unit before becomes by a mark or jamo, or 0 if they do not join."""
    kind = value >> np.uint32(KIND)
    jamo = int(value & _ARGUMENT)
    if kind in (_VOICED, _HALF_VOICED):
        place = last - KANA_FIRST
        if 0 <= place < voiced.shape[0]:
            return int(voiced[place] if kind == _VOICED else half_voiced[place])
    elif kind == _MEDIAL:
        lead = last - _LEAD
        if 0 <= lead < _LEADS:
            return _SYLLABLE + (lead * _VOWELS + jamo - _VOWEL) * _FINALS
    elif kind == _FINAL:
        syllable = last - _SYLLABLE
        if 0 <= syllable < _LEADS * _VOWELS * _FINALS and syllable % _FINALS == 0:
            return last + jamo - _BEFORE_FINAL
    return 0


@numba.njit(cache=True, nogil=True)
def _expansions(
    characters: NDArray[np.uint32], begin: int, values: NDArray[np.uint32], several: NDArray[np.uint32]
) -> int:
    """Count the units beyond one for each character from `begin` on."""
    extra = 0
    for at in range(begin, characters.shape[0]):
        code = characters[at]
        if code < SIZE:
            value = values[code]
            if value >> np.uint32(KIND) == _SEVERAL:
                extra += int(several[value & _ARGUMENT]) - 1
    return extra


@numba.njit(cache=True, nogil=True)
def fold_texts(
    characters: NDArray[np.uint32],
    ends: NDArray[np.int64],
    values: NDArray[np.uint32],
    several: NDArray[np.uint32],
    voiced: NDArray[np.uint32],
    half_voiced: NDArray[np.uint32],
    units: NDArray[np.uint32],
    source: NDArray[np.int32],
    starts: NDArray[np.int64],
) -> int:
    """Fold texts that lie one after the other; return the number of units.

    Every character writes its unit and one that vanishes is written over, so there are no branches that
    depend on it. Room for one unit a character and `room` more is therefore needed at any time.

    Args:
        characters: code points of all texts, fewer than `units` has places.
        ends: (n,) where each text ends in them.
        values: of the table, as the three after it.
        several: of the table.
        voiced: of the table.
        half_voiced: of the table.
        units: filled.
        source: filled; for each unit the number of its first character in its text.
        starts: (n + 1,) filled: where each text's units begin.

    Returns:
        The number of units; or, negative, how many places are needed if there are too few.
    """
    room = units.shape[0] - characters.shape[0] - 1
    n = 0
    begin = 0
    starts[0] = 0
    for text in range(ends.shape[0]):
        floor = n
        part = characters[begin : ends[text]]
        for at in range(part.shape[0]):
            code = part[at]
            value = np.uint32(values[code] if code < SIZE else (code if code < _PLANE_3_END else 0))
            units[n] = value
            source[n] = at
            if value < SPECIAL:
                n += int(value != 0)
                continue
            kind = value >> np.uint32(KIND)
            if kind == _SEVERAL:
                offset = int(value & _ARGUMENT)
                count = int(several[offset])
                room -= count - 1
                if room < 0:
                    rest = _expansions(characters, begin + at + 1, values, several)
                    return -int(units.shape[0] - room + rest)
                for k in range(count):
                    units[n + k] = several[offset + 1 + k]
                    source[n + k] = at
                n += count
            elif kind == _BREAK:
                floor = n
            else:
                joined = _joined(int(units[n - 1]), value, voiced, half_voiced) if n > floor else 0
                if joined:
                    units[n - 1] = joined
                elif kind in (_MEDIAL, _FINAL):
                    units[n] = value & _ARGUMENT
                    n += 1
        begin = ends[text]
        starts[text + 1] = n
    return n
