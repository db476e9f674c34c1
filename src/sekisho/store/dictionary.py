"""Open the Japanese dictionary: SudachiPy with SudachiDict-core, mode C (the longest words).

Needs the extra `[text]`. The dictionary is a file of 70 MB that is mapped, not read; opening takes some
hundredths of a second. What is opened can be sent to a worker: it is opened again there.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from sekisho.errors import MissingExtraError
from sekisho.lexicon.words import Word

__all__ = ["Dictionary", "open_dictionary"]

_PIECE = 4096
"""Characters given to the tokenizer at once; it refuses more than 49,149 bytes."""
_BREAKS = "\n。！？!? 　、,"
"""Where a longer text is cut, if one of them stands in the second half of a piece."""
_SURROGATES = dict.fromkeys(range(55296, 57344), 65533)


class Dictionary:
    """Cut Japanese text into words; a `lexicon.words.Tokenizer`."""

    def __init__(self) -> None:
        """Open the dictionary.

        Raises:
            MissingExtraError: SudachiPy or its dictionary is not installed.
        """
        self._cut, self._pos = _open()

    def __reduce__(self) -> tuple[type["Dictionary"], tuple[()]]:
        return Dictionary, ()

    def __call__(self, text: str, /) -> Sequence[Word]:
        """Return the words of a text of any length, in order and without a gap; O(n)."""
        if len(text) <= _PIECE:
            return self._words(text, 0)
        found: list[Word] = []
        start = 0
        while start < len(text):
            end = _cut_before(text, start)
            found += self._words(text[start:end], start)
            start = end
        return found

    def reading(self, text: str, /) -> str:
        """Return how a short text is probably read, in katakana; Latin letters stay."""
        return "".join(m.reading_form() for m in self._cut(text.translate(_SURROGATES)[:_PIECE]))

    def _words(self, text: str, offset: int) -> list[Word]:
        clean = text if text.isascii() else text.translate(_SURROGATES)
        return [
            Word(
                m.begin() + offset,
                m.end() + offset,
                m.surface(),
                self._pos(m),
                not m.is_oov(),
            )
            for m in self._cut(clean)
        ]


def open_dictionary() -> Dictionary:
    """Open the dictionary.

    Raises:
        MissingExtraError: SudachiPy or its dictionary is not installed.
    """
    return Dictionary()


def _open() -> tuple[Callable[[str], Any], Callable[[Any], tuple[str, ...]]]:
    try:
        import sudachipy  # noqa: PLC0415 - an extra

        opened = sudachipy.Dictionary(dict="core")
    except ImportError as error:
        raise MissingExtraError(
            "Japanese text needs the extra [text] (SudachiPy and its dictionary), which is not installed",
            hint="pip install 'sekisho[text]'",
        ) from error

    @cache
    def pos(number: int) -> tuple[str, ...]:
        return tuple(part for part in opened.pos_of(number) if part != "*")

    # Until 0.7 the same is called create.
    opens = opened.tokenizer if hasattr(opened, "tokenizer") else opened.create
    return opens(mode=sudachipy.SplitMode.C).tokenize, lambda word: pos(word.part_of_speech_id())


def _cut_before(text: str, start: int) -> int:
    """Return where the piece that begins at `start` ends."""
    end = start + _PIECE
    if end >= len(text):
        return len(text)
    best = max(text.rfind(mark, start + _PIECE // 2, end) for mark in _BREAKS)
    return end if best < 0 else best + 1
