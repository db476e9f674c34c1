"""One file of a registrant -> what its pages are known by: a picture, a film, a text, or a volume.

Nothing is decided here but what the file alone can tell; which pages are registered is decided over
all files together, in `selection`. A volume is read in full or not at all.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from sekisho.codec import encode_packed_traits
from sekisho.fingerprint import MIN_QUALITY
from sekisho.fingerprint.film import film_hashes, film_of
from sekisho.media import CannotDecode, Limits, frames, named_as_media, sniff
from sekisho.media.books import (
    BookKind,
    BookLimits,
    Page,
    Picture,
    Reader,
    open_book,
    read_pages,
)
from sekisho.media.camera import taken_by_camera
from sekisho.media.sniff import FILMS, HEAD
from sekisho.model import TextForm, Traits, Unfingerprintable, Unreadable
from sekisho.registry.seen import NOTHING_MORE, Drawn, Sight, drawn, pixels_digest
from sekisho.registry.written import MAX_TEXT, Written, work_form, written

__all__ = ["LAST_PAGES", "FileLimits", "Made", "Only", "PageMade", "made_of_file", "made_of_volume"]

LAST_PAGES = 3
"""Of a volume: where a colophon (okuzuke) stands, behind it at most an advertisement and the back cover."""

_PART = 1 << 20
"""Bytes of a film that are read at once for its digest."""

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
        only: None: pictures, films and texts.
        sight: what else is made of a picture.
    """

    picture: Limits = field(default_factory=Limits)
    book: BookLimits = field(default_factory=BookLimits)
    only: Only | None = None
    sight: Sight = NOTHING_MORE


@dataclass(frozen=True, slots=True, kw_only=True)
class PageMade:
    """One picture of one page, a panel of it, a film, or a text.

    Attributes:
        number: of the page, from 1 in reading order.
        name: of the picture in its volume; it stays with the registrant.
        sha256: of the picture as stored; of a page that had to be drawn, of its size and pixels.
        hashes: PDQ and quality of each frame.
        prose: it is one of the last pages, and holds nothing but printed text.
        text: what was made of it, if it is a text; it has no hashes then.
        panel: of the page, from 1 in reading order from the top; 0: the whole page.
        traits: what else is compared, as a line of prints.jsonl holds it; of the first frame.
        film: it is a film; it has no hashes then, but traits.
        photograph: a camera took it, so it has no traits although they were asked for.
    """

    number: int
    name: str = ""
    sha256: bytes
    hashes: tuple[tuple[bytes, int], ...] = ()
    prose: bool = False
    text: Written | None = None
    panel: int = 0
    traits: bytes = b""
    film: bool = False
    photograph: bool = False

    @property
    def good(self) -> tuple[tuple[bytes, int], ...]:
        """Return the hashes with enough detail to be compared."""
        return tuple(pair for pair in self.hashes if pair[1] >= MIN_QUALITY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What became of one file.

    Attributes:
        pages: one for a picture, film or text, and those of its panels; none if it is nothing of these or
            could not be looked at.
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
    def film(self) -> bool:
        """Tell whether the file is a film."""
        return any(page.film for page in self.pages)

    @property
    def panels(self) -> int:
        """Return how many panels its pages have."""
        return sum(page.panel > 0 for page in self.pages)

    @property
    def text(self) -> Written | None:
        """Return the text of the file, if it has one."""
        return next((page.text for page in self.pages if page.text is not None), None)


def _page(picture: Picture, number: int, limits: FileLimits, *, last: bool) -> Iterator[PageMade]:
    """Fingerprint one picture, and its panels if they are asked for.

    Raises:
        CannotDecode: with the reason.
    """
    if picture.pixels is not None:
        made = drawn(iter((picture.pixels,)), limits.sight, last=last, photograph=False)
        sha256 = pixels_digest(picture.pixels)
    else:
        made = _decoded(picture.data, limits, last=last)
        sha256 = hashlib.sha256(picture.data).digest()
    yield PageMade(
        number=number,
        name=picture.name,
        sha256=sha256,
        hashes=made.hashes,
        prose=made.prose,
        traits=_packed(made.traits),
        photograph=made.photograph,
    )
    for panel, one in enumerate(made.panels, 1):
        hashes, traits = (one.hash,), _packed(one.traits)
        yield PageMade(
            number=number, name=picture.name, sha256=one.sha256, hashes=hashes, panel=panel, traits=traits
        )


def _packed(traits: Traits | None) -> bytes:
    return b"" if traits is None else encode_packed_traits(traits)


def _decoded(data: bytes, limits: FileLimits, *, last: bool) -> Drawn:
    media_type = sniff(data)
    if media_type is None:
        raise CannotDecode(Unreadable.UNRECOGNIZED_FORMAT if data else Unreadable.EMPTY)
    # Whoever asks for nothing more need not know where a picture comes from.
    photograph = limits.sight != NOTHING_MORE and taken_by_camera(data)
    return drawn(frames(data, media_type, limits.picture), limits.sight, last=last, photograph=photograph)


def made_of_file(name: str, reader: Reader, limits: FileLimits) -> Made:
    """Fingerprint one file that is no volume: a text by its name, a film, or a picture.

    Args:
        name: the file's name.
        reader: the file; a film is read in parts.
        limits: what it may cost.
    """
    form = work_form(name)
    if limits.only is not None and (limits.only is Only.TEXTS) is (form is None):
        return Made()
    try:
        pages = tuple(_of_picture(name, reader, limits) if form is None else _of_text(reader, form))
    except OSError as error:
        return _failed(Unreadable.IO_ERROR, error.strerror or str(error))
    except CannotDecode as error:
        return Made(problem=error.problem)
    return Made(pages=pages, count=1 if pages else 0)


def _of_text(reader: Reader, form: TextForm) -> Iterator[PageMade]:
    if reader.size > MAX_TEXT:
        raise CannotDecode(Unreadable.TOO_LARGE, "cut it into volumes")
    yield _text_page(reader.read(0, reader.size), form)


def _of_picture(name: str, reader: Reader, limits: FileLimits) -> Iterator[PageMade]:
    media_type = sniff(reader.read(0, HEAD))
    if media_type in FILMS:
        yield _film(reader, media_type, limits.picture)
    elif media_type is not None or named_as_media(name):
        if reader.size > limits.picture.max_bytes:
            raise CannotDecode(Unreadable.TOO_LARGE)
        yield from _page(Picture(data=reader.read(0, reader.size)), 1, limits, last=False)


def _film(reader: Reader, media_type: str, limits: Limits) -> PageMade:
    """Fingerprint a film.

    Raises:
        CannotDecode: with the reason.
    """
    film = film_of(film_hashes(reader, media_type, limits))
    digest = hashlib.sha256()
    for start in range(0, reader.size, _PART):
        digest.update(reader.read(start, _PART))
    traits = encode_packed_traits(Traits(film=film))
    return PageMade(number=1, sha256=digest.digest(), traits=traits, film=True)


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
            pages += _pages(page, limits, last=page.number > book.count - LAST_PAGES)
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


def _pages(page: Page, limits: FileLimits, *, last: bool) -> Iterator[PageMade]:
    for picture in page.pictures:
        try:
            yield from _page(picture, page.number, limits, last=last)
        except CannotDecode as error:
            problem = error.problem
            detail = f"page {page.number} {picture.name[-100:]} {problem.detail}".rstrip()
            raise CannotDecode(problem.reason, detail) from error
