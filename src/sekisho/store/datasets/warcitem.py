"""Say what the content of a WARC record is looked at as, and take off what lies around it.

A page or plain text is told by the media type of its response, as files are by their names; a picture or
film by its first bytes, whatever the header says. A header that says picture is believed too, so that one
that can not be read is reported; but not that of an answer without the thing that was asked for (an
error, a redirect): there only the bytes count. HTTP headers, transfer coding and content coding are taken
off by fastwarc, an extra.
"""

import io
import re
from contextlib import suppress
from datetime import datetime
from types import ModuleType
from typing import Any, NamedTuple

from sekisho.detect.signals.cells import moment
from sekisho.detect.signals.headers import header_signals
from sekisho.errors import MissingExtraError
from sekisho.media.sniff import HEAD
from sekisho.model import Item, Signal, TextForm, TextSource, Told, Unreadable
from sekisho.store.datasets.files import problem_item
from sekisho.store.datasets.forms import Named, is_looked_at, is_picture
from sekisho.store.datasets.referring import head_fields
from sekisho.store.datasets.warcwalk import Record

__all__ = ["WarcPage", "page_in", "record_item", "require_warc"]

MAX_CHARSET = 40
_TEXTS = {
    "text/html": TextForm.HTML,
    "application/xhtml+xml": TextForm.HTML,
    "text/plain": TextForm.PLAIN,
}
_BOOK = "application/epub+zip"
_PICTURES = ("image/", "video/")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_RESPONSE = b"HTTP/"
_END = re.compile(rb"\n\r?\n")
_LENGTH = re.compile(rb"^content-length:[^\r\n]*", re.IGNORECASE | re.MULTILINE)
_MAX_FIELDS = 1 << 16
"""Bytes of a block in which the header fields of its response end."""
_PIECE = 1 << 18
"""Bytes of content that are read first."""
_OK, _AFTER_OK = 200, 300
_WITHOUT_CONTENT = frozenset({204, 205})
_BROKEN = (OSError, ValueError, StopIteration)
"""What fastwarc raises for what it can not take apart."""


def require_warc() -> ModuleType:
    """Return the library that reads WARC.

    Raises:
        MissingExtraError: it is not installed.
    """
    try:
        from fastwarc import warc  # noqa: PLC0415 - an extra, loaded only where there is a WARC file
    except ImportError as error:
        raise MissingExtraError(
            "reading WARC needs the extra [text], which is not installed",
            hint="pip install 'sekisho[text]'",
        ) from error
    library: ModuleType = warc
    return library


def record_item(name: str, record: Record, block: bytes, limit: int) -> Item | None:
    """Return the item of a record; None if it is neither picture nor text. It never raises.

    Args:
        name: of the item.
        record: its header, and how large it is.
        block: what it holds, or the first bytes of it.
        limit: bytes; of more content only what it is gets looked at.
    """
    try:
        found = _opened(record, block, "all")
        told = _told(record, found)
        return _item(name, _content(found, block), limit, large=_large(record, block), told=told)
    except _BROKEN as error:
        return _undecoded(name, record, block, limit, str(error)[:200])


def _opened(record: Record, block: bytes, decode: str) -> Any:  # noqa: ANN401 - the library has no types
    head, block = _with_line_ends(record, block)
    raw = io.BytesIO(head + block)
    return next(require_warc().ArchiveIterator(raw, auto_decode=decode, stream_detect=False))


def _with_line_ends(record: Record, block: bytes) -> tuple[bytes, bytes]:
    """End all header fields of a response with CR LF: most read single line feeds too, fastwarc does not."""
    end = _END.search(block, 0, _MAX_FIELDS) if block.startswith(_RESPONSE) else None
    fields = block[: end.end()] if end else b""
    if fields.count(b"\n") == fields.count(b"\r\n"):
        return record.head, block
    whole = fields.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    length = b"Content-Length: %d" % (record.size + len(whole) - len(fields))
    return _LENGTH.sub(length, record.head), whole + block[len(fields) :]


class _Content(NamedTuple):
    """What a record holds.

    Attributes:
        form: what its header says that it is, as the name of a file does.
        charset: as its header says.
        reader: of the bytes, without what lies around them.
    """

    form: Named
    charset: str
    reader: Any


def _content(found: Any, block: bytes) -> _Content:  # noqa: ANN401
    """Say what a parsed record holds. What calls itself a response and is none, is content as a whole."""
    fallback = found.headers.get("WARC-Identified-Payload-Type" if found.is_http else "Content-Type") or ""
    kind = (found.http_content_type or fallback).partition(";")[0].strip().lower()
    written = _CHARSET.search(fallback)
    charset = (found.http_charset or (written[1] if written else ""))[:MAX_CHARSET].lower()
    reader = found.reader if not found.is_http or block.startswith(_RESPONSE) else io.BytesIO(block)
    return _Content(_TEXTS.get(kind) or _believed(kind, found), charset, reader)


