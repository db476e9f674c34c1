"""What a unit of a WARC file carries: what pages anywhere in the dataset refuse of its own records.

So a unit is read alike by itself, by any worker and on another day, and is another unit when a page has
changed its mind. Words that many pages say, and the address of a page that shows many pictures, stand there
once.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from sekisho.detect.signals.common import bounded
from sekisho.model import Signal
from sekisho.store.datasets.objections import Objections, Objector, address_key

__all__ = ["Carrying", "Refused"]


class Carrying:
    """Gather what the records of one unit need of the table.

    Attributes:
        asks: there is anything in the table.
    """

    def __init__(self, every: Objections) -> None:
        """Begin with nothing."""
        self._every, self.asks = every, len(every) > 0
        self._pages: dict[int, None] = {}
        self._shown: dict[str, list[int]] = {}
        self._urls: dict[str, int] = {}

    def look(self, url: str, source: str) -> None:
        """Look a record up: by its address, and by the record that it was made from."""
        if not self.asks:
            return
        self._pages |= dict.fromkeys(self._every.of_record(source) if source else ())
        pages = self._every.showing(url) if url else ()
        if pages:
            urls = list(dict.fromkeys(self._every.page(number).url for number in pages))
            numbers = [self._urls.setdefault(page, len(self._urls)) for page in urls]
            self._shown[f"{address_key(url):016x}"] = numbers
            for page in urls:
                self.refer(page)

    def refer(self, url: str) -> None:
        """Look up the page that a record was fetched from."""
        self._pages |= dict.fromkeys(self._every.of_page(url))

    def told(self) -> dict[str, Any]:
        """Return it as JSON has it; nothing if there is nothing. What many pages say stands there once."""
        unheard = {"unheard": self._every.left} if self._every.left else {}
        if not self._pages:
            return unheard
        words: dict[str, int] = {}
        said: list[Any] = []

        def number(signals: Sequence[Signal]) -> int:
            raw = msgspec.json.encode(signals).decode()
            if raw not in words:
                words[raw] = len(said)
                said.append(msgspec.to_builtins(signals))
            return words[raw]

        pages = [
            [page.id, page.url, page.date, number(page.header), number(page.said)]
            for page in map(self._every.page, sorted(self._pages))
        ]
        found = {"pages": pages, "said": said, "urls": list(self._urls), "shown": self._shown}
        return unheard | {"objections": found}


class Refused:
    """What a unit carries, as its reader asks for it.

    Attributes:
        unheard: pages and pictures of the dataset that there was no room for: what they say nobody knows.
    """

    def __init__(self, told: Mapping[str, Any]) -> None:
        """Take what `Carrying.told` has made, or nothing."""
        self.unheard: int = told.get("unheard", 0)
        carried = told.get("objections", {"pages": (), "said": (), "urls": (), "shown": {}})
        said = [msgspec.convert(one, tuple[Signal, ...]) for one in carried["said"]]
        self._urls: Sequence[str] = carried["urls"]
        self._shown: Mapping[str, Sequence[int]] = carried["shown"]
        self._by_id: dict[str, Objector] = {}
        self._by_url: dict[int, list[Signal]] = {}
        for ident, url, date, header, words in carried["pages"]:
            page = Objector(ident, url, date, said[header], said[words])
            if ident:
                self._by_id[ident] = page
            if url:
                self._by_url.setdefault(address_key(url), []).extend(page.refused())

    def of_record(self, name: str) -> tuple[Signal, ...]:
        """Return all that the page of an identifier said."""
        page = self._by_id.get(name)
        return () if page is None else page.every()

    def of_page(self, url: str) -> Sequence[Signal]:
        """Return what all copies of a page refuse."""
        return bounded(self._by_url.get(address_key(url), ()))

    def showing(self, url: str) -> Sequence[str]:
        """Return the addresses of the pages that show an address."""
        numbers = self._shown.get(f"{address_key(url):016x}", ()) if self._shown else ()
        return tuple(self._urls[number] for number in numbers)
