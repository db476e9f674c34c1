"""What a volume may cost, and why one can not be read."""

from dataclasses import dataclass
from typing import Protocol

__all__ = ["BookLimits", "Reader"]


class Reader(Protocol):
    """A file of which any part can be read."""

    @property
    def size(self) -> int:
        """Return the number of bytes."""

    def read(self, start: int, count: int) -> bytes:
        """Return up to `count` bytes from `start` on; fewer only at the end of the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BookLimits:
    """Bound what one volume may cost before its pages are looked at, each by the limits of a picture.

    Attributes:
        max_pages: of a volume; the longest omnibus editions have about 3,000.
        max_members: of an archive.
        max_directory: bytes of an archive's list of members.
        max_ratio: all members unpacked against the file, once they are above `ratio_floor` bytes.
            Uncompressed scans of mostly white pages reach about 50; archives made as bombs, thousands.
        max_document: bytes of one XML document of an EPUB.
        rendered_side: pixels of the longer side of a PDF page that has to be drawn.
        max_objects: of a PDF page; drawings with more take minutes.
    """

    max_pages: int = 20_000
    max_members: int = 50_000
    max_directory: int = 32 << 20
    max_ratio: int = 200
    ratio_floor: int = 64 << 20
    max_document: int = 8 << 20
    rendered_side: int = 1500
    max_objects: int = 100_000
