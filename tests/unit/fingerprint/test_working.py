import numpy as np
import pytest

from sekisho.fingerprint.working import working_picture


@pytest.mark.parametrize(
    ("shape", "expected"), [((1024, 768), (512, 384)), ((3, 5000), (1, 512)), ((100, 50), (100, 50))]
)
def test_the_longer_side_is_at_most_512(shape, expected):
    assert working_picture(np.zeros((*shape, 3), np.uint8)).shape == (*expected, 3)


def test_each_pixel_is_the_mean_of_those_it_covers():
    pixels = np.random.default_rng(1).integers(0, 256, (1024, 1024, 3), np.uint8)
    means = pixels.reshape(512, 2, 512, 2, 3).mean((1, 3))
    assert np.abs(working_picture(pixels) - means).max() <= 1


def test_a_small_picture_is_not_changed():
    pixels = np.random.default_rng(2).integers(0, 256, (60, 70, 3), np.uint8)
    assert np.array_equal(working_picture(pixels), pixels)
