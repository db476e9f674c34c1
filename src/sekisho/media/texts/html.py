"""HTML: the text that a reader of the page sees, and that of its attributes.

All visible text is looked at, menus and footers too. Tags, comments, scripts and styles are left out, and
so are the readings beside ruby; references are decoded; a block stands on lines of its own. What `alt` and
`title` say is a second field of the same name: read on its own, it does not part the text around it.
"""

import re

from sekisho.media.texts.charset import Decoded, decode
from sekisho.media.texts.fields import Pieces, TextField, TextRead
from sekisho.media.texts.limits import TextLimits
from sekisho.media.texts.main_text import main_spans
from sekisho.media.texts.references import ADDRESS, put_text
from sekisho.media.texts.tags import Tag, attributes_of, tags_of

__all__ = ["MAX_READING", "MEDIA_TYPE", "decode_page", "page_fields", "read_page"]

MEDIA_TYPE = "text/html"
MAX_READING = 30
"""Characters of a reading beside ruby; a longer one is text that would be hidden so."""
_HEAD = 4096
_DECLARED = re.compile(
    rb"""<meta[^>]{0,400}?charset\s{0,9}=\s{0,9}["']?\s{0,9}([\w.:-]{1,40})|<\?xml[^>]{0,100}encoding\s{0,9}=\s{0,9}["']([\w.:-]{1,40})""",
    re.IGNORECASE,
)
_LINES = frozenset(
    re.findall(
        r"\w+",
        """address article aside blockquote body br button caption center col colgroup dd details dialog
        dir div dl dt fieldset figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 head header
        hgroup hr html iframe legend li link main menu meta nav noframes noscript ol optgroup option p param
        plaintext pre search section select summary table tbody td template textarea tfoot th thead title tr
        ul video xmp""",
    )
)
"""Elements that begin and end a line (WHATWG HTML 15.3), and the cells of tables."""
_AS_SET = frozenset({"pre", "textarea", "xmp", "plaintext"})
_READINGS = frozenset({"rt", "rp", "rtc"})
_RUBY = frozenset({"ruby", "rb"})
_SAID = frozenset({"alt", "aria-label", "content", "label", "placeholder", "summary", "title", "value"})
_SAYS = re.compile(r"alt|content|label|placeholder|summary|title|value|mailto:|tel:|sms:", re.IGNORECASE)


class _Page:
    """What is kept of a page."""

    def __init__(self, stored: str) -> None:
        self.text = Pieces(stored)
        self.said = Pieces(stored)
        self.tags = 0
        self._stored = stored
        self._fresh = True
        self._as_set = False
        self._in_ruby = False
        self._reading: list[tuple[int, int]] | None = None

    def read(self) -> None:
        for tag in tags_of(self._stored):
            if not tag.name:
                self._run(tag.start, tag.end)
                continue
            self.tags += 1
            self._tag(tag)
        self._show_reading()

    def _run(self, start: int, end: int) -> None:
        if self._reading is not None:
            self._reading.append((start, end))
            if sum(stop - begin for begin, stop in self._reading) > MAX_READING:
                self._show_reading()
            return
        if self._fresh and not self._as_set:
            start = end - len(self._stored[start:end].lstrip())
        if start < end:
            put_text(self.text, start, end, as_set=self._as_set)
            self._fresh = False

    def _show_reading(self) -> None:
        spans, self._reading = self._reading or [], None
        for start, end in spans:
            self._run(start, end)

    def _tag(self, tag: Tag) -> None:
        if tag.name in _LINES:
            self._line(tag)
        elif tag.name in _READINGS or tag.name in _RUBY:
            self._ruby(tag)
        if not tag.closing and _SAYS.search(self._stored, tag.start, tag.end):
            self._say(tag)

    def _line(self, tag: Tag) -> None:
        self._reading = None
        self._in_ruby = False
        if not self._fresh:
            self.text.put("\n", tag.start, tag.start)
        self._fresh = True
        if tag.name in _AS_SET:
            self._as_set = not tag.closing and not tag.alone

    def _ruby(self, tag: Tag) -> None:
        self._reading = None
        begins = not tag.closing and not tag.alone
        if tag.name == "ruby":
            self._in_ruby = begins
        elif tag.name in _READINGS and self._in_ruby and begins:
            self._reading = []

    def _say(self, tag: Tag) -> None:
        for attribute in attributes_of(self._stored, tag):
            start, end = attribute.start, attribute.end
            addressed = attribute.name == "href" and ADDRESS.match(self._stored, start, end)
            if (attribute.name in _SAID or addressed) and start < end:
                if self.said.size:
                    self.said.put("\n", start, start)
                put_text(self.said, start, end)


def decode_page(data: bytes, declared: str) -> Decoded:
    """Decode a page by a byte order mark, what is declared with it or in it, or a guess.

    Raises:
        CannotDecode: corrupt, for what is not text.
    """
    found = None if declared else _DECLARED.search(data[:_HEAD])
    named = (found[1] or found[2]).decode("ascii", "ignore").lower() if found else declared
    # A page that could be read so far is not UTF-16 (WHATWG HTML 13.2.3.2).
    return decode(data, "" if found and named.startswith("utf-16") else named)


def page_fields(name: str, stored: str, limits: TextLimits, *, main: bool) -> tuple[TextField, ...]:
    """Return the text of a page, and behind it what its attributes say, if they say anything."""
    page = _Page(stored)
    page.read()
    field = page.text.field(name)
    few = page.tags <= limits.max_main_tags and len(stored) <= limits.max_main_chars
    if few:
        field = field._replace(main=main_spans(stored, field.text)) if main else field._replace(page=stored)
    if not page.said.size:
        return (field,)
    said = page.said.field(name)
    return (field, said if field.main is None else said._replace(main=()))


def read_page(data: bytes, charset: str, limits: TextLimits, *, main: bool) -> TextRead:
    """Read a page. O(bytes).

    Raises:
        CannotDecode: corrupt, for what is not text.
    """
    decoded = decode_page(data, charset)
    fields = page_fields("", decoded.text, limits, main=main)
    return TextRead(MEDIA_TYPE, decoded.charset, decoded.undecodable, fields)
