"""Run units in processes of this machine, under a supervisor that outlives its workers.

A worker that dies (a crash in a native decoder, no memory) or makes no progress takes only itself
down: its unit is done again by a new worker. The item in hand is known from shared memory; if it is
in hand at a second death, it is left out as `decoder_crash`, or as `timeout` after a kill. Which
process did a unit is nowhere in its output.
"""

import multiprocessing
import os
import signal
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import forkserver, resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any

import pyarrow as pa
from PIL import AvifImagePlugin

from sekisho.audit.job import Job, Planned
from sekisho.audit.work import Commit, do_unit
from sekisho.errors import IncompleteError, SekishoError
from sekisho.model import Unreadable

__all__ = ["ITEM_SECONDS", "run_local"]

ITEM_SECONDS = 120
"""Without progress for so long, a worker is killed. Not reproducible, and marked so: `timeout`."""
_POLL_SECONDS = 0.5
_FREE = "free some memory, or use fewer --jobs, and run the same command with --resume"
_NO_ITEM = -1
_NOBODY = -2


@dataclass(slots=True, kw_only=True)
class _Task:
    """A unit on its way, with what its earlier tries have taught."""

    planned: Planned
    poison: dict[int, Unreadable] = field(default_factory=dict)
    suspect: int = _NOBODY


@dataclass(slots=True, kw_only=True)
class _Worker:
    """A process, the wire to it, and how far it is."""

    process: BaseProcess
    wire: Connection
    place: Any
    task: _Task | None = None
    seen: int = _NO_ITEM
    since: float = 0.0


def _work(job: Job, wire: Connection, place: Any) -> None:  # noqa: ANN401
    """Do units until the wire is closed. Runs in the worker."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Native decoders write complaints about broken files to descriptor 2 and start threads of their own.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1
    pa.set_cpu_count(1)
    snapshot, lenses, sources = job.open_snapshot(), job.open_lenses(), job.open_sources()

    def tick(ordinal: int) -> None:
        place[0] = ordinal

    with suppress(EOFError, BrokenPipeError):
        while True:
            planned, poison = wire.recv()
            place[0] = _NO_ITEM
            try:
                answer: object = do_unit(job, snapshot, planned, poison, tick, lenses, sources)
            except (SekishoError, OSError) as error:
                answer = error
            wire.send(answer)


def run_local(
    job: Job,
    units: Sequence[Planned],
    *,
    jobs: int,
    on_progress: Callable[[int], None] | None = None,
    item_seconds: float = ITEM_SECONDS,
) -> Generator[Commit, None, None]:
    """Yield the commit of each unit as it is done, in no fixed order.

    Args:
        job: the run.
        units: what is left to do.
        jobs: worker processes.
        on_progress: told every half second how many items are in hand or done but not committed.
        item_seconds: the wall limit for one item.

    Raises:
        SekishoError: a worker can not go on (the disk is full, the snapshot was changed).
        IncompleteError: a worker dies again and again outside any item, or can not be started.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["sekisho.audit.work"])
    waiting = deque(_Task(planned=planned) for planned in units)
    _start_server()
    workers = [_start(context, job) for _ in range(min(jobs, len(units)))]
    try:
        while waiting or any(worker.task for worker in workers):
            for number, worker in enumerate(workers):
                if worker.task is None and waiting:
                    _give(worker, waiting.popleft())
                elif worker.task is not None and _is_stuck(worker, item_seconds):
                    waiting.append(_after_kill(worker.task, worker.seen))
                    _stop(worker)
                    workers[number] = _start(context, job)
            if on_progress is not None:
                on_progress(sum(worker.place[0] + 1 for worker in workers if worker.task))
            yield from _collect(context, job, workers, waiting)
    finally:
        for worker in workers:
            _stop(worker)


def _start_server() -> None:
    """Start the process that forks the workers, deaf to Ctrl-C like them: the supervisor answers for all.

    The mask is inherited; a signal that comes meanwhile waits for the supervisor.
    """
    resource_tracker.ensure_running()  # it changes the mask itself, so it goes first
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _start(context: Any, job: Job) -> _Worker:  # noqa: ANN401
    ours, theirs = context.Pipe()
    place = context.RawArray("q", [_NO_ITEM])
    process = context.Process(target=_work, args=(job, theirs, place), daemon=True)
    try:
        process.start()
    except (OSError, EOFError) as error:
        raise IncompleteError("a worker could not be started", hint=_FREE) from error
    theirs.close()
    return _Worker(process=process, wire=ours, place=place)


def _stop(worker: _Worker) -> None:
    worker.wire.close()
    worker.process.kill()
    worker.process.join()


def _give(worker: _Worker, task: _Task) -> None:
    worker.task, worker.seen, worker.since = task, _NO_ITEM, time.monotonic()
    with suppress(BrokenPipeError):
        worker.wire.send((task.planned, task.poison))


def _is_stuck(worker: _Worker, item_seconds: float) -> bool:
    place = worker.place[0]
    if place != worker.seen:
        worker.seen, worker.since = place, time.monotonic()
    # Before the first item the process starts and opens the snapshot; that is nobody's fault.
    limit = max(item_seconds, ITEM_SECONDS) if place == _NO_ITEM else item_seconds
    return time.monotonic() - worker.since > limit


def _collect(
    context: Any,  # noqa: ANN401
    job: Job,
    workers: list[_Worker],
    waiting: deque[_Task],
) -> Iterator[Commit]:
    """Take the answers that are there; replace workers that died."""
    ready = wait([worker.wire for worker in workers if worker.task], _POLL_SECONDS)
    for number, worker in enumerate(workers):
        if worker.wire not in ready or worker.task is None:
            continue
        try:
            answer = worker.wire.recv()
        except (EOFError, ConnectionResetError):
            waiting.append(_after_death(worker.task, worker.place[0]))
            _stop(worker)
            workers[number] = _start(context, job)
            continue
        worker.task = None
        if isinstance(answer, BaseException):
            raise answer
        yield answer


def _after_death(task: _Task, place: int) -> _Task:
    """Blame the item in hand at the second death; a first one may have come from outside."""
    if place == _NO_ITEM or place in task.poison:
        _blame_nobody(task, place)
    elif task.suspect == place:
        task.poison[place] = Unreadable.DECODER_CRASH
        place = _NOBODY
    task.suspect = place
    return task


def _after_kill(task: _Task, place: int) -> _Task:
    """Leave out the item that made no progress; if there was none in hand, try once more."""
    if place == _NO_ITEM or place in task.poison:
        _blame_nobody(task, place)
        task.suspect = place
    else:
        task.poison[place] = Unreadable.TIMEOUT
    return task


def _blame_nobody(task: _Task, place: int) -> None:
    if task.suspect == place:
        raise IncompleteError(
            f"a worker died or hung twice on unit {task.planned.id} without an item in hand",
            hint=_FREE,
        )
