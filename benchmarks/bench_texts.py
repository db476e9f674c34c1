"""How near is the audit of a text dataset to merely reading and decoding it?

Documents of 2,000 Japanese characters as `jsonl.zst`, a record with a number and a text a line. Ours is
`audit.work.do_unit` over the units of the plan: read, SHA-256, decode, fold, winnow, search among a million
passages and the forms of registered names, decide, digest, write the evidence. The peer is the bare loop:
pyarrow unpacks, Python splits lines, msgspec decodes each. Both in turns in one process. Personal information
is not looked for (`personal = "ignore"`): `bench_personal.py` measures that. The pages are of authors who are
not registered, as nearly all pages are.
"""

import io
import json
import random
import tempfile
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

import msgspec
import numpy as np
import pyarrow as pa
from bench_excerpts import registered
from excerpt_texts import PAGE, read_corpora
from invented import invented_names, names_snapshot
from measure import Report, Row, alternate, parser, ratios, typical
from passage_tables import grown
from snapshots import REGISTRY, mapped

from sekisho.audit.job import Job, Planned, plan
from sekisho.audit.work import do_unit
from sekisho.media import Limits
from sekisho.model import Purpose, Registrant, Use
from sekisho.policy import read_policy
from sekisho.snapshot import Snapshot
from sekisho.store.datasets import open_datasets
from sekisho.store.runs import RunDirectory

QUESTION = "How near is the audit of a text dataset to merely reading and decoding it?"
TARGET = 30.0
DOCUMENTS, QUICK_DOCUMENTS = 20_000, 2_000
PASSAGES, LINES = 1_000_000, 10_000
NAMES, QUICK_NAMES = 8_500, 1_000
"""About 13 forms a name."""
SEED = 4
READ = 1 << 20


def _dataset(cache: Path, pages: list[str], count: int) -> Path:
    """Return a packed file of documents: pages, each begun at another character; it is kept."""
    path = cache / f"texts-{count}" / "documents.jsonl.zst"
    if path.is_file():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    draw = random.Random(SEED)  # noqa: S311 - a dataset, no secret
    whole = [page for page in pages if len(page) == PAGE]
    with pa.CompressedOutputStream(pa.OSFile(str(path), "wb"), "zstd") as file:
        for number in range(count):
            page, at = draw.choice(whole), draw.randrange(PAGE)
            record = {"id": number, "text": page[at:] + page[:at]}
            file.write(json.dumps(record, ensure_ascii=False).encode() + b"\n")
    return path


def _snapshot(cache: Path, works: list[tuple[str, str]], names: int) -> Snapshot:
    """Return a signed snapshot of names, with passages and lines beside them that it does not sign."""
    table = grown(registered(works).table, PASSAGES, cache / "passages-texts")
    lines = np.unique(np.random.default_rng(SEED).integers(0, 1 << 48, LINES, np.uint64))
    lines.flags.writeable = False
    table = replace(table, line_keys=lines, line_entry=np.zeros(len(lines), np.uint32))
    return replace(mapped(names_snapshot(cache, invented_names(names))), texts=(table,))


def _job(dataset: Path, snapshot: Snapshot, run: Path) -> Job:
    operator = Registrant(key=REGISTRY.key)
    return Job(
        sources=open_datasets([dataset]),
        files=RunDirectory(run),
        open_snapshot=lambda: snapshot,
        snapshot_digest=snapshot.digest,
        policy=read_policy('[text]\npersonal = "ignore"\n', "benchmark"),
        use=Use(operator=operator.key, purpose=Purpose.TRAIN, territory="JP", on=date(2026, 11, 22)),
        operator=operator,
        limits=Limits(),
        version="benchmark",
        row_key=bytes(32),
    )


def _whole(job: Job, snapshot: Snapshot, planned: list[Planned]) -> int:
    return sum(do_unit(job, snapshot, unit, {}, lambda _ordinal: None)["rows"] for unit in planned)


def _bare(path: Path) -> int:
    decode, count = msgspec.json.Decoder().decode, 0
    with pa.CompressedInputStream(pa.OSFile(str(path)), "zstd") as packed:
        for line in io.BufferedReader(packed, READ):
            decode(line)
            count += 1
    return count


def main() -> None:
    """Measure and report."""
    options = parser(QUESTION)
    options.add_argument("--texts", type=Path, help="folder of the corpora (default CACHE/texts)")
    given = options.parse_args()
    corpora = read_corpora(given.texts or given.cache / "texts")
    count = QUICK_DOCUMENTS if given.quick else DOCUMENTS
    dataset = _dataset(given.cache, corpora.background, count)
    snapshot = _snapshot(given.cache, corpora.registered, QUICK_NAMES if given.quick else NAMES)
    with tempfile.TemporaryDirectory() as run:
        job = _job(dataset, snapshot, Path(run))
        contestants = {
            "audit": partial(_whole, job, snapshot, plan(job)),
            "loop": partial(_bare, dataset),
        }
        costs = alternate(contestants, given.passes or (2 if given.quick else 7), per=count)
    share = ratios(costs["loop"], costs["audit"])
    forms = snapshot.counts.forms
    report = Report(name="texts", question=QUESTION, quick=given.quick)
    report.rows.append(
        Row(
            measure=f"documents of {PAGE:,} characters, among {PASSAGES:,} passages and {forms:,} forms",
            ours=f"audit {typical(costs['audit']).cpu * 1e6:.1f} us",
            peer=f"loop {typical(costs['loop']).cpu * 1e6:.1f} us",
            value=share.wall * 100,
            cpu=share.cpu * 100,
            unit="%",
            target=TARGET,
        )
    )
    report.raw["us"] = {name: [c.cpu * 1e6 for c in some] for name, some in costs.items()}
    report.finish(given.results or given.cache / "results")


if __name__ == "__main__":
    main()
