import math

import numpy as np
import pytest

from sekisho.fingerprint import descriptor
from sekisho.fingerprint.pyramid import levels_of
from tests import local_oracle
from tests.pictures import picture

X, Y = np.array([64 * 40 + 5, 64 * 31 - 9]), np.array([64 * 33 - 20, 64 * 25])


def test_angles_and_bits_equal_the_oracle():
    rgb = picture(7, 80, 60)
    smooth, plain = levels_of(rgb)[0], local_oracle.levels(rgb)[0]
    turns = descriptor.angles(smooth, X, Y)
    assert turns.tolist() == [local_oracle.angle_of(plain, x, y) for x, y in zip(X, Y, strict=True)]
    rows = descriptor.described(smooth, X, Y, turns, mirrored=True)
    for side in (0, 1):
        for row, x, y, angle in zip(rows[side], X, Y, turns, strict=True):
            patch = local_oracle.patch_of(plain, int(x), int(y), int(angle))
            value = sum(int(word) << 64 * i for i, word in enumerate(row))
            assert value == local_oracle.descriptor_of(patch, flipped=bool(side))


@pytest.mark.parametrize("step", range(0, 256, 5))
def test_a_direction_is_the_nearest_of_256(step):
    for off in (-0.45, 0, 0.45):
        angle = 2 * math.pi * (step + off) / 256
        x, y = round(1e6 * math.cos(angle)), round(1e6 * math.sin(angle))
        assert descriptor.direction(x, y) == step


def test_no_vector_has_direction_0():
    assert descriptor.direction(0, 0) == 0


def test_light_and_dark_changing_places_leaves_the_direction():
    rgb = picture(8, 80, 60)
    turns = [descriptor.angles(levels_of(p)[0], X, Y).astype(int) for p in (rgb, 255 - rgb)]
    assert (np.abs((turns[0] - turns[1] + 128) % 256 - 128) <= 4).all()


def test_every_test_lies_in_the_patch_and_none_compares_a_square_with_itself():
    tests = descriptor.pattern().astype(int)
    assert tests.shape == (256, 7)
    assert len(np.unique(tests, axis=0)) == 256
    for c, u, v in ((0, 1, 2), (3, 4, 5)):
        assert (tests[:, c] < descriptor.CHANNELS).all()
        assert (np.maximum(tests[:, u], tests[:, v]) + tests[:, 6] <= descriptor.SIDE).all()
    assert (tests[:, 6] > 0).all()
    assert ((tests[:, 0] == 0) == (tests[:, 3] == 0)).all()
    assert (tests[:, :3] != tests[:, 3:6]).any(axis=1).all()
