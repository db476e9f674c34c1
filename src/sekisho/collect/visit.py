"""A visit to one site: which files are asked for, what an answer means, and what is not asked for.

robots.txt comes first, and what it says to us holds for the others (`/.well-known/tdmrep.json`, `/ai.txt`,
licences that it names). What an answer means (RFC 9309, 2.3.1): 2xx found; 4xx absent; everything else
unreachable, which is never leave. A 429, or a 503 that says how long, is waited for, then unreachable. At
most five redirects are followed (2.3.1.2), only to http and https; to another site, of what is no robots.txt,
as far as that site's own robots.txt allows.

A visit is a generator: it yields what is to be asked, is sent the answer, and yields what is to be kept. It
knows no network and no clock; every answer brings its time.
"""

from collections.abc import Callable, Generator, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol
from urllib.parse import urljoin, urlsplit

from sekisho.collect.addresses import request_url
from sekisho.collect.politeness import PATIENCE, TOKEN, pause_after
from sekisho.detect.signals.kept import MAX_KEPT, Kept, Why
from sekisho.detect.signals.paths import path_of
from sekisho.detect.signals.robots import ABSENT, UNREACHABLE, Robots, parse_robots
from sekisho.detect.signals.sites import AI_TXT, ROBOTS_TXT, TDMREP_JSON, Copy, Reached, site_of

__all__ = [
    "MAX_LICENCES",
    "Answer",
    "Ask",
    "Known",
    "Visit",
    "every_licence",
    "host_asked",
    "visit",
    "visit_licences",
]

MAX_REDIRECTS = 5
MAX_TRIES = 3
MAX_LICENCES = 5
"""Licences that are read of those that one robots.txt names."""
_OK, _MANY, _NOT_FOUND, _FAILED = 200, 300, 400, 500
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PARTS = frozenset({205, 206})
_WAIT, _AGAIN, _SLOW = 429, 503, 408


class Answer(Protocol):
    """What came back: `why` if no whole answer came; `wait` is the Retry-After field, `at` the time."""

    @property
    def status(self) -> int:
        """Return the status code, 0 without an answer."""

    @property
    def why(self) -> Why:
        """Return why there is none."""

    @property
    def fields(self) -> tuple[str, str, str]:
        """Return Location, Retry-After and Content-Type as they came, '' for what did not."""

    @property
    def came(self) -> tuple[bytes, datetime]:
        """Return the body and when it came."""


class Ask(NamedTuple):
    """A request to be made: GET, by the URL; the host wants so many seconds before it."""

    url: str
    pause: float = 0.0


Known = Callable[[str], Kept | None]
"""Returns a copy of a file that is new enough not to be asked for again."""
Visit = Generator[Ask | Kept, Answer | None, None]


def _nothing_known(_url: str) -> Kept | None:
    return None


class _Read(NamedTuple):
    """How one file is read: by which URL, and under which rules; with those, also other sites tell theirs."""

    url: str
    rules: Robots | None = None
    known: Known = _nothing_known


def host_asked(ask: Ask) -> str:
    """Return whose turn a request takes: the host's name, whatever the port."""
    return (urlsplit(ask.url).hostname or "").removesuffix(".")


def every_licence(_url: str) -> bool:
    """Admit any number of licences of a host."""
    return True


def visit(site: str, known: Known, admits: Callable[[str], bool] = every_licence) -> Visit:
    """Visit one site.

    Args:
        site: scheme and host, as `site_of` gives them.
        known: what was read lately.
        admits: tells whether there is room for a licence of a host (`licences.Licences`).
    """
    robots = yield from _robots(site, known)
    rules = _rules(robots)
    urls = [site + TDMREP_JSON, site + AI_TXT]
    named = [url for url in rules.licences if request_url(url) is not None][:MAX_LICENCES]
    asked = [url for url in named if known(url) is None and admits(url)]
    own = [url for url in asked if site_of(url) == site]
    yield from _files(robots, (*urls, *own), known)
    for url in asked:
        if site_of(url) not in {site, ""} and known(url) is None:
            there = yield from _robots(site_of(url), known)
            yield (yield from _other(there, url, known))


def visit_licences(site: str, urls: Sequence[str], known: Known) -> Visit:
    """Ask a site for licences, of which items have told, by the rules of its robots.txt.

    Args:
        site: scheme and host, as `site_of` gives them.
        urls: of the licences, all of that site and such as can be asked for (`request_url`).
        known: what was read lately.
    """
    if any(known(url) is None for url in urls):
        robots = yield from _robots(site, known)
        yield from _files(robots, urls, known)


def _files(robots: Kept, urls: Sequence[str], known: Known) -> Visit:
    """Ask for files of a site until it wants to be left alone."""
    waits = False
    for url in dict.fromkeys(urls):
        if known(url) is None:
            kept = _unasked(robots, url, Why.THROTTLED) if waits else (yield from _other(robots, url, known))
            waits = waits or kept.why is Why.THROTTLED
            yield kept


