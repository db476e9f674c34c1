"""Names of the strings in a record: JSON Pointers (RFC 6901), which are written down with what is found.

Some records use data as keys: an address, a telephone number, a whole sentence. Such a key is written
down nowhere. Its member is named by its place in the object, `~k0`, `~k1` ..., which no pointer has
otherwise, and the key itself is looked at as a text.
"""

from functools import lru_cache

__all__ = ["is_name", "step_of"]

MAX_NAME = 64
"""Bytes of a key that is a name, in UTF-8: 21 kanji."""
MAX_DIGITS = 8
"""Digits in it: a date has eight, a telephone number nine or more."""


@lru_cache(maxsize=1024)
def is_name(key: str) -> bool:
    """Tell whether a key is the name of a field, and not data. O(len(key))."""
    if len(key) > MAX_NAME or "@" in key or not key.isprintable():
        return False
    digits = sum(letter.isdigit() for letter in key)
    return digits <= MAX_DIGITS and (key.isascii() or len(key.encode()) <= MAX_NAME)


def step_of(key: str, number: int) -> str:
    """Return what stands for a member in a pointer.

    Args:
        key: of the member.
        number: its place in the object, from 0, members of one name all counted.
    """
    if not is_name(key):
        return f"~k{number}"
    return key.replace("~", "~0").replace("/", "~1") if "~" in key or "/" in key else key
