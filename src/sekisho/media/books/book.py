"""A volume as a run of pages, whatever file it came in: CBZ and ZIP, EPUB, PDF."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from sekisho.media.limits import Limits, Pixels

__all__ = ["Book", "BookKind", "Page", "Picture", "book_kind"]

_ZIP_MAGICS = (b"PK\x03\x04", b"PK\x05\x06")
_PDF_MAGIC = b"%PDF-"
_RAR_MAGICS = (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c")
HEAD = 1024
"""Bytes of the beginning that `book_kind` looks at; so far in a PDF may begin (ISO 32000-1, annex H.3)."""


class BookKind(StrEnum):
    """What a volume's file is."""

    ZIP = "zip"
    EPUB = "epub"
    PDF = "pdf"
    RAR = "rar"


_NAMES = {
    "zip": BookKind.ZIP,
    "cbz": BookKind.ZIP,
    "epub": BookKind.EPUB,
    "pdf": BookKind.PDF,
    "cbr": BookKind.RAR,
    "rar": BookKind.RAR,
    "cb7": BookKind.RAR,
    "7z": BookKind.RAR,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One picture of a page: a file as it is stored in the volume, or pixels that had to be drawn.

    Attributes:
        name: of the file in the volume; empty for what has none.
        data: the file; empty if there are only `pixels`.
        pixels: (H, W, 3) uint8, sRGB.
    """

    name: str = ""
    data: bytes = b""
    pixels: Pixels | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page in reading order.

    Attributes:
        number: from 1; pages without a picture are counted too.
        pictures: mostly one; none for a page of text.
    """

    number: int
    pictures: tuple[Picture, ...] = ()


class Book(Protocol):
    """An opened volume."""

    @property
    def count(self) -> int:
        """Return the number of pages."""

    @property
    def remark(self) -> str:
        """Say what a reader of the result has to know of this volume; mostly nothing."""

    @property
    def flows(self) -> bool:
        """Tell whether it is text that flows: its pages are made when it is read."""

    def pages(self, limits: Limits) -> Iterator[Page]:
        """Yield the pages one after the other; only one of them is in memory.

        Raises:
            CannotDecode: a page can not be read; then the volume can not.
        """


def book_kind(name: str, head: bytes) -> BookKind | None:
    """Tell what kind of volume a file is, or None if it is none.

    A name that says volume is believed, so that a damaged one is reported and not skipped; which kind
    it is, the bytes say: many CBR files are ZIP archives. Files that only happen to be ZIP archives
    (documents, programs) are no volumes.

    Args:
        name: the file's name.
        head: its first `HEAD` bytes.
    """
    kind = _NAMES.get(name.rpartition(".")[2].lower() if "." in name else "")
    if kind is None:
        return BookKind.PDF if head.startswith(_PDF_MAGIC) else None
    if head.startswith(_RAR_MAGICS):
        return BookKind.RAR
    if head.startswith(_ZIP_MAGICS):
        return BookKind.EPUB if kind is BookKind.EPUB else BookKind.ZIP
    if _PDF_MAGIC in head[:HEAD]:
        return BookKind.PDF
    return kind
