"""How fast is the exact search within 31 bits, how much memory does it take, and does it miss anything?

Random and clustered hashes; queries are half entries with 0-31 bits flipped, half random. Our index
is memory-mapped from a file, as in an audit. Peers: threatexchange's PDQIndex up to a million, and at
ten million faiss's IndexBinaryMultiHash(256, 16, 16) with one flip, which PDQIndex wraps. The truth
is faiss's IndexBinaryFlat, which compares everything with everything. One thread each.
"""

import ctypes
import gc
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import faiss
import numpy as np
from measure import Cost, Report, Row, alternate, parser, ratios, typical
from snapshots import clustered_hashes, mapped, planted_queries, random_hashes, random_snapshot
from threatexchange.signal_type.pdq.pdq_index import PDQIndex

from sekisho.match.hamming import HashIndex, search
from sekisho.snapshot import check_sections
from sekisho.snapshot.mih import build_tables, chunk_count

QUESTION = "How fast is the exact search within 31 bits, how large its index, and does it miss anything?"
RADIUS = 31
THREATEXCHANGE_UP_TO = 1_000_000
CENTRES = 239
QUERIES = 1000
QUERIES_LARGE = 200
"""From ten million on, where the peer answers about 50 a second."""
SPEED_TARGET = {100_000: 8.0, 1_000_000: 8.0, 10_000_000: 40.0}
BYTES_TARGET = {1_000_000: 220.0, 10_000_000: 130.0}
OPEN_TARGET = 0.5
OPEN_TRIES = 5

