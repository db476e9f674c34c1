"""HTML and XHTML as a run of texts and tags, in one pass, whatever is wrong with it.

Tags are found as browsers find them (WHATWG HTML 13.2.5). Where a browser would hide all the rest of a
page, because a comment, a script or a tag never ends, only its beginning is taken as markup here: what
is looked at is rather too much than too little. Documents of EPUB (XML) are read in the same way.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

__all__ = ["Attribute", "Tag", "attributes_of", "tags_of"]

_TAG = re.compile(
    r"""<(/?)([A-Za-z][^ \t\n\r\f/>]*+)
    (?:[ \t\n\r\f/]*+ [^ \t\n\r\f/>][^ \t\n\r\f/>=]*+
       (?:[ \t\n\r\f]*+=[ \t\n\r\f]*+(?:"[^"]*+"|'[^']*+'|[^ \t\n\r\f>"'][^ \t\n\r\f>]*+)?+)?+
    )*+ [ \t\n\r\f]*+(/?)[ \t\n\r\f/]*+>""",
    re.VERBOSE,
)
_ATTRIBUTE = re.compile(
    r"""[ \t\n\r\f/]*+([^ \t\n\r\f/>][^ \t\n\r\f/>=]*+)
    (?:[ \t\n\r\f]*+=[ \t\n\r\f]*+(?:"([^"]*+)"|'([^']*+)'|([^ \t\n\r\f>"'][^ \t\n\r\f>]*+))?+)?+""",
    re.VERBOSE,
)
_LOOSE = re.compile(r"<(/?)([A-Za-z][^ \t\n\r\f/<>]*+)[^<>]*?(/?)>")
"""A tag where one before it did not end: it ends before the next one begins."""
_BEGIN = re.compile(r"</?[A-Za-z]")
_BOGUS = re.compile(r"<(?:[!?]|/[^A-Za-z])")
_CDATA = "<![CDATA["
_COMMENT, _COMMENT_ENDS = "<!--", ("-->", "--!>")
_NOTHING = "!"
"""Name of what is neither text nor a tag."""
_UNREAD = {name: re.compile(rf"</{name}(?=[ \t\n\r\f/>])", re.IGNORECASE) for name in ("script", "style")}
"""Elements whose content is no text that anybody reads, and what ends them."""


class Tag(NamedTuple):
    """One tag; `name` is in lower case, and empty for what is only text."""

    name: str
    start: int
    end: int
    closing: bool = False
    alone: bool = False


class Attribute(NamedTuple):
    """Where the value of an attribute stands, without quotation marks."""

    name: str
    start: int
    end: int


def tags_of(text: str) -> Iterator[Tag]:
    """Yield the tags and the runs of text between them, in sequence. O(len(text)).

    Comments, declarations and the content of scripts and styles are left out.
    """
    scanner = _Scanner(text)
    begin = at = 0
    while (at := text.find("<", at)) >= 0:
        found = scanner.markup(at)
        if found is None:
            at += 1
            continue
        if begin < at:
            yield Tag("", begin, at)
        if found.name != _NOTHING:
            yield found
        begin = at = scanner.behind(found)
    if begin < len(text):
        yield Tag("", begin, len(text))


def attributes_of(text: str, tag: Tag) -> Iterator[Attribute]:
    """Yield the attributes of a tag that have a value."""
    for found in _ATTRIBUTE.finditer(text, tag.start + 1 + len(tag.name), tag.end - 1):
        group = found.lastindex or 1
        if group > 1:
            yield Attribute(found[1].lower(), *found.span(group))


class _Scanner:
    """Find markup from ascending places on; what is searched in vain is not searched again."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._form = _TAG
        self._places: dict[str, int] = {}
        self._endless: set[str] = set()

    def markup(self, at: int) -> Tag | None:
        """Return the tag, comment or declaration that begins at a `<`; None if it is a character."""
        text = self._text
        if text.startswith(_COMMENT, at):
            # `<!-->` is a whole comment: its end may share the two hyphens of its beginning.
            ends = [(self._after(end, at + 2), len(end)) for end in _COMMENT_ENDS]
            stop = min((place + size for place, size in ends if place >= 0), default=at + len(_COMMENT))
            return Tag(_NOTHING, at, stop)
        if text.startswith(_CDATA, at):
            return Tag(_NOTHING, at, at + len(_CDATA))
        if _BOGUS.match(text, at):
            stop = self._after(">", at)
            return None if stop < 0 else Tag(_NOTHING, at, stop + 1)
        return self._tag(at)

    def _tag(self, at: int) -> Tag | None:
        found = self._form.match(self._text, at)
        if found is None and self._form is _TAG and _BEGIN.match(self._text, at):
            self._form = _LOOSE
            found = self._form.match(self._text, at)
        if found is None:
            return None
        return Tag(found[2].lower(), at, found.end(), bool(found[1]), bool(found[3]))

    def _after(self, needle: str, at: int) -> int:
        """Return where the next one begins; -1 if there is none."""
        known = self._places.get(needle, at - 1)
        if 0 <= known < at or needle not in self._places:
            known = self._places[needle] = self._text.find(needle, at)
        return known

    def behind(self, tag: Tag) -> int:
        """Return where reading goes on: behind the tag, or behind its content if nobody reads that."""
        form = _UNREAD.get(tag.name)
        if form is None or tag.closing or tag.alone or tag.name in self._endless:
            return tag.end
        found = form.search(self._text, tag.end)
        if found is None:
            self._endless.add(tag.name)
            return tag.end
        return found.start()
