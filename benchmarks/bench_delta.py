"""How soon is a delta in force in a process that runs, and what does it cost every query from then on?

`Snapshot.advance` from the bytes of a signed delta to a snapshot that can be searched: signature,
digests, structure, sequence, and the merged table of all deltas. Queries go through `match_pictures`
with the shipped policy, all eight orientations, half planted in the base and half random; before and
after take turns in one process. Small deltas are scanned, larger ones get tables when they are merged.
"""

import time
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np
from measure import Cost, Report, Row, alternate, parser, ratios, typical
from snapshots import followed, mapped, next_delta, planted_queries, random_hashes, random_snapshot

from sekisho.fingerprint import Look
from sekisho.match import match_pictures, warm_up
from sekisho.model import Fingerprint, Policy
from sekisho.policy import shipped_policy
from sekisho.snapshot import Snapshot

QUESTION = "How soon is a delta in force, and what does it cost a query?"
SIZE, QUICK_SIZE = 1_000_000, 20_000
ENTRIES = 1_000
BATCH = 512
TRIES = 7
ADVANCE_TARGET = 1.0
QUERY_TARGET = 1.1
POLICY = shipped_policy("opt-in")
SHAPES = (("1 print each", 1, 1), ("20 prints each", 20, 1), ("1 print each, the 16th such delta", 1, 16))
"""Name, prints of each new entry, and how many deltas of that shape there are; the first is the target's."""


def looks(queries: np.ndarray) -> list[Look]:
    """Return what looking at pictures with these hashes would give; their turned ones are random."""
    turned = random_hashes(7 * len(queries), 1).reshape(len(queries), 7, 32)
    made = []
    for number, row in enumerate(queries):
        seen = Fingerprint(sha256=turned[number, 0].tobytes(), pdq=row.tobytes(), quality=100)
        hashes = np.concatenate([row[None], turned[number]])[None]
        made.append(Look(media_type="image/jpeg", fingerprint=seen, problem=None, hashes=hashes))
    return made


def advanced(base: Snapshot, prints: int, deltas: int) -> tuple[Snapshot, list[float]]:
    """Follow some deltas, and measure the last step several times."""
    snapshot = base
    for _ in range(deltas - 1):
        snapshot = followed(snapshot, next_delta(snapshot, ENTRIES, prints))
    delta = next_delta(snapshot, ENTRIES, prints)
    seconds = []
    for _ in range(TRIES):
        begun = time.perf_counter()
        newest = followed(snapshot, delta)
        seconds.append(time.perf_counter() - begun)
    return newest, seconds


def _searched(snapshot: Snapshot, some: Sequence[Look], policy: Policy) -> object:
    return match_pictures(some, snapshot, policy)


def compare(report: Report, base: Snapshot, queries: np.ndarray, passes: int) -> None:
    """Measure every shape of delta and add its lines."""
    size = len(base.tables[0].pdq.values)
    seen = looks(queries)
    upright = replace(POLICY, rotations=None)
    for name, prints, deltas in SHAPES:
        newest, seconds = advanced(base, prints, deltas)
        middle = sorted(seconds)[TRIES // 2]
        report.raw[f"advance, {name}"] = seconds
        report.rows.append(
            Row(
                measure=f"advance() by {ENTRIES:,} entries, {name}, base {size:,}",
                ours=f"{middle * 1000:.1f} ms, the slowest {max(seconds) * 1000:.1f} ms",
                value=middle,
                unit="s",
                target=ADVANCE_TARGET,
                better="less",
            )
        )
        for kind, policy in (("all orientations", POLICY), ("upright only", upright)):
            contestants = {
                "before": partial(_searched, base, seen, policy),
                "after": partial(_searched, newest, seen, policy),
            }
            costs = alternate(contestants, passes, per=len(queries))
            report.raw[f"query, {name}, {kind}"] = {k: [c.cpu for c in v] for k, v in costs.items()}
            target = QUERY_TARGET if (prints, deltas) == (1, 1) else None
            report.rows.append(_query(f"a query, {name}, {kind}", costs, target))


def _query(measure: str, costs: dict[str, list[Cost]], target: float | None) -> Row:
    ratio = ratios(costs["after"], costs["before"])
    return Row(
        measure=measure,
        ours=f"after {1 / typical(costs['after']).cpu:,.0f}/s",
        peer=f"before {1 / typical(costs['before']).cpu:,.0f}/s",
        value=ratio.wall,
        cpu=ratio.cpu,
        target=target,
        better="less",
    )


def main() -> None:
    """Measure and report."""
    options = parser(QUESTION)
    options.add_argument("--size", type=int, help=f"hashes of the base (default {SIZE:,})")
    given = options.parse_args()
    size = given.size or (QUICK_SIZE if given.quick else SIZE)
    warm_up()
    base = mapped(random_snapshot(given.cache, size))
    report = Report(name="delta", question=QUESTION, quick=given.quick)
    queries = planted_queries(random_hashes(size), BATCH)
    compare(report, base, queries, given.passes or (3 if given.quick else 15))
    report.notes.append(
        "Batches of 512 pictures, one thread. A delta's digests are verified in each measurement."
    )
    report.finish(given.results or given.cache / "results")


if __name__ == "__main__":
    main()
