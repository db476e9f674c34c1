"""Publishers' files -> pages: CBZ and ZIP, EPUB with a fixed layout, PDF. Pure, and within limits."""

from sekisho.media.books.book import Book, BookKind, Page, Picture, book_kind
from sekisho.media.books.limits import BookLimits, Reader
from sekisho.media.books.natural import natural_key
from sekisho.media.books.opened import open_book, read_pages
from sekisho.media.books.portable import require_pdf
from sekisho.media.books.prose import is_prose

__all__ = [
    "Book",
    "BookKind",
    "BookLimits",
    "Page",
    "Picture",
    "Reader",
    "book_kind",
    "is_prose",
    "natural_key",
    "open_book",
    "read_pages",
    "require_pdf",
]
