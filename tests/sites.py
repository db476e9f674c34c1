"""Sites that behave as somebody says, by name, on one port of this machine; and copies of what they have."""

import socket
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from threading import Lock
from time import monotonic

from sekisho.cli.signals.collecting import Reach
from sekisho.collect.addresses import is_public, named_publicly
from sekisho.detect.signals.kept import Kept, Why
from sekisho.detect.signals.sites import Copy, Reached
from sekisho.store.site_client import SiteClient
from tests.servers import scripted

__all__ = ["Web", "answer", "copied", "web"]

DAY = datetime(2026, 11, 1, tzinfo=UTC)


def copied(url, body=b"", *, reached=Reached.FOUND, at=DAY, why=Why.NONE, status=200):
    return Kept(
        copy=Copy(url=url, reached=reached, captured=at, body=body), why=why, status=status, final=url
    )


def answer(body=b"", status=200, **fields):
    """Return the bytes of an answer; a field named `_` in its name has a hyphen there."""
    named = {"content_length": len(body), **fields}
    lines = [f"HTTP/1.1 {status} x"]
    lines += [f"{name.replace('_', '-')}: {named[name]}" for name in named]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


class Web:
    """Names that all lie on one port; `asked` is what was asked of whom, when, and with which head.

    `sites` maps (host, path) or host to bytes, or to a function that is given the connection.
    `addresses` maps names to what they resolve to instead.
    """

    def __init__(self):
        self.sites, self.addresses, self.asked = {}, {}, []
        self.most, self._under_way, self._lock = {}, {}, Lock()
        self.port = 0

    def url(self, host, path=""):
        return f"http://{host}:{self.port}{path}"

    def play(self, connection):
        head = b""
        while b"\r\n\r\n" not in head and (more := connection.recv(65536)):
            head += more
            if head.startswith(b"\x16"):  # a TLS handshake
                connection.sendall(b"no TLS here")
                return
        if b"\r\n\r\n" not in head:  # who asked was killed
            return
        lines = head.decode().split("\r\n")
        path = lines[0].split(" ")[1]
        host = next(x for x in lines if x.lower().startswith("host:")).split(": ")[1].rpartition(":")[0]
        with self._lock:
            self.asked.append((host, path, monotonic(), head.decode()))
            self._under_way[host] = self._under_way.get(host, 0) + 1
            self.most[host] = max(self.most.get(host, 0), self._under_way[host])
        does = self.sites.get((host, path), self.sites.get(host, answer(status=404)))
        try:
            with suppress(OSError):
                does(connection) if callable(does) else connection.sendall(does)
        finally:
            with self._lock:
                self._under_way[host] -= 1

    def paths(self, host):
        return [path for name, path, _, _ in self.asked if name == host]

    def resolve(self, host, port):
        found = self.addresses.get(host, ["127.0.0.1"] if host.endswith(".example") else None)
        return found or [one[4][0] for one in socket.getaddrinfo(host, port)]

    def client(self, agent="Sekisho-signals/0 (+https://x.example)", seconds=5.0):
        return SiteClient(
            agent=agent,
            admits_name=named_publicly,
            admits_address=lambda address: address == "127.0.0.1" or is_public(address),
            seconds=seconds,
            resolve=self.resolve,
        )

    def reach(self):
        return Reach(client=self.client)


@contextmanager
def web():
    """Serve; the sites can be set while it serves."""
    made = Web()
    with scripted(made.play) as url:
        made.port = int(url.rpartition(":")[2])
        yield made
