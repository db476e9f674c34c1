"""Choose the bits that the hash tables of local features read (`BITS` of snapshot/local_tables.py).

From the first half of each class of edits: pairs of features of a work and its copy that lie in one place,
and pairs of strangers. Each table takes bit after bit the one that tells most strangers apart for the true
pairs that it costs; a table may use three bits in five, by lot, and looks most at pairs that the tables
before it miss. To be run again whenever the descriptor changes; it changes the layout.

    python benchmarks/choose_local_bits.py --set FOLDER
"""

import argparse
import math
from pathlib import Path

import numpy as np
from bench_local import working
from copies_set import UNRELATED, Copies, Picture, read_set
from numpy.typing import NDArray

from sekisho.fingerprint.local import Features, local_features, query_features
from sekisho.match.local_geometry import place

SEED = 3
TABLES, WIDTH = 8, 32
PER_CLASS, PER_QUERY, STRANGERS = 20, 60, 120_000
PROVED, NEAR, ALIKE = 15, 3 * 64, 56
COST = 3.0
"""What a lost true pair weighs against a stranger told apart, in logarithms."""
ALLOWED = 160

Bits = NDArray[np.bool_]


def bits(descriptors: NDArray[np.uint64]) -> Bits:
    """Return the bits of descriptors, (n, 256)."""
    rows = np.ascontiguousarray(descriptors).view(np.uint8).reshape(-1, 32)
    return np.unpackbits(rows, axis=1, bitorder="little").astype(np.bool_)


def stored(features: Features) -> NDArray[np.uint8]:
    """Return places as they are registered, (n, 6)."""
    made = np.empty((len(features.places), 6), np.uint8)
    made[:, :4] = np.ascontiguousarray(features.places[:, :2]).view(np.uint8)
    made[:, 4:] = features.places[:, 2:]
    return made


def true_pairs(item: Features, work: Features) -> NDArray[np.uint64]:
    """Return how features of a copy differ from those of the work in the same place, (n, 4)."""
    placed = place(item.descriptors, item.places, work.descriptors, stored(work))
    if placed.inliers < PROVED:
        return np.empty((0, 4), np.uint64)
    a, b, c, d, e, f = placed.map_.tolist()
    x, y = work.places[:, 0].astype(float), work.places[:, 1].astype(float)
    there = a * x + b * y + c + 1j * (d * x + e * y + f)
    here = item.places[:, 0].astype(float) + 1j * item.places[:, 1].astype(float)
    apart = np.abs(here[:, None] - there)
    levels = item.places[:, None, 3].astype(int) - work.places[:, 3].astype(int)
    apart[np.abs(levels - 1.5 * math.log2(a * e - b * d)) > 1] = math.inf
    nearest = apart.argmin(axis=0)
    same = apart[nearest, np.arange(len(x))] < NEAR
    differ = item.descriptors[nearest[same]] ^ work.descriptors[same]
    return differ[bits(differ).sum(axis=1) <= ALIKE]


def pairs(copies: Copies, generator: np.random.Generator) -> tuple[Bits, Bits]:
    """Return in which bits true pairs and strangers differ."""
    works = {work.name: local_features(working(work)) for work in copies.works}
    chosen: list[Picture] = []
    strangers: list[NDArray[np.uint64]] = []
    for name, some in copies.half(second=False, most=PER_CLASS).items():
        if name == UNRELATED:
            strangers += [query_features(working(one))[0].descriptors for one in some]
        else:
            chosen += some
    found = []
    for one in chosen:
        for features in query_features(working(one)):
            for work in sorted(one.truth & works.keys()):
                differ = true_pairs(features, works[work])
                found.append(differ[generator.permutation(len(differ))[:PER_QUERY]])
    every = np.concatenate([work.descriptors for work in works.values()])
    other = np.concatenate(strangers)
    first, second = (generator.integers(0, len(some), STRANGERS) for some in (every, other))
    return bits(np.concatenate(found)), bits(every[first] ^ other[second])


def choose(true: Bits, strange: Bits, generator: np.random.Generator) -> NDArray[np.uint8]:
    """Return the bits of every table, (8, 32)."""
    used, tables = np.zeros(256), []
    for _ in range(TABLES):
        weight = np.ones(len(true))
        for row in tables:
            weight *= np.where(true[:, row[:16]].any(axis=1), 1.0, 0.35)
        allowed = np.zeros(256, np.bool_)
        allowed[generator.permutation(256)[:ALLOWED]] = True
        left, apart, row = np.ones(len(true), np.bool_), np.ones(len(strange)), []
        for _ in range(WIDTH):
            if left.sum() < PER_QUERY:
                left[:] = True
            kept = (weight * left) @ ~true / (weight * left).sum()
            alike = apart @ ~strange / apart.sum()
            gain = -np.log(np.maximum(alike, 1e-6)) + COST * np.log(np.maximum(kept, 1e-6)) - 0.05 * used
            gain[~allowed] = gain[row] = -np.inf
            bit = int(gain.argmax())
            row.append(bit)
            left &= ~true[:, bit]
            apart *= np.where(strange[:, bit], 0.12, 1.0)
        used[row[:20]] += 1
        tables.append(row)
    return np.array(tables, np.uint8)


def main() -> None:
    """Choose, and print the lines of the source."""
    options = argparse.ArgumentParser(description="Choose the bits of the hash tables of local features.")
    options.add_argument("--set", type=Path, required=True)
    generator = np.random.default_rng(SEED)
    true, strange = pairs(read_set(options.parse_args().set), generator)
    print(f"{len(true):,} true pairs")
    for row in choose(true, strange, generator):
        print(f'        "{bytes(row).hex()}"')


if __name__ == "__main__":
    main()
