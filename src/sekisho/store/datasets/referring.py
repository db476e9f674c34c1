"""Which page of a WARC file refers to a record, and what that page said of what stands on it.

A page's `noai` is about its pictures and files too, and their own responses do not repeat it. Who refers to
whom is said by `Referer` of a request, `via` of a description (both stand near the response, joined by
`WARC-Concurrent-To`) and `WARC-Refers-To` of a conversion, which is the same content as what it refers to.
Browsers often name only the site in `Referer`, so pictures are also looked up on pages that refuse something.
Pages are those that came earlier in the same unit, as many as there is room for, the newest.
"""

import re
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from sekisho.detect.signals.cells import address
from sekisho.detect.signals.common import bounded
from sekisho.detect.signals.html import MAX_HEAD, html_signals
from sekisho.model import Item, Signal, SignalFamily, SignalUse, Stance, TextForm, Told
from sekisho.store.datasets.shown import may_refuse, same_address, shown_on
from sekisho.store.datasets.warcwalk import Record

__all__ = ["Links", "Pages", "head_fields"]

_ROOM = 16 << 20
"""Bytes of pages that are kept; a page is read for its signals only when something refers to it."""
_RECORDS = 10_000
_PAGES = 4
"""Pages that are asked about one picture: the newest ones that show it."""
_NAMED = re.compile(
    rb"^warc-(type|record-id|concurrent-to|refers-to|target-uri|date):[ \t]*([^\r\n]*)",
    re.IGNORECASE | re.MULTILINE,
)
_REFERRER = re.compile(rb"^(?:referer|via):[ \t]*([^\r\n]*)", re.IGNORECASE | re.MULTILINE)
_HEARD = frozenset({Stance.DISALLOW, Stance.ERROR})


class Links(NamedTuple):
    """What the header of a record says about others.

    Attributes:
        id: its own.
        beside: records of the same visit.
        source: the record that it was made from.
        url: without angle brackets, empty if it is none.
        date: as written.
    """

    id: str
    beside: tuple[str, ...]
    source: str
    url: str
    date: str


@lru_cache(maxsize=2)
def head_fields(record: Record) -> Links:
    """Read the header of a record."""
    found: dict[str, list[str]] = {}
    for name, value in _NAMED.findall(record.head):
        found.setdefault(name.decode().lower(), []).append(value.decode("utf-8", "replace").strip())

    def one(name: str) -> str:
        return found.get(name, [""])[0]

    url = address(one("target-uri").strip("<>"))
    beside = tuple(found.get("concurrent-to", ()))
    return Links(one("record-id"), beside, one("refers-to"), url, one("date"))


class _Page(NamedTuple):
    """The head of a page, or nothing of what is no page, and what its response said."""

    head: bytes
    said: tuple[Signal, ...]


def _of_robots(page: _Page) -> tuple[Signal, ...]:
    """Return what the response of a page said to robots; that is of its pictures too (`noimageai`)."""
    return tuple(signal for signal in page.said if signal.family is SignalFamily.X_ROBOTS)


@lru_cache(maxsize=16)
def _said_in(head: bytes, url: str) -> tuple[Signal, ...]:
    """Read a page once for all that refers to it."""
    return html_signals(head, url)


class Pages:
    """Remember pages and who refers to them, within bounds."""

    def __init__(self) -> None:
        """Begin with none."""
        self._referrers: OrderedDict[str, str] = OrderedDict()
        self._by_url: OrderedDict[str, str] = OrderedDict()
        self._by_shown: OrderedDict[str, tuple[str, ...]] = OrderedDict()
        self._pages: OrderedDict[str, _Page] = OrderedDict()
        self._held = 0

    def refer(self, links: Links, block: bytes) -> None:
        """Take note of a request or description: who refers to the records of its visit."""
        found = _REFERRER.search(block)
        url = address(found[1].decode("utf-8", "replace").strip()) if found else ""
        if url:
            for name in filter(None, (links.id, *links.beside, links.source)):
                self._referrers[name] = url.partition("#")[0]
            while len(self._referrers) > _RECORDS:
                self._referrers.popitem(last=False)

    def keep(self, links: Links, item: Item) -> None:
        """Remember a page or text that was read, for those that refer to it."""
        is_page = item.text is not None and item.text.form is TextForm.HTML and item.data is not None
        head = bytes(item.data[: MAX_HEAD + 1]) if is_page and item.data is not None else b""
        if not links.id or (not head and item.told is None):
            return
        self._drop(links.id)
        self._pages[links.id] = _Page(head, () if item.told is None else item.told.signals)
        self._held += len(head)
        if links.url and head:
            self._by_url[links.url.partition("#")[0]] = links.id
            self._show(links.url.partition("#")[0], self._pages[links.id], item.data or b"")
        while self._held > _ROOM or len(self._pages) > _RECORDS:
            self._drop(next(iter(self._pages)))
        while len(self._by_url) > _RECORDS:
            self._by_url.popitem(last=False)

    def _show(self, url: str, page: _Page, data: bytes | memoryview) -> None:
        """Remember what a page shows, if it refuses something."""
        if not (may_refuse(page.head) or _of_robots(page)) or not any(self._of_page(url)):
            return
        for shown in shown_on(bytes(data), url):
            before = self._by_shown.pop(shown, ())
            self._by_shown[shown] = tuple(dict.fromkeys((*before, url)))[-_PAGES:]
        while len(self._by_shown) > _RECORDS:
            self._by_shown.popitem(last=False)

    def _drop(self, name: str) -> None:
        page = self._pages.pop(name, None)
        self._held -= 0 if page is None else len(page.head)

    def told(self, links: Links, item: Item) -> Item:
        """Return the item of a record with what the page that refers to it says, and with its address."""
        page = next((url for name in (links.id, *links.beside) if (url := self._referrers.get(name))), "")
        shown = self._by_shown.get(same_address(links.url), ()) if item.text is None else ()
        if shown and page not in self._by_url:
            page = shown[0]
        said = list(self._of_source(links.source))
        for url in dict.fromkeys((page, *shown)):
            said += self._of_page(url)
        if not page and not said:
            return item
        known = item.told or Told()
        return replace(item, told=replace(known, page=page, signals=bounded((*known.signals, *said))))

    def _of_source(self, name: str) -> tuple[Signal, ...]:
        page = self._pages.get(name)
        return () if page is None else (*page.said, *(html_signals(page.head) if page.head else ()))

    def _of_page(self, url: str) -> Iterable[Signal]:
        page = self._pages.get(self._by_url.get(url, ""))
        if page is None:
            return ()
        own = (replace(signal, place=url) for signal in _of_robots(page))
        return filter(None, map(_refusal, (*own, *_said_in(page.head, url))))


def _refusal(signal: Signal) -> Signal | None:
    """Return what a page refuses of the things on it: its leave, and what it says of search, is its own."""
    stances: dict[SignalUse, Stance] = {
        use: stance for use, stance in signal.stances.items() if stance in _HEARD and use != SignalUse.SEARCH
    }
    return replace(signal, stances=stances) if stances else None
