"""One GET of a file of a site, where neither the site nor whoever listed it is trusted.

The name is resolved once, all its addresses have to be public, and the connection goes to one of them: a
name that says another thing the second time changes nothing. No proxies, cookies, authorization or referrer.
The whole exchange has a deadline and the body a limit, packed and unpacked.
"""

import http.client
import ipaddress
import socket
import ssl
import zlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from threading import Lock, Timer
from time import monotonic
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

from sekisho.detect.signals.kept import MAX_KEPT, Why
from sekisho.store.clock import now
from sekisho.store.datasets.newest import Newest

__all__ = ["SECONDS", "SiteAnswer", "SiteClient", "addresses_of"]

SECONDS = 15.0
"""For a whole exchange."""
_PORTS = {"http": 80, "https": 443}
_ADDRESSES = 3
"""Addresses of a name that are tried."""
_NAMES, _NAME_SECONDS = 65_536, 600.0
"""Names of which it is remembered where they lie, and for how long."""
_NETWORK = 64
"""Bits of an address of IPv6 that one server, or one customer of a hoster, has."""
_GZIP = 16 + zlib.MAX_WBITS
_OK, _MANY = 200, 300
_FIELDS = ("Location", "Retry-After", "Content-Type")
_FIELD = 8192


class SiteAnswer(NamedTuple):
    """What came back.

    Attributes:
        status: 0 without an answer.
        why: why no whole answer came.
        fields: Location, Retry-After, Content-Type; '' for what did not come.
        came: the body, at most `MAX_KEPT` bytes, and when.
    """

    status: int
    why: Why
    fields: tuple[str, str, str]
    came: tuple[bytes, datetime]


class _NoAnswerError(Exception):
    """Say why there is no answer."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


def addresses_of(host: str, port: int) -> Sequence[str]:
    """Return the addresses of a name, as the system resolves it.

    Raises:
        OSError: it has none.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(one[4][0]) for one in found))


def _sorted(found: Sequence[str]) -> tuple[str, ...]:
    """Return addresses in one sequence, whatever the resolver has turned; those like its first one first."""
    if not found:
        return ()
    of_first = [address for address in found if (":" in address) == (":" in found[0])]
    return (*sorted(of_first), *sorted(set(found).difference(of_first)))


class _Connection(http.client.HTTPConnection):
    """A connection to addresses that were looked at, which can be shut at any time."""

    def __init__(self, host: str, port: int, addresses: Sequence[str], *, seconds: float, tls: bool) -> None:
        super().__init__(host, port, timeout=seconds)
        self._addresses, self._seconds, self._tls = addresses, seconds, tls
        self.aborted = False
        self._held: socket.socket | None = None

    def connect(self) -> None:
        """Open the socket to the first address that answers."""
        self.sock = self._held = self._open()
        if self._tls:
            shaken = _tls().wrap_socket(self.sock, server_hostname=self.host, do_handshake_on_connect=False)
            self.sock = self._held = shaken
            shaken.do_handshake()

    def _open(self) -> socket.socket:
        trouble: OSError = OSError("no address")
        for address in self._addresses:
            if self.aborted:
                break
            try:
                return socket.create_connection((address, self.port), self._seconds / len(self._addresses))
            except OSError as error:
                trouble = error
        raise trouble

    def abort(self) -> None:
        """Shut the socket from another thread; whoever reads from it meets its end."""
        self.aborted = True
        if self._held is not None:
            with suppress(OSError):
                self._held.shutdown(socket.SHUT_RDWR)


def _unpacked(body: bytes, encoding: str) -> bytes:
    """Undo gzip as far as is kept; what is cut before that is no answer."""
    if encoding in {"", "identity"}:
        return body[:MAX_KEPT]
    if encoding not in {"gzip", "x-gzip"}:
        raise _NoAnswerError(Why.BROKEN)
    stream = zlib.decompressobj(_GZIP)
    try:
        data = stream.decompress(body, MAX_KEPT)
    except zlib.error:
        raise _NoAnswerError(Why.BROKEN) from None
    if len(data) < MAX_KEPT and not stream.eof:
        raise _NoAnswerError(Why.BROKEN)
    return data


