"""Bytes of a text item to fields of text: the one door of this room. Pure, and within limits."""

from sekisho.media.limits import CannotDecode
from sekisho.media.texts.epub import read_epub
from sekisho.media.texts.fields import TextRead
from sekisho.media.texts.html import read_page
from sekisho.media.texts.limits import TextLimits
from sekisho.media.texts.markdown import read_markdown
from sekisho.media.texts.plain import read_plain
from sekisho.media.texts.records import read_record
from sekisho.model import TextForm, TextSource, Unreadable

__all__ = ["TEXT_TYPES", "read_text"]

TEXT_TYPES = frozenset(
    {"text/plain", "text/markdown", "text/html", "application/epub+zip", "application/json"}
)
"""What `TextRead.media_type` can be."""

_BYTES_PER_CHAR = 4
"""At most, in every charset that is read."""


def read_text(
    data: bytes | memoryview, source: TextSource, limits: TextLimits, *, main: bool = True
) -> TextRead:
    """Read what is to be looked at of a text item. O(bytes).

    An item of no bytes is an empty text; only a record and a book can not be empty.

    Args:
        data: the item as stored.
        source: what it is, and what is known of its charset and fields.
        limits: what it may cost.
        main: mark the main text of a page, which takes longer than all the rest.

    Raises:
        CannotDecode: with the reason; nothing else, for any bytes.
    """
    raw = data if type(data) is bytes else bytes(data)
    try:
        return _read(raw, source, limits, main=main)
    except MemoryError as error:
        raise CannotDecode(Unreadable.DECODER_CRASH, "out of memory") from error


def _read(data: bytes, source: TextSource, limits: TextLimits, *, main: bool) -> TextRead:
    form = source.form
    if form is TextForm.JSON:
        return read_record(data, source.charset, source.fields, limits)
    if form is TextForm.EPUB:
        return read_epub(data, limits)
    if len(data) > _BYTES_PER_CHAR * limits.max_chars:
        raise CannotDecode(Unreadable.TOO_LARGE, f"{len(data)} bytes of text")
    match form:
        case TextForm.PLAIN:
            found = read_plain(data, source.charset)
        case TextForm.MARKDOWN:
            found = read_markdown(data, source.charset)
        case TextForm.HTML:
            found = read_page(data, source.charset, limits, main=main)
    if sum(len(field.text) for field in found.fields) > limits.max_chars:
        raise CannotDecode(Unreadable.TOO_LARGE, "a text with too many characters")
    return found
