"""How near is a whole audit to the speed at which the same files can be decoded?

Every contestant goes through the same folder twice per pass, once all of it and once a part; the
difference divided by the files between is its cost per item, so that start-up (interpreter,
kernels, opening the snapshot, planning) is out on every side. Contestants, each on `--jobs` processes:

* audit: the real command, from `sekisho audit` to the sealed run, a million entries;
* decode: a bare loop that reads and decodes with simplejpeg;
* steps: a bare loop over our own reading, decoding, hashing and matching, so that audit - steps is
  what planning, supervising, deciding and writing Parquet cost (runner overhead, CPU time);
* script: a bare loop of threatexchange's hash and a query of its index of a million entries.
"""

import itertools
import json
import os
import shutil
import statistics
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import corpus
from audits import Setup, ended
from measure import Cost, Report, Row, alternate, parser, ratios, run_command, steady, typical
from pipeline import ROTATIONS, fingerprint_file, loop
from snapshots import random_snapshot

QUESTION = "How near is a whole audit to the speed at which the same files can be decoded?"
DECODE_TARGET = {
    ("none", 512): 62.0,
    ("none", 1024): 77.0,
    ("all", 512): 58.0,
    ("all", 1024): 73.0,
}
SCRIPT_TARGET = 5.0
ENTRIES = 1_000_000
FILES, PART = 6000, 2000
"""Multiples of a folder unit (1,000 files) times the cores, so that no process idles at the end."""
SCRIPT_FILES, SCRIPT_PART = 600, 200
PLANTED = 0.01
"""Share of the files that are registered, so that some findings are made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Data:
    """Folders of one size of pictures, hard links to the same files: part is an even sample of whole."""

    whole: Path
    part: Path
    script_whole: Path
    script_part: Path
    note: str


def _linked(files: list[Path], folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    for number, path in enumerate(files):
        place = folder / f"{number // 1000:03d}" / path.name
        place.parent.mkdir(parents=True, exist_ok=True)
        os.link(path, place)
    return folder


def make(cache: Path, side: int, counts: tuple[int, int, int, int]) -> Data:
    """Make the pictures and the folders."""
    whole, part, script_whole, script_part = counts
    made = corpus.build(cache / f"audit-{side}-{whole}", side=side, count=whole)
    files = made.files
    folder = cache / f"audit-{side}-{whole}"
    for path in files:
        path.read_bytes()  # into the page cache
    return Data(
        whole=made.directory,
        part=_linked(files[:: whole // part], folder / "part"),
        script_whole=_linked(files[:: whole // script_whole], folder / "script-whole"),
        script_part=_linked(files[:: whole // script_part], folder / "script-part"),
        note=made.note,
    )


class Audit:
    """Runs of the command, each into a directory of its own that is thrown away."""

    def __init__(self, scratch: Path, setup: Setup) -> None:
        self.number = itertools.count()
        self.scratch, self.setup = scratch, setup
        self.outcomes: dict[str, int] = {}
        self.units: dict[str, int] = {}

    def __call__(self, data: Path) -> Cost:
        """Audit a folder and return what it cost.

        Raises:
            RuntimeError: the run was not finished.
        """
        run = self.scratch / f"run-{next(self.number)}"
        cost = run_command(self.setup.command(data, run), env=self.setup.environment)
        if not ended(run):
            raise RuntimeError(f"no seal in {run}")
        totals = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
        self.outcomes = totals["totals"]["outcomes"]
        self.units[data.name] = len(totals["units"])
        shutil.rmtree(run)
        return cost

    @property
    def even(self) -> bool:
        """Tell whether both folders kept all workers busy; else start-up is not the same in both."""
        return all(count % self.setup.jobs == 0 for count in self.units.values())


Contestant = Callable[[Path], Cost]


def _steady(contestants: dict[str, Contestant], data: Data, passes: int) -> dict[str, list[Cost]]:
    """Return every contestant's cost per item, start-up taken out, for each pass."""
    runs: dict[str, Callable[[], object]] = {}
    counts: dict[str, int] = {}
    for name, contestant in contestants.items():
        script = name == "script"
        large, small = (data.script_whole, data.script_part) if script else (data.whole, data.part)
        runs[f"{name} whole"], runs[f"{name} part"] = partial(contestant, large), partial(contestant, small)
        counts[name] = sum(1 for _ in large.rglob("*.jpg")) - sum(1 for _ in small.rglob("*.jpg"))
    costs = alternate(runs, passes)
    return {name: steady(costs[f"{name} part"], costs[f"{name} whole"], n) for name, n in counts.items()}


def _each(costs: list[Cost]) -> str:
    middle = typical(costs)
    return f"{1 / middle.wall:,.0f} items/s ({middle.cpu * 1e6:,.0f} us CPU)"


