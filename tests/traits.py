"""Traits made by hand: local features, embeddings and films that were not looked at, but invented."""

import numpy as np

from sekisho.fingerprint.local import Features
from sekisho.model import FEATURE_BYTES, Film, Frame, Local, Print, Traits, Vector
from sekisho.snapshot.local_tables import build_local_tables
from sekisho.snapshot.pictures import Pictures, feature_entries
from sekisho.snapshot.stock import Standing

__all__ = [
    "a_film",
    "a_vector",
    "film_print",
    "invented",
    "local_from",
    "placed",
    "registered",
    "with_noise",
]

MODEL = "tests@0123456789abcdef"


def invented(seed: int, count: int = 120, width: int = 400, height: int = 300) -> Features:
    """Invent the features of a picture: bits by lot, places all over it."""
    chance = np.random.default_rng(seed)
    places = np.empty((count, 4), np.uint16)
    places[:, 0] = chance.integers(0, 64 * width, count)
    places[:, 1] = chance.integers(0, 64 * height, count)
    places[:, 2] = chance.integers(0, 256, count)
    places[:, 3] = chance.integers(2, 6, count)
    return Features(chance.integers(0, 2**64, (count, 4), np.uint64), places, width, height)


def _rows(features: Features) -> np.ndarray:
    count = len(features.places)
    rows = np.empty((count, FEATURE_BYTES), np.uint8)
    rows[:, :32] = features.descriptors.view(np.uint8).reshape(count, 32)
    rows[:, 32:36] = np.ascontiguousarray(features.places[:, :2]).astype("<u2").view(np.uint8).reshape(-1, 4)
    rows[:, 36:] = features.places[:, 2:]
    return rows


def local_from(features: Features) -> Local:
    """Return features as a registration holds them."""
    return Local(width=features.width, height=features.height, rows=_rows(features).tobytes())


def registered(*works: Features, verified: tuple[bool, ...] = ()) -> Pictures:
    """Return pictures of entries of their own, as a reader has them."""
    entry = np.arange(len(works), dtype=np.uint32)
    first = np.cumsum([0, *(len(work.places) for work in works)]).astype(np.uint64)
    both = np.concatenate([_rows(work) for work in works])
    descriptors = np.ascontiguousarray(both[:, :32]).view("<u8")
    standing = Standing(
        verified=np.array(verified or [True] * len(works), np.bool_),
        holder=entry.astype(np.int64),
        lot=np.random.default_rng(len(works)).integers(0, 2**64, len(works), np.uint64),
    )
    made = Pictures(
        entry=entry,
        print_=np.zeros(len(works), np.uint32),
        pdq=np.zeros((len(works), 32), np.uint8),
        size=np.array([(work.width, work.height) for work in works], np.uint16),
        first=first,
        descriptors=descriptors,
        places=np.ascontiguousarray(both[:, 32:]),
        tables=build_local_tables(descriptors, feature_entries(entry, first), standing),
    )
    for array in (*made[:-1], *made.tables):
        array.flags.writeable = False
    return made


def with_noise(features: Features, bits: int, seed: int = 0) -> Features:
    """Flip as many bits of every descriptor, by lot."""
    chance = np.random.default_rng(seed)
    flips = np.zeros((len(features.places), 256), np.uint8)
    flips[:, :bits] = 1
    mask = np.packbits(chance.permuted(flips, axis=1), axis=1).view("<u8")
    return features._replace(descriptors=features.descriptors ^ mask)


def placed(
    features: Features,
    *,
    scale: float = 1.0,
    turn: int = 0,
    at: tuple[float, float] = (0, 0),
    side: int = 512,
) -> Features:
    """Lay a work into a picture of `side` px: scaled by a power of the cube root of two, turned, moved.

    Args:
        features: of the work.
        scale: about its upper left corner.
        turn: 1/256 of a turn, from x towards y.
        at: where its upper left corner goes, px.
        side: of the picture; what falls outside is gone.
    """
    angle = 2 * np.pi * turn / 256
    x, y = features.places[:, 0] * scale, features.places[:, 1] * scale
    moved = features.places.astype(np.float64)
    moved[:, 0] = np.cos(angle) * x - np.sin(angle) * y + 64 * at[0]
    moved[:, 1] = np.sin(angle) * x + np.cos(angle) * y + 64 * at[1]
    moved[:, 2] = (moved[:, 2] + turn) % 256
    moved[:, 3] += round(3 * np.log2(scale))
    inside = ((moved[:, :2] >= 0) & (moved[:, :2] <= 64 * side)).all(axis=1) & (moved[:, 3] >= 0)
    return Features(features.descriptors[inside], np.round(moved[inside]).astype(np.uint16), side, side)


def a_vector(seed: int, dimensions: int = 8, model: str = MODEL) -> Vector:
    """Invent an embedding."""
    values = np.random.default_rng(seed).normal(size=dimensions)
    return Vector(model=model, values=(values / np.linalg.norm(values)).astype("<f2").tobytes())


def a_film(seed: int, frames: int = 10) -> Film:
    """Invent a film, one frame a second; every seventh is too plain to be compared."""
    chance = np.random.default_rng(seed)
    return Film(
        duration=1000 * frames,
        frames=tuple(
            Frame(at=1000 * i, pdq=chance.bytes(32), quality=40 if i % 7 == 3 else 90) for i in range(frames)
        ),
    )


def film_print(world, signer, film: Film, seed: int = 0) -> Print:
    """Return the print of a film whose frames are stated by whoever will sign the registration."""
    return world.with_traits(signer, Print(sha256=bytes([seed]) * 32), Traits(film=film))
