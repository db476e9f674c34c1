"""The same steps as an audit's, called by hand: what the work itself costs, without a runner.

`loop` starts a process of this file that waits for folders, goes through each with one of STEPS on
several processes, and says what that cost. It stays alive, so that an index is built only once.
"""

import csv
import itertools
import json
import multiprocessing
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import simplejpeg
from measure import Cost

from sekisho import fingerprint, match
from sekisho.fingerprint import look, pdq
from sekisho.match import match_pictures
from sekisho.media import Limits, frames, sniff
from sekisho.policy import read_policy

__all__ = ["ROTATIONS", "STEPS", "fingerprint_bytes", "fingerprint_file", "loop"]

CHUNK = 64
ROTATIONS = {
    "none": 'base = "opt-in"\nname = "upright only"\n\n[match]\nrotations = "none"\n',
    "all": 'base = "opt-in"\n',
}
"""Policies that differ in one thing: are the seven turned pictures searched."""

Rows = Sequence[tuple[str, ...]]
Step = Callable[[Sequence[Path]], Rows]
"""What is done with some files; the rows that it returns are written out."""


def fingerprint_bytes(data: bytes) -> tuple[bytes, int]:
    """Return the PDQ and quality of a picture of one frame, by our decoder and our hash."""
    (frame,) = frames(data, sniff(data) or "")
    return pdq(frame)


def fingerprint_file(path: Path) -> tuple[bytes, bytes]:
    """Return the SHA-256 and the PDQ of a file, to register it."""
    made = look(path.read_bytes(), limits=Limits(), turned=False).fingerprint
    return made.sha256, made.pdq or b""


def _ours(snapshot: Path, rotations: str) -> Step:
    """Read, look (SHA-256, decode, hash) and match with our functions, in batches."""
    from snapshots import mapped  # noqa: PLC0415

    fingerprint.warm_up()
    match.warm_up()
    opened, policy = mapped(snapshot), read_policy(ROTATIONS[rotations], rotations)
    turned = policy.rotations is not None

    def step(paths: Sequence[Path]) -> Rows:
        looks = [look(path.read_bytes(), limits=Limits(), turned=turned) for path in paths]
        match_pictures(looks, opened, policy)
        return ()

    return step


def decode(_snapshot: Path, _entries: int) -> Step:
    """Read and decode: the bare loop that nothing which looks at pixels can beat."""

    def step(paths: Sequence[Path]) -> Rows:
        for path in paths:
            simplejpeg.decode_jpeg(path.read_bytes(), "RGB")
        return ()

    return step


def steps_none(snapshot: Path, _entries: int) -> Step:
    """Take our own steps without a runner, upright only."""
    return _ours(snapshot, "none")


def steps_all(snapshot: Path, _entries: int) -> Step:
    """Take our own steps without a runner, in all eight orientations."""
    return _ours(snapshot, "all")


def script(_snapshot: Path, entries: int) -> Step:
    """Make the straightforward script: threatexchange's hash, then its index, for every file."""
    import faiss  # noqa: PLC0415
    from snapshots import random_hashes  # noqa: PLC0415
    from threatexchange.signal_type.pdq.signal import PdqSignal  # noqa: PLC0415

    faiss.omp_set_num_threads(1)
    index = PdqSignal.get_index_cls()(
        (row.tobytes().hex(), number) for number, row in enumerate(random_hashes(entries))
    )

    def one(path: Path) -> tuple[str, str, str]:
        signal = PdqSignal.hash_from_bytes(path.read_bytes())
        matches = index.query(signal) if signal else []
        return path.name, signal, " ".join(str(match.metadata) for match in matches)

    return lambda paths: [one(path) for path in paths]


STEPS = {"decode": decode, "steps-none": steps_none, "steps-all": steps_all, "script": script}

_STEP: list[Step] = []


def _do(paths: Sequence[Path]) -> Rows:
    return _STEP[0](paths)


def _go_through(folder: Path, jobs: int) -> dict[str, float]:
    """Take the made step over all files of a folder; forked processes share what it holds."""
    start, before = time.perf_counter(), _spent()
    files = sorted(folder.rglob("*.jpg"))
    chunks = [files[at : at + CHUNK] for at in range(0, len(files), CHUNK)]
    with (
        multiprocessing.get_context("fork").Pool(jobs) as pool,
        Path(os.devnull).open("w", encoding="utf-8") as sink,
    ):
        rows = itertools.chain.from_iterable(pool.imap(_do, chunks))
        csv.writer(sink).writerows(rows)
        pool.close()
        pool.join()
    return {"wall": time.perf_counter() - start, "cpu": _spent() - before}


def _spent() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)


@contextmanager
def loop(name: str, snapshot: Path, *, entries: int, jobs: int) -> Iterator[Callable[[Path], Cost]]:
    """Start a loop by name and give a function that sends it through a folder."""
    command = [sys.executable, __file__, name, str(snapshot), str(entries), str(jobs)]
    with subprocess.Popen(  # noqa: S603 - this file
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:

        def send(folder: Path) -> Cost:
            if process.stdin is None or process.stdout is None:
                raise RuntimeError("no pipes")
            print(folder, file=process.stdin, flush=True)
            answer = process.stdout.readline()
            if not answer:
                raise RuntimeError(f"the loop {name} ended with {process.wait()}")
            return Cost(**json.loads(answer))

        yield send
        if process.stdin is not None:
            process.stdin.close()


def main() -> None:
    """Answer folders on the standard input with costs on the standard output."""
    name, snapshot, entries, jobs = sys.argv[1:]
    _STEP.append(STEPS[name](Path(snapshot), int(entries)))
    for line in sys.stdin:
        print(json.dumps(_go_through(Path(line.rstrip("\n")), int(jobs))), flush=True)


if __name__ == "__main__":
    main()
