"""Tell in one compiled pass over the bytes which sentences can hold personal information at all.

The kernel reads the UTF-8 of a whole batch, counts code points, looks up each character and each pair of
neighbours in the tables of `detect.cues`, and gives out the sentences in which something was seen.
Full-width ASCII is read as ASCII. The bytes are made here from `str`, so they are valid UTF-8 (but for
surrogates, which are three bytes as well); nothing that a file says reaches the kernel unchecked.
"""

from collections.abc import Sequence

import numba
import numpy as np
from numpy.typing import NDArray

from sekisho.detect.cues import (
    ADDRESS,
    AFTER,
    AT,
    BIRTH,
    BLOCK,
    CARE,
    COLONS,
    DIGIT,
    DIGITS,
    DOTS,
    END,
    FAMILY,
    FIRST,
    HANDLE,
    HASH,
    HASH_SHIFT,
    HONORIFIC,
    LABEL,
    LATIN,
    NAME,
    PAUSE,
    PLACE,
    SCHOOL,
    cues,
)
from sekisho.detect.page import Sentence

__all__ = ["sentences", "warm_up"]

_SOFT, _HARD = 512, 2048
"""Code points after which a sentence ends at the next space or comma, and at any rate."""
_LABEL_LINE = 16
"""A line that is a label and nothing else is not longer (a table that became lines)."""
_MIN_DIGITS, _MIN_DOTS, _MIN_COLONS = 4, 3, 3
_TWO, _THREE, _FOUR = 0x80, 0xE0, 0xF0
"""First bytes of UTF-8 from which a character has more bytes than one; two are told from three at 0xE0."""
_WIDE, _WIDE_END, _WIDER = 0xFF01, 0xFF5E, 0xFEE0
_BEYOND = 0xFFFF
"""Stands for every character outside the basic plane; it is no character, so it is no cue."""
_NEWLINE, _LETTER_A, _LETTER_Z, _HIRAGANA, _KATAKANA = 10, 0x41, 0x7A, 0x3041, 0x30A0
_KEEP = DIGITS | AT | NAME | LABEL | CARE | BIRTH | LATIN | DOTS | COLONS | SCHOOL | HANDLE | AFTER | ADDRESS


@numba.njit(cache=True, nogil=True, inline="always")
def _may_be_named(c: int, flags: int, lowest: int) -> bool:
    """Tell whether a name can end in a character: kana, kanji or a Latin letter, no relative."""
    return (c >= lowest or _LETTER_A <= c <= _LETTER_Z) and not flags & FAMILY


@numba.njit(cache=True, nogil=True, inline="always")
def _kept(flags: int, digits: int, dots: int, colons: int) -> int:
    """Return the flags of a sentence that has ended; 0 if the rules need not see it."""
    if digits >= _MIN_DIGITS:
        flags |= DIGITS
    if flags & PLACE and flags & (DIGIT | BLOCK):
        flags |= ADDRESS
    if dots < _MIN_DOTS or digits < _MIN_DOTS:
        flags &= ~DOTS
    if colons < _MIN_COLONS:
        flags &= ~COLONS
    return flags


@numba.njit(cache=True, nogil=True)
def _mark(
    data: NDArray[np.uint8],
    ends: NDArray[np.int64],
    single: NDArray[np.uint32],
    keys: NDArray[np.uint32],
    pair_flags: NDArray[np.uint32],
    out: NDArray[np.int64],
) -> int:
    """Fill out (4, capacity) with text, start, end, flags; return the number of rows, even if more."""
    found = 0
    i = 0
    mask = keys.shape[0] - 1
    for text in range(ends.shape[0]):
        end = ends[text]
        here = start = flags = digits = dots = colons = before = previous = 0
        after = False
        while i < end:
            c = int(data[i])
            if c < _TWO:
                i += 1
            elif c < _THREE:
                c = (c & 0x1F) << 6 | (int(data[i + 1]) & 0x3F)
                i += 2
            elif c < _FOUR:
                c = (c & 0x0F) << 12 | (int(data[i + 1]) & 0x3F) << 6 | (int(data[i + 2]) & 0x3F)
                i += 3
                if _WIDE <= c <= _WIDE_END:
                    c -= _WIDER
            else:
                c = _BEYOND
                i += 4
            here += 1
            f = int(single[c])
            flags |= f
            digits += (f & DIGIT) != 0
            dots += (f & DOTS) != 0
            if f & COLONS:
                colons += 1 + (previous == c)
            if f & HONORIFIC and _may_be_named(previous, int(single[previous]), _KATAKANA):
                flags |= NAME
            if int(single[previous]) & FIRST:
                key = previous << 16 | c
                slot = (key * HASH & 0xFFFFFFFF) >> HASH_SHIFT
                while keys[slot] != 0 and int(keys[slot]) != key:
                    slot = (slot + 1) & mask
                p = int(pair_flags[slot])
                flags |= p
                if p & HONORIFIC and _may_be_named(before, int(single[before]), _HIRAGANA):
                    flags |= NAME
            before = previous
            previous = c
            length = here - start
            if f & END or (f & PAUSE and length >= _SOFT) or length >= _HARD or i >= end:
                kept = _kept(flags, digits, dots, colons)
                if after and length > 1:
                    kept |= AFTER
                if kept & _KEEP:
                    if found < out.shape[1]:
                        out[0, found] = text
                        out[1, found] = start
                        out[2, found] = here
                        out[3, found] = kept
                    found += 1
                if length > 1:
                    after = c == _NEWLINE and length <= _LABEL_LINE and flags & LABEL != 0
                start = here
                flags = digits = dots = colons = before = previous = 0
    return found


def sentences(texts: Sequence[str]) -> list[list[Sentence]]:
    """Return for each text the sentences in which something was seen, in order; O(n)."""
    parts = [text.encode("utf-8", "surrogatepass") for text in texts]
    ends = np.cumsum(np.array([len(part) for part in parts], np.int64))
    data = np.frombuffer(b"".join(parts) or b"\0", np.uint8)
    tables = cues()
    capacity = 256 + len(data) // 64
    while True:
        out = np.empty((4, capacity), np.int64)
        count = _mark(data, ends, *tables, out)
        if count <= capacity:
            break
        capacity = count
    found: list[list[Sentence]] = [[] for _ in texts]
    for text, start, end, flags in out[:, :count].T.tolist():
        found[text].append(Sentence(start, end, flags))
    return found


def warm_up() -> None:
    """Compile the kernel (seconds, once per machine; cached on disk)."""
    sentences(["関所"])
