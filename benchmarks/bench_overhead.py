"""What does a unit of the audit cost beyond reading, hashing and searching its items?

In one process and over the same files, in turns: `audit.work.do_unit` (the real thing: it resolves
permissions, decides, digests, writes Parquet, clean list and commit), and a bare loop over the same
reading, looking and searching in the same batches. The difference is the runner's overhead; what a
worker and its supervisor say to each other is one message a unit and not in it.
"""

import statistics
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path

import corpus
from measure import Report, Row, parser
from snapshots import REGISTRY, random_snapshot

from sekisho.audit.job import Job, Planned, plan
from sekisho.audit.work import BATCH, do_unit
from sekisho.check import look_at
from sekisho.match import match_pictures, warm_up
from sekisho.media import Limits
from sekisho.model import Purpose, Registrant, Use
from sekisho.policy import shipped_policy
from sekisho.snapshot import Snapshot
from sekisho.store.datasets import open_datasets
from sekisho.store.runs import RunDirectory
from sekisho.store.snapshot_file import SnapshotFile

QUESTION = "What does a unit of the audit cost beyond reading, hashing and searching its items?"
TARGET = 80.0
ENTRIES, QUICK_ENTRIES = 1_000_000, 20_000
PASSES = 7


def _job(folder: Path, snapshot: Path, run: Path) -> Job:
    opened = SnapshotFile(
        path=snapshot,
        trusted=frozenset({REGISTRY.key}),
        now=datetime.now(UTC),
        max_age=timedelta.max,
        allow_stale=True,
    )
    operator = Registrant(key=REGISTRY.key)
    return Job(
        sources=open_datasets([folder]),
        files=RunDirectory(run),
        open_snapshot=opened.open,
        snapshot_digest=opened.open().digest,
        policy=shipped_policy("opt-in"),
        use=Use(operator=operator.key, purpose=Purpose.TRAIN, territory="JP", on=date(2026, 11, 22)),
        operator=operator,
        limits=Limits(),
        version="benchmark",
        row_key=bytes(32),
    )


def _whole(job: Job, snapshot: Snapshot, planned: list[Planned]) -> int:
    return sum(do_unit(job, snapshot, unit, {}, lambda _ordinal: None)["rows"] for unit in planned)


def _bare(job: Job, snapshot: Snapshot, planned: list[Planned]) -> int:
    count = 0
    for unit in planned:
        items = iter(job.sources[unit.source].read(unit.unit))
        while looks := [look_at(i, policy=job.policy, limits=job.limits) for i in islice(items, BATCH)]:
            match_pictures([seen.look for seen in looks if seen.look], snapshot, job.policy)
            count += len(looks)
    return count


def _measured(job: Job, passes: int) -> dict[str, list[float]]:
    """Return the CPU microseconds per item of every pass but the first."""
    snapshot, planned = job.open_snapshot(), plan(job)
    cost: dict[str, list[float]] = {"unit": [], "loop": []}
    for _ in range(passes + 1):
        for name, contestant in (("unit", _whole), ("loop", _bare)):
            begun = time.process_time()
            count = contestant(job, snapshot, planned)
            cost[name].append((time.process_time() - begun) / count * 1e6)
    return {name: seen[1:] for name, seen in cost.items()}


def main() -> None:
    """Measure and report."""
    given = parser(QUESTION).parse_args()
    pictures = corpus.build(given.cache / "overhead-512", side=512, count=155 if given.quick else 1000)
    snapshot = random_snapshot(given.cache / "snapshots", QUICK_ENTRIES if given.quick else ENTRIES)
    warm_up()
    with tempfile.TemporaryDirectory() as run:
        cost = _measured(_job(pictures.directory, snapshot, Path(run)), given.passes or PASSES)
    over = statistics.median(unit - loop for unit, loop in zip(cost["unit"], cost["loop"], strict=True))
    report = Report(name="overhead", question=QUESTION, quick=given.quick)
    report.rows.append(
        Row(
            measure="runner overhead per item, 512 px, all rotations",
            ours=f"unit {statistics.median(cost['unit']):.0f} us",
            peer=f"loop {statistics.median(cost['loop']):.0f} us",
            value=over,
            cpu=over,
            unit="us",
            target=TARGET,
            better="less",
        )
    )
    report.raw["us"] = cost
    report.finish(given.results or given.cache / "results")


if __name__ == "__main__":
    main()