Pairs = set[tuple[int, int, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """Another index: one query, many queries, and the bytes it added to the process per hash."""

    name: str
    one: Callable[[np.ndarray], object]
    many: Callable[[np.ndarray], object]
    bytes_each: float


def _resident() -> int:
    """Return the resident bytes of this process, after giving free memory back to the system."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def mapped_index(hashes: np.ndarray, folder: Path) -> tuple[HashIndex, float]:
    """Build our index of distinct hashes, (N, 32) uint8, and map it from a file; and its seconds."""
    start = time.perf_counter()
    rows = np.ascontiguousarray(hashes).view("<u8")
    count = chunk_count(len(rows))
    if not count:
        rows.flags.writeable = False
        return (rows, np.empty(0, np.uint32), np.empty((0, 0), np.uint32)), 0.0
    mapped = []
    for name, array in zip(("rows", "starts", "ids"), (rows, *build_tables(rows, count)), strict=True):
        path = folder / f"{name}.npy"
        np.save(path, array)
        mapped.append(np.asarray(np.load(path, mmap_mode="r")))
    seconds = time.perf_counter() - start
    for array in mapped:
        array.sum()  # brings every page into memory
    return (mapped[0], mapped[1], mapped[2]), seconds


def threatexchange_index(hashes: np.ndarray) -> Peer:
    """Build threatexchange's index, which takes and returns hex and has no batch of its own."""
    entries = [(row.tobytes().hex(), number) for number, row in enumerate(hashes)]
    before = _resident()
    index = PDQIndex(entries)
    size = (_resident() - before) / len(hashes)
    return Peer(
        name="threatexchange",
        one=lambda query: index.query(query.tobytes().hex()),
        many=lambda queries: index.index.search_with_distance_in_result(
            [q.tobytes().hex() for q in queries], RADIUS
        ),
        bytes_each=size,
    )


def faiss_index(hashes: np.ndarray) -> Peer:
    """Build the index that threatexchange wraps, without the wrapping."""
    before = _resident()
    index = faiss.IndexBinaryMultiHash(256, 16, 16)
    index.nflip = 1
    index.add(hashes)
    size = (_resident() - before) / len(hashes)
    return Peer(
        name="faiss MultiHash",
        one=lambda query: index.range_search(query[None], RADIUS + 1),
        many=lambda queries: index.range_search(queries, RADIUS + 1),
        bytes_each=size,
    )


def _ours_one(index: HashIndex, query: np.ndarray) -> object:
    return search(index, query.view("<u8")[None], RADIUS)


def _each(one: Callable[[np.ndarray], object], queries: np.ndarray) -> None:
    for query in queries:
        one(query)


def _pairs(index: HashIndex, queries: np.ndarray) -> Pairs:
    found = search(index, queries.view("<u8"), RADIUS)
    return set(zip(*(column.tolist() for column in found), strict=True))


def truth(hashes: np.ndarray, queries: np.ndarray) -> Pairs:
    """Return all pairs within the radius by comparing everything with everything."""
    flat = faiss.IndexBinaryFlat(256)
    flat.add(hashes)
    limits, distances, rows = flat.range_search(queries, RADIUS + 1)
    number = np.repeat(np.arange(len(queries)), np.diff(limits.astype(np.int64)))
    return set(zip(number.tolist(), rows.tolist(), distances.astype(int).tolist(), strict=True))


def _speed(measure: str, costs: dict[str, list[Cost]], peer: str, target: float | None) -> Row:
    ratio = ratios(costs["peer"], costs["ours"])
    return Row(
        measure=measure,
        ours=f"{1 / typical(costs['ours']).cpu:,.0f}/s",
        peer=f"{peer} {1 / typical(costs['peer']).cpu:,.0f}/s",
        value=ratio.wall,
        cpu=ratio.cpu,
        target=target,
    )


def _recall(label: str, index: HashIndex, hashes: np.ndarray, queries: np.ndarray) -> Row:
    expected, found = truth(hashes, queries), _pairs(index, queries)
    return Row(
        measure=f"{label}, recall",
        ours=f"{len(found & expected):,} of {len(expected):,} pairs, {len(found - expected)} too many",
        peer="faiss Flat",
        value=len(found & expected) / len(expected) if found <= expected else 0.0,
        unit="",
        target=1.0,
    )


def compare(report: Report, label: str, hashes: np.ndarray, passes: int, *, gated: bool) -> None:
    """Measure one set of distinct hashes and add its lines to the report."""
    size = len(hashes)
    large = size > THREATEXCHANGE_UP_TO
    queries = planted_queries(hashes, QUERIES_LARGE if large else QUERIES)
    with TemporaryDirectory() as folder:
        index, seconds = mapped_index(hashes, Path(folder))
        peer = faiss_index(hashes) if large else threatexchange_index(hashes)
        for mode, ours, theirs in (
            ("one at a time", partial(_each, partial(_ours_one, index)), partial(_each, peer.one)),
            (f"{len(queries)} at once", lambda q: search(index, q.view("<u8"), RADIUS), peer.many),
        ):
            contestants = {"ours": partial(ours, queries), "peer": partial(theirs, queries)}
            costs = alternate(contestants, passes, per=len(queries))
            target = SPEED_TARGET.get(size) if gated else None
            report.rows.append(_speed(f"{label}, {mode}", costs, peer.name, target))
            report.raw[f"{label}, {mode}"] = {k: [c.cpu for c in v] for k, v in costs.items()}
        report.rows.append(_recall(label, index, hashes, queries))
        each = sum(array.nbytes for array in index) / size
    report.rows.append(
        Row(
            measure=f"{label}, index per distinct hash (built in {seconds:.1f} s)",
            ours=f"{each:.0f} B",
            peer=f"{peer.name} {peer.bytes_each:.0f} B",
            value=each,
            unit="B",
            target=BYTES_TARGET.get(size) if gated else None,
            better="less",
        )
    )


def opening(report: Report, cache: Path, size: int) -> None:
    """Measure how long opening a snapshot file takes, and verifying it, once per machine."""
    path = random_snapshot(cache, size)
    start = time.perf_counter()
    check_sections(mapped(path))
    first = time.perf_counter() - start
    seconds = []
    for _ in range(OPEN_TRIES):
        start = time.perf_counter()
        search(mapped(path).tables[0].pdq_index(), random_hashes(1).view("<u8"), RADIUS)
        seconds.append(time.perf_counter() - start)
    report.raw["open"] = {"seconds": seconds, "digests": first}
    later = sorted(seconds)[OPEN_TRIES // 2]
    report.rows.append(
        Row(
            measure=f"opening a snapshot of {size:,} hashes ({path.stat().st_size >> 20} MiB), one query",
            ours=f"{later * 1000:.1f} ms; verifying every digest, once per machine, {first:.1f} s",
            value=later,
            unit="s",
            target=OPEN_TARGET,
            better="less",
        )
    )


def main() -> None:
    """Measure and report."""
    options = parser(QUESTION)
    options.add_argument("--sizes", type=int, nargs="+", help="hashes (default 1e5 1e6 1e7, quick 1e5)")
    options.add_argument("--open-size", type=int, help="hashes of the snapshot that is opened; 0 = none")
    given = options.parse_args()
    sizes = given.sizes or ([100_000] if given.quick else list(SPEED_TARGET))
    passes = given.passes or (2 if given.quick else 5)
    faiss.omp_set_num_threads(1)
    report = Report(name="search", question=QUESTION, quick=given.quick)
    for size in sizes:
        compare(report, f"{size:,} random", random_hashes(size), passes, gated=True)
    middle = min(max(sizes), 1_000_000)
    clustered = clustered_hashes(middle, random_hashes(CENTRES))
    distinct = np.unique(clustered.view("V32")).view(np.uint8).reshape(-1, 32)
    compare(report, f"{middle:,} clustered", distinct, passes, gated=False)
    report.notes.append(
        f"Clustered: around {CENTRES} centres with 2-50 % of the bits flipped and 1 % duplicates, "
        f"{len(distinct):,} distinct. Speeds are per second of CPU time, one thread."
    )
    open_size = given.open_size if given.open_size is not None else max(sizes)
    if open_size:
        opening(report, given.cache, open_size)
    report.finish(given.results or given.cache / "results")


if __name__ == "__main__":
    main()
