"""Where a line of Japanese ends: between two phrases, or between two letters where that would leave a gap.

rich breaks lines at spaces, of which Japanese has none. Marks that may not begin or end a line are those of
JIS X 4051. A phrase is told by its letters: kanji, katakana or Latin ones, and the hiragana that follow.
"""

import re
from collections.abc import Iterator

__all__ = ["broken"]

_OPENING = r"(\[{「『【〈《"
_CLOSING = r")\]},:;!?%、。」』】〉》・ー〜ぁぃぅぇぉっゃゅょァィゥェォッャュョ"
_LATIN = r"[!-~]*[!-~](?<![(\[{])(?:(?<=[0-9])[々一-鿿つ])?"
"""Latin letters up to a space; a number has what it counts with it: `3件`."""
_KATAKANA = r"[ァ-ヺ][ァ-ヺー]{1,9}"
_KANJI = r"[々一-鿿]{1,4}"
_HIRAGANA = r"[ぁ-ゖ]"
_PHRASE = re.compile(
    rf"\s*[{_OPENING}]*(?:(?:{_LATIN}|{_KATAKANA}|{_KANJI}){_HIRAGANA}{{0,8}}|{_HIRAGANA}{{1,8}}|\S)[{_CLOSING}]*"
)
"""What is best kept together, with the space before it: `(--lang`, `データセットを`, `残ります。`"""
_UNIT = re.compile(rf"\s*[{_OPENING}]*(?:{_LATIN}|{_KATAKANA}|[でま]す|\S)[{_CLOSING}]*")
"""What has to stay together: `(--lang`, `データセット`, `残`, `ます。`"""
_GAP = 5
"""A phrase is taken apart if it would leave more than this part of a line empty: a fifth."""


def _pieces(words: str, width: int) -> Iterator[str]:
    """Yield what is put on lines one after the other; nothing is wider than a line."""
    from rich.cells import cell_len, chop_cells  # noqa: PLC0415 - rich is imported when help is printed

    for unit in _UNIT.findall(words):
        if cell_len(unit) <= width:
            yield unit
        else:
            yield from chop_cells(unit.lstrip(), width)


def broken(words: str, width: int) -> Iterator[str]:
    """Break one paragraph into lines of at most `width` cells; a full-width letter takes two.

    Spaces at the ends of lines are dropped; nothing else is. O(n * width) for n letters.
    """
    from rich.cells import cell_len  # noqa: PLC0415

    line = ""
    for phrase in _PHRASE.findall(words):
        left, cells = width - cell_len(line), cell_len(phrase)
        whole = cells <= left or (cells <= width and left * _GAP <= width)
        for piece in [phrase] if whole else _pieces(phrase, width):
            if cell_len(line + piece) > width:
                yield line
                line = ""
            line = line + piece if line else piece.lstrip()
    if line:
        yield line
