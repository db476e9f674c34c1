import numpy as np
import pytest

from sekisho.fingerprint.pyramid import LEVELS, PAD, levels_of
from tests import local_oracle
from tests.pictures import picture


@pytest.mark.parametrize("size", [(61, 47), (90, 64)])
def test_every_level_equals_the_oracle(size):
    rgb = picture(3, *size)
    expected = local_oracle.levels(rgb)
    found = levels_of(rgb)
    assert len(found) == len(expected) > 3
    assert all(np.array_equal(a, b) for a, b in zip(found, expected, strict=True))


def test_the_largest_picture_has_all_levels_and_a_small_one_none():
    assert len(levels_of(np.zeros((512, 512, 3), np.uint8))) == LEVELS
    assert levels_of(np.zeros((19, 512, 3), np.uint8)) == []


def test_one_colour_stays_one_colour():
    levels = levels_of(np.full((100, 80, 3), 200, np.uint8))
    assert {int(value) for level in levels for value in np.unique(level)} == {200}


def test_what_surrounds_a_level_repeats_its_border():
    level = levels_of(picture(4, 64, 64))[0]
    assert (level[:, 2 : PAD - 2] == level[:, [2]]).all()


def test_a_picture_that_may_not_be_written_to_is_taken():
    rgb = picture(5, 64, 48)
    rgb.flags.writeable = False
    assert len(levels_of(rgb[:, ::-1])) > 1
