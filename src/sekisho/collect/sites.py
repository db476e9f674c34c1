"""From URLs of items to the sites that are visited: each once, and only those that may be asked."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import urlsplit

from sekisho.collect.addresses import request_url
from sekisho.detect.signals.sites import ROBOTS_TXT, site_of

__all__ = ["SiteList"]

_KEY_BYTES = 8


class SiteList:
    """Sites of many URLs, in the sequence in which they come.

    A site is remembered by 8 bytes of its digest: a million of them take some 70 MB.

    Attributes:
        urls: how many URLs were looked at.
        unusable: how many of them are of no site that is asked: no http, no public name.
    """

    def __init__(self, urls: Iterable[str], admits_name: Callable[[str], bool]) -> None:
        """Take URLs, and what tells whether a host may be asked."""
        self._urls, self._admits = urls, admits_name
        self.urls = self.unusable = 0

    def __iter__(self) -> Iterator[str]:
        """Yield each site once."""
        seen: set[int] = set()
        last = ""
        for url in self._urls:
            self.urls += 1
            site = site_of(url) if url[:5].lower() in {"http:", "https"} else ""
            if site and site == last:
                continue
            if not site or not self._usable(site):
                self.unusable += 1
                continue
            last = site
            digest = hashlib.sha256(site.encode("utf-8", "surrogatepass")).digest()
            key = int.from_bytes(digest[:_KEY_BYTES], "big")
            if key not in seen:
                seen.add(key)
                yield site

    def _usable(self, site: str) -> bool:
        asked = request_url(site + ROBOTS_TXT)
        return asked is not None and self._admits(urlsplit(asked).hostname or "")
