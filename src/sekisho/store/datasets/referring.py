"""Which page of a WARC file refers to a record, and what that page said of what stands on it.

A page's `noai` is about its pictures and files too, and their own responses do not repeat it. Who refers to
whom is said by `Referer` of a request, `via` of a description (both stand near the response, joined by
`WARC-Concurrent-To`) and `WARC-Refers-To` of a conversion, which is the same content as what it refers to.
Browsers often name only the site in `Referer`, so pictures are also looked up on pages that refuse something.
Pages are those that came earlier in the same unit. Each is read once; what is kept is what it said, the
newest there is room for. Of a page that was fetched twice, what either copy refuses is refused.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

from sekisho.detect.signals.cells import address, language_tags
from sekisho.detect.signals.common import bounded
from sekisho.detect.signals.html import MAX_HEAD, html_signals
from sekisho.model import Item, Signal, SignalFamily, SignalUse, Stance, TextForm, Told
from sekisho.store.datasets.newest import Newest
from sekisho.store.datasets.shown import same_address, shown_on
from sekisho.store.datasets.warcwalk import Record

__all__ = ["Links", "Pages", "head_fields"]

_ROOM = 16 << 20
"""Bytes, about, of what pages and responses said."""
_RECORDS = 10_000
"""Of whom it is known who refers to them; and as many addresses of pages."""
_SHOWN = 100_000
"""Addresses of pictures on pages that refuse something: some 30 MB."""
_PAGES = 4
"""Pages that are asked about one picture: the newest ones that show it."""
_MAX_ID = 200
"""Characters of a record's identifier; a URN of a UUID has 47."""
_BESIDE = 16
_OF_SIGNAL = 500
"""Bytes of a signal besides its words."""
_KEY_BYTES = 12
_NAMED = re.compile(
    rb"^warc-(type|record-id|concurrent-to|refers-to|target-uri|date|identified-content-language)"
    rb":[ \t]*([^\r\n]*)",
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
        languages: as crawlers have found them out.
    """

    id: str
    beside: tuple[str, ...]
    source: str
    url: str
    date: str
    languages: tuple[str, ...] = ()


@lru_cache(maxsize=2)
def head_fields(record: Record) -> Links:
    """Read the header of a record."""
    found: dict[str, list[str]] = {}
    for name, value in _NAMED.findall(record.head):
        found.setdefault(name.decode().lower(), []).append(value.decode("utf-8", "replace").strip())

    def one(name: str) -> str:
        return found.get(name, [""])[0]

    url = address(one("target-uri").strip("<>"))
    beside = tuple(name[:_MAX_ID] for name in found.get("concurrent-to", ())[:_BESIDE])
    languages = language_tags(one("identified-content-language"))
    ids = one("record-id")[:_MAX_ID], beside, one("refers-to")[:_MAX_ID]
    return Links(*ids, url, one("date"), languages)


def _of_robots(said: Sequence[Signal]) -> Iterable[Signal]:
    """Return what the response of a page said to robots; that is of its pictures too (`noimageai`)."""
    return (signal for signal in said if signal.family is SignalFamily.X_ROBOTS)


def _weight(said: Iterable[Signal]) -> int:
    return sum(_OF_SIGNAL + len(signal.raw) + len(signal.note) for signal in said)


def _key(url: str) -> bytes:
    return blake2b(same_address(url).encode(), digest_size=_KEY_BYTES).digest()


class Pages:
    """Remember what pages said and who refers to them, within bounds."""

    def __init__(self) -> None:
        """Begin with none."""
        self._referrers: Newest[str] = Newest(_RECORDS)
        self._known: Newest[str] = Newest(_RECORDS)
        self._said: Newest[tuple[Signal, ...]] = Newest(_ROOM)
        self._refused: Newest[tuple[Signal, ...]] = Newest(_ROOM)
        self._by_shown: Newest[tuple[str, ...]] = Newest(_SHOWN)

    def refer(self, links: Links, block: bytes) -> None:
        """Take note of a request or description: who refers to the records of its visit."""
        found = _REFERRER.search(block)
        url = address(found[1].decode("utf-8", "replace").strip()) if found else ""
        if url:
            for name in filter(None, (links.id, *links.beside, links.source)):
                self._referrers.set(name, url.partition("#")[0])

    def keep(self, links: Links, item: Item) -> None:
        """Remember what a page or file that was read said, for those that refer to it."""
        is_page = item.text is not None and item.text.form is TextForm.HTML and item.data is not None
        header = () if item.told is None else item.told.signals
        data = bytes(item.data) if is_page and item.data is not None else b""
        said = html_signals(data[: MAX_HEAD + 1]) if data else ()
        if links.id and (header or said):
            every = (*header, *said)
            self._said.set(links.id, every, _weight(every))
        if links.url and data and item.text is not None:
            url = links.url.partition("#")[0]
            self._known.set(_key(url), url)
            self._refuse(url, _refusals((*_of_robots(header), *said), url), data, item.text.charset)

    def _refuse(self, url: str, refused: Sequence[Signal], data: bytes, charset: str) -> None:
        """Remember what a page refuses, and the addresses of what it shows."""
        if not refused:
            return
        key = _key(url)
        every = bounded((*(self._refused.get(key) or ()), *refused))
        self._refused.set(key, every, _weight(every))
        for shown in shown_on(data, url, charset):
            name = _key(f"https://{shown}")
            pages = dict.fromkeys((*(self._by_shown.get(name) or ()), url))
            self._by_shown.set(name, tuple(pages)[-_PAGES:])

    def told(self, links: Links, item: Item) -> Item:
        """Return the item of a record with what the page that refers to it says, and with its address."""
        page = next((url for name in (links.id, *links.beside) if (url := self._referrers.get(name))), "")
        shown = (self._by_shown.get(_key(links.url)) or ()) if links.url and item.text is None else ()
        if shown and not (page and self._known.get(_key(page))):
            page = shown[0]
        said = list(self._said.get(links.source) or ())
        for url in dict.fromkeys(filter(None, (page, *shown))):
            said += self._refused.get(_key(url)) or ()
        if not page and not said:
            return item
        known = item.told or Told()
        return replace(item, told=replace(known, page=page, signals=bounded((*known.signals, *said))))


def _refusals(said: Iterable[Signal], url: str) -> tuple[Signal, ...]:
    """Return what a page refuses of the things on it: its leave, and what it says of search, is its own."""
    refused: list[Signal] = []
    for signal in said:
        stances: dict[SignalUse, Stance] = {
            use: stance
            for use, stance in signal.stances.items()
            if stance in _HEARD and use != SignalUse.SEARCH
        }
        if stances:
            refused.append(replace(signal, place=url, stances=stances))
    return tuple(refused)
