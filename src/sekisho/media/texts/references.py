"""Character references of HTML: `&amp;`, `&#12354;`, `&#x3042;` (WHATWG HTML 13.2.5.72 to 80)."""

import re
from html.entities import html5

from sekisho.media.texts.fields import Pieces

__all__ = ["ADDRESS", "put_text"]

ADDRESS = re.compile(r"\s{0,9}(?:mailto|tel|sms):", re.IGNORECASE)
"""Begins the target of a link that is an address of a person and not of a page: it is looked at."""

_REFERENCE = re.compile(r"&(?:#[xX]([0-9a-fA-F]+);?|#([0-9]+);?|([A-Za-z][A-Za-z0-9]{1,31})(;?))")
_LEGACY = max(len(name) for name in html5 if not name.endswith(";"))
_UNKNOWN = "\ufffd"
_DIGITS = 7
"""Of a code point in either base; more than these, after zeros, is beyond Unicode."""
_C1 = range(0x80, 0xA0)
_SURROGATES = range(0xD800, 0xE000)
_LAST = 0x10FFFF
_SPACES = str.maketrans("\n\r\t\f", "    ")


def put_text(pieces: Pieces, start: int, end: int, *, as_set: bool = False) -> None:
    """Take a run of text of a page: references decoded, each line break a space. O(end - start).

    Args:
        pieces: what takes it.
        start: of the run.
        end: of the run.
        as_set: leave line breaks as they are.
    """
    stored = pieces.stored
    at = start
    if stored.find("&", start, end) >= 0:
        for found in _REFERENCE.finditer(stored, start, end):
            text, stop = _meant(found)
            if text:
                _put(pieces, at, found.start(), as_set=as_set)
                pieces.put(text, found.start(), stop)
                at = stop
    _put(pieces, at, end, as_set=as_set)


def _put(pieces: Pieces, start: int, end: int, *, as_set: bool) -> None:
    if start < end:
        text = pieces.stored[start:end]
        pieces.put_same(text if as_set else text.translate(_SPACES), start)


def _meant(found: re.Match[str]) -> tuple[str, int]:
    """Return what a reference stands for and where it ends; an empty text if it is none."""
    hexadecimal, decimal, name, stop = found.groups()
    if name is None:
        return _numbered(hexadecimal or decimal, 16 if hexadecimal else 10), found.end()
    if stop and name + ";" in html5:
        return html5[name + ";"], found.end()
    for length in range(min(len(name), _LEGACY), 1, -1):
        if name[:length] in html5:
            return html5[name[:length]], found.start(3) + length
    return "", found.end()


def _numbered(digits: str, base: int) -> str:
    digits = digits.lstrip("0")
    value = int(digits, base) if digits and len(digits) <= _DIGITS else 0
    if value in _C1:
        return bytes([value]).decode("cp1252", "ignore") or chr(value)
    return _UNKNOWN if not value or value > _LAST or value in _SURROGATES else chr(value)
