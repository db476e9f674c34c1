"""The compiled loops of passages: a rolling hash over k units, and the minimum of each window of w grams.

Two profiles share one pass. A gram of 12 units of which at least 4 are CJK belongs to the first, one of 20
units of which fewer than 6 are belongs to the second; a gram may belong to both or to none. Each profile is
winnowed over its own grams alone, in their sequence (robust winnowing, Schleimer, Wilkerson and Aiken 2003),
so that w consecutive grams of a profile give the same minimum whatever stands around them.
"""

import numba
import numpy as np
from numpy.typing import NDArray

__all__ = [
    "BASE",
    "CJK_GRAM",
    "CJK_LEAST",
    "CJK_SEED",
    "CJK_WINDOW",
    "LATIN_GRAM",
    "LATIN_MOST",
    "LATIN_SEED",
    "LATIN_WINDOW",
    "LINE_SEED",
    "MULTIPLIER",
    "hash_lines",
    "hash_whole",
    "winnow_texts",
]

CJK_GRAM, CJK_WINDOW, CJK_LEAST = 12, 12, 4
"""k, w, and how many of the 12 units are CJK at least."""
LATIN_GRAM, LATIN_WINDOW, LATIN_MOST = 20, 16, 5
"""k, w, and how many of the 20 units are CJK at most (fewer than 30 %)."""

BASE = np.uint64(0x9E3779B97F4A7C15)
"""Of the polynomial; 2^64 over the golden ratio, odd."""
MULTIPLIER = np.uint64(0xD6E8FEB86659FD93)
CJK_SEED = np.uint64(0x1BDAEA29AD9E7780)
LATIN_SEED = np.uint64(0x00057F22208BE46D)
LINE_SEED = np.uint64(0x2ADF35A3E5B85674)
"""The first 8 bytes, big-endian, of the SHA-256 of `sekisho passages cjk 12 12`,
`sekisho passages latin 20 16` and `sekisho line`."""

_BLOCK = 512
"""Grams that are hashed before the minima are taken: both loops run from the first cache."""
_SLACK = 24
"""A block sees up to 19 units more than it has grams. With at most 8 units among them that are not CJK all
its grams are CJK alone, with at most 3 that are, Latin alone: no gram needs to be counted."""
_OTHERS_AT_MOST = CJK_GRAM - CJK_LEAST
_CJK_AT_MOST = CJK_LEAST - 1

_SHIFT, _CUT = np.uint64(32), np.uint64(16)
_SLOTS = np.uint64(0xFFFF)
"""A block has fewer slots than this."""
_FOUR = 4
_LINE_FEED = 10
_STRIDE = 32


@numba.njit(cache=True, nogil=True, inline="always")
def _between(unit: np.uint32, first: int, last: int) -> bool:
    """Tell whether a unit lies between two, in 32 bits, so that eight units are compared at a time."""
    return bool(np.uint32(unit - np.uint32(first)) <= np.uint32(last - first))


@numba.njit(cache=True, nogil=True, inline="always")
def _is_cjk(unit: np.uint32) -> bool:
    """Tell whether a unit is Han, kana or Hangul, by blocks of 256 characters."""
    return (
        _between(unit, 0x2E00, 0x9FFF)
        | _between(unit, 0xAC00, 0xD7FF)
        | _between(unit, 0x1100, 0x11FF)
        | _between(unit, 0xF900, 0xFAFF)
        | _between(unit, 0x1B000, 0x1B1FF)
        | _between(unit, 0x20000, 0x3FFFF)
    )


@numba.njit(cache=True, nogil=True)
def _count_cjk(units: NDArray[np.uint32]) -> int:
    count = np.uint32(0)
    for i in range(units.shape[0]):
        count = np.uint32(count + np.uint32(_is_cjk(units[i])))
    return int(count)


@numba.njit(cache=True, nogil=True, inline="always")
def _mixed(value: np.uint64) -> np.uint64:
    """Return 64 bits: two rounds of xorshift and multiplication. The upper 48 are the hash."""
    value ^= value >> _SHIFT
    value *= MULTIPLIER
    value ^= value >> _SHIFT
    value *= MULTIPLIER
    return np.uint64(value)


@numba.njit(cache=True, nogil=True, inline="always")
def _slotted(value: np.uint64, slot: int) -> np.uint64:
    """Put a slot where the lower bits were, so that the smaller of two is the smaller or the later hash."""
    return np.uint64((value & ~_SLOTS) | (_SLOTS - np.uint64(slot)))


