"""How fast, how large, how complete is the search for parts of pictures, from 280 works to 1e5?

The works of the set of copies among others that nobody drew: features of six unrelated pictures each, a
tenth of their bits flipped, turned, scaled and moved. Queries are the second half of each class of edits;
a candidate is right if the work is among the five with most votes, which are verified. The oracle is the
vote of all pairs of features within the distance (`match/brute_local.py`), for a few queries.

    python benchmarks/bench_local.py --set FOLDER [--sizes 280 1000 10000] [--per-class 10]
"""

import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from copies_set import APART, UNRELATED, Picture, built_set, read_set
from measure import Report, Row, parser
from numpy.typing import NDArray

from sekisho.fingerprint import look
from sekisho.fingerprint.local import Features, local_features, query_features
from sekisho.match import warm_up
from sekisho.match.brute_local import brute_hits, brute_votes
from sekisho.match.local_geometry import place
from sekisho.match.local_votes import (
    ANGLE_REACH,
    BASE_REACH,
    HIT_DISTANCE,
    LEVEL_REACH,
    SHARE_REACH,
    voted,
)
from sekisho.media import Limits
from sekisho.snapshot.local_tables import build_local_tables
from sekisho.snapshot.pictures import Pictures, feature_entries
from sekisho.snapshot.stock import Standing

QUESTION = "How fast, how large, how complete is the search for parts of pictures?"
SIZES, QUICK_SIZES = (280, 1_000, 10_000, 100_000), (280, 1_000)
VERIFIED = 5
LEAST = 4
INLIERS = 13
ORACLES = 10
SOURCES, FEATURES = 6, 300
SEED = 20261122
GROWTH, WORK_BYTES, SMALL_MS, LARGE_MS = 3.0, 24_000.0, 10.0, 25.0


class Asked(NamedTuple):
    """What one query gave: milliseconds of the votes and of all, candidates, inliers of each."""

    votes: float
    all: float
    found: list[int]
    inliers: list[int]


def working(one: Picture) -> NDArray[np.uint8]:
    """Return the working picture of a file."""
    return look(one.path.read_bytes(), limits=Limits(), working=True).working[0].pixels


