"""How much cheaper is it to decide a run again than to audit the dataset again?

Both are whole commands, from the start of the interpreter to the sealed run, on the same files and
the same edition: a base of a million entries and a delta of a thousand. Contestants, in turn:

* full: `sekisho audit DATASET` against the edition with the delta;
* again, delta: `sekisho audit --again RUN`, where RUN was made against the base alone;
* again, searched: the same with another radius, so that everything is searched anew.

Deciding again costs little for an item, so that start-up is much of it: the number of files decides
how much. Both sizes are in the table, and the cost per item without start-up beside them.
"""

import itertools
import shutil
import tempfile
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import bench_audit
from audits import Setup, ended
from measure import Cost, Report, Row, alternate, parser, ratios, run_command, steady, typical
from snapshots import mapped, next_delta, random_snapshot

QUESTION = "How much cheaper is it to decide a run again than to audit the dataset again?"
TARGET = 10.0
SIDE = 512
FILES, COPIES = 6000, 20
"""Different files, and how often each is in the larger dataset: the cost is the same, the disk holds less."""
ENTRIES, ADDED = 1_000_000, 1000
OTHER_RADIUS = 'base = "opt-in"\nname = "radius 30"\n\n[match]\nradius = 30\n'


@dataclass(frozen=True, slots=True, kw_only=True)
class Commands:
    """The commands of one dataset, each into a RUN that is thrown away."""

    setup: Setup
    scratch: Path
    other: Path
    number: "itertools.count[int]"

    def run(self, command: list[str], run: Path) -> Cost:
        """Run a command to its end.

        Raises:
            RuntimeError: the run was not finished.
        """
        cost = run_command(command, env=self.setup.environment)
        if not ended(run):
            raise RuntimeError(f"no seal in {run}")
        return cost

    def full(self, data: Path) -> Cost:
        """Audit the dataset."""
        run = self.scratch / f"full-{next(self.number)}"
        cost = self.run(self.setup.command(data, run), run)
        shutil.rmtree(run)
        return cost

    def again(self, parent: Path, *, searched: bool) -> Cost:
        """Decide a run again."""
        run = self.scratch / f"again-{next(self.number)}"
        setup = replace(self.setup, policy=self.other if searched else None)
        command = setup.command(parent, run)
        place = command.index(str(parent))
        cost = self.run([*command[:place], "--again", *command[place:]], run)
        shutil.rmtree(run)
        return cost


def _multiplied(folder: Path, source: Path, copies: int) -> Path:
    """Link every file several times."""
    shutil.rmtree(folder, ignore_errors=True)
    for copy in range(copies):
        for number, path in enumerate(sorted(source.rglob("*.jpg"))):
            place = folder / f"{copy}-{number // 1000:03d}" / path.name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.hardlink_to(path)
    return folder


def _each(costs: list[Cost], items: int) -> str:
    middle = typical(costs)
    return f"{middle.wall:.1f} s ({middle.cpu:.1f} s CPU, {middle.cpu / items * 1e6:,.0f} us an item)"


def measure(
    report: Report, commands: Commands, data: dict[int, Path], parents: dict[int, Path], passes: int
) -> None:
    """Measure all contestants on both sizes and add the lines."""
    runs = {}
    for count, folder in data.items():
        runs[f"full {count}"] = partial(commands.full, folder)
        runs[f"delta {count}"] = partial(commands.again, parents[count], searched=False)
        runs[f"searched {count}"] = partial(commands.again, parents[count], searched=True)
    costs = alternate(runs, passes)
    names = {"delta": "an edition with a delta", "searched": "other rules, everything searched anew"}
    for count, (kind, name) in itertools.product(data, names.items()):
        full, again = costs[f"full {count}"], costs[f"{kind} {count}"]
        gain = ratios(full, again)
        report.rows.append(
            Row(
                measure=f"decide again, {name}, {count:,} files of {SIDE} px, whole command",
                ours=_each(again, count),
                peer=f"full audit {_each(full, count)}",
                value=gain.wall,
                cpu=gain.cpu,
                target=TARGET if kind == "delta" and count == max(data) else None,
            )
        )
    small, large = min(data), max(data)
    for kind, name in names.items():
        pairs = [steady(costs[f"{k} {small}"], costs[f"{k} {large}"], large - small) for k in ("full", kind)]
        gain, middle = ratios(*pairs), typical(pairs[1])
        report.rows.append(
            Row(
                measure=f"decide again, {name}, for each item more",
                ours=f"{middle.cpu * 1e6:,.0f} us CPU",
                peer=f"full audit {typical(pairs[0]).cpu * 1e6:,.0f} us CPU",
                value=gain.wall,
                cpu=gain.cpu,
            )
        )
    report.raw["seconds"] = {
        name: {"wall": [c.wall for c in seen], "cpu": [c.cpu for c in seen]} for name, seen in costs.items()
    }


def _edition(cache: Path, entries: int) -> Path:
    """Return a base in a folder of its own, without the deltas of an earlier run of this file."""
    snapshot = random_snapshot(cache.parent, entries)
    edition = cache / snapshot.name
    for path in (edition, edition.with_name(f"{edition.name}.1")):
        path.unlink(missing_ok=True)
    edition.hardlink_to(snapshot)
    return edition


def _commands(cache: Path, scratch: Path, edition: Path, jobs: int) -> Commands:
    """Return the commands, with a home that has seen no edition yet: the base comes before its delta."""
    other, home = cache / "radius.toml", cache / "own"
    other.write_text(OTHER_RADIUS, encoding="utf-8")
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir()
    setup = Setup(cache=home, snapshot=edition, jobs=jobs)
    return Commands(setup=setup, scratch=scratch, other=other, number=itertools.count())


def main() -> None:
    """Measure and report."""
    options = parser(QUESTION)
    options.add_argument("--files", type=int, help=f"different files (default {FILES}, quick 300)")
    options.add_argument("--entries", type=int, help=f"registered prints (default {ENTRIES}, quick 20000)")
    options.add_argument("--jobs", type=int, default=2, help="processes of every contestant (default 2)")
    given = options.parse_args()
    files = given.files or (300 if given.quick else FILES)
    entries = given.entries or (20_000 if given.quick else ENTRIES)
    cache = given.cache / "again"
    made = bench_audit.make(given.cache, SIDE, (files, files // 3, files // 10, files // 30))
    data = {files: made.whole, files * COPIES: _multiplied(cache / f"data-{files}", made.whole, COPIES)}
    edition = _edition(cache, entries)
    report = Report(name="again", question=QUESTION, quick=given.quick)
    with tempfile.TemporaryDirectory(dir=cache) as scratch:
        commands = _commands(cache, Path(scratch), edition, given.jobs)
        parents = {count: Path(scratch) / f"parent-{count}" for count in data}
        for count, folder in data.items():
            commands.run(commands.setup.command(folder, parents[count]), parents[count])
        edition.with_name(f"{edition.name}.1").write_bytes(next_delta(mapped(edition), ADDED, 1))
        measure(report, commands, data, parents, given.passes or (1 if given.quick else 3))
    report.notes.append(f"{made.note} The larger dataset has each of them {COPIES} times.")
    report.notes.append(
        f"An edition of {entries:,} fingerprints and a delta of {ADDED:,}; {given.jobs} processes, one where "
        "up to 50,000 items are decided again; page cache warm."
    )
    report.finish(given.results or given.cache / "results")


if __name__ == "__main__":
    main()
