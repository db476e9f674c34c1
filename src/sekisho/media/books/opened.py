"""Open a volume by what it is; the only way in."""

from collections.abc import Iterator

from sekisho.errors import MissingExtraError
from sekisho.media.books.archive import open_archive
from sekisho.media.books.book import Book, BookKind, Page
from sekisho.media.books.comic import Comic
from sekisho.media.books.epub import Epub
from sekisho.media.books.limits import BookLimits, Reader
from sekisho.media.books.portable import Portable
from sekisho.media.limits import CannotDecode, Limits
from sekisho.model import Unreadable

__all__ = ["open_book", "read_pages"]


def open_book(kind: BookKind, reader: Reader, limits: BookLimits) -> Book:
    """Open a volume.

    Args:
        kind: what `book_kind` said.
        reader: the file.
        limits: what it may cost.

    Raises:
        CannotDecode: with the reason; nothing else, for any bytes.
        MissingExtraError: a PDF, and the extra `[pdf]` is not installed.
        OSError: what the reader says.
    """
    try:
        return _opened(kind, reader, limits)
    except (CannotDecode, MissingExtraError, OSError):
        raise
    except Exception as error:
        raise _refusal(error) from error


def read_pages(book: Book, limits: Limits) -> Iterator[Page]:
    """Yield the pages of a volume in reading order.

    Raises:
        CannotDecode: with the reason; nothing else, for any bytes.
        OSError: what the reader says.
    """
    try:
        yield from book.pages(limits)
    except (CannotDecode, OSError):
        raise
    except Exception as error:
        raise _refusal(error) from error


def _refusal(error: Exception) -> CannotDecode:
    if isinstance(error, MemoryError):
        return CannotDecode(Unreadable.DECODER_CRASH, "out of memory")
    return CannotDecode(Unreadable.CONTAINER_CORRUPT, f"{type(error).__name__}: {error}"[:120])


def _opened(kind: BookKind, reader: Reader, limits: BookLimits) -> Book:
    if not reader.size:
        raise CannotDecode(Unreadable.EMPTY)
    match kind:
        case BookKind.ZIP:
            archive = open_archive(reader, limits)
            return (
                Epub(archive, limits)
                if "META-INF/container.xml" in archive.members
                else Comic(archive, limits)
            )
        case BookKind.EPUB:
            return Epub(open_archive(reader, limits), limits)
        case BookKind.PDF:
            return Portable(reader, limits)
        case BookKind.RAR:
            raise CannotDecode(Unreadable.UNSUPPORTED_FORMAT, "RAR and 7z are not opened; pack it as CBZ")