@numba.njit(cache=True, nogil=True, inline="always")
def _slot_of(value: np.uint64) -> int:
    return int(np.int64(_SLOTS - (value & _SLOTS)))


@numba.njit(cache=True, nogil=True)
def _power(exponent: int) -> np.uint64:
    power = np.uint64(1)
    for _ in range(exponent):
        power *= BASE
    return np.uint64(power)


@numba.njit(cache=True, nogil=True)
def _merge(
    hashes: NDArray[np.uint64],
    positions: NDArray[np.int32],
    latin: NDArray[np.bool_],
    first: int,
    row: int,
    values: NDArray[np.uint64],
    places: NDArray[np.int64],
    picked: NDArray[np.int64],
    count: int,
    is_latin: bool,  # noqa: FBT001 - compiled
) -> int:
    """Merge picked grams into the rows of their text by position; return the new number of rows.

    Rows move only past those of the other profile that came in the same block or while a window waited for
    its next gram: linear in all.
    """
    if row + count > hashes.shape[0]:
        return row + count
    if count == 0 or row == first or positions[row - 1] < places[picked[0]]:
        for new in range(count):
            slot = picked[new]
            hashes[row + new] = values[slot] >> _CUT
            positions[row + new] = places[slot]
            latin[row + new] = is_latin
        return row + count
    old, new = row - 1, count - 1
    for at in range(row + count - 1, first - 1, -1):
        if new < 0:
            break
        slot = picked[new]
        place = places[slot]
        if old >= first and (positions[old] > place or (positions[old] == place and not is_latin)):
            hashes[at], positions[at], latin[at] = hashes[old], positions[old], latin[old]
            old -= 1
        else:
            hashes[at], positions[at], latin[at] = values[slot] >> _CUT, place, is_latin
            new -= 1
    return row + count


@numba.njit(cache=True, nogil=True)
def _hash_all(
    units: NDArray[np.uint32],
    size: int,
    power: np.uint64,
    seed: np.uint64,
    begin: int,
    values: NDArray[np.uint64],
    places: NDArray[np.int64],
    have: int,
) -> int:
    """Append the hashes of all grams of some units; return how many there are now."""
    grams = units.shape[0] - size + 1
    if grams <= 0:
        return have
    roll = np.uint64(0)
    for i in range(size - 1):
        roll = roll * BASE + np.uint64(units[i])
    old = np.uint64(0)
    # Views that begin where it is written: then no place can be negative, and none is asked for that.
    coming, into, at = units[size - 1 :], values[have : have + grams], places[have : have + grams]
    for i in range(grams):
        roll = roll * BASE + (np.uint64(coming[i]) - old * power)
        old = np.uint64(units[i])
        into[i] = _slotted(_mixed(roll ^ seed), have + i)
        at[i] = begin + i
    return int(have + grams)


@numba.njit(cache=True, nogil=True)
def _hash_own(
    units: NDArray[np.uint32],
    flags: NDArray[np.int64],
    size: int,
    least: int,
    most: int,
    power: np.uint64,
    seed: np.uint64,
    begin: int,
    values: NDArray[np.uint64],
    places: NDArray[np.int64],
    have: int,
) -> int:
    """Append the hashes of the grams with `least` to `most` CJK units; return how many there are now."""
    grams = units.shape[0] - size + 1
    if grams <= 0:
        return have
    roll = np.uint64(0)
    cjk = 0
    for i in range(size - 1):
        roll = roll * BASE + np.uint64(units[i])
        cjk += int(flags[i])
    old = np.uint64(0)
    for i in range(grams):
        roll = roll * BASE + (np.uint64(units[i + size - 1]) - old * power)
        old = np.uint64(units[i])
        cjk += int(flags[i + size - 1])
        values[have] = _slotted(_mixed(roll ^ seed), have)
        places[have] = begin + i
        have += int((cjk >= least) & (cjk <= most))
        cjk -= int(flags[i])
    return have


@numba.njit(cache=True, nogil=True)
def _least(values: NDArray[np.uint64], count: int, window: int, least: NDArray[np.uint64]) -> None:
    """Fill least[i] with the smallest of values[i : i + window], 12 or 16: minima of four, then of these."""
    for i in range(count - _FOUR + 1):
        least[i] = min(values[i], values[i + 1], values[i + 2], values[i + 3])
    last = window - _FOUR
    for i in range(count - window + 1):
        least[i] = min(least[i], least[i + 4], least[i + 8], least[i + last])


