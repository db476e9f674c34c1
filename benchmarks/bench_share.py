"""How long does it take to give one publisher its thousand rows out of a million, with proofs?

The whole command, start-up, proofs and signature included, over a sealed run of 1,000,000 rows in
units of 10,000. The publisher's rows lie in every unit, which is the dearest case: every tree is
hashed. A tenth of the other rows have findings of a thousand other registrants. The peer reads the
same files with pyarrow, every column, and filters them; it proves nothing.
"""

import shutil
import sys
from functools import partial
from pathlib import Path

from measure import Cost, Report, Row, alternate, parser, run_command, sekisho, typical
from sealed import PUBLISHER, SealedRun, sealed_run

QUESTION = "How long does it take to give one publisher its thousand rows out of a million, with proofs?"
ROWS, QUICK_ROWS = 1_000_000, 50_000
MINE = 1000
PASSES, QUICK_PASSES = 5, 2
TARGET_SECONDS = 2.0
PEER = """
import sys
import pyarrow.compute as pc
import pyarrow.dataset as ds
from pathlib import Path

kept = 0
for part in sorted(Path(sys.argv[1]).glob("decisions/*.parquet")):
    for batch in ds.dataset(part).to_batches():
        kept += batch.filter(pc.greater(pc.list_value_length(batch["findings"]), 0)).num_rows
print(kept)
"""


def _share(made: SealedRun, out: Path) -> Cost:
    shutil.rmtree(out, ignore_errors=True)
    command = [*sekisho(), "share", str(made.run), "--registrant", PUBLISHER.key, "-o", str(out)]
    return run_command(command, env={"SEKISHO_HOME": str(made.home)})


def _verify(made: SealedRun, out: Path) -> Cost:
    return run_command([*sekisho(), "verify", str(out)], env={"SEKISHO_HOME": str(made.home)})


def main() -> None:
    """Measure and report."""
    given = parser(QUESTION).parse_args()
    rows = QUICK_ROWS if given.quick else ROWS
    made = sealed_run(given.cache, rows, MINE)
    out = given.cache / "sealed" / "shared"
    costs = alternate(
        {
            "share": partial(_share, made, out),
            "verify": partial(_verify, made, out),
            "peer": partial(run_command, [sys.executable, "-c", PEER, str(made.run)]),
        },
        given.passes or (QUICK_PASSES if given.quick else PASSES),
    )
    ours, verified, peer = (typical(costs[name]) for name in ("share", "verify", "peer"))
    shared = len((out / "rows.jsonl").read_bytes().splitlines())
    size = sum(path.stat().st_size for path in out.iterdir())
    report = Report(name="share", question=QUESTION, quick=given.quick)
    report.rows += [
        Row(
            measure=f"`sekisho share` of {shared:,} rows out of {rows:,}",
            ours=f"{ours.wall:.2f} s",
            peer=f"reading all columns {peer.wall:.2f} s",
            value=ours.wall,
            cpu=ours.cpu,
            unit="s",
            target=TARGET_SECONDS,
            better="less",
        ),
        Row(
            measure=f"`sekisho verify` of these {shared:,} rows ({size / 1e6:.1f} MB)",
            ours=f"{verified.wall:.2f} s",
            value=verified.wall,
            cpu=verified.cpu,
            unit="s",
            better="less",
        ),
    ]
    report.raw["seconds"] = {name: [[c.wall, c.cpu] for c in seen] for name, seen in costs.items()}
    report.finish(given.results or given.cache / "results")


if __name__ == "__main__":
    main()
