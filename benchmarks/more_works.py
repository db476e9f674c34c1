"""A registry as large as one likes: registered pictures among many others that nobody drew.

A work that nobody drew has descriptors of six real pictures (of the pool, none of which is a query) with
5 to 20 % of their bits flipped, and places of others of their features, turned and scaled: bits and places
as unevenly spread as real ones, and nothing that a query truly shares. Their registrations are real, with
random hashes; only features and vectors are laid out directly, by the functions that build an edition.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from picture_registry import Works, publish, registered

from sekisho.fingerprint.local import Features
from sekisho.model import MAX_FEATURES, WORKING_SIDE, Print
from sekisho.snapshot import Snapshot
from sekisho.snapshot.local_tables import LocalTables, build_local_tables
from sekisho.snapshot.pictures import Pictures
from sekisho.snapshot.stock import Standing
from sekisho.snapshot.vectors import Vectors

__all__ = ["enlarged", "works_among_others"]

SEED = 20261122
SOURCES = 6
"""Pictures of which one such work has features."""
FLIPPED = (0.05, 0.20)
STEPS = 64
COLUMNS = ("descriptors", "places", "starts", "ids")


def works_among_others(works: Works, size: int) -> Works:
    """Return the works and so many others that there are `size` registrations, all by one holder."""
    made = Works(registrations=list(works.registrations), traits=works.traits, names=works.names)
    hashes = np.random.default_rng([SEED, size]).integers(0, 256, (size, 32), dtype=np.uint8)
    for number in range(len(works.registrations), size):
        row = hashes[number].tobytes()
        one = Print(sha256=hashlib.sha256(row).digest(), pdq=row, quality=100)
        registered(made, [one], f"other {number}")
    return made


def _masks(generator: np.random.Generator, count: int) -> NDArray[np.uint64]:
    """Return masks (count, 4) uint64 in which each bit is set with a chance of `FLIPPED`."""
    level = generator.integers(round(FLIPPED[0] * 256), round(FLIPPED[1] * 256), (count, 1), dtype=np.uint8)
    bits = generator.integers(0, 256, (count, 256), dtype=np.uint8) < level
    return np.packbits(bits, axis=1).view("<u8")


def _other(
    generator: np.random.Generator, pool: Sequence[Features]
) -> tuple[NDArray[np.uint64], NDArray[np.uint8]]:
    """Return descriptors (300, 4) and places (300, 6) of a work that nobody drew."""
    rows, places = [], []
    for number in generator.integers(0, len(pool), SOURCES).tolist():
        source = pool[number]
        chosen = generator.integers(0, len(source.descriptors), MAX_FEATURES // SOURCES)
        rows.append(source.descriptors[chosen])
        angle, scale = generator.uniform(0, 2 * np.pi), generator.uniform(0.3, 1.5)
        standing = source.places[generator.permutation(len(source.places))[: len(chosen)]]
        standing = np.resize(standing, (len(chosen), 4))
        x, y = (standing[:, k].astype(np.float64) * scale for k in (0, 1))
        turned = x * np.cos(angle) - y * np.sin(angle), x * np.sin(angle) + y * np.cos(angle)
        x, y = (np.mod(side, WORKING_SIDE * STEPS).astype("<u2") for side in turned)
        placed = np.empty((len(chosen), 6), np.uint8)
        placed[:, 0:2] = x[:, None].view(np.uint8)
        placed[:, 2:4] = y[:, None].view(np.uint8)
        placed[:, 4] = standing[:, 2] + round(angle / (2 * np.pi) * 256) % 256
        placed[:, 5] = standing[:, 3]
        places.append(placed)
    descriptors = np.concatenate(rows)
    return descriptors ^ _masks(generator, len(descriptors)), np.concatenate(places)


def _laid_out(
    folder: Path, counts: NDArray[np.int64], real: dict[int, int], own: Pictures, pool: Sequence[Features]
) -> None:
    """Write the columns of all features, entry after entry; about 2.2 GB for 1e5 works."""
    folder.mkdir(parents=True, exist_ok=True)
    generator = np.random.default_rng([SEED, len(counts)])
    total = int(counts.sum())
    descriptors = np.lib.format.open_memmap(
        folder / "descriptors.npy", mode="w+", dtype=np.dtype("<u8"), shape=(total, 4)
    )
    places = np.lib.format.open_memmap(folder / "places.npy", mode="w+", dtype=np.uint8, shape=(total, 6))
    at = 0
    for entry, count in enumerate(counts.tolist()):
        if entry in real:
            begin, end = own.first[real[entry] : real[entry] + 2].tolist()
            descriptors[at : at + count], places[at : at + count] = (
                own.descriptors[begin:end],
                own.places[begin:end],
            )
        else:
            descriptors[at : at + count], places[at : at + count] = _other(generator, pool)
        at += count
    size = len(counts)
    every = Standing(np.ones(size, np.bool_), np.arange(size), np.arange(size, dtype=np.uint64))
    entries = np.repeat(np.arange(size, dtype=np.uint32), counts)
    tables = build_local_tables(descriptors, entries, every)
    np.save(folder / "starts.npy", tables.starts)
    np.save(folder / "ids.npy", tables.ids)


def _pictures(folder: Path, snapshot: Snapshot, pool: Sequence[Features]) -> Pictures:
    """Return pictures of every entry: those that it has, and made ones for the entries without."""
    (own,) = snapshot.pictures
    first_rows = np.unique(own.entry, return_index=True)[1].tolist()
    real = {int(own.entry[row]): row for row in first_rows}
    size = snapshot.entries
    counts = np.full(size, MAX_FEATURES // SOURCES * SOURCES, np.int64)
    for entry, row in real.items():
        counts[entry] = int(own.first[row + 1] - own.first[row])
    if not all((folder / f"{name}.npy").is_file() for name in COLUMNS):
        _laid_out(folder, counts, real, own, pool)
    column = {name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in COLUMNS}
    pdq = np.random.default_rng([SEED, size, 1]).integers(0, 256, (size, 32), dtype=np.uint8)
    sides = np.full((size, 2), WORKING_SIDE, np.uint16)
    for entry, row in real.items():
        pdq[entry], sides[entry] = own.pdq[row], own.size[row]
    made = Pictures(
        entry=np.arange(size, dtype=np.uint32),
        print_=np.zeros(size, np.uint32),
        pdq=pdq,
        size=sides,
        first=np.concatenate([[0], np.cumsum(counts)]).astype(np.uint64),
        descriptors=np.frombuffer(column["descriptors"], "<u8").reshape(-1, 4),
        places=np.frombuffer(column["places"], np.uint8).reshape(-1, 6),
        tables=LocalTables(np.frombuffer(column["starts"], "<u4"), np.frombuffer(column["ids"], "<u4")),
    )
    for array in made[:5]:
        array.flags.writeable = False
    return made


def _vectors(own: Vectors, size: int) -> Vectors:
    """Return vectors of every entry; the made ones are mixtures of two real ones and noise."""
    generator = np.random.default_rng([SEED, size, 2])
    known = np.asarray(own.values, np.float32)
    values = np.empty((size, known.shape[1]), np.float16)
    for begin in range(0, size, 10_000):
        end = min(begin + 10_000, size)
        one, other = (known[generator.integers(0, len(known), end - begin)] for _ in range(2))
        noise = generator.normal(0, 1 / np.sqrt(known.shape[1]), one.shape).astype(np.float32)
        mixed = 0.5 * one + 0.5 * other + noise
        values[begin:end] = mixed / np.linalg.norm(mixed, axis=1, keepdims=True)
    values[own.entry] = own.values
    made = Vectors(np.arange(size, dtype=np.uint32), np.zeros(size, np.uint32), values)
    for array in made:
        array.flags.writeable = False
    return made


def enlarged(cache: Path, works: Works, size: int, pool: Sequence[Features]) -> tuple[Snapshot, Works]:
    """Return an edition of `size` works among which are those given, one print each.

    Args:
        cache: where the snapshot and the columns are kept.
        works: registered ones.
        size: works in all.
        pool: features of pictures that are no queries.
    """
    more = works_among_others(works, size)
    tag = hashlib.sha256(b"".join(more.registrations)).hexdigest()[:16]
    snapshot = publish(more, cache / "copies" / f"{size}.sekisho")
    pictures = _pictures(cache / "copies" / f"{size}-{tag}", snapshot, pool)
    vectors = {model: (_vectors(some[0], size),) for model, some in snapshot.vectors.items()}
    return replace(snapshot, pictures=(pictures,), vectors=vectors), more
