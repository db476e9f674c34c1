"""Run visits to sites: requests on threads, everything else on one."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from queue import Empty, Queue
from time import monotonic
from typing import NamedTuple

from sekisho.collect.licences import LicencesOf
from sekisho.collect.turns import Host, Turns
from sekisho.collect.visit import Answer, Ask, Known, Visit, every_licence, host_asked, visit, visit_licences
from sekisho.detect.signals.kept import Kept
from sekisho.store.datasets.newest import Newest

__all__ = ["Collecting"]

WINDOW = 8
"""Visits under way for each request that may be: most of them wait for their host's next turn."""
MOST = 20_000
"""Visits under way if most of them wait for one address: the others are not kept waiting with them."""
_PLACES = 65_536
COMMIT_COPIES, COMMIT_SECONDS = 500, 1.0
"""What is lost at most if the machine stops: it is asked for again."""
_TICK = 0.5


class _Job(NamedTuple):
    """A request of a visit."""

    visit: Visit
    ask: Ask


Ended = tuple[Host, _Job, Answer | Exception | None]
"""None: it is known now whose turn the request takes, and it waits for that."""


@dataclass(slots=True, kw_only=True)
class Collecting:
    """A collect: what is asked, how fast, and what becomes of the copies.

    Attributes:
        get: makes a request.
        place: returns the address of a host, '' if it has none; may wait for the resolver.
        domain: returns the domain of a host: all of its names on one address are one host.
        known: returns a copy that is new enough.
        keep: takes a copy; it is safe after `commit`.
        commit: makes copies safe.
        seconds: between two requests to one host.
        parallel: requests at a time.
        admits: tells whether there is room for a licence that a robots.txt names.
    """

    get: Callable[[str], Answer]
    place: Callable[[str], str]
    domain: Callable[[str], str]
    known: Known
    keep: Callable[[Kept], None]
    commit: Callable[[], None]
    seconds: float = 1.0
    parallel: int = 16
    admits: Callable[[str], bool] = every_licence
    visited: int = 0
    _active: int = 0
    _running: int = 0
    _uncommitted: int = 0
    _committed: float = 0.0
    # Not a SimpleQueue: asked to wait for microseconds it may wait for ever (CPython 3.11, under load).
    _ended: Queue[Ended] = field(default_factory=Queue)
    _hosts: Newest[Host] = field(default_factory=lambda: Newest(_PLACES))
    _names: ThreadPoolExecutor | None = None

    def run(
        self, sites: Iterator[str], tick: Callable[[], None], licences: Iterable[LicencesOf] = ()
    ) -> None:
        """Visit all sites; what was kept is committed when it ends, also if it ends by an error.

        Args:
            sites: each once.
            tick: called after every answer.
            licences: asked for when all sites were visited, so that their robots.txt are known.
        """
        turns: Turns[_Job] = Turns(self.seconds)
        pool = ThreadPoolExecutor(self.parallel, "site")
        self._names = ThreadPoolExecutor(self.parallel, "name")
        self._committed = monotonic()
        try:
            for places in (sites, iter(licences)):
                while self._fill(places, turns) or self._active:
                    self._send(turns, pool)
                    self._receive(turns)
                    tick()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
            self._names.shutdown(wait=False, cancel_futures=True)
            self.commit()

    def _fill(self, sites: Iterator[str | LicencesOf], turns: Turns[_Job]) -> bool:
        """Begin visits until the window is full; tell whether there are more sites."""
        while self._active < min(MOST, WINDOW * self.parallel + turns.behind):
            site = next(sites, None)
            if site is None:
                return False
            self._active += 1
            self._advance(self._begun(site), None, turns)
        return True

    def _begun(self, site: str | LicencesOf) -> Visit:
        if isinstance(site, LicencesOf):
            return visit_licences(site.site, site.urls, self.known)
        self.visited += 1
        return visit(site, self.known, self.admits)

    def _advance(self, one: Visit, answer: Answer | None, turns: Turns[_Job]) -> None:
        """Let a visit go on until it asks for something, or ends."""
        try:
            step = one.send(answer)
            while isinstance(step, Kept):
                self.keep(step)
                self._uncommitted += 1
                step = next(one)
        except StopIteration:
            self._active -= 1
        else:
            self._wait(_Job(one, step), turns)
        if self._uncommitted >= COMMIT_COPIES or (
            self._uncommitted and monotonic() - self._committed > COMMIT_SECONDS
        ):
            self.commit()
            self._uncommitted, self._committed = 0, monotonic()

    def _wait(self, job: _Job, turns: Turns[_Job]) -> None:
        """Let a request wait for its turn; whose that is, a thread may have to find out first."""
        name = host_asked(job.ask)
        host = self._hosts.get(name)
        if host is not None:
            turns.add(host, job, monotonic(), job.ask.pause)
        elif self._names is not None:
            self._names.submit(self._locate, name, job)

    def _locate(self, name: str, job: _Job) -> None:
        """Find out whose turn a request takes, on a thread."""
        try:
            self._ended.put((Host(self.domain(name), self.place(name)), job, None))
        except Exception as error:  # noqa: BLE001 - it is handed over, not dropped
            self._ended.put((Host(name), job, error))

    def _send(self, turns: Turns[_Job], pool: ThreadPoolExecutor) -> None:
        while self._running < self.parallel and (found := turns.take(monotonic())) is not None:
            self._running += 1
            pool.submit(self._ask, *found)

    def _ask(self, host: Host, job: _Job) -> None:
        """Make a request, on a thread; an error of ours is raised by the other one."""
        try:
            answer: Answer | Exception = self.get(job.ask.url)
        except Exception as error:  # noqa: BLE001 - it is handed over, not dropped
            answer = error
        self._ended.put((host, job, answer))

    def _receive(self, turns: Turns[_Job]) -> None:
        """Wait for an answer, or until it is somebody's turn."""
        wait = turns.wait(monotonic()) if self._running < self.parallel else None
        try:
            host, job, answer = self._ended.get(timeout=_TICK if wait is None else min(wait, _TICK))
        except Empty:
            return
        if isinstance(answer, Exception):
            raise answer
        if answer is None:
            self._hosts.set(host_asked(job.ask), host)
            turns.add(host, job, monotonic(), job.ask.pause)
            return
        self._running -= 1
        turns.done(host, monotonic())
        self._advance(job.visit, answer, turns)