@numba.njit(cache=True, nogil=True)
def _choose(
    values: NDArray[np.uint64],
    count: int,
    window: int,
    best: int,
    least: NDArray[np.uint64],
    changes: NDArray[np.int64],
    picked: NDArray[np.int64],
) -> int:
    """Pick the minima of the windows of values[:count], of which the first was done if best >= 0.

    A window with a minimum as small as the one picked last, while that is still in it, picks nothing. So the
    rightmost minima are taken where they change, without a branch; what is equal waits until then.

    Returns:
        How many slots are picked. The last of them, or `best`, stays in force.
    """
    _least(values, count, window, least)
    total = 0
    waiting = _slot_of(least[0])
    if best < 0:
        picked[0] = best = waiting
        total = 1
    changed = 0
    for i in range(1, count - window + 1):
        changes[changed] = i
        changed += int(least[i] != least[i - 1])
    for change in range(changed + 1):
        begin = changes[change] if change < changed else count - window + 1
        if waiting != best and best < begin - 1:  # the one picked last had left the window before this one
            picked[total] = best = waiting
            total += 1
        if change == changed:
            break
        waiting = _slot_of(least[begin])
        if (best < begin) | (least[begin] >> _CUT != values[best] >> _CUT):
            picked[total] = best = waiting
            total += 1
    return total


@numba.njit(cache=True, nogil=True)
def _keep(values: NDArray[np.uint64], places: NDArray[np.int64], count: int, window: int) -> int:
    """Move the last window to the front; return by how much."""
    gone = count - window
    for i in range(window):
        values[i] = values[gone + i] + np.uint64(gone)
        places[i] = places[gone + i]
    return gone


@numba.njit(cache=True, nogil=True)
def winnow_texts(
    units: NDArray[np.uint32],
    starts: NDArray[np.int64],
    hashes: NDArray[np.uint64],
    positions: NDArray[np.int32],
    latin: NDArray[np.bool_],
    rows: NDArray[np.int64],
) -> int:
    """Winnow folded texts; return the number of rows, even if more than fit.

    Args:
        units: folded texts, one after the other.
        starts: where each of them begins, and the end.
        hashes: filled, per text by position, CJK before Latin.
        positions: filled, the first unit in its text.
        latin: filled, whether a row is of the second profile.
        rows: (texts + 1,) filled: where each text's rows begin.
    """
    power_c, power_l = _power(CJK_GRAM), _power(LATIN_GRAM)
    flags = np.empty(_BLOCK + _SLACK, np.int64)
    values_c = np.empty(_BLOCK + _SLACK, np.uint64)
    places_c = np.empty(_BLOCK + _SLACK, np.int64)
    values_l = np.empty(_BLOCK + _SLACK, np.uint64)
    places_l = np.empty(_BLOCK + _SLACK, np.int64)
    least = np.empty(_BLOCK + _SLACK, np.uint64)
    changes = np.empty(_BLOCK + _SLACK, np.int64)
    picked = np.empty(_BLOCK + _SLACK, np.int64)
    row = 0
    rows[0] = 0
    for text in range(starts.shape[0] - 1):
        whole = units[starts[text] : starts[text + 1]]
        first = row
        kept_c, kept_l, best_c, best_l = 0, 0, -1, -1
        for begin in range(0, whole.shape[0], _BLOCK):
            part = whole[begin : begin + _BLOCK + LATIN_GRAM - 1]
            part_c = whole[begin : begin + _BLOCK + CJK_GRAM - 1]
            cjk = _count_cjk(part)
            count_c, count_l = kept_c, kept_l
            if part.shape[0] - cjk <= _OTHERS_AT_MOST:
                count_c = _hash_all(part_c, CJK_GRAM, power_c, CJK_SEED, begin, values_c, places_c, kept_c)
            elif cjk <= _CJK_AT_MOST:
                count_l = _hash_all(part, LATIN_GRAM, power_l, LATIN_SEED, begin, values_l, places_l, kept_l)
            else:
                for i in range(part.shape[0]):
                    flags[i] = _is_cjk(part[i])
                count_c = _hash_own(
                    part_c,
                    flags,
                    CJK_GRAM,
                    CJK_LEAST,
                    CJK_GRAM,
                    power_c,
                    CJK_SEED,
                    begin,
                    values_c,
                    places_c,
                    kept_c,
                )
                count_l = _hash_own(
                    part,
                    flags,
                    LATIN_GRAM,
                    0,
                    LATIN_MOST,
                    power_l,
                    LATIN_SEED,
                    begin,
                    values_l,
                    places_l,
                    kept_l,
                )
            if count_c > kept_c >= CJK_WINDOW or count_c >= CJK_WINDOW > kept_c:
                n = _choose(values_c, count_c, CJK_WINDOW, best_c, least, changes, picked)
                best_c = picked[n - 1] if n else best_c
                row = _merge(
                    hashes, positions, latin, first, row, values_c, places_c, picked, n, is_latin=False
                )
                gone = _keep(values_c, places_c, count_c, CJK_WINDOW)
                best_c -= gone
                count_c = CJK_WINDOW
            if count_l > kept_l >= LATIN_WINDOW or count_l >= LATIN_WINDOW > kept_l:
                n = _choose(values_l, count_l, LATIN_WINDOW, best_l, least, changes, picked)
                best_l = picked[n - 1] if n else best_l
                row = _merge(
                    hashes, positions, latin, first, row, values_l, places_l, picked, n, is_latin=True
                )
                gone = _keep(values_l, places_l, count_l, LATIN_WINDOW)
                best_l -= gone
                count_l = LATIN_WINDOW
            kept_c, kept_l = count_c, count_l
        if best_c < 0 < kept_c:
            picked[0] = _slot_of(values_c[:kept_c].min())
            row = _merge(hashes, positions, latin, first, row, values_c, places_c, picked, 1, is_latin=False)
        if best_l < 0 < kept_l:
            picked[0] = _slot_of(values_l[:kept_l].min())
            row = _merge(hashes, positions, latin, first, row, values_l, places_l, picked, 1, is_latin=True)
        rows[text + 1] = row
    return row


