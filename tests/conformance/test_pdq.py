"""PDQ: published vectors that any language can compute, and the reference implementation live."""

import json
from pathlib import Path

import numpy as np
import pytest

from sekisho.fingerprint import DIHEDRAL, MIN_QUALITY, pdq, pdq_dihedral
from tests.counts import count
from tests.pictures import picture

VECTORS = json.loads((Path(__file__).parent.parent / "vectors/pdq/formula.json").read_text())
SAME = 0.98
FARTHEST = 4
UNDEFINED_SIDES = (8, 16)
"""Each pixel stands for 8 or 4 equal samples, so that the coefficients of frequency 16 are zero in theory:
their bits are rounding noise in every implementation. Ours is the same on every CPU."""

# By their names in the reference: compute_dihedral gives original, rot90, rot180, rot270 (all against the
# clock), flip x, flip y, flip +1, flip -1, each the hash of the picture turned like that.
REFERENCE_ORDER = (
    "upright",
    "rot270",
    "rot180",
    "rot90",
    "flipped",
    "mirrored",
    "transposed",
    "transverse",
)


def formula(width, height, k):
    """Draw with whole numbers alone, as tests/vectors/pdq/README.md says."""
    x, y = np.meshgrid(np.arange(width, dtype=np.int64), np.arange(height, dtype=np.int64))
    u, v = 256 * x // width, 256 * y // height
    discs = sum(((u - 37 * i * k % 256) ** 2 + (v - 91 * i * k % 256) ** 2 < 1600) * 60 for i in range(1, 8))
    channels = [(u * (k + c) // 3 + v * (5 - c) // 4 + discs * (c + 1)) % 256 for c in range(3)]
    return np.stack(channels, axis=2).astype(np.uint8)


def distance(a, b):
    return int(np.bitwise_count(np.frombuffer(a, np.uint8) ^ np.frombuffer(b, np.uint8)).sum())


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: f"{v['width']}x{v['height']}-{v['k']}")
def test_vectors(vector):
    found, quality = pdq(formula(vector["width"], vector["height"], vector["k"]))
    assert (found.hex(), quality) == (vector["pdq"], vector["quality"])


def test_the_vectors_say_something():
    assert len({v["pdq"] for v in VECTORS}) == len(VECTORS)
    assert sum(v["quality"] >= MIN_QUALITY for v in VECTORS) >= len(VECTORS) - 1


@pytest.fixture(scope="module")
def reference():
    return pytest.importorskip("pdqhash", reason="the reference PDQ is not installed (make test says why)")


def reference_pdq(reference, array):
    bits, quality = reference.compute(array)
    return np.packbits(bits).tobytes(), quality


def drawings():
    """Draw pictures of many sizes and makes: large and tiny, narrow, noisy, gray, stretched."""
    random = np.random.default_rng(7)
    for seed in range(count(60, 1000)):
        width, height = (int(s) for s in np.exp(random.uniform(np.log(5), np.log(700), 2)))
        width, height = (s + (s in UNDEFINED_SIDES) for s in (width, height))
        array = picture(seed, width, height)
        if seed % 4 == 1:
            array = (array // 2 + random.integers(0, 128, array.shape)).astype(np.uint8)
        if seed % 4 == 2:
            array = np.repeat(array[..., :1], 3, axis=2)
        yield array
    for side in (5, 63, 64, 65, 127, 128, 129, 192, 255, 256, 257, 384, 512):
        yield picture(side, side, 64)
        yield picture(side, 130, side)


def test_the_bits_are_those_of_the_reference(reference):
    distances = []
    for array in drawings():
        ours, quality = pdq(array)
        theirs, expected = reference_pdq(reference, array)
        assert abs(quality - expected) <= 1, array.shape
        if expected >= MIN_QUALITY:
            distances.append(distance(ours, theirs))
    assert len(distances) > 50
    assert max(distances) <= FARTHEST
    assert sum(d == 0 for d in distances) >= SAME * len(distances)


def test_the_vectors_are_those_of_the_reference(reference):
    for v in VECTORS:
        theirs, _ = reference_pdq(reference, formula(v["width"], v["height"], v["k"]))
        assert v["quality"] < MIN_QUALITY or theirs.hex() == v["pdq"]


def test_the_turned_hashes_are_those_of_the_reference(reference):
    distances = []
    for seed in range(20):
        array = picture(seed, 100 + 17 * seed, 300 - 11 * seed)
        ours, quality = pdq_dihedral(array)
        assert quality >= MIN_QUALITY
        theirs, _ = reference.compute_dihedral(array)
        for name, bits in zip(REFERENCE_ORDER, theirs, strict=True):
            row = ours[DIHEDRAL.index(name)].tobytes()
            distances.append(distance(row, np.packbits(bits).tobytes()))
    assert max(distances) <= FARTHEST
    assert sum(d == 0 for d in distances) >= SAME * len(distances)


@pytest.mark.parametrize("side", UNDEFINED_SIDES)
def test_where_the_reference_is_undefined_only_noise_differs(reference, side):
    for seed in range(8):
        array = picture(seed, side, 150 + seed)
        ours, quality = pdq(array)
        theirs, expected = reference_pdq(reference, array)
        assert quality == expected
        assert distance(ours, theirs) <= 20
