"""Does an audit need more memory for a larger dataset?

The same audit runs over 1,000 and over 100,000 small pictures, once as a folder and once as
WebDataset tars; the largest sum of resident memory of the whole process tree is sampled from /proc.
Pages of the mapped snapshot and of libraries count once per process that touched them, so the
anonymous memory, which nobody shares, is shown too.
"""

import io
import os
import shutil
import subprocess
import tarfile
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from audits import Setup
from measure import Report, Row, parser
from PIL import Image
from snapshots import random_snapshot

QUESTION = "Does an audit need more memory for a larger dataset?"
SMALL, LARGE, QUICK = 1_000, 100_000, 3_000
SHARD = 1_000
DRAWN = 500
"""Different pictures; a JPEG comment makes every file different."""
ENTRIES = 100_000
INTERVAL = 0.02
"""Seconds between samples; a peak that is shorter is not seen."""
TARGET_RATIO = 1.2
"""`independent of the dataset's size`: less than a fifth more for a hundred times the items."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Peak:
    """The largest sums over a process tree, in bytes."""

    resident: int = 0
    anonymous: int = 0
    processes: int = 0
    seconds: float = 0.0


def _tree(root: int) -> list[int]:
    """Return the ids of a process and of its descendants."""
    found = [root]
    for pid in found:
        try:
            for task in Path(f"/proc/{pid}/task").iterdir():
                found += [int(x) for x in (task / "children").read_text(encoding="ascii").split()]
        except OSError:
            continue
    return found


def _memory(pid: int) -> tuple[int, int]:
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0, 0
    sizes = {x.split(":")[0]: int(x.split()[1]) << 10 for x in lines if x.startswith(("VmRSS", "RssAnon"))}
    return sizes.get("VmRSS", 0), sizes.get("RssAnon", 0)


def watch(command: list[str], env: dict[str, str]) -> Peak:
    """Run a command to its end and return the peaks of its process tree.

    Raises:
        RuntimeError: the command failed; an audit that found something (1) did not.
    """
    peak, start = Peak(), time.perf_counter()
    with (
        tempfile.TemporaryFile() as noise,
        subprocess.Popen(  # noqa: S603 - our own command
            command, stdout=noise, stderr=noise, env=os.environ | env
        ) as process,
    ):
        while process.poll() is None:
            seen = [_memory(pid) for pid in _tree(process.pid)]
            peak = Peak(
                resident=max(peak.resident, sum(r for r, _ in seen)),
                anonymous=max(peak.anonymous, sum(a for _, a in seen)),
                processes=max(peak.processes, len(seen)),
            )
            time.sleep(INTERVAL)
        if process.returncode not in (0, 1):
            noise.seek(0)
            raise RuntimeError(f"audit ended with {process.returncode}: {noise.read()[-2000:]!r}")
    return Peak(
        resident=peak.resident,
        anonymous=peak.anonymous,
        processes=peak.processes,
        seconds=time.perf_counter() - start,
    )


def _drawn() -> list[bytes]:
    generator = np.random.default_rng(7)
    files = []
    for _ in range(DRAWN):
        noise = generator.integers(0, 256, (6, 6, 3), dtype=np.uint8)
        buffer = io.BytesIO()
        Image.fromarray(noise).resize((72, 72), Image.Resampling.BICUBIC).save(buffer, "JPEG", quality=85)
        files.append(buffer.getvalue())
    return files


def _files(count: int) -> Iterator[tuple[str, bytes]]:
    """Yield different JPEG files: a comment segment with the number stands after the first marker."""
    drawn = _drawn()
    for number in range(count):
        base = drawn[number % len(drawn)]
        comment = b"\xff\xfe\x00\x0a" + b"%08d" % number
        yield f"{number:08d}.jpg", base[:2] + comment + base[2:]


def make(directory: Path, count: int, kind: str) -> Path:
    """Write `count` files as a folder or as tars, unless they are there."""
    place = directory / f"{kind}-{count}"
    if (place / ".done").is_file():
        return place / "data"
    shutil.rmtree(place, ignore_errors=True)
    (place / "data").mkdir(parents=True)
    shard: tarfile.TarFile | None = None
    for number, (name, data) in enumerate(_files(count)):
        if kind == "folder":
            path = place / "data" / f"{number // SHARD:05d}" / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(data)
            continue
        if number % SHARD == 0:
            if shard is not None:
                shard.close()
            shard = tarfile.open(place / "data" / f"{number // SHARD:05d}.tar", "w")  # noqa: SIM115
        member = tarfile.TarInfo(name)
        member.size = len(data)
        if shard is not None:
            shard.addfile(member, io.BytesIO(data))
    if shard is not None:
        shard.close()
    (place / ".done").touch()
    return place / "data"


def _row(kind: str, counts: tuple[int, int], small: Peak, large: Peak) -> Row:
    return Row(
        measure=f"peak memory of the tree, {kind}, {counts[1]:,} against {counts[0]:,} items",
        ours=f"{large.resident / 2**20:.0f} MiB ({large.anonymous / 2**20:.0f} anonymous)",
        peer=f"itself, small: {small.resident / 2**20:.0f} MiB ({small.anonymous / 2**20:.0f} anonymous)",
        value=large.resident / small.resident if large.processes == small.processes else None,
        target=TARGET_RATIO,
        better="less",
    )


def main() -> None:
    """Measure and report."""
    options = parser(QUESTION)
    options.add_argument("--jobs", type=int, default=1, help="1: a small dataset has work for one only")
    given = options.parse_args()
    counts = (SMALL, QUICK if given.quick else LARGE)
    snapshot = random_snapshot(given.cache, 10_000 if given.quick else ENTRIES)
    setup = Setup(cache=given.cache, snapshot=snapshot, jobs=given.jobs)
    report = Report(name="memory", question=QUESTION, quick=given.quick)
    report.notes.append(
        f"{given.jobs} worker, snapshot of random fingerprints; sampled every {INTERVAL * 1000:.0f} ms."
    )
    for kind in ("folder", "tar"):
        peaks = []
        for count in counts:
            data = make(given.cache / "memory", count, kind)
            with tempfile.TemporaryDirectory() as scratch:
                run = Path(scratch) / "run"
                peaks.append(watch(setup.command(data, run), setup.environment))
        report.rows.append(_row(kind, counts, *peaks))
        report.raw[kind] = {
            str(count): {
                "resident": p.resident,
                "anonymous": p.anonymous,
                "processes": p.processes,
                "seconds": p.seconds,
            }
            for count, p in zip(counts, peaks, strict=True)
        }
    report.finish(given.results or given.cache / "results")


if __name__ == "__main__":
    main()
