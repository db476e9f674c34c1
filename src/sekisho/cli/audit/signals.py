"""What an audit asks for rights signals besides the items: copies of site files, and C2PA manifests."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from sekisho.audit.job import no_sources
from sekisho.check import SignalSources
from sekisho.errors import InputError
from sekisho.store.provenance import has_reader, read_manifests
from sekisho.store.signals import open_signal_snapshot

__all__ = ["Opened", "sources_for"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """How workers open the sources, and what the manifest says about them."""

    open: Callable[[], SignalSources] = no_sources
    used: Mapping[str, object] = field(default_factory=dict)


def _manifests(data: bytes, media_type: str) -> object:
    """Read a C2PA manifest store.

    Raises:
        InputError: there is one and it can not be read.
    """
    found = read_manifests(data, media_type)
    if found is not None and not found:
        raise InputError("a C2PA manifest that can not be read")
    return found


def _open(path: Path | None, digest: str, *, c2pa: bool) -> SignalSources:
    manifests = _manifests if c2pa else None
    if path is None:
        return SignalSources(manifests=manifests)
    return SignalSources(sites=open_signal_snapshot(path, digest=digest), manifests=manifests)


def sources_for(path: Path | None, *, before: Mapping[str, Any] | None = None) -> Opened:
    """Return what an audit asks for signals.

    Args:
        path: the signal snapshot, if one was named.
        before: the manifest of the run that is decided again: without a signal snapshot, what its rows say
            is kept.

    Raises:
        NotFoundError: there is no such signal snapshot.
        InputError: it is damaged.
    """
    c2pa = has_reader()
    if path is None:
        used = ((before or {}).get("signals") or {}).get("used") or {}
        said = {"c2pa": c2pa and used.get("c2pa", True), "sites": used.get("sites")}
        return Opened(open=partial(_open, None, "", c2pa=c2pa), used=said)
    snapshot = open_signal_snapshot(path)
    first, last = (moment.isoformat() for moment in snapshot.captured_range)
    sites = {"digest": snapshot.digest, "from": first, "until": last}
    opened = partial(_open, path.absolute(), snapshot.digest, c2pa=c2pa)
    return Opened(open=opened, used={"c2pa": c2pa, "sites": sites})
