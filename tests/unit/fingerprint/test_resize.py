import numpy as np
import pytest
from PIL import Image

from sekisho.fingerprint.resize import resized, tent
from tests.pictures import picture


def slow(pixels, size):
    """Resize as the docstring of the module says, in Python's own whole numbers."""
    height, width = pixels.shape[:2]
    weights = []
    for m, n in ((height, size[0]), (width, size[1])):
        rows = [
            [max(0, 2 * max(m, n) - abs((2 * j + 1) * n - (2 * i + 1) * m)) for j in range(m)]
            for i in range(n)
        ]
        weights.append(np.array(rows, object))
    down, across = weights
    out = np.empty((*size, 3), np.uint8)
    for channel in range(3):
        whole = np.outer(down.sum(axis=1), across.sum(axis=1))
        sums = down @ pixels[:, :, channel].astype(object) @ across.T
        out[:, :, channel] = ((2 * sums + whole) // (2 * whole)).astype(np.uint8)
    return out


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ((1, 1), (3, 5)),
        ((7, 5), (3, 4)),
        ((3, 4), (7, 9)),
        ((40, 9), (8, 8)),
        ((8, 8), (8, 8)),
        ((512, 3), (1, 1)),
    ],
)
def test_every_pixel_is_what_the_definition_says(source, target):
    pixels = np.random.default_rng(3).integers(0, 256, (*source, 3), np.uint8)
    assert np.array_equal(resized(pixels, target), slow(pixels, target))


@pytest.mark.parametrize("size", [(224, 224), (64, 96), (300, 20)])
def test_it_is_the_usual_bilinear_but_for_one_level(size):
    pixels = picture(5, 160, 120)
    usual = np.asarray(Image.fromarray(pixels).resize((size[1], size[0]), Image.Resampling.BILINEAR))
    assert np.abs(resized(pixels, size).astype(int) - usual).max() <= 1


def test_a_box_is_as_the_part_alone():
    pixels = picture(6, 90, 70)
    assert np.array_equal(resized(pixels, (20, 30), (10, 5, 60, 65)), resized(pixels[10:60, 5:65], (20, 30)))


def test_an_even_picture_stays_even():
    assert (resized(np.full((17, 31, 3), 201, np.uint8), (224, 224)) == 201).all()


@pytest.mark.parametrize("box", [(0, 0, 0, 4), (0, 0, 9, 4), (-1, 0, 4, 4), (0, 3, 4, 3)])
def test_a_box_outside_the_picture_is_refused(box):
    with pytest.raises(ValueError, match="within the picture"):
        resized(np.zeros((8, 8, 3), np.uint8), (2, 2), box)


def test_sums_stay_below_32_bits():
    for source in (1, 2, 31, 512):
        for target in (1, 7, 512, 1024):
            assert tent(source, target)[0].sum(axis=1).max() * 255 < 2**31
