"""What rights holders say about one item, taken together: its own bytes, what came with it, its site."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from sekisho.detect.signals.c2pa import c2pa_error, c2pa_signals, may_have_c2pa
from sekisho.detect.signals.item import embedded_signals
from sekisho.detect.signals.resolve import Resolved, resolve
from sekisho.detect.signals.site_reader import SiteReader
from sekisho.detect.signals.sites import Sites, SiteSignals
from sekisho.errors import InputError
from sekisho.model import AsOf, Item, Policy, Signal, Stance, Told, Use

__all__ = ["NO_SOURCES", "SignalSources", "objects", "said_about", "said_beside"]

Manifests = Callable[[bytes, str], object]
"""Bytes and media type -> the C2PA manifest store as parsed JSON, None if there is none."""


_NO_SITE = SiteSignals((), ())
_KNOWN = 4096
"""What sites say that is kept with what it comes to."""


@dataclass(frozen=True)
class SignalSources:
    """What besides an item is asked for signals.

    Attributes:
        sites: copies of files of sites; None: none were given.
        manifests: reads C2PA manifests; None: nobody can.
    """

    sites: Sites | None = None
    manifests: Manifests | None = None
    _known: dict[tuple[int, AsOf], tuple[SiteSignals, Resolved]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @cached_property
    def _reader(self) -> SiteReader | None:
        return None if self.sites is None else SiteReader(self.sites)

    def site(self, told: Told | None) -> SiteSignals:
        """Return what the site of an item says."""
        reader = self._reader
        return _NO_SITE if reader is None or told is None or not told.url else reader.signals(told.url)

    def of_site(self, site: SiteSignals, as_of: AsOf) -> Resolved:
        """Return what the words of a site come to by themselves; of the same object it is kept.

        Of an item nobody knows when it was fetched, or it does not matter.
        """
        key = (id(site), as_of)
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= _KNOWN:
                self._known.clear()
            # The site's words are held, so that no others get their number.
            known = self._known[key] = site, resolve(site.signals, as_of=as_of, read=site.read)
        return known[1]


NO_SOURCES = SignalSources()


def said_beside(told: Told | None, policy: Policy, sources: SignalSources) -> Resolved | None:
    """Return what is said about an item besides its own bytes; None: nothing."""
    return None if told is None else _resolved(told.signals, told, policy, sources)


def said_about(item: Item, media_type: str, policy: Policy, sources: SignalSources) -> Resolved | None:
    """Return everything that is said about an item; None: nothing.

    Args:
        item: with its bytes.
        media_type: of the bytes; empty if they could not be read.
        policy: which copies count.
        sources: what else is asked.
    """
    own = _own(item.data, media_type, sources) if item.data is not None and media_type else ()
    beside = () if item.told is None else item.told.signals
    return _resolved((*own, *beside), item.told, policy, sources)


def _own(data: bytes | memoryview, media_type: str, sources: SignalSources) -> tuple[Signal, ...]:
    found = embedded_signals(data, media_type)
    if sources.manifests is None or not may_have_c2pa(data, media_type):
        return found
    try:
        return (*found, *c2pa_signals(sources.manifests(bytes(data), media_type)))
    except InputError as error:
        return (*found, c2pa_error(str(error)))


def _resolved(
    signals: tuple[Signal, ...], told: Told | None, policy: Policy, sources: SignalSources
) -> Resolved | None:
    site, as_of = sources.site(told), policy.signals.as_of
    crawled = None if told is None or as_of is AsOf.AUDIT else told.captured
    if not signals and crawled is None:
        return sources.of_site(site, as_of) if site.signals else None
    signals = (*signals, *site.signals)
    return resolve(signals, as_of=as_of, crawled=crawled, read=site.read) if signals else None


def objects(said: Resolved | None, use: Use) -> Stance:
    """Return what signals come to for a use."""
    return Stance.UNKNOWN if said is None else said.of(use.purpose).stance
