"""RSL 1.0: licence terms of a site in XML (rslstandard.org/rsl, Recommendation, 6 November 2025).

`robots.txt` (`License:`, 4.4), a `Link` header (4.5) or a page (4.6) name the file; here it is read. A
`content` is about URLs that match its `url` by the rules of RFC 9309 (3.3); the longest match holds. Its
licences are offers to choose from (3.4), with `permits` and `prohibits` of type `usage`, `user` and `geo`
(3.5, 3.6) and a `payment` (3.7). What they come to for one use, in this sequence:

1. a licence prohibits it: no (`prohibits` beats `permits`, also across licences: our rule);
2. a licence permits it without payment and for everybody: yes;
3. a licence permits it on a condition (a payment other than `free`, some users or countries only): no, and
   the note names the condition: who meets it has a licence, which is a grant, not a signal;
4. licences permit usages, and this is not among them: no.

A licence that names no usage says nothing about any, unless it asks for something (our rule: leave must be
written). `server` on a content asks for a licence from a server, even a free one (3.3): nothing is allowed
without one. Mining as such (`tdm`) has no token; only `all` speaks of it. Tokens of drafts are read as what
became of them. A prohibited token that nobody knows makes all that is not prohibited an error.

No entities, no document types, nothing from elsewhere (defusedxml); more than 1 MiB or 100 levels is refused.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from sekisho.detect.signals.common import EVERY_USE, TRAINING, each, excerpt
from sekisho.detect.signals.paths import Pattern, host_of, normal, path_of, pattern, written
from sekisho.model.signal import Signal, SignalFamily, SignalUse, Stance

__all__ = ["MAX_FILE", "rsl_signals"]

MAX_FILE = 1 << 20
"""Bytes of a file."""
_MAX_DEPTH, _MAX_CONTENTS = 100, 10_000
_FILES = 32
"""Files that are kept read at a time."""
_BETWEEN = re.compile(r"[\s,]+")
_AI = (*TRAINING, SignalUse.INPUT)
_PERMITS: Mapping[str, tuple[SignalUse, ...]] = {
    "all": EVERY_USE,
    "ai-all": _AI,
    "ai-train": TRAINING,
    "ai-input": (SignalUse.INPUT,),
    "ai-index": (),
    "search": (SignalUse.SEARCH,),
}
"""Uses that are wholly within a token (3.4.1.1)."""
_PROHIBITS: Mapping[str, tuple[SignalUse, ...]] = {**_PERMITS, "ai-index": (SignalUse.INPUT,)}
"""Uses that are partly within it: what is given to a model at run time is looked up in an index."""
_OLDER = {
    "train-ai": "ai-train",
    "train-genai": "ai-train",
    "training": "ai-train",
    "ai": "ai-all",
    "ai-use": "ai-input",
    "ai-summarize": "ai-input",
    "ai-inference": "ai-input",
    "index": "search",
}
_FREE = "free"
_NAMED = (*TRAINING, SignalUse.INPUT, SignalUse.SEARCH)
"""Uses that RSL has tokens for."""


class _Licence(NamedTuple):
    """What one licence says.

    Attributes:
        permits: None: it names no usage.
        prohibits: uses that lie within a prohibited token, wholly or partly.
        conditions: what must be met before it holds.
        unknown: it prohibits something that nobody knows.
    """

    permits: frozenset[SignalUse] | None
    prohibits: frozenset[SignalUse]
    conditions: tuple[str, ...]
    unknown: bool


class _Content(NamedTuple):
    """What is said about URLs that match; `host`: '' or the one that it is about."""

    host: str
    patterns: tuple[Pattern, Pattern]
    server: str
    licences: tuple[_Licence, ...]
    raw: str


class _File(NamedTuple):
    """What a file says, and why it can not be read ('': it can)."""

    contents: tuple[_Content, ...]
    trouble: str


def rsl_signals(
    data: bytes, url: str, *, captured: datetime | None, place: str, source: str
) -> tuple[Signal, ...]:
    """Return what an RSL file says about a URL: at most one signal. O(data) once, then O(contents).

    It never raises: what is no RSL, too large, or asks for entities is an error for every use.

    Args:
        data: the file.
        url: of the item.
        captured: when the file was read.
        place: the URL of the file.
        source: SHA-256 of the file, lower-case hex.
    """
    raw, stances, note = _decide(data, url)
    if not stances:
        return ()
    return (
        Signal(
            family=SignalFamily.RSL,
            place=place,
            raw=raw,
            stances=stances,
            note=excerpt(note),
            captured=captured,
            source=source,
        ),
    )


def _decide(data: bytes, url: str) -> tuple[str, Mapping[SignalUse, Stance], str]:
    """Return the words, the stances (none: nothing was said) and the note of what is about a URL."""
    read = _read(data)
    if read.trouble:
        return excerpt(data), each(EVERY_USE, Stance.ERROR), read.trouble
    contents = tuple(_longest(read.contents, url))
    if not contents:
        return "", {}, ""
    stances, note = _together(contents)
    return contents[0].raw, stances, note


def _longest(contents: Sequence[_Content], url: str) -> Iterator[_Content]:
    """Yield the contents whose pattern is the longest that matches."""
    path = path_of(url)
    forms = (normal(path), written(path))
    host = host_of(url)
    matching = [
        content
        for content in contents
        if (not content.host or content.host == host)
        and any(one.matches(form) for one, form in zip(content.patterns, forms, strict=True))
    ]
    longest = max((content.patterns[0].length for content in matching), default=0)
    yield from (content for content in matching if content.patterns[0].length == longest)


def _together(contents: Sequence[_Content]) -> tuple[Mapping[SignalUse, Stance], str]:
    """Return stances and note of contents that are about the same URLs."""
    licences = tuple(licence for content in contents for licence in content.licences)
    servers = tuple(f"server={content.server}" for content in contents if content.server)
    conditions = tuple(text for licence in licences for text in licence.conditions)
    stances = {use: stance for use in EVERY_USE if (stance := _stance(use, licences))}
    if servers:
        stances = dict.fromkeys(EVERY_USE, Stance.DISALLOW)
    return stances, "; ".join(dict.fromkeys((*servers, *conditions)))


def _stance(use: SignalUse, licences: Sequence[_Licence]) -> Stance | None:
    """Return what licences come to for one use; None: they do not speak of it."""
    if any(use in licence.prohibits for licence in licences):
        return Stance.DISALLOW
    if use in _NAMED and any(licence.unknown for licence in licences):
        return Stance.ERROR
    if any(use in (licence.permits or ()) and not licence.conditions for licence in licences):
        return Stance.ALLOW
    asked = any(use in (licence.permits or _NAMED) and licence.conditions for licence in licences)
    narrowed = use in _NAMED and any(licence.permits is not None for licence in licences)
    return Stance.DISALLOW if asked or narrowed else None


@lru_cache(maxsize=_FILES)
def _read(data: bytes) -> _File:
    if len(data) > MAX_FILE:
        return _File((), f"more than {MAX_FILE} bytes")
    try:
        parser = DefusedXMLParser(target=_Shallow(), forbid_dtd=True)
        parser.feed(data)
        root = parser.close()
    except DefusedXmlException:
        return _File((), "a document type or an entity")
    except (ParseError, ValueError, LookupError) as error:
        return _File((), f"not XML: {error}")
    if _name(root) != "rsl":
        return _File((), "not an rsl document")
    found = [element for element in root if _name(element) == "content"]
    if len(found) > _MAX_CONTENTS:
        return _File((), f"more than {_MAX_CONTENTS} contents")
    return _File(tuple(_content(element) for element in found), "")


class _Shallow(TreeBuilder):
    """Builds a tree of few levels."""

    depth = 0

    def start(self, tag: str, attrs: dict[str, str], /) -> Element:
        """Open an element."""
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise ValueError(f"more than {_MAX_DEPTH} levels")
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> Element:
        """Close an element."""
        self.depth -= 1
        return super().end(tag)


def _name(element: Element) -> str:
    """Return the name of an element without its namespace; files in use forget it."""
    return element.tag.rpartition("}")[2].lower()


def _content(element: Element) -> _Content:
    where = element.get("url", "").strip() or "/"
    host = host_of(where)
    path = path_of(where) if host else where
    server = element.get("server", "").strip()
    licences = tuple(_licence(child) for child in element if _name(child) == "license")
    return _Content(
        host, (pattern(path), pattern(path, as_written=True)), server, licences, _raw(where, server, element)
    )


def _raw(where: str, server: str, element: Element) -> str:
    """Return the usages as they are written, in one line."""
    said = (
        f"{_name(part)}={' '.join(_tokens(part))}"
        for licence in element
        for part in licence
        if _name(part) in {"permits", "prohibits"} and part.get("type", "usage") == "usage"
    )
    return excerpt(" ".join([f"url={where}", *([f"server={server}"] if server else []), *said]))


def _licence(element: Element) -> _Licence:
    permits = [part for part in element if _name(part) == "permits"]
    prohibits = [part for part in element if _name(part) == "prohibits"]
    permitted = [token for part in permits if _type(part) == "usage" for token in _tokens(part)]
    prohibited = [token for part in prohibits if _type(part) == "usage" for token in _tokens(part)]
    named = any(_type(part) == "usage" for part in permits)
    return _Licence(
        frozenset(_uses(permitted, _PERMITS)) if named else None,
        frozenset(_uses(prohibited, _PROHIBITS)),
        tuple(_conditions(element, (*permits, *prohibits))),
        any(token not in _PROHIBITS for token in prohibited),
    )


def _conditions(licence: Element, parts: Iterable[Element]) -> Iterator[str]:
    """Yield what must be met before a licence holds."""
    for payment in (part for part in licence if _name(part) == "payment"):
        kind = payment.get("type", "").strip().lower()
        if kind != _FREE:
            yield f"payment={kind or 'unnamed'}"
    for part in parts:
        if _type(part) != "usage":
            yield f"{_name(part)} {_type(part)}={' '.join(_tokens(part))}"


def _type(part: Element) -> str:
    return part.get("type", "usage").strip().lower()


def _tokens(part: Element) -> list[str]:
    words = (word for word in _BETWEEN.split((part.text or "").lower()) if word)
    return [_OLDER.get(word, word) for word in words]


def _uses(tokens: Iterable[str], covers: Mapping[str, tuple[SignalUse, ...]]) -> Iterator[SignalUse]:
    for token in tokens:
        yield from covers.get(token, ())
