"""What rights holders say about one item, taken together: its own bytes, what came with it, its site."""

from collections.abc import Callable
from typing import NamedTuple

from sekisho.detect.signals.c2pa import c2pa_error, c2pa_signals, may_have_c2pa
from sekisho.detect.signals.item import embedded_signals
from sekisho.detect.signals.resolve import Resolved, resolve
from sekisho.detect.signals.sites import Sites, SiteSignals, site_signals
from sekisho.errors import InputError
from sekisho.model import Item, Policy, Signal, Stance, Told, Use

__all__ = ["NO_SOURCES", "SignalSources", "objects", "said_about", "said_beside"]

Manifests = Callable[[bytes, str], object]
"""Bytes and media type -> the C2PA manifest store as parsed JSON, None if there is none."""


class SignalSources(NamedTuple):
    """What besides an item is asked for signals.

    Attributes:
        sites: copies of files of sites; None: none were given.
        manifests: reads C2PA manifests; None: nobody can.
    """

    sites: Sites | None = None
    manifests: Manifests | None = None


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
    site = SiteSignals((), ())
    if told is not None and told.url and sources.sites is not None:
        site = site_signals(told.url, sources.sites)
    signals = (*signals, *site.signals)
    if not signals:
        return None
    crawled = None if told is None else told.captured
    return resolve(signals, as_of=policy.signals.as_of, crawled=crawled, read=site.read)


def objects(said: Resolved | None, use: Use) -> Stance:
    """Return what signals come to for a use."""
    return Stance.UNKNOWN if said is None else said.of(use.purpose).stance
