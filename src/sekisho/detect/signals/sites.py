"""What the files of a site say about a URL: robots.txt, tdmrep.json, ai.txt and the licence that it names.

The files are copies that were read on a day (`signals collect`); this module reads no network. A file that
was not there says nothing; one that could not be reached is an error, never leave (RFC 9309, 2.3.1.4).
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import NamedTuple, Protocol

from sekisho.detect.signals.agents import robots_signals
from sekisho.detect.signals.ai_txt import ai_txt_signals, is_ai_txt
from sekisho.detect.signals.aipref import aipref_robots_signals
from sekisho.detect.signals.content_signal import content_signals
from sekisho.detect.signals.paths import host_of
from sekisho.detect.signals.robots import UNREACHABLE, Robots, parse_robots
from sekisho.detect.signals.room import Room
from sekisho.detect.signals.rsl import rsl_signals
from sekisho.detect.signals.tdmrep import WELL_KNOWN, tdmrep_file_signals
from sekisho.model.signal import Signal

__all__ = [
    "AI_TXT",
    "FILES",
    "ROBOTS_TXT",
    "TDMREP_JSON",
    "Copy",
    "Reached",
    "SiteSignals",
    "Sites",
    "read_robots",
    "site_of",
    "site_signals",
]

ROBOTS_TXT, TDMREP_JSON, AI_TXT = "/robots.txt", WELL_KNOWN, "/ai.txt"
FILES = (ROBOTS_TXT, TDMREP_JSON, AI_TXT)
"""What is asked of every site; licences are asked for by the addresses that these name."""
_READ = 256
"""Sites whose files are kept read at a time."""
_READ_BYTES = 2 << 20
"""Of these files; they take up to thirty times as much."""


class Reached(StrEnum):
    """How the server answered."""

    FOUND = "found"
    ABSENT = "absent"
    """A 4xx: there is no such file."""
    UNREACHABLE = "unreachable"
    """A 5xx, no answer, or one that was refused: nobody knows what it says."""


@dataclass(frozen=True, kw_only=True)
class Copy:
    """A file of a site as it was read once.

    Attributes:
        url: of the file.
        body: its bytes; empty unless it was found.
        captured: when, aware.
        sha256: of the body, lower-case hex.
    """

    url: str
    reached: Reached
    captured: datetime
    body: bytes = b""

    @cached_property
    def sha256(self) -> str:
        """Return the digest of what was read."""
        return hashlib.sha256(self.body).hexdigest()


class Sites(Protocol):
    """Copies of files of sites; `store.signals` offers them."""

    def copies(self, url: str) -> Sequence[Copy]:
        """Return all copies of a file, by its URL, oldest first."""


class SiteSignals(NamedTuple):
    """What a site says about a URL, and which copies were looked at, also those that say nothing."""

    signals: tuple[Signal, ...]
    read: tuple[tuple[str, datetime], ...]


_Reader = Callable[[Copy, str], tuple[Signal, ...]]


@lru_cache(maxsize=_READ)
def read_robots(body: bytes) -> Robots:
    """Return a robots.txt as it is understood; many sites have the same one, which is read once."""
    _room.take(len(body))
    return parse_robots(body)


_room = Room(_READ_BYTES, read_robots.cache_clear)


def _of_robots(copy: Copy, url: str) -> tuple[Signal, ...]:
    robots = UNREACHABLE if copy.reached is Reached.UNREACHABLE else read_robots(copy.body)
    captured, place, source = copy.captured, copy.url, copy.sha256
    return (
        *robots_signals(robots, url, captured=captured, place=place, source=source),
        *aipref_robots_signals(robots, url, captured=captured, place=place, source=source),
        *content_signals(robots, url, captured=captured, place=place, source=source),
    )


def _of_tdmrep(copy: Copy, url: str) -> tuple[Signal, ...]:
    return tdmrep_file_signals(copy.body, url, captured=copy.captured, place=copy.url, source=copy.sha256)


def _of_ai_txt(copy: Copy, url: str) -> tuple[Signal, ...]:
    if not is_ai_txt(copy.body):
        return ()
    return ai_txt_signals(copy.body, url, captured=copy.captured, place=copy.url, source=copy.sha256)


def _of_licence(copy: Copy, url: str) -> tuple[Signal, ...]:
    return rsl_signals(copy.body, url, captured=copy.captured, place=copy.url, source=copy.sha256)


_READERS: dict[str, _Reader] = {ROBOTS_TXT: _of_robots, TDMREP_JSON: _of_tdmrep, AI_TXT: _of_ai_txt}


def site_of(url: str) -> str:
    """Return scheme and host of the site whose files speak about a URL; '' if it is about no site."""
    host = host_of(url)
    scheme = "http" if url[:5].lower() == "http:" else "https"
    return f"{scheme}://{host}" if host else ""


def _said(copy: Copy, url: str, reader: _Reader) -> tuple[Signal, ...]:
    if copy.reached is Reached.FOUND or (copy.reached is Reached.UNREACHABLE and reader is _of_robots):
        return reader(copy, url)
    return ()


def site_signals(url: str, sites: Sites) -> SiteSignals:
    """Return what the copied files of a URL's site say about it.

    A few microseconds for each further URL of a site.

    Args:
        url: absolute; anything else is about no site.
        sites: the copies.
    """
    origin = site_of(url)
    if not origin:
        return SiteSignals((), ())
    found: list[Signal] = []
    read: list[tuple[str, datetime]] = []
    licences: dict[str, None] = {}
    for path, reader in _READERS.items():
        for copy in sites.copies(origin + path):
            read.append((copy.url, copy.captured))
            found += _said(copy, url, reader)
            if path == ROBOTS_TXT and copy.reached is Reached.FOUND:
                licences |= dict.fromkeys(read_robots(copy.body).licences)
    for address in licences:
        for copy in sites.copies(address):
            read.append((copy.url, copy.captured))
            found += _said(copy, url, _of_licence)
    return SiteSignals(tuple(found), tuple(read))
