import numpy as np
import pytest

from sekisho.fingerprint.contrast import MIN_CONTRAST, is_plain, warm_up
from tests.pictures import picture


@pytest.mark.parametrize("colour", [0, 77, 255])
def test_one_colour_is_plain(colour):
    warm_up()
    assert is_plain(np.full((50, 40, 3), colour, np.uint8))


def test_a_drawing_is_not():
    assert not is_plain(picture(1, 60, 40))


def test_one_channel_is_enough():
    blue = np.zeros((20, 20, 3), np.uint8)
    blue[:10, :, 2] = 200
    assert not is_plain(blue)


def test_the_bound_is_the_standard_deviation():
    rows = np.zeros((40, 40, 3), np.uint8)
    rows[::2] = 2 * MIN_CONTRAST
    assert not is_plain(rows)
    rows[::2] -= 1
    assert is_plain(rows)


def test_a_part_is_looked_at_by_itself():
    page = np.full((60, 60, 3), 255, np.uint8)
    page[:20, :20] = picture(2, 20, 20)
    assert not is_plain(page[:30, :30])
    assert is_plain(page[20:, 20:])
