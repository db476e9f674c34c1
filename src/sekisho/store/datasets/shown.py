"""Which pictures and films a page shows, by their addresses: what it refuses of its pictures is theirs.

Only pages that may refuse something are looked through. A link to another page is none: only to what is
named as a picture or film.
"""

import re
from collections.abc import Iterator
from html import unescape
from itertools import islice
from urllib.parse import quote, urljoin

from sekisho.media.sniff import named_as_media

__all__ = ["MAX_SHOWN", "may_refuse", "same_address", "shown_on"]

MAX_SHOWN = 2000
"""Addresses that are read of one page."""
_MAX_PAGE = 1 << 20
_MAX_URL = 2048
_REFUSALS = (b"noai", b"noimageai", b"noml", b"tdm-reservation")
_SHOWS = re.compile(
    rb"""[\s"'](src|data-src|poster|srcset|data-srcset|href|content)\s{0,9}=\s{0,9}"""
    rb"""(?:"([^"<>]{1,9000})"|'([^'<>]{1,9000})'|([^\s"'<>]{1,2000}))""",
    re.IGNORECASE,
)
_NAMED = frozenset({b"href", b"content"})
"""Attributes that hold anything: only a name of a picture or film counts there."""
_KEPT = "%/:?#[]@!$&'()*+,;=~"


def may_refuse(head: bytes) -> bool:
    """Tell whether a page may refuse a use; nearly all do not even have the words."""
    low = head.lower()
    return any(word in low for word in _REFUSALS)


def same_address(url: str) -> str:
    """Return an address in one form: without a fragment, and in the letters that a request has."""
    return quote(url.partition("#")[0], safe=_KEPT)


def shown_on(page: bytes, url: str) -> Iterator[str]:
    """Yield the addresses of what a page shows, each in one form. O(first MiB of the page).

    Args:
        page: HTML.
        url: its own address, which relative ones begin from.
    """
    found = (part for match in _SHOWS.finditer(page[:_MAX_PAGE]) for part in _parts(match))
    for part in islice(found, MAX_SHOWN):
        try:
            whole = urljoin(url, part)
        except ValueError:
            continue
        if whole.startswith(("http://", "https://")) and len(whole) <= _MAX_URL:
            yield same_address(whole)


def _parts(match: re.Match[bytes]) -> Iterator[str]:
    name = match[1].lower()
    text = unescape((match[2] or match[3] or match[4]).decode("utf-8", "replace")).strip()
    if name.endswith(b"srcset"):
        yield from (part.split()[0] for part in text.split(", ") if part.split())
    elif text and (name not in _NAMED or named_as_media(text.partition("?")[0].partition("#")[0])):
        yield text
