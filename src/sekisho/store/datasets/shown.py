"""Which pictures and films a page shows, by their addresses: what it refuses of its pictures is theirs.

Only pages that refuse something are looked through. A link to another page is none: only to what is named as
a picture or film. Addresses are compared as requests make them: whether http or https, the case of a host
and how letters are coded makes no difference.
"""

import re
from collections.abc import Iterator
from html import unescape
from itertools import islice
from urllib.parse import quote, unquote_to_bytes, urljoin

from sekisho.media.limits import CannotDecode
from sekisho.media.sniff import named_as_media
from sekisho.media.texts.html import decode_page
from sekisho.media.texts.tags import Tag, attributes_of, tags_of

__all__ = ["MAX_PAGE", "MAX_SHOWN", "same_address", "shown_on"]

MAX_SHOWN = 10_000
"""Addresses that are read of one page."""
MAX_PAGE = 4 << 20
"""Bytes of a page; some hold whole pictures as `data:`."""
_MAX_URL = 2048
_SHOWS = frozenset({"src", "poster", "background", "data-src"})
_NAMED = frozenset({"href", "content", "data"})
"""Attributes that hold anything: only a name of a picture or film counts there, as in other `data-*`."""
_NOTHING_SHOWN = frozenset({"script", "iframe"})
_CANDIDATE = re.compile(r"[\s,]*+([^\s]++)")
_IN_STYLE = re.compile(r"""url\(\s{0,9}["']?([^"'()\s]{1,2048})""", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://([^/?#]*)([^#]*)", re.IGNORECASE)
_PORT = re.compile(r":(?:80|443)?$")
_KEPT = "/:?[]@!$&'()*+,;=~"


def same_address(url: str) -> str:
    """Return what addresses of one thing have in common; empty for what is none.

    Without scheme, usual port and fragment, the host in lower case and ASCII, letters coded in one way.
    """
    found = _ADDRESS.match(url)
    if found is None:
        return ""
    host = _PORT.sub("", found[1].rpartition("@")[2].lower())
    if not host.isascii():
        try:
            host = host.encode("idna").decode()
        except UnicodeError:
            host = quote(host)
    rest = found[2] if found[2].startswith("/") else f"/{found[2]}"
    return host + quote(unquote_to_bytes(rest), safe=_KEPT)


def shown_on(page: bytes, url: str, charset: str = "") -> Iterator[str]:
    """Yield what a page shows, each as `same_address` has it. O(first 4 MiB of the page).

    Args:
        page: HTML.
        url: its own address, which relative ones begin from.
        charset: as its response says.
    """
    try:
        text = decode_page(page[:MAX_PAGE], charset).text
    except CannotDecode:
        text = page[:MAX_PAGE].decode("utf-8", "replace")
    return islice(_addresses(text, url), MAX_SHOWN)


def _addresses(text: str, url: str) -> Iterator[str]:
    base = ""
    for tag in tags_of(text):
        if not tag.name or tag.closing or tag.name in _NOTHING_SHOWN:
            continue
        if tag.name == "base" and not base:
            base = next((value for name, value in _values(text, tag) if name == "href"), "")
            url = _joined(url, base) or url
            continue
        for name, value in _values(text, tag):
            for part in _parts(name, value):
                same = same_address(_joined(url, part))
                if same:
                    yield same


def _values(text: str, tag: Tag) -> Iterator[tuple[str, str]]:
    for one in attributes_of(text, tag):
        yield one.name, unescape(text[one.start : one.end]).strip()


def _joined(url: str, part: str) -> str:
    """Return an address of http or https; empty for any other, and for one that is too long."""
    if len(part) > _MAX_URL:
        return ""
    try:
        whole = urljoin(url, part)
    except ValueError:
        return ""
    return whole if whole.startswith(("http://", "https://")) and len(whole) <= _MAX_URL else ""


def _parts(name: str, value: str) -> Iterator[str]:
    """Yield the addresses in an attribute."""
    if name.endswith("srcset"):
        yield from _candidates(value)
    elif name == "style":
        yield from (found[1] for found in _IN_STYLE.finditer(value))
    elif name in _SHOWS:
        yield from filter(None, (value,))
    elif (name in _NAMED or name.startswith("data-")) and len(value) <= _MAX_URL and _is_named(value):
        yield value


def _is_named(value: str) -> bool:
    return named_as_media(value.partition("?")[0].partition("#")[0])


def _candidates(value: str) -> Iterator[str]:
    """Yield the addresses of a `srcset` (WHATWG HTML 4.8.4.2.1): a comma may stand within one of them."""
    at = 0
    while found := _CANDIDATE.match(value, at):
        at = found.end()
        if not found[1].endswith(","):
            comma = value.find(",", at)
            at = len(value) if comma < 0 else comma + 1
        yield found[1].rstrip(",")
