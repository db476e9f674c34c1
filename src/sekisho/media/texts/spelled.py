"""The strings of many plain JSON records at once, as code points: no object is made for any of them.

A plain record is what nearly all lines of a dataset are: one object of strings, numbers and literals,
each key once. Its strings are then exactly the fields that `records.read_record` gives. Whatever is not
plain, or could be read in two ways, is left to that: compiled code never says what is wrong with a record.

No bounds checks: behind each record stands a line feed, which no string, key or number goes over.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import overload

import numba
import numpy as np
from numpy.typing import NDArray

from sekisho.media.texts.pointers import MAX_DIGITS as DIGITS_OF_NAME
from sekisho.media.texts.pointers import MAX_NAME

__all__ = ["Spelled", "spell_records", "warm_up"]

_NATIVE = f"utf-32-{sys.byteorder[0]}e"
_MAX_KEYS = 32
"""Keys of a plain record; each is compared with those before it."""
_MAX_DIGITS, _MAX_DECIMALS = 15, 32
"""Of a number before and behind its point, that every parser reads; a score has 16 or 17 decimals."""
_BYTES_OF_FIELD = 5
"""At least: a key without letters, a colon and a string without letters."""
_BYTES_OF_MEMBER = 4
"""At least: a key without letters, a colon and a digit."""
_SPACE, _QUOTE, _COLON, _COMMA, _MINUS, _POINT = (ord(c) for c in ' ":,-.')
_BACKSLASH, _TILDE, _AT, _OPEN, _CLOSE, _ZERO, _NINE, _U = (ord(c) for c in "\\~@{}09u")
_TRUE, _FALSE, _NULL = (np.frombuffer(word, np.uint8) for word in (b"true", b"false", b"null"))
_ESCAPES = np.zeros(128, np.uint8)
for _letter, _meant in zip('"\\/bfnrt', '"\\/\b\f\n\r\t', strict=True):
    _ESCAPES[ord(_letter)] = ord(_meant)
_TWO, _THREE, _FOUR, _BEYOND = 0xC2, 0xE0, 0xF0, 0xF5
"""First bytes of UTF-8 from which a character has two, three, four bytes or is none (RFC 3629)."""
_RUBY, _NOTE = 0x300A, 0xFF3B
"""`《` and `［`: a text may be marked up as Aozora Bunko does."""
_MORE, _SIX_BITS, _SHORTEST = 0x80, 0x40, 0x800
"""What the upper bits of a byte are that goes on, the bound of the others; the least of three bytes."""
_HALF, _HALF_END, _SURROGATE, _ASTRAL, _LAST = 0xD800, 0xDFFF, 0xF800, 0x10000, 0x10FFFF
_1, _2, _3 = np.uint64(1), np.uint64(2), np.uint64(3)


@dataclass(frozen=True, slots=True)
class Spelled(Sequence[str]):
    """The strings of plain records, one after the other; each is made only when somebody asks for it.

    Attributes:
        characters: (n,) uint32, the code points of all strings.
        ends: (strings,) int64, where each string ends in them.
        records: (strings,) int64, the number of its record.
        plain: (records,) bool; what is not plain has no strings and no members here.
        data: the records, one after the other.
        names: the keys of all members in ASCII, a quotation mark behind each.
        name_ends: (records,) int64, where those of each record end in them.
        values: (members, 2) int64, where the value of each member begins and ends in `data`.
    """

    characters: NDArray[np.uint32]
    ends: NDArray[np.int64]
    records: NDArray[np.int64]
    plain: NDArray[np.bool_]
    data: bytes
    names: bytes
    name_ends: NDArray[np.int64]
    values: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.ends)

    @overload
    def __getitem__(self, number: int) -> str: ...
    @overload
    def __getitem__(self, number: slice) -> list[str]: ...
    def __getitem__(self, number: int | slice) -> str | list[str]:
        """Return one string, or some."""
        if isinstance(number, slice):
            return [self[one] for one in range(len(self))[number]]
        begin = self.ends[number - 1] if number else 0
        return self.characters[begin : self.ends[number]].tobytes().decode(_NATIVE)


@numba.njit(cache=True, nogil=True)
def _behind_space(data: NDArray[np.uint8], at: int, end: int) -> int:
    """Return where the next byte stands that is no white space of JSON."""
    while at < end and (data[at] == _SPACE or 9 <= data[at] <= 10 or data[at] == 13):  # noqa: PLR2004
        at += 1
    return at


@numba.njit(cache=True, nogil=True)
def _key_end(data: NDArray[np.uint8], at: int) -> int:
    """Return where the quotation mark behind a key stands, or -1 if it is no plain name of a field."""
    digits = 0
    for here in range(at, at + MAX_NAME + 1):
        c = data[here]
        if c == _QUOTE:
            return here if digits <= DIGITS_OF_NAME else -1
        if not _SPACE <= c <= _TILDE or c == _BACKSLASH or c == _AT:  # noqa: PLR1714, SIM109
            return -1
        digits += _ZERO <= c <= _NINE
    return -1


@numba.njit(cache=True, nogil=True)
def _is_new(data: NDArray[np.uint8], begin: int, end: int, keys: NDArray[np.int64], count: int) -> bool:
    """Tell whether none of the keys before, of which are kept the beginnings and ends, is the same."""
    for number in range(count):
        first = keys[2 * number]
        if keys[2 * number + 1] - first != end - begin:
            continue
        same = True
        for i in range(end - begin):
            same &= data[begin + i] == data[first + i]
        if same:
            return False
    return True


@numba.njit(cache=True, nogil=True)
def _hex(data: NDArray[np.uint8], at: int) -> int:
    """Return the number that four hexadecimal digits are, or -1."""
    number = 0
    for i in range(4):
        c = int(data[at + i])
        if _ZERO <= c <= _NINE:
            number = number << 4 | c - _ZERO
        elif 65 <= c & ~32 <= 70:  # noqa: PLR2004 - A to F
            number = number << 4 | (c & ~32) - 55
        else:
            return -1
    return number


@numba.njit(cache=True, nogil=True)
def _escaped(data: NDArray[np.uint8], at: int) -> tuple[int, int]:
    """Return the character that an escape stands for, and where it ends; -1 if it is none or half of one."""
    c = data[at + 1]
    if c != _U:
        meant = int(_ESCAPES[c]) if c < _ESCAPES.shape[0] else 0
        return (meant, at + 2) if meant else (-1, at)
    code = _hex(data, at + 2)
    if not _HALF <= code <= _HALF_END:
        return code, at + 6
    if data[at + 6] != _BACKSLASH or data[at + 7] != _U:
        return -1, at
    low = _hex(data, at + 8) - 0xDC00
    if code >= 0xDC00 or not 0 <= low < 0x400:  # noqa: PLR2004 - the first half first
        return -1, at
    return _ASTRAL + ((code - _HALF) << 10) + low, at + 12


@numba.njit(cache=True, nogil=True, inline="always")
def _is_marked(code: int) -> bool:
    return code == _RUBY or code == _NOTE  # noqa: PLR1714 - compiled


@numba.njit(cache=True, nogil=True)
def _rare(data: NDArray[np.uint8], at: int) -> tuple[int, int]:
    """Return a character of two or four bytes, and where it ends; -1 if it is none."""
    lead, second = int(data[at]), int(data[at + 1]) ^ _MORE
    if _TWO <= lead < _THREE:
        return ((lead & 0x1F) << 6 | second, at + 2) if second < _SIX_BITS else (-1, at)
    third, fourth = int(data[at + 2]) ^ _MORE, int(data[at + 3]) ^ _MORE
    code = (lead & 7) << 18 | second << 12 | third << 6 | fourth
    whole = _FOUR <= lead < _BEYOND and (second | third | fourth) < _SIX_BITS
    return (code, at + 4) if whole and _ASTRAL <= code <= _LAST else (-1, at)


@numba.njit(cache=True, nogil=True)
def _spell(data: NDArray[np.uint8], begin: int, characters: NDArray[np.uint32], have: int) -> tuple[int, int]:
    """Append the code points of a string; return where it ends and how many there are, or -1 first."""
    # A place without a sign is not asked whether it counts from the end: twice as fast.
    at, n = np.uint64(begin), np.uint64(have)
    while True:
        c = int(data[at])
        if _THREE <= c < _FOUR:
            second, third = int(data[at + _1]) ^ _MORE, int(data[at + _2]) ^ _MORE
            code = (c & 0x0F) << 12 | second << 6 | third
            if (second | third) >= _SIX_BITS or code < _SHORTEST or code & _SURROGATE == _HALF:
                return -1, have
            if _is_marked(code):
                return -1, have
            at += _3
        elif c == _QUOTE:
            return int(np.int64(at + _1)), int(np.int64(n))
        elif c >= _MORE or c == _BACKSLASH:
            here = int(np.int64(at))
            code, end = _escaped(data, here) if c == _BACKSLASH else _rare(data, here)
            if code <= 0 or _is_marked(code):
                return -1, have
            at = np.uint64(end)
        elif c < _SPACE:
            return -1, have
        else:
            code = c
            at += _1
        characters[n] = code
        n += _1


@numba.njit(cache=True, nogil=True)
def _digits_end(data: NDArray[np.uint8], at: int, most: int) -> int:
    """Return where some digits end, or -1 if there are none or too many."""
    end = at
    while _ZERO <= data[end] <= _NINE and end - at <= most:
        end += 1
    return end if 1 <= end - at <= most else -1


@numba.njit(cache=True, nogil=True)
def _literal_end(data: NDArray[np.uint8], at: int) -> int:
    """Return where a number, true, false or null ends, or -1 if it is something else."""
    for word in (_TRUE, _FALSE, _NULL):
        same = data[at] == word[0]
        for i in range(word.shape[0]):
            same = same and data[at + i] == word[i]
        if same:
            return at + int(word.shape[0])
    first = at + int(data[at] == _MINUS)
    at = _digits_end(data, first, _MAX_DIGITS)
    if at < 0 or (data[first] == _ZERO and at - first > 1):
        return -1
    return _digits_end(data, at + 1, _MAX_DECIMALS) if data[at] == _POINT else at


@numba.njit(cache=True, nogil=True)
def _spell_record(
    data: NDArray[np.uint8],
    at: int,
    end: int,
    keys: NDArray[np.int64],
    values: NDArray[np.int64],
    characters: NDArray[np.uint32],
    n: int,
    ends: NDArray[np.int64],
    strings: int,
) -> tuple[int, int]:
    """Append the strings of a record; return how many there are now, -1 if it is not plain, and its members.

    `characters` has `n` of those before, `ends` the ends of `strings` of them; where the keys and values
    begin and end is written to `keys` and `values`.
    """
    at = _behind_space(data, at, end)
    members = 0
    if data[at] != _OPEN:
        return -1, 0
    while members < _MAX_KEYS:
        at = _behind_space(data, at + 1, end)
        if data[at] == _CLOSE and not members:
            break
        begin = at + 1
        at = _key_end(data, begin) if data[at] == _QUOTE else -1
        if at < 0 or not _is_new(data, begin, at, keys, members):
            return -1, 0
        keys[2 * members], keys[2 * members + 1] = begin, at
        at = _behind_space(data, at + 1, end)
        if data[at] != _COLON:
            return -1, 0
        at = _behind_space(data, at + 1, end)
        values[members, 0] = at
        if data[at] == _QUOTE:
            at, n = _spell(data, at + 1, characters, n)
            ends[strings] = n
            strings += 1
        else:
            at = _literal_end(data, at)
        if at < 0:
            return -1, 0
        values[members, 1] = at
        members += 1
        at = _behind_space(data, at, end)
        if data[at] != _COMMA:
            break
    return strings if data[at] == _CLOSE and _behind_space(data, at + 1, end) == end else -1, members


@numba.njit(cache=True, nogil=True)
def _name(data: NDArray[np.uint8], begin: int, end: int, names: NDArray[np.uint8], have: int) -> int:
    """Append a key and the quotation mark behind it; return how many letters there are."""
    for at in range(begin, end + 1):
        names[have] = data[at]
        have += 1
    return have


@numba.njit(cache=True, nogil=True)
def _spell_all(
    data: NDArray[np.uint8],
    stops: NDArray[np.int64],
    characters: NDArray[np.uint32],
    ends: NDArray[np.int64],
    records: NDArray[np.int64],
    plain: NDArray[np.bool_],
    names: NDArray[np.uint8],
    name_ends: NDArray[np.int64],
    values: NDArray[np.int64],
) -> tuple[int, int]:
    """Fill the last seven as in `Spelled`, by the places of the line feeds.

    Returns:
        how many strings there are, and how many members.
    """
    keys = np.empty(2 * _MAX_KEYS, np.int64)
    strings = begin = n = all_members = letters = 0
    for record in range(stops.shape[0]):
        after, members = _spell_record(
            data, begin, stops[record], keys, values[all_members:], characters, n, ends, strings
        )
        begin = stops[record] + 1
        plain[record] = after >= 0
        if after >= 0:
            all_members += members
            for number in range(members):
                letters = _name(data, keys[2 * number], keys[2 * number + 1], names, letters)
        name_ends[record] = letters
        if after > strings:
            records[strings:after] = record
            strings, n = after, ends[after - 1]
    return strings, all_members


def spell_records(records: Sequence[bytes], room: NDArray[np.uint32] | None = None) -> Spelled:
    """Spell the strings of those of some records that are plain. O(bytes), 4 bytes a byte.

    Args:
        records: without line feeds.
        room: is filled if it is large enough; memory that is used again is cheaper than new one.
    """
    sizes = np.fromiter(map(len, records), np.int64, len(records))
    stops = np.cumsum(sizes) + np.arange(len(records))
    # What an escape looks at behind the last record has to be there.
    joined = b"\n".join((*records, bytes(16)))
    data = np.frombuffer(joined, np.uint8)
    characters = np.empty(len(data), np.uint32) if room is None or len(room) < len(data) else room
    most = len(data) // _BYTES_OF_FIELD
    ends, owners, plain = np.empty(most, np.int64), np.empty(most, np.int64), np.empty(len(records), np.bool_)
    # A record may have one more member than fits before it turns out not to be plain.
    names, values = np.empty(len(data), np.uint8), np.empty((len(data) // _BYTES_OF_MEMBER + 1, 2), np.int64)
    name_ends = np.empty(len(records), np.int64)
    strings, members = _spell_all(data, stops, characters, ends, owners, plain, names, name_ends, values)
    letters = characters[: ends[strings - 1] if strings else 0]
    # As the code points of a string are: compiled code for arrays that can be written is another.
    letters.flags.writeable = False
    return Spelled(
        characters=letters,
        ends=ends[:strings],
        records=owners[:strings],
        plain=plain,
        data=joined,
        names=names[: name_ends[-1] if len(records) else 0].tobytes(),
        name_ends=name_ends,
        values=values[:members],
    )


def warm_up() -> None:
    """Compile (some seconds) or load (milliseconds) the kernels."""
    spell_records([b'{"id": 1, "text": "a"}'])
