"""EPUB: the documents of the spine in their sequence, each a field named by its path in the book.

What holds for a volume of pictures holds here: the archive is judged before anything is unpacked, encrypted
content is refused, a missing document spoils the book. Documents that declare entities are refused.
"""

import re

from sekisho.media.books import BookKind, BookLimits, open_book
from sekisho.media.books.epub import Epub
from sekisho.media.limits import CannotDecode
from sekisho.media.texts.fields import TextField, TextRead
from sekisho.media.texts.html import decode_page, page_fields
from sekisho.media.texts.limits import TextLimits
from sekisho.model import Unreadable

__all__ = ["MEDIA_TYPE", "read_epub"]

MEDIA_TYPE = "application/epub+zip"
_ENTITY = re.compile("<!ENTITY")


class _Held:
    """The bytes of a book as a reader."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.size = len(data)

    def read(self, start: int, count: int) -> bytes:
        return self._data[start : start + count]


def read_epub(data: bytes, limits: TextLimits) -> TextRead:
    """Read a book. O(bytes unpacked).

    Raises:
        CannotDecode: what `media.books` says of the archive, corrupt for a document that is no text,
            container_corrupt for one that declares entities, too_large.
    """
    book = open_book(BookKind.EPUB, _Held(data), BookLimits(max_ratio=limits.max_expansion))
    fields: list[TextField] = []
    charsets: dict[str, None] = {}
    undecodable, room = 0, limits.max_chars
    for path, document in book.documents() if isinstance(book, Epub) else ():
        decoded = decode_page(document, "")
        if _ENTITY.search(decoded.text):
            raise CannotDecode(Unreadable.CONTAINER_CORRUPT, f"{path[:100]} declares entities")
        charsets.setdefault(decoded.charset)
        undecodable += decoded.undecodable
        room -= len(decoded.text)
        fields += page_fields(path, decoded.text, limits, main=False)
        if room < 0 or len(fields) > limits.max_fields:
            raise CannotDecode(Unreadable.TOO_LARGE, "a book with too many documents or characters")
    return TextRead(MEDIA_TYPE, ",".join(charsets), undecodable, tuple(fields))
