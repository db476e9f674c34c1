"""Who is asked next: at most one request at a time for each host, and a pause between two.

The caller brings the time. What is kept of a host is dropped when it has nothing to do and its pause is over.
"""

from collections import deque
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import Generic, TypeVar

__all__ = ["Turns"]

T = TypeVar("T")


@dataclass(slots=True)
class _Host(Generic[T]):
    """What waits for a host; `free`: not before then."""

    free: float
    waiting: deque[T] = field(default_factory=deque)


class Turns(Generic[T]):
    """Give out jobs by the turns of their hosts. O(log hosts) each."""

    def __init__(self, seconds: float) -> None:
        """Begin without hosts.

        Args:
            seconds: between the end of a request to a host and the next one.
        """
        self._seconds = seconds
        self._hosts: dict[str, _Host[T]] = {}
        self._due: list[tuple[float, int, str]] = []
        self._number = 0

    def __len__(self) -> int:
        """Return how many hosts are known."""
        return len(self._hosts)

    def _push(self, host: str, at: float) -> None:
        self._number += 1
        heappush(self._due, (at, self._number, host))

    def add(self, host: str, job: T, now: float, pause: float = 0.0) -> None:
        """Let a job wait for its host, which asked for a pause before anything else."""
        known = self._hosts.get(host)
        if known is None:
            known = self._hosts[host] = _Host(free=now)
            self._push(host, now)
        known.free = max(known.free, now + pause)
        known.waiting.append(job)

    def take(self, now: float) -> tuple[str, T] | None:
        """Return a host whose turn it is with its job; it is busy until `done`."""
        while self._due and self._due[0][0] <= now:
            _, _, host = heappop(self._due)
            known = self._hosts[host]
            if known.free > now:
                self._push(host, known.free)
            elif known.waiting:
                return host, known.waiting.popleft()
            else:
                del self._hosts[host]
        return None

    def done(self, host: str, now: float) -> None:
        """Say that a request has ended."""
        known = self._hosts[host]
        known.free = max(known.free, now + self._seconds)
        self._push(host, known.free)

    def wait(self, now: float) -> float | None:
        """Return the seconds until it may be somebody's turn; None: nobody's, until a request ends."""
        return max(0.0, self._due[0][0] - now) if self._due else None