def invented(generator: np.random.Generator, pool: Sequence[Features]) -> Features:
    """Return a work that nobody drew."""
    descriptors, places = [], []
    for number in generator.integers(0, len(pool), SOURCES).tolist():
        source = pool[number]
        some = generator.integers(0, len(source.places), FEATURES // SOURCES)
        descriptors.append(source.descriptors[some])
        others = source.places[generator.integers(0, len(source.places), len(some))].astype(np.float64)
        turn, scale = generator.integers(0, 256), generator.uniform(0.3, 1.5)
        vector = (others[:, 0] + 1j * others[:, 1]) * scale * np.exp(2j * np.pi * turn / 256)
        moved = [
            vector.real % (512 * 64),
            vector.imag % (512 * 64),
            (others[:, 2] + turn) % 256,
            others[:, 3],
        ]
        places.append(np.stack(moved, axis=1).astype(np.uint16))
    flips = generator.integers(0, 256, (FEATURES, 256), dtype=np.uint8) < generator.integers(13, 51)
    mask = np.packbits(flips, axis=1).view("<u8")
    return Features(np.concatenate(descriptors) ^ mask, np.concatenate(places), 512, 512)


def registered(works: Sequence[Features]) -> Pictures:
    """Return works as a reader has them."""
    entry = np.arange(len(works), dtype=np.uint32)
    first = np.cumsum([0, *(len(work.places) for work in works)]).astype(np.uint64)
    descriptors = np.concatenate([work.descriptors for work in works])
    both = np.concatenate([work.places for work in works])
    places = np.empty((len(both), 6), np.uint8)
    places[:, :4] = np.ascontiguousarray(both[:, :2]).view(np.uint8)
    places[:, 4:] = both[:, 2:]
    standing = Standing(np.ones(len(works), np.bool_), entry.astype(np.int64), entry.astype(np.uint64))
    made = Pictures(
        entry=entry,
        print_=np.zeros(len(works), np.uint32),
        pdq=np.zeros((len(works), 32), np.uint8),
        size=np.array([(work.width, work.height) for work in works], np.uint16),
        first=first,
        descriptors=descriptors,
        places=places,
        tables=build_local_tables(descriptors, feature_entries(entry, first), standing),
    )
    for array in (*made[:-1], *made.tables):
        array.flags.writeable = False
    return made


def asked(features: Sequence[Features], pictures: Pictures) -> Asked:
    """Vote and verify, upright and mirrored, as `match_local` does."""
    begun = time.process_time()
    found: list[tuple[int, int, Features]] = []
    for one in features:
        votes = voted(one.descriptors, one.places, pictures, np.ones(len(pictures.entry), np.bool_), LEAST)
        found += [(-v, p, one) for p, v in zip(votes.picture.tolist(), votes.votes.tolist(), strict=True)]
    best = sorted(found, key=lambda f: f[:2])[:VERIFIED]
    middle = time.process_time()
    inliers = []
    for _, picture, one in best:
        rows = slice(int(pictures.first[picture]), int(pictures.first[picture + 1]))
        inliers.append(
            place(one.descriptors, one.places, pictures.descriptors[rows], pictures.places[rows]).inliers
        )
    end = time.process_time()
    return Asked(1e3 * (middle - begun), 1e3 * (end - begun), [picture for _, picture, _ in best], inliers)


def _share_found(rows: Sequence[tuple[str, bool]]) -> float:
    """Return the mean over the classes, per cent."""
    classes = {name for name, _ in rows}
    return 100 * statistics.mean(statistics.mean(f for n, f in rows if n == name) for name in classes)


def _oracle(features: Sequence[Features], pictures: Pictures) -> list[int]:
    """Return the works with most votes if every pair of features is compared."""
    rules = {"turn": ANGLE_REACH, "levels": LEVEL_REACH, "base": BASE_REACH, "share": SHARE_REACH}
    votes: dict[int, int] = {}
    for one in features:
        for picture, count in brute_votes(
            one, pictures, brute_hits(one, pictures, HIT_DISTANCE), **rules
        ).items():
            votes[picture] = max(count, votes.get(picture, 0))
    return sorted(votes, key=lambda p: (-votes[p], p))[:VERIFIED]


Queries = Sequence[tuple[str, frozenset[int], tuple[Features, Features]]]


def measure(report: Report, pictures: Pictures, queries: Queries, build: float) -> float:
    """Measure at one size; return the median milliseconds of the votes."""
    size = len(pictures.entry)
    answers = [(name, truth, asked(features, pictures)) for name, truth, features in queries]
    copies = [a for a in answers if a[0] != UNRELATED]
    seen = _share_found([(name, bool(truth & set(a.found))) for name, truth, a in copies])
    proved = _share_found(
        [
            (name, any(p in truth and n >= INLIERS for p, n in zip(a.found, a.inliers, strict=True)))
            for name, truth, a in copies
        ]
    )
    wrong = sorted(max(a.inliers, default=0) for name, _, a in answers if name == UNRELATED)[::-1]
    total = statistics.median(a.all for _, _, a in answers)
    votes = statistics.median(a.votes for _, _, a in answers)
    limit = SMALL_MS if size < SIZES[1] else LARGE_MS
    bytes_ = sum(a.nbytes for a in (*pictures[:-1], *pictures.tables)) / size
    report.rows += [
        Row(
            measure=f"votes and verification, {size:,} works",
            ours=f"{total:.1f} ms, votes {votes:.1f} ms",
            value=total,
            unit="ms",
            target=limit,
            better="less",
        ),
        Row(measure=f"work among the five, {size:,} works", ours=f"{seen:.1f} %", value=seen, unit="%"),
        Row(
            measure=f"proved by {INLIERS}, {size:,} works",
            ours=f"{proved:.1f} %; unrelated: {', '.join(map(str, wrong[:8]))}",
            value=proved,
            unit="%",
        ),
        Row(
            measure=f"a work, {size:,} works; tables built in {build:.0f} s",
            ours=f"{bytes_:,.0f} bytes",
            value=bytes_,
            unit="bytes",
            target=WORK_BYTES,
            better="less",
        ),
    ]
    return votes


def _read(folder: Path, per_class: int) -> tuple[list[Features], list[Features], Queries]:
    """Return the works, a pool of unrelated pictures that are no queries, and the queries."""
    copies = read_set(folder)
    numbers = {work.name: number for number, work in enumerate(copies.works)}
    works = [local_features(working(work)) for work in copies.works]
    pool = [local_features(working(one)) for one in copies.half(second=False, most=None)[UNRELATED]]
    queries = [
        (name, frozenset(numbers[t] for t in one.truth if t in numbers), query_features(working(one)))
        for name, some in copies.half(second=True, most=per_class).items()
        if name not in APART
        for one in some
    ]
    return works, [one for one in pool if len(one.places)], queries


def main() -> None:
    """Measure and report."""
    options = parser(QUESTION)
    options.add_argument("--set", type=Path, help="folder of the copies (default: in the cache)")
    options.add_argument("--sizes", type=int, nargs="+", help="works in all")
    options.add_argument("--per-class", type=int, default=20)
    given = options.parse_args()
    warm_up()
    works, pool, queries = _read(given.set or built_set(given.cache), given.per_class)
    report = Report(name="local", question=QUESTION, quick=given.quick)
    generator = np.random.default_rng(SEED)
    small = None
    for size in given.sizes or (QUICK_SIZES if given.quick else SIZES):
        works += [invented(generator, pool) for _ in range(size - len(works))]
        begun = time.process_time()
        pictures = registered(works)
        votes = measure(report, pictures, queries, time.process_time() - begun)
        if len(works) <= SIZES[0]:
            some = [q for q in queries if q[0] != UNRELATED][:: max(1, len(queries) // ORACLES)]
            found = 100 * statistics.mean(bool(t & set(_oracle(f, pictures))) for _, t, f in some)
            report.rows.append(
                Row(measure=f"the oracle, {len(some)} queries", ours=f"{found:.0f} %", value=found, unit="%")
            )
        small = votes if size == SIZES[1] else small
        if small is not None and size == SIZES[-1]:
            report.rows.append(
                Row(
                    measure="votes, 1e5 beside 1e3 works",
                    ours=f"{votes:.1f} ms",
                    peer=f"{small:.1f} ms",
                    value=votes / small,
                    target=GROWTH,
                    better="less",
                )
            )
    report.notes.append("CPU time, one thread; features of the query are not counted.")
    report.finish(given.results or given.cache / "results")


if __name__ == "__main__":
    main()
