"""Pages: what the head of an HTML document says about rights. No script is run, nothing is loaded.

`<meta name="robots">` and `<meta name="NAME OF A ROBOT">`; `tdm-reservation` and `tdm-policy` (TDMRep,
"TDM Metadata in HTML"); `<link rel="license">` (WHATWG HTML 4.6.7.7), whose address may be a Creative
Commons licence or, with the type `application/rsl+xml`, an RSL document (RSL 1.0, 4.6), which is handed
on in the note and not read here. What HTML does not define, but holders write, is heard only where it
refuses: `<meta http-equiv>` or `<meta name>` of `Content-Usage` and `X-Robots-Tag`.

The head ends at `</head>`, at `<body` or after 512 KiB. A head that has not ended by then is an error. What
stands behind a comment or script that is never closed, or behind the first element of a body, is heard where
it refuses and gives no leave.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from html import unescape

from sekisho.detect.signals.agents import agent_class
from sekisho.detect.signals.aipref import aipref_header_signals
from sekisho.detect.signals.common import EMBEDDED, EVERY_USE, TRAINING, bounded, each, excerpt
from sekisho.detect.signals.licence import licence_signal
from sekisho.detect.signals.reserved import reserved_signals
from sekisho.detect.signals.x_robots import said_to_robots
from sekisho.media.limits import CannotDecode
from sekisho.media.texts.html import decode_page
from sekisho.media.texts.tags import Tag, attributes_of, tags_of
from sekisho.model.signal import Signal, SignalFamily, SignalUse, Stance

__all__ = ["MAX_HEAD", "RSL_TYPE", "html_signals", "linked_licence"]

MAX_HEAD = 512 * 1024
RSL_TYPE = "application/rsl+xml"
MAX_ELEMENTS = 20_000
_HIDING = (("<!--", ("-->", "--!>")), ("<script", ("</script",)), ("<style", ("</style",)))
"""What hides the rest of a page in browsers if it is never closed."""
_RESERVED = ("tdm-reservation", "tdm-policy")
_SPEAKING = frozenset({"meta", "link"})
_IN_HEAD = frozenset(
    {"html", "head", "base", "basefont", "bgsound", "link", "meta", "title", "noframes", "style", "script"}
    | {"template"}
)
_SEARCHERS = frozenset(
    {"googlebot", "googlebot-news", "googlebot-image", "bingbot", "msnbot", "slurp", "duckduckbot"}
    | {"yandex", "baiduspider", "yeti", "teoma"}
)


def html_signals(page: bytes, place: str = EMBEDDED) -> tuple[Signal, ...]:
    """Return what a page says in its head. O(size of the head).

    Args:
        page: the document, in any charset that it declares.
        place: `embedded` if the page is the item; its URL if the item was linked from it.
    """
    try:
        text = decode_page(page[:MAX_HEAD], "").text
    except CannotDecode as refused:
        return (_error(str(refused), place),)
    return bounded(_said(text, place, cut=len(page) > MAX_HEAD))


def _said(text: str, place: str, *, cut: bool) -> Iterator[Signal]:
    head = _Head(text, place)
    yield from head.signals()
    if cut and not head.ended:
        yield _error("the head does not end", place)


def _error(reason: str, place: str) -> Signal:
    stances = each(EVERY_USE, Stance.ERROR)
    return Signal(family=SignalFamily.META_ROBOTS, place=place, raw="", stances=stances, note=reason)


def _hidden_from(text: str) -> int:
    """Return from where on a browser sees nothing, because a comment or script is never closed."""
    low = text.lower()
    places = [len(text)]
    for begin, ends in _HIDING:
        at = low.rfind(begin)
        if at >= 0 and all(low.find(end, at) < 0 for end in ends):
            places.append(at)
    return min(places)


class _Head:
    """Read the elements of a head.

    Attributes:
        ended: it was closed, a body began, or an element stood there that belongs into a body.
    """

    def __init__(self, text: str, place: str) -> None:
        self._text, self._place = text, place
        self._reserved: tuple[list[str], list[str]] = ([], [])
        self.ended = False

    def signals(self) -> Iterator[Signal]:
        """Yield what the elements say; TDMRep last, because its policy may stand anywhere."""
        hidden, unseen, doubtful = _hidden_from(self._text), False, False
        for number, tag in enumerate(tags_of(self._text)):
            if tag.name == "body" or (tag.name == "head" and tag.closing):
                self.ended = True
                break
            if number > MAX_ELEMENTS:
                yield _error("too many elements", self._place)
                break
            if tag.name == "noscript":
                unseen = not tag.closing
            elif tag.name in _SPEAKING and not tag.closing:
                doubtful = doubtful or self.ended or tag.start >= hidden
                yield from map(_refusal, self._element(tag)) if doubtful else self._element(tag)
            elif tag.name and not unseen and tag.name not in _IN_HEAD:
                self.ended = True
        found = reserved_signals(*self._reserved, self._place)
        yield from map(_refusal, found) if doubtful else found

    def _element(self, tag: Tag) -> Iterator[Signal]:
        values = self._attributes(tag)
        if tag.name == "link":
            yield from self._link(values)
            return
        name = (values.get("name") or values.get("http-equiv") or "").strip().lower()
        if name in _RESERVED:
            self._reserved[_RESERVED.index(name)].append(values.get("content", ""))
        elif name:
            yield from self._meta(name, values.get("content", ""))

    def _attributes(self, tag: Tag) -> Mapping[str, str]:
        """Return the attributes; of one that stands twice the first (WHATWG HTML 13.2.5.33)."""
        found: dict[str, str] = {}
        for one in attributes_of(self._text, tag):
            found.setdefault(one.name, unescape(self._text[one.start : one.end]))
        return found

    def _meta(self, name: str, content: str) -> Iterator[Signal]:
        if name == "robots" or agent_class(name) or name in _SEARCHERS:
            robot = "" if name == "robots" else name
            yield from said_to_robots(content, SignalFamily.META_ROBOTS, place=self._place, robot=robot)
        elif name == "x-robots-tag":
            yield from said_to_robots(content, SignalFamily.META_ROBOTS, place=self._place)
        elif name == "content-usage":
            said = aipref_header_signals((content,), captured=None, place=self._place)
            yield from map(_refusal, said)

    def _link(self, values: Mapping[str, str]) -> Iterator[Signal]:
        address = values.get("href", "").strip()
        if address and "license" in values.get("rel", "").lower().split():
            yield linked_licence(address, values.get("type", ""), self._place)


def linked_licence(address: str, media_type: str, place: str) -> Signal:
    """Return what a link of the relation `license` says (RFC 8288; RSL 1.0, 4.5 and 4.6).

    Args:
        address: where it leads, as it is written.
        media_type: of the target, as the link says; with that of RSL the address is handed on.
        place: as in a signal.
    """
    if media_type.partition(";")[0].strip().lower() != RSL_TYPE:
        return licence_signal(address, place)
    return Signal(
        family=SignalFamily.RSL,
        place=place,
        raw=excerpt(address),
        stances=each((*TRAINING, SignalUse.INPUT, SignalUse.SEARCH), Stance.UNKNOWN),
        note=f"license={excerpt(address)}",
    )


def _refusal(signal: Signal) -> Signal:
    """Take back the leave of a signal that stands where its specification does not know it."""
    stances = {
        use: Stance.UNKNOWN if stance is Stance.ALLOW else stance for use, stance in signal.stances.items()
    }
    return replace(signal, stances=stances)
