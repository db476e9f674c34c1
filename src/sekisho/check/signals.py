"""What rights holders say about one item, taken together: its own bytes, what came with it, its site."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from sekisho.detect.signals.c2pa import c2pa_error, c2pa_signals, may_have_c2pa
from sekisho.detect.signals.item import embedded_signals
from sekisho.detect.signals.linked import linked_signals
from sekisho.detect.signals.records import answered
from sekisho.detect.signals.resolve import Resolved, resolve
from sekisho.detect.signals.site_reader import SiteReader
from sekisho.detect.signals.sites import Sites, SiteSignals
from sekisho.errors import InputError
from sekisho.model import AsOf, Item, Policy, Signal, SignalFamily, Stance, Told, Use

__all__ = ["NO_SOURCES", "SignalSources", "objects", "said_about", "said_beside"]

Manifests = Callable[[bytes, str], object]
"""Bytes and media type -> the C2PA manifest store as parsed JSON, None if there is none."""


_NO_SITE = SiteSignals((), ())
_KNOWN, _FEW = 4096, 8
"""How often it is kept what signals come to, and of how many beside an item and its site's."""


@dataclass(frozen=True)
class SignalSources:
    """What besides an item is asked for signals.

    Attributes:
        sites: copies of files of sites; None: none were given.
        manifests: reads C2PA manifests; None: nobody can.
    """

    sites: Sites | None = None
    manifests: Manifests | None = None
    _known: dict[object, tuple[SiteSignals, Resolved]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @cached_property
    def _reader(self) -> SiteReader | None:
        return None if self.sites is None else SiteReader(self.sites)

    def site(self, told: Told) -> SiteSignals:
        """Return what the site of an item says; of the same words mostly the same object."""
        reader, url = self._reader, told.url
        return _NO_SITE if reader is None or not url else reader.signals(url, told.site)

    def beside(self, told: Told, as_of: AsOf) -> Resolved | None:
        """Return what comes with an item and what its site says, taken together; None: nothing.

        Of the same signals and the same site it is the same object.
        """
        signals, site = told.signals, self.site(told)
        if not (signals or site.signals):
            return None
        # Most are of one site alone, and a number is found faster than several.
        if as_of is not AsOf.AUDIT:
            key: object = (id(site), as_of, told.captured, *map(id, signals))
        elif signals:
            key = (id(site), *map(id, signals))
        else:
            key = id(site)
        known = self._known.get(key)
        return self._settled(key, told, site, as_of) if known is None else known[1]

    def _settled(self, key: object, told: Told, site: SiteSignals, as_of: AsOf) -> Resolved:
        """Return what is said, and keep it."""
        said = self.together((), told, site, as_of)
        if len(self._known) >= _KNOWN:
            self._known.clear()
        # What a licence says that they name is about one address.
        if len(told.signals) <= _FEW and not _names_licences(told.signals):
            # Site and signals are held, so that no others get their numbers.
            self._known[key] = site, said
        return said

    def together(self, own: tuple[Signal, ...], told: Told, site: SiteSignals, as_of: AsOf) -> Resolved:
        """Return what everything comes to that is said in an item's bytes, beside it and by its site."""
        signals = (*own, *told.signals)
        linked = self._linked(signals, told)
        # A licence that robots.txt names too was read with the site.
        more = (signal for signal in linked.signals if signal not in site.signals)
        return resolve(
            (*signals, *site.signals, *more),
            as_of=as_of,
            crawled=_crawled(told, as_of),
            read=(*site.read, *linked.read),
        )

    def _linked(self, signals: tuple[Signal, ...], told: Told) -> SiteSignals:
        """Return what copies of the licences say that signals about an item name."""
        if self.sites is None or not _names_licences(signals):
            return _NO_SITE
        return linked_signals(signals, told.url, told.page, self.sites)


def _names_licences(signals: Iterable[Signal]) -> bool:
    return any(one.family is SignalFamily.RSL for one in signals)


def _crawled(told: Told, as_of: AsOf) -> datetime | None:
    """Return when an item was fetched, if it matters."""
    return None if as_of is AsOf.AUDIT else told.captured


NO_SOURCES = SignalSources()


def said_beside(told: Told | None, policy: Policy, sources: SignalSources) -> Resolved | None:
    """Return what is said about an item besides its own bytes; None: nothing."""
    return None if told is None else sources.beside(told, policy.signals.as_of)


def said_about(item: Item, media_type: str, policy: Policy, sources: SignalSources) -> Resolved | None:
    """Return everything that is said about an item; None: nothing.

    Args:
        item: with its bytes.
        media_type: of the bytes; empty if they could not be read.
        policy: which copies count.
        sources: what else is asked.
    """
    own = _own(item.data, media_type, sources) if item.data is not None and media_type else ()
    told, as_of = answered(item).told, policy.signals.as_of
    if not own:
        return said_beside(told, policy, sources)
    if told is None:
        return resolve(own, as_of=as_of)
    return sources.together(own, told, sources.site(told), as_of)


def _own(data: bytes | memoryview, media_type: str, sources: SignalSources) -> tuple[Signal, ...]:
    found = embedded_signals(data, media_type)
    if sources.manifests is None or not may_have_c2pa(data, media_type):
        return found
    try:
        return (*found, *c2pa_signals(sources.manifests(bytes(data), media_type)))
    except InputError as error:
        return (*found, c2pa_error(str(error)))


def objects(said: Resolved | None, use: Use) -> Stance:
    """Return what signals come to for a use."""
    return Stance.UNKNOWN if said is None else said.stance(use.purpose)
