"""The long part of `sekisho fingerprint`: read every file once, in several processes, and remember it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from sekisho.model import Unfingerprintable, Unreadable
from sekisho.registry.fingerprinted import FileLimits, Made, made_of_file, made_of_volume
from sekisho.registry.journal import Done, Stamp, decode_done, encode_done, is_final
from sekisho.store.models import Models
from sekisho.store.prints_journal import Journal
from sekisho.store.workers import Lost, Tick, run_workers
from sekisho.store.works import Work, opened, unchanged

__all__ = ["Fingerprinting", "Watching", "fingerprint_all", "finished", "read_done"]

_TOGETHER = 32
_TOGETHER_BYTES = 32 << 20
"""Pictures that go to a worker at once: enough that the way there and back costs nothing."""


class Watching(Protocol):
    """Whoever wants to know how far it is."""

    def show(self, pages: int, size: int) -> None:
        """Take how many pages and bytes are done in files on their way."""

    def done(self, files: int, pages: int, size: int) -> None:
        """Take what is finished."""


@dataclass(frozen=True, slots=True)
class Fingerprinting:
    """Fingerprint one file in a worker; the answer is its line in the journal, and its pages.

    Attributes:
        limits: what a file may cost, and what is made of it.
        models: encoders; each worker opens them when it meets the first file.
    """

    limits: FileLimits
    models: Models | None = None

    def __call__(self, work: Work, tick: Tick) -> tuple[bytes, int]:
        """Read one file; whatever it holds, there is an answer."""
        made = self._made(work, tick)
        if not unchanged(work):
            problem = Unfingerprintable(reason=Unreadable.CHANGED_WHILE_READ)
            made = Made(problem=problem, volume=work.kind is not None)
        tick(made.count, work.size)
        return encode_done(Done(stamp=_stamp(work), made=made)), made.count

    def _made(self, work: Work, tick: Tick) -> Made:
        def progress(number: int, count: int) -> None:
            tick(number, work.size * number // max(1, count))

        limits = self._limits()
        try:
            with opened(work) as reader:
                if work.kind is None:
                    return made_of_file(work.name, reader, limits)
                return made_of_volume(work.kind, reader, limits, progress)
        except OSError as error:
            problem = Unfingerprintable(reason=Unreadable.IO_ERROR, detail=error.strerror or str(error))
            return Made(problem=problem, volume=work.kind is not None)

    def _limits(self) -> FileLimits:
        if self.models is None:
            return self.limits
        # Encoders need an extra, and are loaded only where they were asked for.
        from sekisho.cli.encoders import opened_encoders  # noqa: PLC0415

        sight = replace(self.limits.sight, encoders=opened_encoders(self.models))
        return replace(self.limits, sight=sight)


def _stamp(work: Work) -> Stamp:
    return Stamp(path=work.path, size=work.size, mtime=work.mtime)


def _tasks(works: Sequence[Work]) -> Iterator[Sequence[Work]]:
    """Cut the work: the largest volumes first, so that none of them is left over at the end."""
    for work in sorted((w for w in works if w.kind is not None), key=lambda w: -w.size):
        yield (work,)
    together: list[Work] = []
    size = 0
    for work in works:
        if work.kind is None:
            together.append(work)
            size += work.size
        if len(together) == _TOGETHER or size > _TOGETHER_BYTES:
            yield tuple(together)
            together, size = [], 0
    if together:
        yield tuple(together)


def _answers(
    works: Sequence[Work], work: Fingerprinting, jobs: int, watching: Watching
) -> Iterator[tuple[Sequence[Work], Sequence[tuple[bytes, int]] | Lost]]:
    """Yield files with their answers as they come; a handful of pictures is not worth other processes."""
    tasks = list(_tasks(works))
    if len(tasks) == 1 and all(w.kind is None for w in works):
        yield works, [work(w, watching.show) for w in works]
    elif tasks:
        preload = ("sekisho.cli.fingerprint.running",)
        yield from run_workers(work, tasks, jobs=jobs, preload=preload, on_progress=watching.show)


def _lines(works: Sequence[Work], answer: Sequence[tuple[bytes, int]] | Lost) -> Sequence[tuple[bytes, int]]:
    if not isinstance(answer, Lost):
        return answer
    problem = Unfingerprintable(reason=answer.reason)
    return [
        (encode_done(Done(stamp=_stamp(w), made=Made(problem=problem, volume=w.kind is not None))), 0)
        for w in works
    ]


def finished(works: Sequence[Work], journal: Journal) -> dict[bytes, int]:
    """Return the place in the journal of each file that an earlier try has finished, by its path."""
    wanted = {(work.path, work.size, work.mtime) for work in works}
    places = {}
    for place, line in journal.lines():
        done = decode_done(line)
        if done is None or not is_final(done):
            continue
        if (done.stamp.path, done.stamp.size, done.stamp.mtime) in wanted:
            places[done.stamp.path] = place
    return places


def fingerprint_all(
    works: Sequence[Work],
    journal: Journal,
    places: dict[bytes, int],
    *,
    limits: FileLimits,
    jobs: int,
    watching: Watching,
    models: Models | None = None,
) -> None:
    """Fingerprint what is not finished yet, and write each answer to the journal as it comes.

    Args:
        works: all files.
        journal: where the answers go.
        places: of what is finished; filled up.
        limits: what a file may cost.
        jobs: worker processes.
        watching: told how far it is.
        models: the encoders of which vectors are made.
    """
    left = tuple({work.path: work for work in works if work.path not in places}.values())
    for done, answer in _answers(left, Fingerprinting(limits, models), jobs, watching):
        lines = _lines(done, answer)
        for work, place in zip(done, journal.append([line for line, _ in lines]), strict=True):
            places[work.path] = place
        watching.done(len(done), sum(pages for _, pages in lines), sum(work.size for work in done))


def read_done(
    works: Sequence[Work], journal: Journal, places: Mapping[bytes, int]
) -> Iterator[tuple[str, bytes, Made]]:
    """Yield name, folder and answer of every file, in the order of the files."""
    for work in works:
        done = decode_done(journal.at(places[work.path]))
        if done is None:
            raise OSError(f"{journal.path} was changed by another program")
        yield work.name, work.folder, done.made
