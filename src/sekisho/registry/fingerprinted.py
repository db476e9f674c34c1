"""One file of a registrant -> what its pages are known by: a picture, a text, or a volume with its pages.

Nothing is decided here but what the file alone can tell; which pages are registered is decided over
all files together, in `selection`. A volume is read in full or not at all.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from sekisho.fingerprint import MIN_QUALITY, pdq
from sekisho.media import CannotDecode, Limits, Pixels, frames, named_as_media, sniff
from sekisho.media.books import (
    BookKind,
    BookLimits,
    Page,
    Picture,
    Reader,
    is_prose,
    open_book,
    read_pages,
)
from sekisho.model import TextForm, Unfingerprintable, Unreadable
from sekisho.registry.written import MAX_TEXT, Written, work_form, written

__all__ = ["LAST_PAGES", "FileLimits", "Made", "Only", "PageMade", "made_of_file", "made_of_volume"]

LAST_PAGES = 3
"""Of a volume: where a colophon (okuzuke) stands, behind it at most an advertisement and the back cover."""

Tick = Callable[[int, int], None]
"""Told after each page how many are done, and how many there are."""


class Only(StrEnum):
    """What is looked at, if not everything."""

    PICTURES = "pictures"
    TEXTS = "texts"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLimits:
    """What one file may cost: a picture, and a volume before its pictures; and what is looked at.

    Attributes:
        only: None: pictures and texts.
    """

    picture: Limits = field(default_factory=Limits)
    book: BookLimits = field(default_factory=BookLimits)
    only: Only | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageMade:
    """One picture of one page, or a text.

    Attributes:
        number: of the page, from 1 in reading order.
        name: of the picture in its volume; it stays with the registrant.
        sha256: of the picture as stored; of a page that had to be drawn, of its size and pixels.
        hashes: PDQ and quality of each frame.
        prose: it is one of the last pages, and holds nothing but printed text.
        text: what was made of it, if it is a text; it has no hashes then.
    """

    number: int
    name: str = ""
    sha256: bytes
    hashes: tuple[tuple[bytes, int], ...] = ()
    prose: bool = False
    text: Written | None = None

    @property
    def good(self) -> tuple[tuple[bytes, int], ...]:
        """Return the hashes with enough detail to be compared."""
        return tuple(pair for pair in self.hashes if pair[1] >= MIN_QUALITY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What became of one file.

    Attributes:
        pages: one for a picture or a text; none if it is neither or could not be looked at.
        count: pages of a volume, those without a picture too.
        volume: whether the file is a volume.
        problem: why it could not be looked at; then there are no pages.
        remark: what else its owner has to know.
    """

    pages: tuple[PageMade, ...] = ()
    count: int = 0
    volume: bool = False
    problem: Unfingerprintable | None = None
    remark: str = ""

    @property
    def text(self) -> Written | None:
        """Return the text of the file, if it has one."""
        return next((page.text for page in self.pages if page.text is not None), None)


def _hashed(found: Iterator[Pixels], *, last: bool) -> tuple[tuple[tuple[bytes, int], ...], bool]:
    hashes: list[tuple[bytes, int]] = []
    prose = False
    for frame in found:
        prose = last and not hashes and is_prose(frame)
        hashes.append(pdq(frame))
    return tuple(hashes), prose and len(hashes) == 1


def _page(picture: Picture, number: int, limits: Limits, *, last: bool) -> PageMade:
    """Fingerprint one picture.

    Raises:
        CannotDecode: with the reason.
    """
    if picture.pixels is not None:
        shape = picture.pixels.shape
        digest = hashlib.sha256(b"sekisho page %d %d\0" % (shape[1], shape[0]))
        digest.update(picture.pixels.tobytes())
        hashes, prose = _hashed(iter((picture.pixels,)), last=last)
        sha256 = digest.digest()
    else:
        media_type = sniff(picture.data)
        if media_type is None:
            raise CannotDecode(Unreadable.UNRECOGNIZED_FORMAT if picture.data else Unreadable.EMPTY)
        hashes, prose = _hashed(frames(picture.data, media_type, limits), last=last)
        sha256 = hashlib.sha256(picture.data).digest()
    return PageMade(number=number, name=picture.name, sha256=sha256, hashes=hashes, prose=prose)


