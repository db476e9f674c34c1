"""One bounded HTTP exchange with a server that nobody trusts: no redirects, no cookies, no proxies.

The answer has a largest size and the whole exchange a deadline, so that a server that sends one byte
now and then, or a small file that unpacks into a large one, costs no more than an honest one.
"""

import http.client
import socket
import ssl
import zlib
from contextlib import suppress
from dataclasses import dataclass
from threading import Timer
from typing import Protocol
from urllib.parse import SplitResult, urlsplit

from sekisho.errors import InputError, NotFoundError, UsageError

__all__ = ["SECONDS", "Fetch", "Reply", "fetch", "join_url", "unpacked"]

SECONDS = 10.0
"""For a whole exchange."""
_SCHEMES = {"http": 80, "https": 443}
_GZIP = 16 + zlib.MAX_WBITS


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a server answered; the body is unpacked and has at most `limit` bytes."""

    status: int
    type: str
    body: bytes


class Fetch(Protocol):
    """An exchange, as `fetch` makes it."""

    def __call__(self, url: str, *, limit: int, body: bytes | None = None, seconds: float = SECONDS) -> Reply:
        """GET a URL, or POST a body to it."""


def join_url(prefix: str, path: str) -> str:
    """Return the address of a file below a prefix."""
    return f"{prefix.rstrip('/')}/{path}"


class _Connection(http.client.HTTPConnection):
    """A connection whose socket can be shut at any time, also while TLS is being agreed on."""

    def __init__(self, host: str, port: int, *, seconds: float, tls: bool) -> None:
        super().__init__(host, port, timeout=seconds)
        self._seconds, self._tls = seconds, tls
        self.aborted = False
        self._held: socket.socket | None = None

    def connect(self) -> None:
        """Open the socket."""
        self.sock = self._held = socket.create_connection((self.host, self.port), self._seconds)
        if self._tls:
            context = ssl.create_default_context()
            shaken = context.wrap_socket(self.sock, server_hostname=self.host, do_handshake_on_connect=False)
            self.sock = self._held = shaken
            shaken.do_handshake()

    def abort(self) -> None:
        """Shut the socket from another thread; whoever reads from it meets its end."""
        self.aborted = True
        # Not `sock`: http.client lets go of it once the answer has begun.
        if self._held is not None:
            with suppress(OSError):
                self._held.shutdown(socket.SHUT_RDWR)


def unpacked(body: bytes, encoding: str, limit: int) -> bytes:
    """Undo gzip without ever holding more than `limit` bytes.

    Raises:
        InputError: more than `limit` bytes, another encoding, or not gzip to its end.
    """
    if encoding in {"", "identity"}:
        return body
    if encoding != "gzip":
        raise InputError(f"the answer is encoded as {encoding[:40]!r}")
    stream = zlib.decompressobj(_GZIP)
    try:
        data = stream.decompress(body, limit + 1)
    except zlib.error as error:
        raise InputError(f"the answer is not gzip: {error}") from error
    if len(data) > limit:
        raise InputError(f"the answer unpacks to more than {limit} bytes")
    if not stream.eof or stream.unused_data:
        raise InputError("the answer is cut short or has something behind its end")
    return data


def _exchange(connection: _Connection, path: str, body: bytes | None, limit: int) -> Reply:
    headers = {"Accept-Encoding": "gzip, identity", "Connection": "close", "User-Agent": "sekisho"}
    if body is not None:
        headers["Content-Type"] = "application/octet-stream"
    connection.request("GET" if body is None else "POST", path, body=body, headers=headers)
    response = connection.getresponse()
    data = response.read(limit + 1)
    if len(data) > limit:
        raise InputError(f"the answer has more than {limit} bytes")
    if response.length:
        raise InputError(f"the answer is cut short by {response.length} bytes")
    encoding = response.headers.get("Content-Encoding", "").strip().lower()
    kind = response.headers.get("Content-Type", "")
    return Reply(status=response.status, type=kind, body=unpacked(data, encoding, limit))


def _connection(parts: SplitResult, seconds: float) -> _Connection:
    host, port = parts.hostname or "", parts.port or _SCHEMES[parts.scheme]
    return _Connection(host, port, seconds=seconds, tls=parts.scheme == "https")


def fetch(url: str, *, limit: int, body: bytes | None = None, seconds: float = SECONDS) -> Reply:
    """GET a URL, or POST a body to it.

    Args:
        url: http or https, without user, query and fragment.
        limit: the most bytes that the answer may have, packed and unpacked.
        body: what is sent; None: GET.
        seconds: for the whole exchange.

    Raises:
        UsageError: not such a URL.
        NotFoundError: no answer in time.
        InputError: the answer is too large, cut short or wrongly packed.
    """
    try:
        parts = urlsplit(url)
        usable = parts.scheme in _SCHEMES and parts.hostname and url.isascii() and url.isprintable()
        odd = parts.username is not None or parts.query or parts.fragment or " " in url
        connection = _connection(parts, seconds) if usable and not odd else None
    except ValueError as error:
        raise UsageError(f"not a URL: {url[:200]!r}: {error}") from error
    if connection is None:
        raise UsageError(f"not a URL of a server: {url[:200]!r}", hint="it begins with https://")
    timer = Timer(seconds, connection.abort)
    timer.daemon = True
    timer.start()
    try:
        reply = _exchange(connection, parts.path or "/", body, limit)
    except (OSError, http.client.HTTPException) as error:
        raise NotFoundError(f"no answer from {url}: {str(error) or type(error).__name__}") from error
    finally:
        timer.cancel()
        connection.close()
    if connection.aborted:
        raise NotFoundError(f"no answer from {url} within {seconds:g} seconds")
    return reply
