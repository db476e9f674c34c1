from itertools import pairwise

import numpy as np
import pytest

from sekisho.fingerprint.working import STRETCHES, Working, working_picture, working_pictures


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


def test_an_ordinary_picture_has_one_working_picture():
    for shape in ((600, 600), (600, 1800), (100, 500), (5000, 20)):
        (one,) = working_pictures(np.zeros((*shape, 3), np.uint8), 7)
        assert (one.frame, one.box, one.is_whole) == (7, (0, 0, 1000, 1000), True)


@pytest.mark.parametrize(
    "shape", [(1000, 300), (12000, 300), (300, 12000), (30000, 40), (514, 33), (901, 300)]
)
def test_every_square_of_a_strip_lies_in_one_of_its_stretches(shape):
    pixels = np.zeros((*shape, 3), np.uint8)
    whole, *parts = working_pictures(pixels)
    assert whole.is_whole
    assert 2 <= len(parts) <= STRETCHES
    assert not any(one.is_whole for one in parts)
    high = shape[0] > shape[1]
    spans = [(one.box[1], one.box[3]) if high else (one.box[0], one.box[2]) for one in parts]
    assert (spans[0][0], spans[-1][1]) == (0, 1000)
    side = 1000 * min(shape) // max(shape)
    for (_, end), (begin, _) in pairwise(spans):
        assert end - begin >= side - 2


def test_no_stretches_if_they_are_not_wanted():
    assert len(working_pictures(np.zeros((12000, 300, 3), np.uint8), stretches=False)) == 1


def test_stretches_show_what_lies_there():
    pixels = np.random.default_rng(3).integers(0, 256, (1000, 250, 3), np.uint8)
    for one in working_pictures(pixels)[1:]:
        shown = pixels[one.box[1] : one.box[3]]
        assert np.array_equal(one.pixels, shown)


@pytest.mark.parametrize(
    ("box", "region", "expected"),
    [
        ((0, 0, 1000, 1000), (10, 20, 30, 40), (10, 20, 30, 40)),
        ((0, 500, 1000, 600), (0, 0, 1000, 1000), (0, 500, 1000, 600)),
        ((0, 500, 1000, 600), (100, 500, 200, 505), (100, 550, 200, 551)),
        ((999, 0, 1000, 1000), (0, 0, 1, 1), (999, 0, 1000, 1)),
        ((999, 0, 1000, 1000), (999, 999, 1000, 1000), (999, 999, 1000, 1000)),
    ],
)
def test_a_region_of_a_stretch_is_one_of_the_frame(box, region, expected):
    assert Working(np.zeros((1, 1, 3), np.uint8), 0, box).in_frame(region) == expected