def _body(response: http.client.HTTPResponse) -> bytes:
    data = response.read(MAX_KEPT)
    if len(data) < MAX_KEPT and response.length:
        raise _NoAnswerError(Why.BROKEN)
    return _unpacked(data, response.headers.get("Content-Encoding", "").strip().lower())


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteClient:
    """Ask sites for files; may be called from several threads.

    Attributes:
        agent: how it says who it is.
        admits_name: tells whether a host may be looked up.
        admits_address: tells whether an address may be connected to.
        seconds: for a whole exchange.
        resolve: returns the addresses of a name and port; raises OSError.
    """

    agent: str
    admits_name: Callable[[str], bool]
    admits_address: Callable[[str], bool]
    seconds: float = SECONDS
    resolve: Callable[[str, int], Sequence[str]] = field(default=addresses_of)
    _known: Newest[tuple[float, tuple[str, ...]]] = field(default_factory=lambda: Newest(_NAMES), init=False)
    _lock: Lock = field(default_factory=Lock, init=False)

    def __call__(self, url: str) -> SiteAnswer:
        """GET a URL; whatever goes wrong is an answer that says so.

        Args:
            url: as `collect.addresses.request_url` gives it.
        """
        try:
            status, fields, body = self._exchange(urlsplit(url))
        except _NoAnswerError as error:
            return SiteAnswer(0, error.why, ("", "", ""), (b"", now()))
        return SiteAnswer(status, Why.NONE, fields, (body, now()))

    def place(self, host: str) -> str:
        """Return where a request to a host goes: its address, of IPv6 the network; '' if none will be made.

        Names that lie on the same addresses have the same place. It may wait for the resolver.
        """
        try:
            first = self._admitted(host.lower(), _PORTS["https"])[0]
        except _NoAnswerError:
            return ""
        if ":" not in first:
            return first
        return str(ipaddress.ip_network((first.partition("%")[0], _NETWORK), strict=False))

    def _resolved(self, host: str, port: int) -> tuple[str, ...]:
        """Resolve a name, or remember where it lies."""
        with self._lock:
            known = self._known.get(host)
        if known is not None and monotonic() - known[0] < _NAME_SECONDS:
            return known[1]
        found = _sorted(self.resolve(host, port))
        with self._lock:
            self._known.set(host, (monotonic(), found))
        return found

    def _admitted(self, host: str, port: int) -> Sequence[str]:
        if not self.admits_name(host):
            raise _NoAnswerError(Why.NOT_PUBLIC)
        try:
            addresses = self._resolved(host, port)
        except (OSError, UnicodeError):
            raise _NoAnswerError(Why.NO_HOST) from None
        if not addresses:
            raise _NoAnswerError(Why.NO_HOST)
        if not all(map(self.admits_address, addresses)):
            raise _NoAnswerError(Why.NOT_PUBLIC)
        return addresses[:_ADDRESSES]

    def _exchange(self, parts: SplitResult) -> tuple[int, tuple[str, str, str], bytes]:
        host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
        addresses = self._admitted(host, port)
        connection = _Connection(host, port, addresses, seconds=self.seconds, tls=parts.scheme == "https")
        timer = Timer(self.seconds, connection.abort)
        timer.daemon = True
        timer.start()
        try:
            answer = self._got(connection, parts)
        except (_NoAnswerError, OSError, http.client.HTTPException, ValueError) as error:
            raise _NoAnswerError(_why(error, aborted=connection.aborted)) from error
        finally:
            timer.cancel()
            connection.close()
        if connection.aborted:
            raise _NoAnswerError(Why.TIMEOUT)
        return answer

    def _got(self, connection: _Connection, parts: SplitResult) -> tuple[int, tuple[str, str, str], bytes]:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.putrequest("GET", path, skip_host=True, skip_accept_encoding=True)
        connection.putheader("Host", parts.netloc)
        connection.putheader("User-Agent", self.agent)
        connection.putheader("Accept", "*/*")
        connection.putheader("Accept-Encoding", "gzip, identity")
        connection.putheader("Connection", "close")
        connection.endheaders()
        response = connection.getresponse()
        location, wait, kind = (response.headers.get(name, "")[:_FIELD] for name in _FIELDS)
        body = _body(response) if _OK <= response.status < _MANY else b""
        return response.status, (location, wait, kind), body


def _why(error: Exception, *, aborted: bool) -> Why:
    """Return why an exchange ended without an answer."""
    if aborted or isinstance(error, TimeoutError):
        return Why.TIMEOUT
    if isinstance(error, _NoAnswerError):
        return error.why
    if isinstance(error, ssl.SSLError):
        return Why.TLS
    return (
        Why.REFUSED
        if isinstance(error, OSError) and not isinstance(error, http.client.HTTPException)
        else Why.BROKEN
    )
