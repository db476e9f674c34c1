"""Markdown: its marks stay, what they hide does not.

Left out are the targets of links and pictures (but not addresses of persons), definitions of such
targets, what is said behind a fence, HTML tags and comments. References are decoded. Within fences
nothing is changed.
"""

import re
from collections.abc import Iterator

from sekisho.media.texts.charset import decode
from sekisho.media.texts.fields import Pieces, TextRead
from sekisho.media.texts.references import ADDRESS, put_text
from sekisho.model import Span

__all__ = ["MEDIA_TYPE", "read_markdown"]

MEDIA_TYPE = "text/markdown"
MAX_WORDS = 40
"""Characters that are not ASCII in what is left out; with more it is text, not a target."""
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})([^\n]*)", re.MULTILINE)
_SAID = 60
"""Characters behind a fence that may name a language; more are text."""
_HIDDEN = re.compile(
    r"""(?<=\]\()[ \t]*(?:<[^<>\n]{0,500}>|[^\s()<>]{1,500}(?:\([^\s()<>]{0,200}\)[^\s()<>]{0,300})?)(?=[\s)])
    |^[ ]{0,3}\[(?!\^)[^\]\n]{1,200}\]:[ \t]*\S{1,500}
    |<[A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]{0,500}>
    |</?[A-Za-z][A-Za-z0-9-]{0,40}+(?:\s++[A-Za-z_:][\w.:-]{0,60}+(?:\s*+=\s*+(?:[^\s"'=<>`]{1,500}+
        |'[^'\n]{0,500}+'|"[^"\n]{0,500}+"))?+){0,40}+\s*+/?>""",
    re.VERBOSE | re.MULTILINE,
)


def read_markdown(data: bytes, charset: str) -> TextRead:
    """Read a text in Markdown (CommonMark 0.31). O(bytes).

    Raises:
        CannotDecode: corrupt, for what is not text.
    """
    decoded = decode(data, charset)
    pieces = Pieces(decoded.text)
    for start, end, is_code in _parts(decoded.text):
        if is_code:
            pieces.keep(start, end)
        else:
            _put_shown(pieces, start, end)
    return TextRead(MEDIA_TYPE, decoded.charset, decoded.undecodable, (pieces.field(""),))


def _parts(stored: str) -> Iterator[tuple[int, int, bool]]:
    """Yield the parts outside and inside of fences; the language that a fence names is in neither."""
    at, mark = 0, ""
    for found in _FENCE.finditer(stored):
        if mark:
            if found[1].startswith(mark) and not found[2].strip():
                yield at, found.end(), True
                at, mark = found.end(), ""
            continue
        yield at, found.start(), False
        mark = found[1]
        short = len(found[2]) <= _SAID and "`" not in found[2]
        yield found.start(), found.end(1), True
        at = found.end() if short else found.end(1)
    yield at, len(stored), bool(mark)


def _put_shown(pieces: Pieces, start: int, end: int) -> None:
    for begin, stop in _without_comments(pieces.stored, start, end):
        at = begin
        for found in _HIDDEN.finditer(pieces.stored, begin, stop):
            if sum(not c.isascii() for c in found[0]) > MAX_WORDS or ADDRESS.search(found[0]):
                continue
            put_text(pieces, at, found.start(), as_set=True)
            at = found.end()
        put_text(pieces, at, stop, as_set=True)


def _without_comments(stored: str, start: int, end: int) -> Iterator[Span]:
    at = start
    while (begin := stored.find("<!--", at, end)) >= 0:
        stop = stored.find("-->", begin + 2, end)
        if stop < 0:
            break
        yield at, begin
        at = stop + len("-->")
    yield at, end