def _robots(site: str, known: Known) -> Generator[Ask | Kept, Answer | None, Kept]:
    url = site + ROBOTS_TXT
    kept = known(url)
    if kept is None:
        kept = yield from _file(_Read(url))
        yield kept
    return kept


def _rules(robots: Kept) -> Robots:
    match robots.copy.reached:
        case Reached.FOUND:
            return parse_robots(robots.copy.body)
        case Reached.ABSENT:
            return ABSENT
        case Reached.UNREACHABLE:
            return UNREACHABLE


def _unasked(robots: Kept, url: str, why: Why) -> Kept:
    """Return what is kept of a file that is not asked for; the time is that of the site's robots.txt."""
    return Kept(copy=Copy(url=url, reached=Reached.UNREACHABLE, captured=robots.copy.captured), why=why)


def _other(robots: Kept, url: str, known: Known) -> Generator[Ask | Kept, Answer | None, Kept]:
    rules = _rules(robots)
    if not rules.reachable:
        return _unasked(robots, url, Why.NO_ROBOTS)
    if not rules.allows(path_of(url), TOKEN):
        return _unasked(robots, url, Why.ROBOTS)
    return (yield from _file(_Read(url, rules, known)))


def _file(read: _Read) -> Generator[Ask | Kept, Answer | None, Kept]:
    """Ask for a file until it is known how it stands."""
    at = request_url(read.url)
    chain: list[str] = []
    tries, pause = 0, 0.0
    if at is None:
        raise ValueError(read.url)
    while True:
        answer = yield Ask(at, pause)
        if answer is None:
            raise TypeError("a request is answered")
        why, pause = _waiting(answer, tries), 0.0
        if why is Why.THROTTLED:
            return _unreached(read, answer, why, at, chain)
        if why is None:
            tries += 1
            pause = pause_after(answer.fields[1], answer.came[1], tries - 1)
            continue
        if answer.status not in _REDIRECTS or not answer.fields[0]:
            return _reached(read, answer, at, chain)
        there = _joined(at, answer.fields[0].strip())
        chain.append(at)
        if there is None:
            return _unreached(read, answer, Why.ELSEWHERE, at, chain[:-1])
        if there in chain or len(chain) > MAX_REDIRECTS:
            return _unreached(read, answer, Why.REDIRECTS, at, chain[:-1])
        if read.rules is not None and (yield from _forbidden(read, read.rules, there)):
            return _unreached(read, answer, Why.ROBOTS, at, chain[:-1])
        at = there


def _joined(at: str, location: str) -> str | None:
    """Return where a redirect leads; None: to nothing that can be asked."""
    try:
        return request_url(urljoin(at, location))
    except ValueError:  # half an address of IPv6
        return None


def _forbidden(read: _Read, rules: Robots, url: str) -> Generator[Ask | Kept, Answer | None, bool]:
    """Tell whether the site to which a redirect leads forbids it; another one is asked for its rules."""
    if host_asked(Ask(url)) != host_asked(Ask(request_url(read.url) or "")):
        robots = yield from _robots(site_of(url), read.known)
        rules = _rules(robots)
    return not (rules.reachable and rules.allows(path_of(url), TOKEN))


def _waiting(answer: Answer, tries: int) -> Why | None:
    """Tell whether a server asks to wait (None: it is waited), for too long, or not at all."""
    asks = answer.status == _WAIT or (answer.status == _AGAIN and bool(answer.fields[1]))
    if not asks:
        return Why.NONE
    long = pause_after(answer.fields[1], answer.came[1], tries) > PATIENCE
    return Why.THROTTLED if long or tries + 1 >= MAX_TRIES else None


def _unreached(read: _Read, answer: Answer, why: Why, at: str, chain: list[str]) -> Kept:
    return Kept(
        copy=Copy(url=read.url, reached=Reached.UNREACHABLE, captured=answer.came[1]),
        status=answer.status,
        why=why,
        final=at,
        chain=tuple(chain),
        type=answer.fields[2][:200],
    )


def _reached(read: _Read, answer: Answer, at: str, chain: list[str]) -> Kept:
    """Return what an answer means that is the last one."""
    status, body = answer.status, answer.came[0][:MAX_KEPT]
    reached, why = Reached.UNREACHABLE, answer.why or Why.STATUS
    if not answer.why and _OK <= status < _MANY and status not in _PARTS:
        reached, why = Reached.FOUND, Why.NONE
        if _is_page(read.url, answer, body):
            reached, why = Reached.ABSENT, Why.PAGE
    elif not answer.why and _NOT_FOUND <= status < _FAILED and status != _SLOW:
        reached = Reached.ABSENT
    return Kept(
        copy=Copy(
            url=read.url,
            reached=reached,
            captured=answer.came[1],
            body=body if reached is Reached.FOUND else b"",
        ),
        status=status,
        why=why,
        final=at,
        chain=tuple(chain),
        type=answer.fields[2][:200],
    )


def _is_page(url: str, answer: Answer, body: bytes) -> bool:
    """Tell whether a page came in place of a file: servers that answer every path with their front page."""
    file = path_of(url) in {TDMREP_JSON, AI_TXT}
    return (
        file and "html" in answer.fields[2].lower() and body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
    )
