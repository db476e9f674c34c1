"""Licences that an item's headers, columns and page name (RSL 1.0, 4.5 and 4.6): which, and what copies say.

A link to a licence says nothing by itself; its signal holds the address in the note (`html.linked_licence`).
Here the addresses are made absolute, so that `signals collect` can ask for them and an audit read the copies.
What a licence says about the item's address holds; if it is silent about that, what it says about the page
that the item was found on, as far as it refuses: a page gives no leave for what stands on it.

Only licences of the type `application/rsl+xml` are asked for. The address of a Creative Commons licence says
all by itself, other pages about licences are for people, and a policy of TDMRep says how to ask for leave,
where a reservation beside it has refused already.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from urllib.parse import urljoin

from sekisho.detect.signals.cells import address
from sekisho.detect.signals.rsl import rsl_signals
from sekisho.detect.signals.sites import Copy, Reached, Sites, SiteSignals
from sekisho.model.signal import MAX_RAW, Signal, SignalFamily, SignalUse, Stance

__all__ = ["MAX_LINKED", "linked_licences", "linked_signals"]

MAX_LINKED = 5
"""Licences that are read of those that one item names; as many as of a robots.txt."""
_NOTE = "license="
_HEARD = frozenset({Stance.DISALLOW, Stance.ERROR})


def linked_licences(signals: Iterable[Signal], url: str) -> tuple[str, ...]:
    """Return the addresses of RSL licences that signals about an item name, each once, at most `MAX_LINKED`.

    Args:
        signals: in the item's bytes and beside it.
        url: of the item; addresses that are relative are so to it, or to the page that names them.
    """
    return tuple(dict.fromkeys(_addresses(signals, url)))[:MAX_LINKED]


def _addresses(signals: Iterable[Signal], url: str) -> Iterator[str]:
    for signal in signals:
        # A copy of a licence is of the same family; it names no other one in this form.
        if signal.family is not SignalFamily.RSL or not signal.note.startswith(_NOTE):
            continue
        named = signal.note.removeprefix(_NOTE)
        if len(named.encode("utf-8", "replace")) < MAX_RAW:  # else it was cut
            try:
                found = urljoin(signal.place if "://" in signal.place else url, named)
            except ValueError:  # half an address of IPv6
                continue
            if there := address(found.partition("#")[0]):
                yield there


def linked_signals(signals: Iterable[Signal], url: str, page: str, sites: Sites) -> SiteSignals:
    """Return what copies of the licences say that signals about an item name.

    Args:
        signals: in the item's bytes and beside it.
        url: of the item; empty: nobody knows.
        page: that it was found on; empty: nobody knows.
        sites: the copies.
    """
    copies = [copy for licence in linked_licences(signals, url) for copy in sites.copies(licence)]
    there = [copy for copy in copies if copy.reached is Reached.FOUND]
    found = (signal for copy in there for signal in _of_item(copy, url) or _of_page(copy, page))
    return SiteSignals(tuple(found), tuple((copy.url, copy.captured) for copy in copies))


def _of_item(copy: Copy, url: str) -> tuple[Signal, ...]:
    if not url:
        return ()
    return rsl_signals(copy.body, url, captured=copy.captured, place=copy.url, source=copy.sha256)


def _of_page(copy: Copy, page: str) -> tuple[Signal, ...]:
    return tuple(filter(None, map(_refusal, _of_item(copy, page))))


def _refusal(signal: Signal) -> Signal | None:
    """Return what is refused of a page's things; what is said of search is about the page itself."""
    stances: dict[SignalUse, Stance] = {
        use: stance for use, stance in signal.stances.items() if stance in _HEARD and use != SignalUse.SEARCH
    }
    return replace(signal, stances=stances) if stances else None
