"""What pages of a dataset's WARC files refuse, and which pictures they show: one table for all of them.

A page's `noai` is about the pictures on it, wherever they stand: before it, behind it, in another file of the
dataset. So pages that refuse something are found before the dataset is cut into units (`objecting`), and each
unit carries what is about its own records (`carried`).

A page is kept by its address and what it said, a picture by 64 bits of its address: two that are mixed up by
accident are one refusal too many. Of a page that was fetched several times, what any copy refuses is refused.
"""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from hashlib import blake2b
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sekisho.detect.signals.cells import moment
from sekisho.model import Signal, SignalFamily, SignalUse, Stance
from sekisho.store.datasets.shown import same_address

__all__ = ["NO_OBJECTIONS", "Objections", "Objector", "address_key", "refusals"]

MAX_PAGES = 200_000
"""Pages of a dataset that refuse something; some 100 MB."""
MAX_SHOWN = 4_000_000
"""Pictures on them, each with a page: 48 MB, and as much again while the table is made."""
MAX_WORDS = 256 << 20
"""Bytes, about, of what these pages said."""
_OF_SIGNAL = 300
"""Bytes of a signal besides its words."""
PAGES_OF_ONE = 4
"""Pages that are asked about one picture: the last ones that show it."""
_Table = tuple[NDArray[np.uint64], NDArray[np.uint32]]
"""Keys of addresses, ascending, and the number of a page that shows each."""
_COPIES = 16
"""Copies of one page that say different things."""
_HEARD = frozenset({Stance.DISALLOW, Stance.ERROR})


def address_key(url: str) -> int:
    """Return 64 bits of an address; those of one thing have the same (`shown.same_address`)."""
    return _key(same_address(url))


def _key(same: str) -> int:
    return int.from_bytes(blake2b(same.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


def refusals(said: Iterable[Signal], url: str) -> tuple[Signal, ...]:
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


class Objector(NamedTuple):
    """A page or file that refuses something.

    Attributes:
        id: of its record.
        url: its address, empty if it has none.
        date: when it was fetched, as written.
        header: what the fields of its response say, without a time.
        said: what the page itself says.
    """

    id: str
    url: str
    date: str
    header: tuple[Signal, ...]
    said: tuple[Signal, ...]

    def every(self) -> tuple[Signal, ...]:
        """Return all that it said, as it was said of itself."""
        return (*self._dated(self.header), *self.said)

    def refused(self) -> tuple[Signal, ...]:
        """Return what it refuses of the things on it; of the header what robots are told (`noimageai`)."""
        robots = (one for one in self.header if one.family is SignalFamily.X_ROBOTS)
        return refusals((*self._dated(robots), *self.said), self.url)

    def _dated(self, signals: Iterable[Signal]) -> Iterator[Signal]:
        captured = moment(self.date)
        return (replace(signal, captured=captured) for signal in signals)


def _weight(page: Objector) -> int:
    said = (*page.header, *page.said)
    words = sum(_OF_SIGNAL + len(one.raw) + len(one.note) + len(one.agent) for one in said)
    return len(page.id) + len(page.url) + len(page.date) + words


class Objections:
    """The pages of a dataset that refuse something, and what they show; filled, then closed, then asked.

    Attributes:
        left: pages and pictures that there was no room for.
    """

    def __init__(self) -> None:
        """Begin with none."""
        self.left = self._held = 0
        self._pages: list[Objector] = []
        self._by_id: dict[str, int] = {}
        self._by_url: dict[int, tuple[int, ...]] = {}
        self._shown, self._on = array("Q"), array("I")
        self._table: _Table = (np.zeros(0, np.uint64), np.zeros(0, np.uint32))

    def __len__(self) -> int:
        """Return how many pages there are."""
        return len(self._pages)

    def add(self, page: Objector, shown: Iterable[str]) -> None:
        """Take in a page, and the addresses of what it shows (`shown.shown_on`)."""
        weight = _weight(page)
        if len(self._pages) >= MAX_PAGES or self._held + weight > MAX_WORDS:
            self.left += 1
            return
        self._held += weight
        number = len(self._pages)
        self._pages.append(page)
        if page.id:
            self._by_id[page.id] = number
        if not page.url:
            return
        self._remember(page, number)
        for same in dict.fromkeys(shown):
            self._shown.append(_key(same))
            self._on.append(number)
        if len(self._shown) >= MAX_SHOWN:
            self._gather()

    def _remember(self, page: Objector, number: int) -> None:
        """Remember a copy of a page, if it says another thing than those before it."""
        key = address_key(page.url)
        copies = self._by_url.get(key, ())
        words = page.header, page.said
        if len(copies) < _COPIES and words not in (
            (self._pages[n].header, self._pages[n].said) for n in copies
        ):
            self._by_url[key] = (*copies, number)

    def _gather(self) -> None:
        """Sort what was added since into the table; of one picture the last pages are kept."""
        keys = np.concatenate([self._table[0], np.frombuffer(self._shown, np.uint64)])
        places = np.concatenate([self._table[1], np.frombuffer(self._on, np.uint32)])
        order = np.lexsort((places, keys))
        keys, places = keys[order], places[order]
        late = np.ones(len(keys), bool)
        late[:-PAGES_OF_ONE] = keys[PAGES_OF_ONE:] != keys[:-PAGES_OF_ONE]
        keys, places = keys[late], places[late]
        if len(keys) > MAX_SHOWN:
            self.left += len(keys) - MAX_SHOWN
            early = np.sort(np.argsort(places, kind="stable")[:MAX_SHOWN])
            keys, places = keys[early], places[early]
        self._table = keys, places
        self._shown, self._on = array("Q"), array("I")

    def close(self) -> "Objections":
        """Make the table ready to be asked. O(n log n)."""
        self._gather()
        return self

    def page(self, number: int) -> Objector:
        """Return a page by its number."""
        return self._pages[number]

    def of_record(self, name: str) -> Iterator[int]:
        """Yield the page that has an identifier."""
        if name in self._by_id:
            yield self._by_id[name]

    def of_page(self, url: str) -> Sequence[int]:
        """Return the copies of a page."""
        return self._by_url.get(address_key(url), ())

    def showing(self, url: str) -> Sequence[int]:
        """Return the pages that show an address. O(log n)."""
        key = np.uint64(address_key(url))
        keys, places = self._table
        first, last = int(np.searchsorted(keys, key, "left")), int(np.searchsorted(keys, key, "right"))
        return [int(place) for place in places[first:last]]


NO_OBJECTIONS = Objections().close()
