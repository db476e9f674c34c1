"""Damaged descriptions and background files give a ConfigError, or what they gave before; nothing else."""

from contextlib import suppress

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.codec.encoder import read_encoder
from sekisho.errors import ConfigError
from sekisho.fingerprint.resize import resized
from sekisho.match.background import encode_background, read_background
from tests.counts import count
from tests.encoders import CALIBRATED, encoder_file, spec_text
from tests.mutate import mutations

SPEC = spec_text(encoder_file(), more=CALIBRATED)
BACKGROUND = encode_background("small@0123456789abcdef", np.eye(12, 16, dtype=np.float32))


def test_a_damaged_description_is_refused_or_valid():
    for data in mutations(SPEC.encode(), seed=1, n=count(300, 100_000)):
        with suppress(ConfigError):
            spec = read_encoder(data.decode("utf-8", "replace"), "x.toml")
            assert 1 <= spec.dimensions <= 4096
            assert np.isfinite([spec.input.scale, *spec.input.mean, *spec.input.std]).all()


def test_a_damaged_background_is_refused_or_of_length_1():
    for data in mutations(BACKGROUND, seed=2, n=count(300, 100_000)):
        with suppress(ConfigError):
            vectors = read_background(data, "small@0123456789abcdef", 16)
            assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=0.02)


@settings(max_examples=count(40, 2000), deadline=None)
@given(st.tuples(*[st.integers(1, 60)] * 4), st.integers(0, 2**32), st.booleans())
def test_a_resized_picture_stays_within_its_values(sizes, seed, mirror):
    height, width, tall, wide = sizes
    pixels = np.random.default_rng(seed).integers(3, 250, (height, width, 3), np.uint8)
    made = resized(pixels, (tall, wide))
    assert made.shape == (tall, wide, 3)
    assert pixels.min() <= made.min() <= made.max() <= pixels.max()
    turned = np.ascontiguousarray(pixels[:, ::-1] if mirror else pixels[::-1])
    back = resized(turned, (tall, wide))
    assert np.array_equal(back[:, ::-1] if mirror else back[::-1], made)