@numba.njit(cache=True, nogil=True)
def hash_whole(units: NDArray[np.uint32]) -> np.uint64:
    """Return the 48-bit hash of all units, as of a short work or line."""
    value = np.uint64(0)
    for unit in units:
        value = value * BASE + np.uint64(unit)
    return np.uint64(_mixed(value ^ LINE_SEED) >> _CUT)


@numba.njit(cache=True, nogil=True)
def _line_end(characters: NDArray[np.uint32], at: int) -> int:
    """Return where the next line feed stands, or the end; `_STRIDE` characters are compared at a time."""
    end = characters.shape[0]
    while at + _STRIDE <= end:
        block = characters[at : at + _STRIDE]
        some = np.uint32(0)
        for i in range(_STRIDE):
            some = np.uint32(some + np.uint32(block[i] == np.uint32(_LINE_FEED)))
        if some:
            break
        at += _STRIDE
    while at < end and characters[at] != _LINE_FEED:
        at += 1
    return at


@numba.njit(cache=True, nogil=True)
def hash_lines(
    characters: NDArray[np.uint32],
    ends: NDArray[np.int64],
    units: NDArray[np.uint32],
    source: NDArray[np.int32],
    starts: NDArray[np.int64],
    least: int,
    most: int,
    hashes: NDArray[np.uint64],
    spans: NDArray[np.int32],
) -> int:
    """Hash lines of `least` to `most` units, and texts of several lines with so few; return their number.

    Args:
        characters: code points of all texts.
        ends: where each text ends in them.
        units: the same texts, folded.
        source: the character of each unit.
        starts: where each text's units begin.
        least: units of a line, 1 or more.
        most: units of a line.
        hashes: (room,) filled; units // least + texts are room enough.
        spans: (3, room) filled with start, stop (code points of the text) and number of the text.
    """
    count = 0
    begin = 0
    for text in range(ends.shape[0]):
        part = characters[begin : ends[text]]
        mine, places = units[starts[text] : starts[text + 1]], source[starts[text] : starts[text + 1]]
        begin = ends[text]
        length, total = part.shape[0], mine.shape[0]
        line, first, lines = 0, 0, 0
        while line <= length:
            at = _line_end(part, line)
            # Most characters are units, so the line's last unit is near as many units on.
            unit = min(first + at - line, total)
            while unit > first and places[unit - 1] >= at:
                unit -= 1
            while unit < total and places[unit] < at:
                unit += 1
            lines += unit > first
            if least <= unit - first <= most:
                hashes[count] = hash_whole(mine[first:unit])
                spans[0, count], spans[1, count], spans[2, count] = line, at, text
                count += 1
            line, first = at + 1, unit
        if lines > 1 and least <= total <= most:
            hashes[count] = hash_whole(mine)
            spans[0, count], spans[1, count], spans[2, count] = 0, length, text
            count += 1
    return count
