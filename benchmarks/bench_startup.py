"""How long does a person wait for `sekisho --help`?

Ten starts, alternating with starts of an empty Python, which nothing written in Python can beat.
"""

import sys
from functools import partial

from measure import Report, Row, alternate, parser, run_command, sekisho, typical

QUESTION = "How long does a person wait for `sekisho --help`?"
STARTS = 10
TARGET_SECONDS = 0.3


def main() -> None:
    """Measure and report."""
    given = parser(QUESTION).parse_args()
    starts = given.passes or STARTS
    costs = alternate(
        {
            "help": partial(run_command, [*sekisho(), "--help"]),
            "python": partial(run_command, [sys.executable, "-c", "pass"]),
        },
        starts,
    )
    ours, empty = typical(costs["help"]), typical(costs["python"])
    report = Report(name="startup", question=QUESTION, quick=given.quick)
    report.rows.append(
        Row(
            measure=f"`sekisho --help`, median of {starts} starts",
            ours=f"{ours.wall * 1000:.0f} ms",
            peer=f"empty Python {empty.wall * 1000:.0f} ms",
            value=ours.wall,
            cpu=ours.cpu,
            unit="s",
            target=TARGET_SECONDS,
            better="less",
        )
    )
    report.raw["seconds"] = {name: [c.wall for c in seen] for name, seen in costs.items()}
    report.finish(given.results or given.cache / "results")


if __name__ == "__main__":
    main()
