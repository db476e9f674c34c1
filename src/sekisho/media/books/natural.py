"""The order in which people number pages: 1, 2, 10, and not 1, 10, 2."""

import re
import unicodedata

__all__ = ["NaturalKey", "natural_key"]

NaturalKey = tuple[tuple[bool, tuple[tuple[int, str], ...], str], ...]

_PARTS = re.compile(r"([0-9]+)")


def natural_key(path: str) -> NaturalKey:
    """Return a sort key for a path with slashes: numbers by value, the files of a folder before its folders.

    Full-width digits count as digits, and upper and lower case are the same; names that differ in
    nothing else are in the order of their characters. O(length), whatever the digits.
    """
    *folders, file = path.split("/")
    return (*((True, _words(name), name) for name in folders), (False, _words(file), file))


def _words(name: str) -> tuple[tuple[int, str], ...]:
    """Cut a name into text (-1, text) and numbers (number of digits, digits), which compare by value."""
    words = _PARTS.split(unicodedata.normalize("NFKC", name).casefold())
    return tuple((-1, word) if index % 2 == 0 else _number(word) for index, word in enumerate(words))


def _number(digits: str) -> tuple[int, str]:
    bare = digits.lstrip("0")
    return len(bare), bare