def _believed(kind: str, found: Any) -> Named:  # noqa: ANN401
    """Return what a media type says; nothing if the answer has not the thing that was asked for."""
    status = found.http_headers.status_code if found.http_headers is not None else None
    if status is not None and (not _OK <= status < _AFTER_OK or status in _WITHOUT_CONTENT):
        return None
    if kind.startswith(_PICTURES):
        return True
    return TextForm.EPUB if kind == _BOOK else None


def _item(name: str, content: _Content, limit: int, *, large: str, told: Told | None) -> Item | None:
    """Read what is looked at.

    Args:
        name: of the item.
        content: of the record.
        limit: bytes.
        large: of how many bytes the block is, if only its first ones are there.
        told: what the record tells.
    """
    form, reader = content.form, content.reader
    named = form is not None
    data = _read(reader, limit + 1) if named and not large else reader.read(HEAD)
    if not is_looked_at(form, len(data), data):
        return None
    if large:
        return problem_item(name, Unreadable.TOO_LARGE, large, named=named)
    if form is None:
        data += _read(reader, max(0, limit + 1 - len(data)))
    if len(data) > limit:
        return problem_item(name, Unreadable.TOO_LARGE, f"more than {limit} bytes", named=named)
    if not data:
        return problem_item(name, Unreadable.EMPTY)
    text = None
    if isinstance(form, TextForm) and not is_picture(form, data):
        text = TextSource(form=form, charset=content.charset)
    return Item(name=name, data=data, named_as_media=named, text=text, told=told)


def _read(reader: Any, most: int) -> bytes:  # noqa: ANN401
    """Read at most so many bytes, in growing pieces: fastwarc makes room for all that it is asked for."""
    pieces: list[bytes] = []
    size = _PIECE
    while most and (piece := reader.read(min(size, most))):
        pieces.append(piece)
        most -= len(piece)
        size *= 2
    return b"".join(pieces)


def _undecoded(name: str, record: Record, block: bytes, limit: int, why: str) -> Item | None:
    """Return the item of content whose coding can not be taken off: as it stands, if that is a picture.

    Some crawlers take a coding off and leave the header field that names it.
    """
    form: Named = True
    with suppress(*_BROKEN):
        form, _, reader = _content(_opened(record, block, "none"), block)
        if is_picture(None, reader.read(HEAD)):
            found = _opened(record, block, "none")
            content = _content(found, block)._replace(form=True if form is True else None)
            return _item(name, content, limit, large=_large(record, block), told=_told(record, found))
    return None if form is None else problem_item(name, Unreadable.CORRUPT, why)


def _large(record: Record, block: bytes) -> str:
    """Say of how many bytes a block is of which only the first ones are there."""
    return f"{record.size} bytes" if record.size > len(block) else ""


def _told(record: Record, found: Any) -> Told | None:  # noqa: ANN401
    """Return what the header of a record and of its response say."""
    links = head_fields(record)
    captured = moment(links.date)
    said = _in_fields(found, captured)
    if not (links.url or captured or said or links.languages):
        return None
    return Told(url=links.url, captured=captured, signals=said, languages=links.languages)


def _in_fields(found: Any, captured: datetime | None) -> tuple[Signal, ...]:  # noqa: ANN401
    """Return what the header fields of a response say."""
    fields = found.http_headers
    return header_signals([(str(n), str(v)) for n, v in fields.items()], captured=captured) if fields else ()


class WarcPage(NamedTuple):
    """What of a record is heard about the things on it.

    Attributes:
        header: what the fields of its response say, without a time.
        html: its beginning, if it is a page.
        charset: as its header says.
    """

    header: tuple[Signal, ...]
    html: bytes = b""
    charset: str = ""


def page_in(record: Record, block: bytes, limit: int) -> WarcPage:
    """Return the page in a record, as it was sent if its coding can not be taken off. It never raises.

    Args:
        record: its header, and how large it is.
        block: what it holds, or the first bytes of it.
        limit: bytes of the page that are read.
    """
    for decode in ("all", "none"):
        with suppress(*_BROKEN):
            found = _opened(record, block, decode)
            content = _content(found, block)
            html = _beginning(content.reader, limit) if content.form is TextForm.HTML else b""
            if is_picture(TextForm.HTML, html[:HEAD]):
                html = b""
            return WarcPage(_in_fields(found, None), html, content.charset)
    return WarcPage(())


def _beginning(reader: Any, most: int) -> bytes:  # noqa: ANN401
    """Read at most so many bytes of what may be cut: a long page is not here as a whole."""
    found: bytes = reader.read(min(_PIECE, most))
    pieces = [found]
    with suppress(*_BROKEN):
        while (most := most - len(found)) > 0 and (found := reader.read(min(_PIECE, most))):
            pieces.append(found)
    return b"".join(pieces)
