"""Many URLs of many sites: what a site says where none of its rules names a path, worked out once.

Nearly all URLs of a site are such that no path in its robots.txt matches them, but for the rules about
everything (`Disallow: /`). They all hear the same, and get the same object for it, so that what follows from
it can be kept too. Whatever is not so plain takes the long way, `site_signals`:

* a URL with letters that are compared in two forms (`paths`), a port or a user, or `/robots.txt` itself;
* a site that has an ai.txt or a licence, whose patterns are not known here;
* a robots.txt or tdmrep.json of more than `MAX_BODY` bytes.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from sys import intern

from sekisho.detect.signals.cells import site_in
from sekisho.detect.signals.paths import Pattern, pattern
from sekisho.detect.signals.robots import Group, Robots
from sekisho.detect.signals.room import LINES, Room
from sekisho.detect.signals.sites import (
    AI_TXT,
    ROBOTS_TXT,
    TDMREP_JSON,
    Reached,
    Sites,
    SiteSignals,
    read_robots,
    site_signals,
)
from sekisho.detect.signals.tdmrep import tdmrep_patterns

__all__ = ["MAX_BODY", "SiteReader"]

MAX_BODY = 8 * 1024
"""Bytes of a file whose patterns are kept; robots.txt that name all known AI systems have about 5 kB."""
_SITES = 4096
"""Sites that are kept, at most some tens of megabytes: few, if their files name many paths."""
_OF_SITE = 20
"""Lines that a site counts for besides its paths."""
_EVERYTHING = ("", "/")


@dataclass(slots=True)
class _Site:
    """When a URL hears what most URLs of a site hear.

    Attributes:
        starts: plain beginnings of paths that rules speak about, and of the file's own.
        wild: the other patterns, each behind the longest text without which it matches nothing.
        most: what is said where none of them matches; None: no such URL was seen yet.
    """

    starts: tuple[str, ...]
    wild: tuple[tuple[str, Pattern], ...]
    most: SiteSignals | None = None


class SiteReader:
    """Say what the copied files of sites say about URLs. It remembers sites; one for each process."""

    def __init__(self, sites: Sites) -> None:
        """Begin with nothing in mind."""
        self._sites = sites
        self._known: dict[str, _Site | None] = {}
        self._room = Room(LINES, self._known.clear)

    def signals(self, url: str, origin: str = "") -> SiteSignals:
        """Return what `site_signals` returns; less than 1 us for most URLs of a site that was seen before.

        Args:
            url: absolute; anything else is about no site.
            origin: what `site_in` says of it, if that is known.
        """
        origin = origin or site_in(url)
        site = self._known[origin] if origin in self._known else self._seen(origin)
        path = url[len(origin) :]
        if site is None or path.startswith(site.starts):
            return site_signals(url, self._sites)
        for text, one in site.wild:  # a generator for every URL would cost more than all patterns
            if text in path and one.matches(path):
                return site_signals(url, self._sites)
        if site.most is None:
            site.most = site_signals(url, self._sites)
        return site.most

    def _seen(self, origin: str) -> _Site | None:
        """Return the patterns of a site, and keep them."""
        site = self._opened(origin) if origin else None
        if len(self._known) >= _SITES:
            self._known.clear()
        self._known[origin] = site
        return site

    def _opened(self, origin: str) -> _Site | None:
        """Return the patterns of a site; None: it has more than a robots.txt, or a long one."""
        files, rules = self._bodies(origin + ROBOTS_TXT), self._bodies(origin + TDMREP_JSON)
        if self._bodies(origin + AI_TXT) or any(len(body) > MAX_BODY for body in (*files, *rules)):
            return None
        read = [read_robots(body) for body in files]
        if any(robots.licences for robots in read):
            return None
        site = _site_of((*_patterns(read), *(one for body in rules for one in tdmrep_patterns(body))))
        self._room.take(_OF_SITE + len(site.starts) + len(site.wild))
        return site

    def _bodies(self, url: str) -> list[bytes]:
        return [copy.body for copy in self._sites.copies(url) if copy.reached is Reached.FOUND]


def _site_of(patterns: Iterable[Pattern]) -> _Site:
    special = [one for one in dict.fromkeys(patterns) if not _is_about_everything(one)]
    # What many sites write is one object, which is at hand when they are looked at in turn.
    literals = tuple(intern(one.literal) for one in special if one.literal)
    return _Site(
        (ROBOTS_TXT, *literals), tuple((intern(_needed(one)), one) for one in special if not one.literal)
    )


def _needed(one: Pattern) -> str:
    """Return the longest text that every path has which a pattern matches."""
    return max((one.first, *one.between, one.last or ""), key=len)


def _is_about_everything(one: Pattern) -> bool:
    if one.first not in _EVERYTHING or one.anchored:
        return False
    return one.last is None or (not one.last and not one.between)


def _patterns(read: Iterable[Robots]) -> Iterator[Pattern]:
    """Yield every pattern that decides which lines of robots.txt files hold."""
    for robots in read:
        for group in robots.groups:
            yield from (rule.pattern for rule in group.rules)
            yield from _stated(group)


def _stated(group: Group) -> Iterator[Pattern]:
    """Yield the patterns before what is stated, in both forms (`stated`)."""
    for line in (*group.usages, *group.signals):
        if line.value.startswith("/"):
            where = line.value.split(None, 1)[0]
            yield pattern(where)
            yield pattern(where, as_written=True)
