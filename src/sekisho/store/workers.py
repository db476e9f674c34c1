"""Do pieces of work in processes of this machine, under a supervisor that outlives its workers.

A worker that dies (a crash in a native decoder, no memory) or makes no progress takes only itself
down. A task of several pieces is done again piece by piece; a piece that a worker dies on twice, or
hangs on once, is lost with the reason. Workers get the work and the pieces, and nothing else: no key.
They start from a clean process, so that a program that calls Sekisho need not guard its main module.
"""

import multiprocessing
import os
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import forkserver, resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from types import ModuleType
from typing import Any, Generic, Protocol, TypeVar

from PIL import AvifImagePlugin

from sekisho.errors import IncompleteError
from sekisho.model import Unreadable

__all__ = ["Lost", "Tick", "Workload", "run_workers"]

STUCK_SECONDS = 120.0
"""Without progress for so long, a worker is killed. Not reproducible, and marked so: `timeout`."""
_POLL_SECONDS = 0.5
_TRIES = 2

P = TypeVar("P")
R = TypeVar("R")
P_contra = TypeVar("P_contra", contravariant=True)
R_co = TypeVar("R_co", covariant=True)
Tick = Callable[[int, int], None]
"""Told how many pages and bytes of the piece in hand are done."""


class Workload(Protocol[P_contra, R_co]):
    """What is done with a piece. Picklable; it runs in a worker."""

    def __call__(self, piece: P_contra, tick: Tick, /) -> R_co:
        """Do one piece; never raise for what is in it."""


@dataclass(frozen=True, slots=True)
class Lost:
    """A piece on which workers died or hung."""

    reason: Unreadable


@dataclass(slots=True, kw_only=True)
class _Task(Generic[P]):
    pieces: Sequence[P]
    tries: int = 0


@dataclass(slots=True, kw_only=True)
class _Worker(Generic[P]):
    """A process, the wire to it, and how far it is: tick number, pages and bytes."""

    process: BaseProcess
    wire: Connection
    place: Any
    task: _Task[P] | None = None
    seen: int = 0
    since: float = 0.0


def _work(work: Workload[Any, Any], wire: Connection, place: Any) -> None:  # noqa: ANN401
    """Do tasks until the wire is closed. Runs in the worker."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Native decoders write complaints about broken files to descriptor 2 and start threads of their own.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1
    base = [0, 0]

    def tick(pages: int, size: int) -> None:
        place[0], place[1], place[2] = place[0] + 1, base[0] + pages, base[1] + size

    with suppress(EOFError, BrokenPipeError, ConnectionResetError):
        while True:
            pieces = wire.recv()
            base[:] = 0, 0
            results = []
            for piece in pieces:
                results.append(work(piece, tick))
                base[:] = place[1], place[2]
                tick(0, 0)
            wire.send(results)


def run_workers(
    work: Workload[P, R],
    tasks: Iterable[Sequence[P]],
    *,
    jobs: int,
    preload: Sequence[str] = (),
    on_progress: Callable[[int, int], None] | None = None,
    seconds: float = STUCK_SECONDS,
) -> Iterator[tuple[Sequence[P], Sequence[R] | Lost]]:
    """Yield the pieces and the results of each task as it is done, in no fixed order.

    Args:
        work: what to do with a piece.
        tasks: pieces that go to one worker together.
        jobs: worker processes.
        preload: modules that are imported once, before workers start.
        on_progress: told every half second how many pages and bytes are done in tasks on their way.
        seconds: the wall limit between two ticks.

    Raises:
        IncompleteError: a worker can not be started.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(preload))
    waiting = deque(_Task(pieces=pieces) for pieces in tasks)
    _start_server()
    workers = [_start(context, work) for _ in range(min(jobs, len(waiting)))]
    try:
        while waiting or any(worker.task for worker in workers):
            for number, worker in enumerate(workers):
                if worker.task is None and waiting:
                    _give(worker, waiting.popleft())
                elif worker.task is not None and _is_stuck(worker, seconds):
                    yield from _lost(worker.task, waiting, Unreadable.TIMEOUT)
                    workers[number] = _replaced(context, work, worker)
            if on_progress is not None:
                busy = [worker.place for worker in workers if worker.task]
                on_progress(sum(place[1] for place in busy), sum(place[2] for place in busy))
            yield from _collect(context, work, workers, waiting)
    finally:
        for worker in workers:
            _stop(worker)


def _start_server() -> None:
    """Start the process that forks the workers, deaf to Ctrl-C like them: the supervisor answers for all."""
    resource_tracker.ensure_running()  # it changes the mask itself, so it goes first
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _without_main() -> Iterator[None]:
    """Hide the main module from a process that starts: it would be run there a second time."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def _start(context: Any, work: Workload[P, R]) -> _Worker[P]:  # noqa: ANN401
    ours, theirs = context.Pipe()
    place = context.RawArray("q", [0, 0, 0])
    process = context.Process(target=_work, args=(work, theirs, place), daemon=True)
    try:
        with _without_main():
            process.start()
    except (OSError, EOFError) as error:
        raise IncompleteError(
            "a worker could not be started", hint="free some memory, or use fewer --jobs, and try again"
        ) from error
    theirs.close()
    return _Worker(process=process, wire=ours, place=place)


def _stop(worker: _Worker[P]) -> None:
    worker.wire.close()
    worker.process.kill()
    worker.process.join()


def _replaced(context: Any, work: Workload[P, R], worker: _Worker[P]) -> _Worker[P]:  # noqa: ANN401
    _stop(worker)
    return _start(context, work)


def _give(worker: _Worker[P], task: _Task[P]) -> None:
    worker.task, worker.since = task, time.monotonic()
    worker.place[1] = worker.place[2] = 0
    with suppress(BrokenPipeError):
        worker.wire.send(task.pieces)


def _is_stuck(worker: _Worker[P], seconds: float) -> bool:
    place = worker.place[0]
    if place != worker.seen:
        worker.seen, worker.since = place, time.monotonic()
    # Before the first tick the process starts; that is no piece's fault.
    return time.monotonic() - worker.since > (seconds if place else max(seconds, STUCK_SECONDS))


def _lost(task: _Task[P], waiting: deque[_Task[P]], reason: Unreadable) -> Iterator[tuple[Sequence[P], Lost]]:
    """Try again what may go well; yield the piece that can not."""
    if len(task.pieces) > 1:
        waiting.extend(_Task(pieces=(piece,)) for piece in task.pieces)
        return
    task.tries += 1
    if reason is Unreadable.TIMEOUT or task.tries >= _TRIES:
        yield task.pieces, Lost(reason)
    else:
        waiting.append(task)


def _collect(
    context: Any,  # noqa: ANN401
    work: Workload[P, R],
    workers: list[_Worker[P]],
    waiting: deque[_Task[P]],
) -> Iterator[tuple[Sequence[P], Sequence[R] | Lost]]:
    """Take the answers that are there; replace workers that died."""
    ready = wait([worker.wire for worker in workers if worker.task], _POLL_SECONDS)
    for number, worker in enumerate(workers):
        if worker.wire not in ready or worker.task is None:
            continue
        task = worker.task
        try:
            results: Sequence[R] = worker.wire.recv()
        except (EOFError, ConnectionResetError):
            workers[number] = _replaced(context, work, worker)
            yield from _lost(task, waiting, Unreadable.DECODER_CRASH)
            continue
        worker.task = None
        yield task.pieces, results
