"""How fast is a found picture traced in what a run has recorded, and how fast does the watch go through it?

A run of made-up rows: PDQs around those of drawn pictures, 2-50 % of their bits flipped and 1 % equal, in
parts of 1,000 rows as an audit writes them. Trace: one picture in 8 orientations, search and reading the
rows that it meets. Watch: 1,000 registered prints, half of them near a row, also turned. Peer: faiss's
IndexBinaryFlat over the same hashes, which compares everything with everything; one thread each. At ten
million rows the run takes 1 GB of disk and its index another 1.4 GB, which is deleted at the end.
"""

import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import faiss
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from measure import Report, Row, alternate, parser, ratios, typical
from snapshots import HOLDER, clustered_hashes, planted_queries

from sekisho.audit.rows import SCHEMA, WRITER
from sekisho.demo.background import background_drawings
from sekisho.fingerprint.pdq import pdq
from sekisho.model import MIN_QUALITY, Claims, Entry, EntryId, Kind, Print, Registrant, State, Trust
from sekisho.model.hit import Cause
from sekisho.registry.states import Stood
from sekisho.store.run_index import Recorded, open_run
from sekisho.trace.events import Event, Known
from sekisho.trace.query import Query
from sekisho.trace.search import trace
from sekisho.trace.turned import turned_hashes
from sekisho.trace.watch import match_events

QUESTION = "How fast is a found picture traced in a run, and how fast does the watch go through it?"
PART = 1000
TRACE_TARGET = 0.050
WATCH_TARGET = 60.0
PRINTS = 1000
PICTURES = 50
PEER_QUERIES = 8
DAY = date(2026, 11, 22)
OPERATOR = "ed25519:" + "O" * 43


def centres() -> np.ndarray:
    """Return the PDQs of drawn pictures, (n, 32) uint8."""
    drawn = (pdq(picture) for picture in background_drawings())
    good = [hashed for hashed, quality in drawn if quality >= MIN_QUALITY]
    return np.frombuffer(b"".join(good), np.uint8).reshape(-1, 32)


def _part(hashes: np.ndarray, first: int, name: str) -> bytes:
    count = len(hashes)
    files = [hashlib.sha256(b"%d" % number).digest() for number in range(first, first + count)]
    turned = pa.nulls(count, pa.binary(224))
    empty = {field.name: pa.nulls(count, field.type) for field in SCHEMA}
    lists = {
        field.name: pa.array([[]] * count, field.type) for field in SCHEMA if pa.types.is_list(field.type)
    }
    columns = (
        empty
        | lists
        | {
            "item": pa.array(
                [f"shard-{first // 10_000:06}.tar#{n:08}.jpg" for n in range(first, first + count)]
            ),
            "unit": pa.array([name] * count),
            "media_type": pa.array(["image/jpeg"] * count),
            "bytes": pa.array([100_000] * count, pa.int64()),
            "sha256": pa.array(files, pa.binary(32)),
            "pdq": pa.array([row.tobytes() for row in hashes], pa.binary(32)),
            "pdq_quality": pa.array([100] * count, pa.int16()),
            "outcome": pa.array(["allow"] * count),
            "reason": pa.array(["no_known_objection"] * count),
            "problem": pa.array([""] * count),
            "pdq_turned": turned,
        }
    )
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table([columns[n] for n in SCHEMA.names], schema=SCHEMA), sink, **WRITER)
    return sink.getvalue().to_pybytes()


