"""Which page of a WARC file refers to a record, and what that page said of what stands on it.

A page's `noai` is about its pictures and files too, and their own responses do not repeat it. Who refers to
whom is said by `Referer` of a request, `via` of a description (both stand near the response, joined by
`WARC-Concurrent-To`) and `WARC-Refers-To` of a conversion, which is the same content as what it refers to.
Browsers often name only the site in `Referer`, so pictures are also looked up on pages that refuse something.
Those pages may stand anywhere in the dataset: the unit carries what they said (`carried`). What gives leave
is heard from records that came earlier in the same unit, the newest there is room for.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from msgspec import structs

from sekisho.detect.signals.cells import address, language_tags
from sekisho.detect.signals.common import EVERY_USE, bounded, each
from sekisho.detect.signals.html import MAX_HEAD, html_signals
from sekisho.model import Item, Signal, SignalFamily, Stance, TextForm, Told
from sekisho.store.datasets.carried import Refused
from sekisho.store.datasets.newest import Newest
from sekisho.store.datasets.objections import address_key
from sekisho.store.datasets.warcwalk import Record

__all__ = ["Links", "Pages", "head_fields", "referrer"]

_ROOM = 16 << 20
"""Bytes, about, of what pages and responses said."""
_RECORDS = 10_000
"""Of whom it is known who refers to them; and as many addresses of pages."""
_REFERRERS = 4
"""Pages that are asked about one record: the last ones that refer to it."""
_MAX_ID = 200
"""Characters of a record's identifier; a URN of a UUID has 47."""
_BESIDE = 16
_OF_SIGNAL = 500
"""Bytes of a signal besides its words."""
_NAMED = re.compile(
    rb"^warc-(type|record-id|concurrent-to|refers-to|target-uri|date|identified-content-language)"
    rb":[ \t]*([^\r\n]*)",
    re.IGNORECASE | re.MULTILINE,
)
_REFERRER = re.compile(rb"^(?:referer|via):[ \t]*([^\r\n]*)", re.IGNORECASE | re.MULTILINE)


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


def referrer(block: bytes) -> str:
    """Return the address of the page that a request or description names; empty if it names none."""
    found = _REFERRER.search(block)
    url = address(found[1].decode("utf-8", "replace").strip()) if found else ""
    return url.partition("#")[0]


def _weight(said: Iterable[Signal]) -> int:
    return sum(_OF_SIGNAL + len(signal.raw) + len(signal.note) for signal in said)


def _unheard(left: int) -> Signal:
    """Return what is known of a picture or conversion if there was no room for every page: never leave."""
    note = f"{left} pages, or pictures on them, refuse more than is remembered"
    stances = each(EVERY_USE, Stance.ERROR)
    return Signal(family=SignalFamily.META_ROBOTS, place="WARC", raw="", stances=stances, note=note)


class Pages:
    """Remember what pages said and who refers to them, within bounds."""

    def __init__(self, refused: Refused, *, converted: bool) -> None:
        """Begin with what the unit carries.

        Args:
            refused: what pages anywhere in the dataset refuse.
            converted: records of the unit were made from others, so all that is said is remembered.
        """
        self._refused, self._converted = refused, converted
        self._referrers: Newest[tuple[str, ...]] = Newest(_RECORDS)
        self._known: Newest[str] = Newest(_RECORDS)
        self._said: Newest[tuple[Signal, ...]] = Newest(_ROOM)

    def refer(self, links: Links, block: bytes) -> None:
        """Take note of a request or description: who refers to the records of its visit."""
        url = referrer(block)
        if url:
            for name in filter(None, (links.id, *links.beside, links.source)):
                urls = tuple(dict.fromkeys((url, *(self._referrers.get(name) or ()))))[:_REFERRERS]
                self._referrers.set(name, urls, len(urls))

    def keep(self, links: Links, item: Item) -> None:
        """Remember a page or file that was read, for those that refer to it."""
        is_page = item.text is not None and item.text.form is TextForm.HTML and item.data is not None
        if is_page and links.url:
            url = links.url.partition("#")[0]
            self._known.set(address_key(url), url)
        if not (self._converted and links.id):
            return
        header = () if item.told is None else item.told.signals
        data = bytes(item.data[: MAX_HEAD + 1]) if is_page and item.data is not None else b""
        every = (*header, *(html_signals(data) if data else ()))
        if every:
            self._said.set(links.id, every, _weight(every))

    def told(self, links: Links, item: Item) -> Item:
        """Return the item of a record with what the page that refers to it says, and with its address."""
        named = [url for name in (links.id, *links.beside) for url in self._referrers.get(name) or ()]
        page = named[0] if named else ""
        shown = self._refused.showing(links.url) if links.url and item.text is None else ()
        if shown and not (page and self._known.get(address_key(page))):
            page = shown[0]
        said = list(self._said.get(links.source) or ())
        said += (one for one in self._refused.of_record(links.source) if one not in said)
        for url in dict.fromkeys((*named, *shown)):
            said += self._refused.of_page(url)
        if not said and self._refused.unheard and (item.text is None or links.source):
            said = [_unheard(self._refused.unheard)]
        if not page and not said:
            return item
        known = item.told or Told()
        return replace(item, told=structs.replace(known, page=page, signals=bounded((*known.signals, *said))))