def made_of_file(name: str, read: Callable[[int], bytes | None], limits: FileLimits) -> Made:
    """Fingerprint one file that is no volume: a text by its name, or a picture.

    Args:
        name: the file's name.
        read: returns the file's bytes, or None if there are more than the limit it is given.
        limits: what it may cost.
    """
    form = work_form(name)
    if limits.only is not None and (limits.only is Only.TEXTS) is (form is None):
        return Made()
    try:
        data = read(MAX_TEXT if form is not None else limits.picture.max_bytes)
    except OSError as error:
        return _failed(Unreadable.IO_ERROR, error.strerror or str(error))
    if data is None:
        return _failed(Unreadable.TOO_LARGE, "cut it into volumes" if form is not None else "")
    if form is None and sniff(data) is None and not named_as_media(name):
        return Made()
    try:
        page = (
            _text_page(data, form)
            if form is not None
            else _page(Picture(data=data), 1, limits.picture, last=False)
        )
    except CannotDecode as error:
        return Made(problem=error.problem)
    return Made(pages=(page,), count=1)


def _text_page(data: bytes, form: TextForm, number: int = 1) -> PageMade:
    """Fingerprint a text.

    Raises:
        CannotDecode: with the reason.
    """
    text = written(data, form)
    return PageMade(number=number, name="text", sha256=text.sha256, text=text)


def _failed(reason: Unreadable, detail: str = "", *, volume: bool = False) -> Made:
    return Made(problem=Unfingerprintable(reason=reason, detail=detail), volume=volume)


def made_of_volume(kind: BookKind, reader: Reader, limits: FileLimits, tick: Tick) -> Made:
    """Fingerprint the pages of a volume, all of them or none; of a book that flows, its text comes last.

    Args:
        kind: what `book_kind` said of it.
        reader: the file.
        limits: what it may cost.
        tick: told after each page.
    """
    pages: list[PageMade] = []
    try:
        book = open_book(kind, reader, limits.book)
        for page in read_pages(book, limits.picture) if limits.only is not Only.TEXTS else ():
            pages += _pages(page, limits.picture, last=page.number > book.count - LAST_PAGES)
            tick(page.number, book.count)
        if book.flows and limits.only is not Only.PICTURES:
            pages += _book_text(reader, limits, pages)
    except CannotDecode as error:
        return Made(problem=error.problem, volume=True)
    except OSError as error:
        return _failed(Unreadable.IO_ERROR, error.strerror or str(error), volume=True)
    if not pages and limits.only is Only.TEXTS:
        return Made(volume=True)
    if not pages:
        return _failed(Unreadable.UNSUPPORTED_FORMAT, "no page of it is a picture", volume=True)
    count = pages[-1].number if book.flows else max(book.count, pages[-1].number)
    return Made(pages=tuple(pages), count=count, volume=True, remark=book.remark)


def _book_text(reader: Reader, limits: FileLimits, pages: Sequence[PageMade]) -> Iterator[PageMade]:
    """Yield the text of a book that flows, unless it has pictures and hardly a letter.

    Raises:
        CannotDecode: with the reason.
    """
    if reader.size > limits.picture.max_bytes:
        raise CannotDecode(Unreadable.TOO_LARGE, "cut it into volumes")
    number = pages[-1].number + 1 if pages else 1
    try:
        page = _text_page(reader.read(0, reader.size), TextForm.EPUB, number)
    except CannotDecode as error:
        if not pages or error.problem.reason is not Unreadable.EMPTY:
            raise
        return
    if not pages or (page.text is not None and not page.text.is_short):
        yield page


def _pages(page: Page, limits: Limits, *, last: bool) -> Iterator[PageMade]:
    for picture in page.pictures:
        try:
            yield _page(picture, page.number, limits, last=last)
        except CannotDecode as error:
            problem = error.problem
            detail = f"page {page.number} {picture.name[-100:]} {problem.detail}".rstrip()
            raise CannotDecode(problem.reason, detail) from error
