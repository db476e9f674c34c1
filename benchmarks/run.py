"""Run the benchmarks one after the other and write their tables into one page.

    python benchmarks/run.py [--quick] [--only NAME ...] [--page FILE]
    python benchmarks/run.py --page-only        # only write the page from the results that are there

The page (benchmarks/RESULTS.md) says the machine, the versions and the day, and which results come
from a quick run and must not be quoted. A target that is missed does not make the exit code 1: a
benchmark informs, the tests decide.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from measure import CACHE, table

HERE = Path(__file__).parent
BENCHMARKS = (
    "hash",
    "search",
    "trace",
    "delta",
    "passages",
    "excerpts",
    "personal",
    "audit",
    "again",
    "overhead",
    "texts",
    "memory",
    "share",
    "ledger",
    "rules",
    "startup",
    "pages",
    "copies",
    "manga",
    "film",
    "robots",
    "signals",
    "signal_vectors",
)
INTRODUCTION = """# Measured

Written by `python benchmarks/run.py`; what each line means is in [README.md](README.md). Ours and the
peer were measured in turn in the same run; a ratio is the median over the passes, by the wall clock
and by CPU time, and a target is met only if both meet it.
"""


def _ran(name: str, passed: list[str]) -> bool:
    print(f"\n# bench_{name}", flush=True)
    command = [sys.executable, str(HERE / f"bench_{name}.py"), *passed]
    return subprocess.run(command, check=False).returncode == 0  # noqa: S603 - a file beside this one


def _machine(facts: dict[str, str]) -> str:
    known = ("processor", "vectors", "cores", "memory", "system", "python")
    versions = ", ".join(f"{name} {value}" for name, value in facts.items() if name not in known)
    return (
        f"{facts['processor']}, {facts['cores']} cores ({facts['vectors']}), {facts['memory']}, "
        f"{facts['system']}; Python {facts['python']}; {versions}"
    )


def _section(document: dict[str, Any]) -> str:
    quick = " **Quick run: small sizes, not to be quoted.**" if document["quick"] else ""
    notes = "".join(f"\n* {note}" for note in document["notes"])
    return f"## {document['question']}\n\nOn {document['on']}.{quick}\n\n{table(document['rows'])}\n{notes}\n"


def page(results: Path) -> str:
    """Return the page for the results that are there.

    Raises:
        FileNotFoundError: there are none.
    """
    files = [results / f"{name}.json" for name in BENCHMARKS]
    found = [json.loads(file.read_text(encoding="utf-8")) for file in files if file.is_file()]
    if not found:
        raise FileNotFoundError(f"no results in {results}")
    machines = sorted({_machine(document["machine"]) for document in found})
    missed = sum(row["verdict"] == "FAIL" for document in found for row in document["rows"])
    met = sum(row["verdict"] == "pass" for document in found for row in document["rows"])
    summary = f"{met} targets met, {missed} missed.\n\nMachine: " + "; also ".join(machines) + "."
    return "\n".join([INTRODUCTION, summary, "", *(_section(document) for document in found)])


def main() -> int:
    """Run what was asked for, then write the page."""
    options = argparse.ArgumentParser(description="Run the benchmarks and write RESULTS.md.")
    options.add_argument("--quick", action="store_true", help="small sizes, to see that everything runs")
    options.add_argument("--only", nargs="+", choices=BENCHMARKS, default=BENCHMARKS)
    options.add_argument("--page-only", action="store_true", help="measure nothing")
    options.add_argument("--cache", type=Path, default=CACHE)
    options.add_argument("--page", type=Path, default=None, help="default RESULTS.md, quick: beside the JSON")
    given = options.parse_args()
    results = given.cache / ("results-quick" if given.quick else "results")
    passed = ["--cache", str(given.cache), "--results", str(results)] + ["--quick"] * given.quick
    failed = [] if given.page_only else [name for name in given.only if not _ran(name, passed)]
    target = given.page or (results / "RESULTS.md" if given.quick else HERE / "RESULTS.md")
    target.write_text(page(results), encoding="utf-8")
    print(f"\nwritten: {target}")
    if failed:
        print(f"did not finish: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