def _rows(side: int, rotations: str, costs: dict[str, list[Cost]], *, even: bool) -> list[Row]:
    ours, steps = costs[f"audit {rotations}"], costs[f"steps {rotations}"]
    share, gain = ratios(costs["decode"], ours), ratios(costs["script"], ours)
    # Whoever does more can not cost less: such a difference is noise, not a result.
    sound = even and 0 < typical(costs["decode"]).cpu < typical(ours).cpu and typical(ours).wall > 0
    name = f"{side} px, rotations {rotations}"
    middle = statistics.median((a.cpu - b.cpu) * 1e6 for a, b in zip(ours, steps, strict=True))
    return [
        Row(
            measure=f"audit, {name}, share of bare decoding",
            ours=_each(ours),
            peer=f"simplejpeg loop {_each(costs['decode'])}",
            value=100 * share.wall if sound else None,
            cpu=100 * share.cpu if sound else None,
            unit="%",
            target=DECODE_TARGET.get((rotations, side)),
        ),
        Row(
            measure=f"audit, {name}, against a script",
            ours=_each(ours),
            peer=f"threatexchange script {_each(costs['script'])}",
            value=gain.wall if sound else None,
            cpu=gain.cpu if sound else None,
            target=SCRIPT_TARGET,
        ),
        Row(
            measure=f"audit, {name}, runner overhead per item",
            ours=_each(ours),
            peer=f"the same steps in a bare loop {_each(steps)}",
            value=middle if sound and middle > 0 else None,
            unit="us",
        ),
    ]


def measure(report: Report, side: int, data: Data, given: "Settings") -> None:
    """Measure all contestants on one size of pictures and add the lines."""
    files = sorted(data.whole.rglob("*.jpg"))
    planted = [fingerprint_file(path) for path in files[:: round(1 / PLANTED)]]
    snapshot = random_snapshot(given.cache, given.entries, planted)
    looped = partial(loop, snapshot=snapshot, entries=given.entries, jobs=given.jobs)
    with ExitStack() as stack:
        enter = stack.enter_context
        scratch = enter(tempfile.TemporaryDirectory(dir=given.cache))
        contestants: dict[str, Contestant] = {
            "decode": enter(looped("decode")),
            "script": enter(looped("script")),
        }
        audits = {}
        for rotations, text in ROTATIONS.items():
            policy = given.cache / f"rotations-{rotations}.toml"
            policy.write_text(text, encoding="utf-8")
            setup = Setup(cache=given.cache, snapshot=snapshot, jobs=given.jobs, policy=policy)
            audits[rotations] = Audit(Path(scratch), setup)
            contestants[f"audit {rotations}"] = audits[rotations]
            contestants[f"steps {rotations}"] = enter(looped(f"steps-{rotations}"))
        costs = _steady(contestants, data, given.passes)
    for rotations in ROTATIONS:
        report.rows += _rows(side, rotations, costs, even=audits[rotations].even)
    outcomes = ", ".join(f"{name} {count}" for name, count in audits["all"].outcomes.items())
    report.notes.append(f"{data.note} Last run: {outcomes}.")
    units = audits["all"].units
    report.notes.append(f"Units of work, whole and part: {units}.".translate(dict.fromkeys(map(ord, "{}'"))))
    report.raw[f"seconds per item, {side} px"] = {
        name: {"wall": [c.wall for c in seen], "cpu": [c.cpu for c in seen]} for name, seen in costs.items()
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What was asked for on the command line."""

    cache: Path
    entries: int
    jobs: int
    passes: int


def main() -> None:
    """Measure and report."""
    options = parser(QUESTION)
    options.add_argument("--sides", type=int, nargs="+", help="pixels (default 512 1024, quick 512)")
    options.add_argument("--files", type=int, help=f"files of a folder (default {FILES}, quick 400)")
    options.add_argument("--entries", type=int, help=f"registered prints (default {ENTRIES}, quick 20000)")
    options.add_argument("--jobs", type=int, default=2, help="processes of every contestant (default 2)")
    given = options.parse_args()
    files = given.files or (400 if given.quick else FILES)
    settings = Settings(
        cache=given.cache,
        entries=given.entries or (20_000 if given.quick else ENTRIES),
        jobs=given.jobs,
        passes=given.passes or (1 if given.quick else 5),
    )
    counts = (files, files * PART // FILES, files * SCRIPT_FILES // FILES, files * SCRIPT_PART // FILES)
    report = Report(name="audit", question=QUESTION, quick=given.quick)
    for side in given.sides or ([512] if given.quick else [512, 1024]):
        measure(report, side, make(given.cache, side, counts), settings)
    report.notes.append(
        f"{settings.entries:,} registered fingerprints; {settings.jobs} processes each; "
        "start-up taken out by two sizes of folder; page cache warm."
    )
    report.finish(given.results or given.cache / "results")


if __name__ == "__main__":
    main()
