"""Fold a text to what stays the same when it is copied: only letters and digits, in one form each.

NFKC with expansions of several characters, case folded, katakana as hiragana, old kanji as the modern ones,
marks of letters away, kana and their voicing marks composed, Hangul composed. Spaces, line feeds,
punctuation, the long-vowel mark, invisible characters and lone surrogates vanish. Offsets never speak of
folded text: each unit knows the character it came from.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from sekisho.lexicon.kernels import fold_texts
from sekisho.lexicon.table import fold_table

__all__ = ["Folded", "FoldedMany", "code_points", "fold", "fold_many", "fold_points", "warm_up"]

_NATIVE = f"utf-32-{sys.byteorder[0]}e"


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """One folded text.

    Attributes:
        units: (n,) uint32 code points of letters and digits.
        source: (n,) int32, for each unit the code point of the text that it came from (its first).
    """

    units: NDArray[np.uint32]
    source: NDArray[np.int32]

    @property
    def text(self) -> str:
        """Return the units as a string."""
        return self.units.tobytes().decode(_NATIVE)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoldedMany:
    """Folded texts, one after the other.

    Attributes:
        units, source: as in `Folded`, of all texts; `source` counts within its own text.
        starts: (texts + 1,) int64, where each text's units begin, and the end.
        characters: the code points of all texts, as `code_points` gives them.
        ends: (texts,) int64, where each text ends in them.
    """

    units: NDArray[np.uint32]
    source: NDArray[np.int32]
    starts: NDArray[np.int64]
    characters: NDArray[np.uint32]
    ends: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __getitem__(self, number: int) -> Folded:
        """Return one text (views, no copy)."""
        part = slice(self.starts[number], self.starts[number + 1])
        return Folded(units=self.units[part], source=self.source[part])


def code_points(texts: Sequence[str]) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """Return the code points of all texts, one text after the other, and (texts,) where each of them ends."""
    ends = np.fromiter(accumulate(map(len, texts)), np.int64, len(texts))
    joined = texts[0] if len(texts) == 1 else "".join(texts)
    return np.frombuffer(joined.encode(_NATIVE, "surrogatepass"), np.uint32), ends


def fold_many(texts: Sequence[str]) -> FoldedMany:
    """Fold texts, with nearly no cost per text. Never raises for what is in them; O(characters)."""
    return fold_points(*code_points(texts))


def fold_points(
    characters: NDArray[np.uint32],
    ends: NDArray[np.int64],
    room: tuple[NDArray[np.uint32], NDArray[np.int32]] | None = None,
) -> FoldedMany:
    """Fold texts of which the code points are there, as `code_points` gives them.

    Args:
        characters: of all texts.
        ends: of each text.
        room: for units and their sources, is filled if it is large enough; memory that is used again is
            cheaper than new one.
    """
    table = fold_table()
    starts = np.empty(len(ends) + 1, np.int64)
    capacity = len(characters) + (len(characters) >> 5) + 64
    while True:
        if room is not None and len(room[0]) >= capacity:
            units, source = room
        else:
            units, source = np.empty(capacity, np.uint32), np.empty(capacity, np.int32)
        count = fold_texts(
            characters,
            ends,
            table.values,
            table.several,
            table.voiced,
            table.half_voiced,
            units,
            source,
            starts,
        )
        if count >= 0:
            return FoldedMany(
                units=units[:count], source=source[:count], starts=starts, characters=characters, ends=ends
            )
        capacity = -int(count)


def fold(text: str) -> Folded:
    """Fold one text."""
    return fold_many((text,))[0]


def warm_up() -> None:
    """Compile (some seconds) or load (milliseconds) the kernel."""
    fold("ガ")
