"""Write an item with its changes made: excerpts cut out, personal information masked.

A text is decoded as it was when it was looked at, and written in the same charset. What would not come
back byte for byte without a change is not edited: then nobody could say what else was changed.
"""

import codecs
from collections.abc import Mapping, Sequence

from sekisho.errors import EvidenceError
from sekisho.media import CannotDecode
from sekisho.media.texts.charset import Decoded, decode
from sekisho.media.texts.html import decode_page
from sekisho.model import TextForm
from sekisho.store.materialise.records import NotEditableError, edit_json
from sekisho.store.materialise.spans import Change, by_field, spliced

__all__ = ["edit_bytes"]

_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def edit_bytes(data: bytes, form: TextForm, changes: Sequence[tuple[str, int, int, str]]) -> bytes:
    """Return the bytes of an item with its changes made.

    Args:
        data: as stored; it was compared with what was looked at.
        form: how it is read.
        changes: see `Change`.

    Raises:
        EvidenceError: a span is not within its field, or there is no such field.
        NotEditableError: a book, or a text that can not be written as it was read.
    """
    if form is TextForm.EPUB:
        raise NotEditableError
    mark = next((mark for mark in _MARKS if data.startswith(mark)), b"")
    try:
        decoded = decode_page(data, "") if form is TextForm.HTML else decode(data)
    except CannotDecode as error:
        raise NotEditableError from error
    if _encoded(decoded.text, decoded) != data[len(mark) :]:
        raise NotEditableError
    fields = by_field(changes)
    edited = edit_json(decoded.text, fields) if form is TextForm.JSON else _edit_text(decoded.text, fields)
    return mark + _encoded(edited, decoded)


def _encoded(text: str, decoded: Decoded) -> bytes:
    try:
        return text.encode(decoded.charset)
    except UnicodeEncodeError as error:
        raise NotEditableError from error


def _edit_text(text: str, fields: Mapping[str, Sequence[Change]]) -> str:
    if fields.keys() != {""}:
        raise EvidenceError("a span names a field of an item that has none", hint="run the audit again")
    return spliced(text, fields[""])
