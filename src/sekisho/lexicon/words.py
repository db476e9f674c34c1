"""What a tokenizer gives: words with their place and their part of speech.

Only the seam stands here. The tokenizer itself (SudachiPy, extra `[text]`) is opened by
`store/dictionary.py` and comes in as a value.
"""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

__all__ = ["Tokenizer", "Word"]


class Word(NamedTuple):
    """Name one word of a text.

    Attributes:
        start, end: half-open, code points of the text that was given.
        surface: the word as it stands there.
        pos: part of speech, from coarse to fine, as the dictionary says it ("名詞", "固有名詞", "人名").
        known: it stands in the dictionary; else its part of speech is guessed.
    """

    start: int
    end: int
    surface: str
    pos: tuple[str, ...]
    known: bool = True


class Tokenizer(Protocol):
    """Cut a text into words that cover it, in order and without a gap. It never fails on a text."""

    def __call__(self, text: str, /) -> Sequence[Word]:
        """Return the words of a text."""
