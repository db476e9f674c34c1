"""Who is asked next: at most one request at a time for each host and each address, and a pause between two.

Many names may be one server: whoever runs a name may have any number of names below it. So names of one
domain that lie on one address are one host here. Many domains may lie on one address too, with a hoster: it
is asked for one of them at a time, with a shorter pause in between.

The caller brings the time. What is kept of a host is dropped when it has nothing to do and its pause is over.
"""

from collections import deque
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import Generic, NamedTuple, TypeVar

__all__ = ["SHARED", "Host", "Turns"]

SHARED = 0.25
"""Of the pause of a host, the one between requests to different hosts of one address."""

T = TypeVar("T")


class Host(NamedTuple):
    """Whose turn a request takes.

    Attributes:
        name: of a domain, or of a host that is taken for itself.
        address: where its names lie; empty: nobody knows, so that only the name counts.
    """

    name: str
    address: str = ""

    @property
    def place(self) -> str:
        """Return what it shares with others: its address, or else nothing."""
        return self.address or self.name


@dataclass(slots=True)
class _Queue(Generic[T]):
    """What waits for a host; `free`: not before then."""

    free: float
    waiting: deque[T] = field(default_factory=deque)


@dataclass(slots=True)
class _Address:
    """An address: how many hosts it has, whether it is being asked, and which hosts wait for its end."""

    free: float
    hosts: int = 0
    busy: bool = False
    parked: deque[Host] = field(default_factory=deque)


class Turns(Generic[T]):
    """Give out jobs by the turns of their hosts and addresses. O(log hosts) each."""

    def __init__(self, seconds: float) -> None:
        """Begin without hosts.

        Args:
            seconds: between the end of a request to a host and the next one.
        """
        self._seconds = seconds
        self._hosts: dict[Host, _Queue[T]] = {}
        self._addresses: dict[str, _Address] = {}
        self._due: list[tuple[float, int, Host]] = []
        self._number = self._waiting = 0

    def __len__(self) -> int:
        """Return how many hosts are known."""
        return len(self._hosts)

    @property
    def behind(self) -> int:
        """Return about how many jobs wait for another one of the same address."""
        return max(0, self._waiting - len(self._addresses))

    def _push(self, host: Host, at: float) -> None:
        self._number += 1
        heappush(self._due, (at, self._number, host))

    def add(self, host: Host, job: T, now: float, pause: float = 0.0) -> None:
        """Let a job wait for its host, which asked for a pause before anything else."""
        known = self._hosts.get(host)
        if known is None:
            known = self._hosts[host] = _Queue(free=now)
            self._addresses.setdefault(host.place, _Address(now)).hosts += 1
            self._push(host, now)
        known.free = max(known.free, now + pause)
        known.waiting.append(job)
        self._waiting += 1

    def take(self, now: float) -> tuple[Host, T] | None:
        """Return a host whose turn it is with its job; it is busy until `done`."""
        while self._due and self._due[0][0] <= now:
            _, _, host = heappop(self._due)
            known, address = self._hosts[host], self._addresses[host.place]
            if known.free > now:
                self._push(host, known.free)
            elif not known.waiting:
                self._forget(host)
            elif address.busy:
                address.parked.append(host)
            elif address.free > now:
                self._push(host, address.free)
            else:
                address.busy = True
                self._waiting -= 1
                return host, known.waiting.popleft()
        return None

    def _forget(self, host: Host) -> None:
        """Drop a host that has nothing to do, and its address with the last one."""
        del self._hosts[host]
        address = self._addresses[host.place]
        address.hosts -= 1
        if not address.hosts:
            del self._addresses[host.place]

    def done(self, host: Host, now: float) -> None:
        """Say that a request has ended."""
        known, address = self._hosts[host], self._addresses[host.place]
        known.free = max(known.free, now + self._seconds)
        self._push(host, known.free)
        address.busy, address.free = False, now + SHARED * self._seconds
        if address.parked:
            self._push(address.parked.popleft(), address.free)

    def wait(self, now: float) -> float | None:
        """Return the seconds until it may be somebody's turn; None: nobody's, until a request ends."""
        return max(0.0, self._due[0][0] - now) if self._due else None