def make_run(run: Path, hashes: np.ndarray) -> None:
    """Write a run whose rows have these PDQs; only what a trace reads is in its manifest."""
    (run / "decisions").mkdir(parents=True)
    units = []
    for first in range(0, len(hashes), PART):
        name = f"u{first // PART:06}"
        data = _part(hashes[first : first + PART], first, name)
        (run / "decisions" / f"part-{name}.parquet").write_bytes(data)
        rows = len(hashes[first : first + PART])
        units.append({"id": name, "rows": rows, "part_sha256": hashlib.sha256(data).hexdigest()})
    manifest = {
        "operator": {"key": OPERATOR, "label": "benchmark"},
        "use": {"purpose": "train", "territory": "JP", "on": DAY.isoformat()},
        "snapshot": {"digest": "ab" * 32, "edition": 1},
        "policy": {"name": "opt-in"},
        "units": units,
    }
    (run / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def _own_memory() -> int:
    """Return the bytes of memory that belong to this process alone: no mapped files."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("RssAnon"))) << 10


@contextmanager
def peak_memory() -> Iterator[list[int]]:
    """Watch the process's own memory; the list holds what it had before, and the most."""
    seen, done = [_own_memory(), _own_memory()], threading.Event()

    def look() -> None:
        while not done.wait(0.05):
            seen[1] = max(seen[1], _own_memory())

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield seen
    finally:
        done.set()
        thread.join()


def picture_queries(hashes: np.ndarray, count: int) -> list[Query]:
    """Return what is searched of pictures, half of them near a row: in 8 orientations each."""
    upright = planted_queries(hashes, count)
    turned = turned_hashes(upright)
    every = np.concatenate([upright[:, None], turned], axis=1)
    return [Query(sha256=bytes(32), hashes=one[None], frames=(0,)) for one in every]


def _search_all(record: Recorded, queries: list[Query]) -> None:
    for query in queries:
        trace(query, [record], limit=100)


def _flat(index: faiss.IndexBinaryFlat, queries: list[Query]) -> None:
    for query in queries:
        index.range_search(query.hashes[0], 32)


def known_prints(hashes: np.ndarray) -> Known:
    """Return a registry of entries with one print each, half of them near a row."""
    entries = {}
    for number, row in enumerate(planted_queries(hashes, PRINTS)):
        made = Entry(
            id=EntryId(f"e-{number:032x}"),
            registrant=Registrant(key=HOLDER.key),
            kind=Kind.WORK,
            trust=Trust.VERIFIED,
            registered=DAY,
            prints=(Print(sha256=hashlib.sha256(row).digest(), pdq=row.tobytes(), quality=100),),
        )
        entries[made.id] = Stood(entry=made, claims=Claims(), state=State.ACTIVE)
    return Known(on=DAY, entries=entries, grants={})


def _built(report: Report, run: Path, size: int) -> Recorded:
    with peak_memory() as memory:
        wall, cpu = time.perf_counter(), time.process_time()
        record = open_run(run)
        spent, used = time.perf_counter() - wall, time.process_time() - cpu
    disk = sum(path.stat().st_size for path in (run / "index").iterdir())
    report.rows.append(
        Row(
            measure=f"{size:,} rows: making the index ({disk / size:.0f} B a row)",
            ours=f"{size / spent:,.0f} rows/s; {(memory[1] - memory[0]) >> 20} MiB of own memory",
            value=spent,
            cpu=used,
            unit="s",
        )
    )
    return record


def _traced(report: Report, record: Recorded, hashes: np.ndarray, passes: int) -> None:
    size = len(hashes)
    flat = faiss.IndexBinaryFlat(256)
    flat.add(hashes)
    queries = picture_queries(hashes, PICTURES)
    few = queries[:PEER_QUERIES]
    costs = alternate(
        {"ours": partial(_search_all, record, queries), "again": partial(_search_all, record, few)}, passes
    )
    each = typical([cost.per(len(queries)) for cost in costs["ours"]])
    report.rows.append(
        Row(
            measure=f"{size:,} rows: trace of one picture, 8 orientations, rows read",
            ours=f"{each.wall * 1000:.1f} ms",
            value=each.wall,
            cpu=each.cpu,
            unit="s",
            target=TRACE_TARGET,
            better="less",
        )
    )
    costs = alternate({"ours": partial(_search_all, record, few), "peer": partial(_flat, flat, few)}, passes)
    ratio, peer = ratios(costs["peer"], costs["ours"]), typical(costs["peer"]).per(len(few))
    report.rows.append(
        Row(
            measure=f"{size:,} rows: the same against a scan",
            ours=f"{1 / typical(costs['ours']).per(len(few)).cpu:,.0f}/s",
            peer=f"faiss Flat {1 / peer.cpu:,.1f}/s",
            value=ratio.wall,
            cpu=ratio.cpu,
        )
    )


def _watched(report: Report, record: Recorded, hashes: np.ndarray) -> None:
    known = known_prints(hashes)
    events = [Event(Cause.REGISTERED, entry, Trust.VERIFIED.value) for entry in known.entries]
    match_events(record, events[:2], known)
    wall, cpu = time.perf_counter(), time.process_time()
    hits = match_events(record, events, known)
    spent, used = time.perf_counter() - wall, time.process_time() - cpu
    report.rows.append(
        Row(
            measure=f"{len(hashes):,} rows: watch of {PRINTS:,} prints, {len(hits)} hits",
            ours=f"{PRINTS / spent:,.0f} prints/s",
            value=spent,
            cpu=used,
            unit="s",
            target=WATCH_TARGET,
            better="less",
        )
    )


def main() -> None:
    """Measure and report."""
    options = parser(QUESTION)
    options.add_argument("--sizes", type=int, nargs="+", help="rows (default 1e7, quick 1e5)")
    given = options.parse_args()
    passes = given.passes or (2 if given.quick else 5)
    faiss.omp_set_num_threads(1)
    report = Report(name="trace", question=QUESTION, quick=given.quick)
    for size in given.sizes or ([100_000] if given.quick else [10_000_000]):
        hashes = clustered_hashes(size, centres())
        given.cache.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=given.cache) as folder:
            run = Path(folder) / "run"
            make_run(run, hashes)
            record = _built(report, run, size)
            _traced(report, record, hashes, passes)
            _watched(report, record, hashes)
    report.notes.append("Hashes lie around those of drawings; half of the queries are near a row.")
    report.finish(given.results or given.cache / "results")


if __name__ == "__main__":
    main()
