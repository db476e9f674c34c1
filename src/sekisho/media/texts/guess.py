"""Which charset a text is in, if nothing says so: the one whose characters are those of a text.

Python's own codecs are all that is needed, so that every machine guesses alike; what was measured is in
docs/reference/texts.md.
"""

import codecs
import re

import numpy as np
from numpy.typing import NDArray

__all__ = ["WESTERN", "guesses", "looks_like_utf16"]

SAMPLE = 1 << 14
"""Bytes, from the first line on that is not ASCII, of which a charset is guessed."""
PLAUSIBLE = 0.7
"""Mean weight of the characters that are not ASCII, below which no charset is believed."""
UTF16_SHARE = 0.25
"""Of the pairs of bytes of UTF-16, so many have the upper byte of ASCII (0) or kana (0x30)."""
SECOND_LEVEL, ALONE, SELDOM = 0.5, 0.2, 0.0
"""Weights of a kanji of JIS level 2, of a character alone among ASCII, and of Cyrillic."""
SHORT, MIN_KANA = 20, 0.03
"""Characters that are not ASCII; from so many on, this share of them is kana in Japanese."""
MAX_CONTROLS = 0.01
"""Share of control characters that no text has."""
_HIGH = re.compile(rb"[\x80-\xff]")
_JAPANESE = ("cp932", "euc_jp")
WESTERN = "cp1252"
_ISO_2022_JP = "iso2022_jp_ext"
_KANA_BLOCK = 0x30
_KANA = (0x3041, 0x30FF)
_CONTROLS, _DELETE = 0x20, 0x7F
_LAYOUT = (9, 10, 12, 13, 27)
_ASCII = 0x80
_REPLACEMENT = 0xFFFD


def _level(first: int, last: int) -> str:
    """Return the characters of some rows of JIS X 0208, by way of EUC-JP."""
    cells = bytes(b for row in range(first, last) for cell in range(1, 95) for b in (row + 160, cell + 160))
    return cells.decode("euc_jp", "ignore")


def _weights() -> NDArray[np.float32]:
    """Return the weight of each of the first 65,536 code points in Japanese text."""
    table = np.zeros(0x10000, np.float32)
    table[[ord(c) for c in _level(1, 9)]] = 1
    table[[ord(c) for c in _level(16, 48)]] = 1
    table[[ord(c) for c in _level(48, 85)]] = SECOND_LEVEL
    table[0xFF01:0xFF5F] = 1
    table[[ord(c) for c in "—―‖－～∥￠￡￢…‘’“”①②③④⑤⑥⑦⑧⑨⑩㍻㈱№℡ⅠⅡⅢⅣⅤ"]] = 1
    table[0x400:0x452] = SELDOM
    return table


_JAPANESE_WEIGHTS = _weights()
_WESTERN_MARKS = np.zeros(0x10000, np.float32)
_WESTERN_MARKS[0xC0:0x100] = 1
_WESTERN_MARKS[[ord(c) for c in "‘’“”–—…•€©®°£§«»¿¡½¼·´ŒœŠšŽž\xa0"]] = 1
_WESTERN_MARKS[[0xD7, 0xF7]] = 0


def looks_like_utf16(data: bytes) -> str:
    """Return which of the two byte sequences of UTF-16 a text without a mark is in; empty for neither."""
    pairs = np.frombuffer(data[: SAMPLE & ~1], np.uint8)
    pairs = pairs[: len(pairs) & ~1].reshape(-1, 2)
    if not len(pairs):
        return ""
    upper = ((pairs == 0) | (pairs == _KANA_BLOCK)).mean(axis=0)
    both = (pairs == 0).all(axis=1).mean()
    side = int(upper[1] > upper[0])
    likely = upper[side] >= UTF16_SHARE and upper[side] > 2 * upper[1 - side] and not both
    return ("utf-16-be", "utf-16-le")[side] if likely else ""


def guesses(data: bytes) -> tuple[str, ...]:
    """Return the charsets that a text may be in, the most plausible first; none if it is no text."""
    wide = looks_like_utf16(data)
    if wide:
        return (wide,)
    if b"\x1b$" in data and not _HIGH.search(data):
        return (_ISO_2022_JP,)
    sample = _sample(data)
    found = {name: _plausible(sample, name) for name in ("utf-8", *_JAPANESE, WESTERN)}
    best = sorted(found, key=lambda name: -found[name])
    return tuple(name for name in best if found[name] >= PLAUSIBLE)


def _sample(data: bytes) -> bytes:
    high = _HIGH.search(data)
    at = high.start() if high else 0
    line = max(data.rfind(b"\n", 0, at) + 1, at - 80)
    return data[line : line + SAMPLE]


def _plausible(sample: bytes, charset: str) -> float:
    """Return how much of what is not ASCII is what a text in this charset has, 0 to 1."""
    text = codecs.getincrementaldecoder(charset)("replace").decode(sample)
    points = np.frombuffer(text.encode("utf-32-le"), np.uint32)
    bad = points == _REPLACEMENT
    high = points >= _ASCII
    if not high.any():
        return 0.0
    capped = np.minimum(points, 0xFFFF)
    if charset == "utf-8":
        weights = np.ones(len(points), np.float32)
    elif charset == WESTERN:
        weights = _WESTERN_MARKS[capped] * _few(high)
    else:
        weights = _JAPANESE_WEIGHTS[capped] * np.where(_alone(high), ALONE, 1) * _with_kana(capped[high])
    weights = np.where(bad, -1.0, weights)
    return float(weights[high].mean()) if not _controls(points) else 0.0


def _with_kana(points: NDArray[np.uint32]) -> float:
    """Return 1 for text with kana, or too short to need any; half of it for the rest.

    Korean and Chinese in their own charsets are kanji without kana in a Japanese one.
    """
    kana = ((points >= _KANA[0]) & (points < _KANA[1])).mean()
    return 1.0 if len(points) < SHORT or kana >= MIN_KANA else 0.5


def _alone(high: NDArray[np.bool_]) -> NDArray[np.bool_]:
    padded = np.pad(high, 1)
    alone: NDArray[np.bool_] = high & ~padded[:-2] & ~padded[2:]
    return alone


def _few(high: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Tell which characters are in a run of at most two that are not ASCII."""
    padded = np.pad(high, 2)
    left2, left1, right1, right2 = padded[:-4], padded[1:-3], padded[3:-1], padded[4:]
    few: NDArray[np.bool_] = ~((left1 & left2) | (left1 & right1) | (right1 & right2))
    return few


def _controls(points: NDArray[np.uint32]) -> bool:
    control = ((points < _CONTROLS) & ~np.isin(points, _LAYOUT)) | (points == _DELETE)
    return bool(control.mean() > MAX_CONTROLS)
