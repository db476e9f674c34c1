"""Licences that items name (headers, columns, pages): which are asked for, and how many of one host.

Whoever makes a dataset writes these addresses. So that no dataset makes us a flood, a host is asked for few
of them, whoever names them, also a robots.txt, and a collect for not too many in all. They are asked for
after the sites, host by host, with their robots.txt obeyed as everywhere.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple
from urllib.parse import urlsplit

from sekisho.collect.addresses import request_url
from sekisho.detect.signals.sites import site_of

__all__ = ["MAX_NAMED", "MAX_OF_HOST", "Licences", "LicencesOf"]

MAX_OF_HOST = 20
"""Licences that one host is asked for in a collect; a site needs one or some."""
MAX_NAMED = 100_000
"""Licences of a collect that items name."""
MAX_LETTERS = 32_000_000
"""Of all their addresses together, so that they stay some tens of megabytes in memory."""
_LONGEST_HOST = 254


class LicencesOf(NamedTuple):
    """Licences of one site."""

    site: str
    urls: tuple[str, ...]


class Licences:
    """Take in addresses of licences, within bounds.

    Attributes:
        left: how often one was named that is not asked for.
    """

    def __init__(self, admits_name: Callable[[str], bool]) -> None:
        """Begin with none; the argument tells whether a host may be asked."""
        self._admits = admits_name
        self._named: dict[str, None] = {}
        self._of_host: dict[str, int] = {}
        self._letters = 0
        self.left = 0

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._named)

    def name(self, urls: Iterable[str]) -> None:
        """Take in what an item names; what can not be asked for is passed over."""
        for url in urls:
            if url in self._named or not self._usable(url):
                continue
            if self._has_room(url) and self.admits(url):
                self._named[url] = None
                self._letters += len(url)
            else:
                self.left += 1

    def _has_room(self, url: str) -> bool:
        return len(self._named) < MAX_NAMED and self._letters + len(url) <= MAX_LETTERS

    def admits(self, url: str) -> bool:
        """Tell whether there is room for one more licence of its host, and take it."""
        if url in self._named:
            return True
        host = _host(url)[:_LONGEST_HOST]
        count = self._of_host.get(host, 0)
        self._of_host[host] = min(count + 1, MAX_OF_HOST)
        return count < MAX_OF_HOST

    def __iter__(self) -> Iterator[LicencesOf]:
        """Yield them by their sites, in the sequence in which they came."""
        by_site: dict[str, list[str]] = {}
        for url in self._named:
            by_site.setdefault(site_of(url), []).append(url)
        for site, urls in by_site.items():
            yield LicencesOf(site, tuple(urls))

    def _usable(self, url: str) -> bool:
        asked = request_url(url)
        return asked is not None and bool(site_of(url)) and self._admits(urlsplit(asked).hostname or "")


def _host(url: str) -> str:
    """Return the name of a host as requests take turns by it, whatever the port."""
    return (urlsplit(request_url(url) or "").hostname or "").removesuffix(".")
