"""Measure contestants in turn and say the result the same way in every benchmark.

Rules: all contestants of a comparison run in the same process of the same run, one after the
other, in an order that rotates from pass to pass; what counts is the median over the passes of
the ratio *within* a pass, so that a neighbour's load that comes and goes meets both. A target is
met only if it is met by the wall clock and by CPU time.
"""

import argparse
import gc
import importlib.metadata
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

__all__ = [
    "CACHE",
    "Cost",
    "Report",
    "Row",
    "alternate",
    "machine",
    "parser",
    "ratios",
    "run_command",
    "sekisho",
    "steady",
    "table",
    "typical",
]

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "sekisho-bench"
"""Pictures, snapshots and results; nothing of it belongs into the repository."""

WHOLE = 100
"""From here on a number is shown without decimals."""
PACKAGES = (
    "numpy",
    "numba",
    "simplejpeg",
    "Pillow",
    "pyarrow",
    "pdqhash",
    "threatexchange",
    "faiss-cpu",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Seconds, by the wall clock and of the processor (all threads and waited-for children)."""

    wall: float
    cpu: float

    def per(self, count: int) -> "Cost":
        """Divide by a number of items."""
        return Cost(wall=self.wall / count, cpu=self.cpu / count)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a result.

    Attributes:
        ours, peer: what was measured, with its unit, ready to print.
        value: what the target speaks of, by the wall clock; None if it was not measured.
        cpu: the same by CPU time; None where CPU time means nothing (bytes, recall).
        target: None for a line that only informs.
        better: whether the target is a lower or an upper bound.
    """

    measure: str
    ours: str
    peer: str = ""
    value: float | None
    cpu: float | None = None
    unit: str = "x"
    target: float | None = None
    better: Literal["more", "less"] = "more"

    @property
    def verdict(self) -> str:
        """Say pass, FAIL, not measured, or nothing where there is no target."""
        if self.target is None:
            return ""
        if self.value is None:
            return "not measured"
        known = [v for v in (self.value, self.cpu) if v is not None]
        met = min(known) >= self.target if self.better == "more" else max(known) <= self.target
        return "pass" if met else "FAIL"


@dataclass(slots=True, kw_only=True)
class Report:
    """Everything one benchmark found out."""

    name: str
    question: str
    quick: bool
    rows: list[Row] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    raw: dict[str, Any] = field(default_factory=dict)

    def finish(self, results: Path) -> None:
        """Print the table and write the JSON file."""
        results.mkdir(parents=True, exist_ok=True)
        document = {**asdict(self), "machine": machine(), "on": time.strftime("%Y-%m-%d")}
        for row, shown in zip(self.rows, document["rows"], strict=True):
            shown["verdict"] = row.verdict
        path = results / f"{self.name}.json"
        path.write_text(json.dumps(document, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        print(f"\n## {self.question}\n\n{table(document['rows'])}")
        for note in self.notes:
            print(f"\n{note}")


def _number(value: float | None, unit: str) -> str:
    if value is None:
        return ""
    shown = f"{value:.0f}" if abs(value) >= WHOLE else f"{value:.3g}"
    return shown + ("x" if unit == "x" else f" {unit}" if unit else "")


def table(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return rows, as `Report.finish` writes them, as a Markdown table."""
    lines = [
        "| measure | ours | peer | by wall | by CPU | target | |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        unit = row["unit"]
        sign = "≥" if row["better"] == "more" else "≤"
        target = (
            "" if row["target"] is None else f"{sign} {row['target']:g} {unit}".replace(" x", "x").strip()
        )
        cells = (
            row["measure"],
            row["ours"],
            row["peer"],
            _number(row["value"], unit),
            _number(row["cpu"], unit),
            target,
            row["verdict"],
        )
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def alternate(
    contestants: Mapping[str, Callable[[], object]], passes: int, *, per: int = 1
) -> dict[str, list[Cost]]:
    """Run every contestant once per pass, the order rotating, and return the cost of each pass.

    A contestant that returns a `Cost` has measured itself (another process). Each runs once more
    before, unmeasured, so that compilation and cold caches are out. Costs are divided by `per`.
    """
    names = list(contestants)
    costs: dict[str, list[Cost]] = {name: [] for name in names}
    for turn in range(-1, passes):
        shift = turn % len(names)
        for name in names[shift:] + names[:shift]:
            gc.collect()
            wall, cpu = time.perf_counter(), time.process_time()
            outcome = contestants[name]()
            own = Cost(wall=time.perf_counter() - wall, cpu=time.process_time() - cpu)
            if turn >= 0:
                costs[name].append((outcome if isinstance(outcome, Cost) else own).per(per))
    return costs


def typical(costs: Sequence[Cost]) -> Cost:
    """Return the median cost."""
    return Cost(wall=statistics.median(c.wall for c in costs), cpu=statistics.median(c.cpu for c in costs))


def ratios(above: Sequence[Cost], below: Sequence[Cost]) -> Cost:
    """Return the median over the passes of `above / below`, by wall clock and by CPU time."""
    pairs = list(zip(above, below, strict=True))
    return Cost(
        wall=statistics.median(a.wall / b.wall for a, b in pairs),
        cpu=statistics.median(a.cpu / b.cpu for a, b in pairs),
    )


def steady(small: Sequence[Cost], large: Sequence[Cost], items: int) -> list[Cost]:
    """Return the cost per item without start-up: (large - small) / the items between, per pass.

    With too few items it is noise, and may even be negative.
    """
    return [
        Cost(wall=(b.wall - a.wall) / items, cpu=(b.cpu - a.cpu) / items)
        for a, b in zip(small, large, strict=True)
    ]


def run_command(
    command: Sequence[str], *, expect: Sequence[int] = (0,), env: Mapping[str, str] | None = None
) -> Cost:
    """Run a command and return what it and all its descendants cost (see account.py).

    Raises:
        RuntimeError: another exit code than expected, with the end of what it printed.
    """
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, str(Path(__file__).with_name("account.py")), *command],
        env={**os.environ, **(env or {})},
        capture_output=True,
        text=True,
        check=True,
    )
    said, _, last = done.stderr.rstrip("\n").rpartition("\n")
    told = json.loads(last)
    if told["code"] not in expect:
        raise RuntimeError(f"{command[:6]} ended with {told['code']}: {said[-2000:]}")
    return Cost(wall=told["wall"], cpu=told["cpu"])


def sekisho() -> list[str]:
    """Return how to call sekisho: the installed script beside this Python, or the module."""
    script = shutil.which("sekisho", path=str(Path(sys.executable).parent))
    return [script] if script else [sys.executable, "-m", "sekisho"]


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((x.split(":", 1)[1].strip() for x in lines if x.startswith("model name")), "unknown")


def _vectors() -> str:
    try:
        flags = set(Path("/proc/cpuinfo").read_text(encoding="utf-8").split())
    except OSError:
        return "unknown"
    return ", ".join(f for f in ("avx2", "avx512f", "avx512_vpopcntdq", "sha_ni") if f in flags) or "none"


def machine() -> dict[str, str]:
    """Describe the machine: processor, cores, memory, system and versions; no names, no paths."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    versions = {}
    for name in PACKAGES:
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return {
        "processor": _processor(),
        "vectors": _vectors(),
        "cores": str(os.cpu_count()),
        "memory": f"{memory / 2**30:.0f} GiB",
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        **versions,
    }


def parser(question: str) -> argparse.ArgumentParser:
    """Return a parser with the options that all benchmarks share."""
    made = argparse.ArgumentParser(description=question)
    made.add_argument("--quick", action="store_true", help="small sizes, to see that it runs")
    made.add_argument("--passes", type=int, default=None, help="measured passes (default 5, quick 2)")
    made.add_argument("--cache", type=Path, default=CACHE, help="where pictures and snapshots are kept")
    made.add_argument("--results", type=Path, default=None, help="where the JSON goes (CACHE/results)")
    return made
