"""Paths of URLs and the patterns that rules of a site match them with (RFC 9309, 2.2.2 and 2.2.3).

robots.txt, `tdmrep.json`, RSL and ai.txt name what they speak about by the same patterns: a beginning of a
path, `*` for any letters, `$` at the end for the end of the path. Octets are compared, so what is not ASCII
is percent-encoded first. A path has two forms here:

* `normal`: what is unreserved in RFC 3986 stands for itself, so `%62` is `b` and `%7e` is `~`; this is how
  RFC 9309 compares, and how everything that objects is compared;
* `written`: the same octets as they came. What allows is compared as it was written, because a reading
  that goes further would allow what may not have been meant (google/robotstxt reads all rules like this).

Matching is a prefix test and one search for each part between two `*`: linear, no going back.
"""

import re
from dataclasses import dataclass
from urllib.parse import quote_from_bytes

__all__ = ["Pattern", "host_of", "normal", "path_of", "pattern", "written"]

_ENCODED = re.compile("%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_ASCII = "".join(map(chr, range(0x21, 0x7F)))
"""What stays as it is; a space, controls and octets outside of ASCII are percent-encoded."""
_END_OF_AUTHORITY = re.compile("[/?#]")
_PLAIN_URL = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*)?(/[!\"$-~]*)").fullmatch
"""Most URLs: what follows the host is printable ASCII without a fragment."""


def _octets(text: str) -> bytes:
    """Return a text as octets; bytes that were no UTF-8 come back as they were."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # a lone surrogate, which stands for no octet
        return text.encode("utf-8", "surrogatepass")


def _decoded(found: re.Match[str]) -> str:
    letter = chr(int(found[1], 16))
    return letter if letter in _UNRESERVED else found[0].upper()


def _encoded(text: str) -> str:
    plain = text.isascii() and text.isprintable() and " " not in text
    return text if plain else quote_from_bytes(_octets(text), safe=_ASCII)


def _literal(text: str) -> str:
    """Encode the two letters that have a meaning in patterns (RFC 9309, 2.2.3)."""
    return text.replace("*", "%2A").replace("$", "%24") if "*" in text or "$" in text else text


def _normal(text: str) -> str:
    text = _encoded(text)
    return _ENCODED.sub(_decoded, text) if "%" in text else text


def normal(path: str) -> str:
    """Return a path in the form in which objections are compared. O(n), ASCII."""
    return _literal(_normal(path))


def written(path: str) -> str:
    """Return a path as it was written, with the digits of percent-encodings in upper case. O(n)."""
    return _literal(_ENCODED.sub(lambda found: found[0].upper(), path) if "%" in path else path)


def path_of(url: str) -> str:
    """Return path and query of a URL, at least `/`, as a URI has them (RFC 3987, 3.1: IRI to URI). O(n).

    Args:
        url: absolute, or a path by itself.
    """
    plain = _PLAIN_URL(url)
    if plain and not url.startswith("//"):
        return plain[1]
    scheme = url.find("://")
    if 0 < scheme < _first_of(url):
        found = _END_OF_AUTHORITY.search(url, scheme + 3)
        path = url[found.start() :] if found else "/"
    else:
        path = url[2:][_first_of(url[2:]) :] if url.startswith("//") else url
    path = path.partition("#")[0]
    return _encoded(path if path.startswith("/") else f"/{path}")


def host_of(url: str) -> str:
    """Return host and port of an absolute URL in lower case, without the scheme's own port; else ''."""
    scheme, separator, rest = url.partition("://")
    if not separator or _first_of(scheme) < len(scheme):
        return ""
    host = rest[: _first_of(rest)].rpartition("@")[2].lower()
    usual = {"http": ":80", "https": ":443"}.get(scheme.lower(), "")
    return host.removesuffix(usual) if usual else host


def _first_of(text: str) -> int:
    """Return where path, query or fragment begin; the length if none is there."""
    return min((at for letter in "/?#" if (at := text.find(letter)) >= 0), default=len(text))


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern that paths are matched with: `first*between*last`, or `first` alone.

    Attributes:
        first: what a path must begin with, in the form in which it is compared.
        between: what stands between two `*`.
        last: what stands after the last `*`; None: there is no `*`.
        anchored: it ends with `$`.
        length: octets, `*` and `$` counted; the longest of several patterns that match is the most specific.
    """

    first: str
    between: tuple[str, ...]
    last: str | None
    anchored: bool
    length: int

    @property
    def literal(self) -> str:
        """Return the prefix that it is, or '' if it has `*` or `$`."""
        return "" if self.anchored or self.last is not None else self.first

    def matches(self, path: str) -> bool:
        """Tell whether it matches a path in the form of its own. O(length of the path)."""
        first, last = self.first, self.last
        if not path.startswith(first):
            return False
        if last is None:
            return not self.anchored or len(path) == len(first)
        at = len(first)
        for part in self.between:
            at = path.find(part, at)
            if at < 0:
                return False
            at += len(part)
        if self.anchored:
            return len(path) - len(last) >= at and path.endswith(last)
        return path.find(last, at) >= 0


def pattern(text: str, *, as_written: bool = False) -> Pattern:
    """Read a pattern. O(n).

    Args:
        text: as it stands in a rule, without white space around it.
        as_written: compare with `written` paths; else with `normal` ones.
    """
    if "*" not in text and "$" not in text:
        path = _part(text, as_written=as_written)
        return Pattern(path, (), None, anchored=False, length=len(path))
    anchored = text.endswith("$")
    first, *rest = (_part(part, as_written=as_written) for part in text.removesuffix("$").split("*"))
    length = len(first) + sum(map(len, rest)) + len(rest) + anchored
    return Pattern(first, tuple(rest[:-1]), rest[-1] if rest else None, anchored, length)


def _part(text: str, *, as_written: bool) -> str:
    return written(_encoded(text)) if as_written else normal(text)
