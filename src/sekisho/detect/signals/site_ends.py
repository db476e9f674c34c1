"""Which of many JSON strings are addresses in the form of most, and where their site ends: one compiled pass.

It is the form of `cells.site_in`, written without escapes. Whatever is not so plain is left to that.
No bounds checks: no place behind the end of a value is looked at, and values lie within the data.
"""

import numba
import numpy as np
from numpy.typing import NDArray

__all__ = ["site_ends", "warm_up"]

_SHORTEST = len('"http://a/"')
_LONGEST = 8192
"""Letters of an address (`cells.address`)."""
_QUOTE, _SLASH, _S = (ord(c) for c in '"/s')
_HTTP, _BEHIND = (np.frombuffer(word, np.uint8) for word in (b'"http', b"://"))


def _table(letters: str) -> NDArray[np.bool_]:
    found = np.zeros(256, np.bool_)
    found[np.frombuffer(letters.encode("ascii"), np.uint8)] = True
    return found


_OF_HOST = _table("abcdefghijklmnopqrstuvwxyz0123456789.-")
_OF_PATH = _table("".join(c for c in map(chr, range(0x21, 0x7F)) if c not in '"#$%*\\'))


@numba.njit(cache=True, nogil=True)
def _starts(data: NDArray[np.uint8], at: int, word: NDArray[np.uint8]) -> bool:
    same = True
    for i in range(word.shape[0]):
        same &= data[at + i] == word[i]
    return same


@numba.njit(cache=True, nogil=True)
def _site_end(data: NDArray[np.uint8], begin: int, end: int) -> int:
    """Return how many letters of the string scheme and host have, or 0 if it is not so plain an address."""
    if not _SHORTEST <= end - begin <= _LONGEST + 2 or data[end - 1] != _QUOTE:
        return 0
    if not _starts(data, begin, _HTTP):
        return 0
    at = begin + int(_HTTP.shape[0])
    at += int(data[at] == _S)
    if not _starts(data, at, _BEHIND):
        return 0
    host = at + int(_BEHIND.shape[0])
    at = host
    while at < end and _OF_HOST[data[at]]:
        at += 1
    if at in (host, end) or data[at] != _SLASH:
        return 0
    for here in range(at, end - 1):
        if not _OF_PATH[data[here]]:
            return 0
    return int(at - begin - 1)


@numba.njit(cache=True, nogil=True)
def _site_ends(data: NDArray[np.uint8], values: NDArray[np.int64], ends: NDArray[np.int64]) -> None:
    for number in range(values.shape[0]):
        ends[number] = _site_end(data, values[number, 0], values[number, 1])


def site_ends(data: bytes, values: NDArray[np.int64]) -> list[int]:
    """Return of each JSON value how many letters scheme and host have; 0: it is no such address. O(n).

    Args:
        data: holds the values.
        values: (n, 2) int64, where each of them begins and ends in it.

    Raises:
        ValueError: a value does not lie within the data.
    """
    if len(values) and not (values.min() >= 0 and values.max() <= len(data)):
        raise ValueError("a value lies beside the data")
    ends = np.empty(len(values), np.int64)
    _site_ends(np.frombuffer(data, np.uint8), values, ends)
    return ends.tolist()


def warm_up() -> None:
    """Compile (a second) or load (milliseconds) the kernel."""
    site_ends(b'"http://a/"', np.array([[0, 11]]))
