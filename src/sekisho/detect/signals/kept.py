"""A copy of a site's file with how it was come by: what `collect` finds out and `store.signals` keeps."""

from dataclasses import dataclass
from enum import StrEnum

from sekisho.detect.signals.robots import MAX_BYTES
from sekisho.detect.signals.sites import Copy

__all__ = ["MAX_KEPT", "Kept", "Why"]

MAX_KEPT = MAX_BYTES + 1
"""Bytes that are kept of a file: what a robot has to read (RFC 9309, 2.5), and one that tells of more."""


class Why(StrEnum):
    """Why a file was not found, or could not be reached."""

    NONE = ""
    STATUS = "status"
    """The server's answer was no 2xx: absent (4xx) or unreachable."""
    PAGE = "page"
    """A page stands where the file should: servers that have a page for every path."""
    THROTTLED = "throttled"
    """The server asked us to wait, for longer than we do or again and again."""
    ROBOTS = "robots"
    """The site's robots.txt does not let us ask for it."""
    NO_ROBOTS = "no_robots"
    """The site's robots.txt could not be reached, so nothing else was asked for (RFC 9309, 2.3.1.4)."""
    NO_HOST = "no_host"
    """The name has no address."""
    NOT_PUBLIC = "not_public"
    """An address of a private, local or otherwise not public network; nothing was sent."""
    TIMEOUT = "timeout"
    REFUSED = "refused"
    """No connection, or one that broke."""
    TLS = "tls"
    BROKEN = "broken"
    """What came is no whole answer of HTTP: cut, wrongly packed, header lines without end."""
    REDIRECTS = "redirects"
    """More than five redirects, or a circle."""
    ELSEWHERE = "elsewhere"
    """A redirect to what is no URL of http or https."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What was found out about one file at one time.

    Attributes:
        copy: the file, under the URL that was asked for.
        status: of the last answer; 0: there was none.
        final: the URL that answered last.
        chain: URLs that redirected, in their sequence, without the final one.
        type: the Content-Type of the last answer, as it came, at most 200 letters.
    """

    copy: Copy
    status: int = 0
    why: Why = Why.NONE
    final: str = ""
    chain: tuple[str, ...] = ()
    type: str = ""
