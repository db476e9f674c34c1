"""Run an application on one port, in one process, with limits that a hostile client meets first.

Put a web server with TLS in front of it where strangers may come.
"""

import asyncio
import socket
from collections.abc import Callable
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

__all__ = ["HEADER_SECONDS", "PatientProtocol", "run"]

HEADER_SECONDS = 10.0
"""How long a connection may be open without a whole request line and headers."""
CONNECTIONS = 256
_KEEP_ALIVE = 5
_HEADER_BYTES = 16 * 1024
_SHUTDOWN = 5


class PatientProtocol(H11Protocol):
    """HTTP/1.1 that closes a connection on which nothing is answered; uvicorn alone waits for ever.

    That is one whose headers do not come, or whose client still sends after it has its answer.
    """

    def __init__(self, *args: Any, **named: Any) -> None:  # noqa: ANN401 - passed on
        """Take what uvicorn gives."""
        super().__init__(*args, **named)
        self._patience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start to wait for the first request."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Stop waiting while a request is answered, wait else."""
        super().data_received(data)
        if self._busy():
            self._stop()
        else:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the clock."""
        self._stop()
        super().connection_lost(exc)

    def _busy(self) -> bool:
        # None before the first request, whatever its type says.
        return self.cycle is not None and not self.cycle.response_complete  # type: ignore[redundant-expr]

    def _wait(self) -> None:
        if self._patience is None:
            self._patience = self.loop.call_later(HEADER_SECONDS, self._close)

    def _stop(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _close(self) -> None:
        self._patience = None
        if not self._busy():
            self.transport.abort()


def run(app: ASGIApp, *, host: str, port: int, ready: Callable[[str], None]) -> None:
    """Serve until interrupted.

    Args:
        app: an ASGI application.
        host: the address to listen on; 127.0.0.1 is reached from this machine only.
        port: 0 takes a free one.
        ready: called with the address once connections are taken.

    Raises:
        OSError: the address can not be used.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, port), family=family, backlog=CONNECTIONS)
    config = uvicorn.Config(
        app,
        http=PatientProtocol,
        ws="none",
        loop="asyncio",
        lifespan="off",
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=CONNECTIONS,
        timeout_keep_alive=_KEEP_ALIVE,
        timeout_graceful_shutdown=_SHUTDOWN,
        h11_max_incomplete_event_size=_HEADER_BYTES,
    )
    name = f"[{host}]" if ":" in host else host
    with listener:
        ready(f"http://{name}:{listener.getsockname()[1]}")
        uvicorn.Server(config).run(sockets=[listener])
