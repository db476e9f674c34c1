"""Lines of a file, plain or packed, of which no more than a limit is held.

A line ends with a line feed, and with a carriage return before it; the last one may end with the file.
What a packed file holds before it breaks are lines; what comes after its last whole line is none.
"""

from collections.abc import Callable, Iterator, Sequence
from io import FileIO
from typing import NamedTuple

from sekisho.store.datasets.damage import DamageError
from sekisho.store.datasets.streams import WINDOW, GzipStream, PlainStream, ZstdStream

__all__ = ["PACKINGS", "Cut", "Line", "Lines", "TooLong", "cut_lines", "text_stream"]

PACKINGS = {"jsonl": "", "jsonl.gz": "gzip", "jsonl.zst": "zstd"}
"""How the lines of each kind of container are packed."""


class TooLong(NamedTuple):
    """Stand for a line that was not held."""

    size: int


Line = bytes | TooLong
"""A line without its line feed."""


class Lines:
    """Split a stream into lines.

    Attributes:
        number: of the next line, from 0.
        open_end: the last line was read, and has no line feed.
    """

    def __init__(self, some: Callable[[int], bytes | memoryview], limit: int, number: int = 0) -> None:
        """Take what reads on, and how long a line may be that is held."""
        self._some, self._limit = some, limit
        self._ready: list[Line] = []
        self._at = 0
        self._pieces: list[bytes] = []
        self._held = 0
        self._ended = False
        self.number = number
        self.open_end = False

    def take(self, most: int) -> Sequence[Line]:
        """Return at most so many of the next lines, none at the end.

        Raises:
            DamageError: the stream breaks; all lines before were returned.
        """
        while self._at == len(self._ready):
            if not self._fill():
                return ()
        lines = self._ready[self._at : self._at + most]
        self._at += len(lines)
        self.number += len(lines)
        return lines

    def skip(self, count: int) -> None:
        """Go forward by so many lines, or to the end."""
        while count and (lines := self.take(count)):
            count -= len(lines)

    def _fill(self) -> bool:
        """Split the next piece; tell whether there was one."""
        if self._ended:
            return False
        piece = bytes(self._some(WINDOW))
        if not piece:
            self._ended = True
            self._ready, self._at = ([self._joined()] if self._held else []), 0
            self.open_end = bool(self._ready)
            return self.open_end
        parts = piece.split(b"\n")
        rest = parts.pop()
        if parts and self._held:
            self._hold(parts[0])
            parts[0] = b""
            self._ready, self._at = [self._joined(), *parts[1:]], 0
        else:
            self._ready, self._at = list(parts), 0
        self._hold(rest)
        return True

    def _hold(self, piece: bytes) -> None:
        """Keep the beginning of a line, or only its length if it is too long."""
        self._held += len(piece)
        if self._held > self._limit:
            self._pieces.clear()
        elif piece:
            self._pieces.append(piece)

    def _joined(self) -> Line:
        line: Line = TooLong(self._held) if self._held > self._limit else b"".join(self._pieces)
        self._pieces.clear()
        self._held = 0
        return line


class Cut(NamedTuple):
    """Consecutive lines, and which bytes of the stream they are; each line counts with a line feed."""

    first: int
    lines: int
    start: int
    stop: int


def cut_lines(lines: Lines, target_bytes: int, most: int) -> Iterator[Cut]:
    """Cut a stream into runs of whole lines: of so many lines, or of the first one that fills it.

    Raises:
        DamageError: the stream breaks; the lines before were yielded.
    """
    first = start = at = number = 0
    try:
        while batch := lines.take(most):
            for line in batch:
                at += (line.size if isinstance(line, TooLong) else len(line)) + 1
                number += 1
                if number - first >= most or at - start >= target_bytes:
                    yield Cut(first, number - first, start, at)
                    first, start = number, at
    except DamageError:
        if number > first:
            yield Cut(first, number - first, start, at)
        raise
    if number > first:
        yield Cut(first, number - first, start, at)


def text_stream(raw: FileIO, packing: str, start: int, stop: int) -> PlainStream | GzipStream | ZstdStream:
    """Return what unpacks an open file; a plain one is read from and to a byte."""
    match packing:
        case "gzip":
            return GzipStream(raw.fileno())
        case "zstd":
            return ZstdStream(raw)
        case _:
            return PlainStream(raw.fileno(), stop, start)
