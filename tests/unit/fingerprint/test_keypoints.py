import numpy as np

from sekisho.fingerprint.keypoints import corners
from sekisho.fingerprint.pyramid import levels_of
from tests import local_oracle
from tests.pictures import picture


def level(rgb):
    return levels_of(rgb)[0]


def boxes(places, side=100):
    rgb = np.full((side, side, 3), 255, np.uint8)
    for x, y in places:
        rgb[y : y + 14, x : x + 14] = 30
    return rgb


def test_corners_equal_the_oracle():
    smooth = level(picture(6, 90, 70))
    found = corners(smooth, cells=20, most=60)
    expected = local_oracle.corners(local_oracle.levels(picture(6, 90, 70))[0], 20, 60)
    assert list(zip(found.x.tolist(), found.y.tolist(), strict=True)) == expected


def test_the_four_corners_of_a_box_come_first_and_within_two_pixels():
    found = corners(level(boxes([(40, 50)])), cells=1, most=4)
    places = {(round(x / 64), round(y / 64)) for x, y in zip(found.x, found.y, strict=True)}
    wanted = {(40, 50), (53, 50), (40, 63), (53, 63)}
    assert all(min(max(abs(x - a), abs(y - b)) for x, y in places) <= 2 for a, b in wanted)


def test_every_part_of_the_picture_has_its_share():
    rgb = boxes([(10, 10), (28, 10), (10, 28), (28, 28)], 140)
    rgb[100:114, 100:114] = 100
    found = corners(level(rgb), cells=16, most=12)
    assert ((found.x > 90 * 64) & (found.y > 90 * 64)).any()


def test_an_even_area_and_a_straight_edge_have_no_corner():
    rgb = np.full((80, 80, 3), 90, np.uint8)
    assert len(corners(level(rgb), cells=10, most=50).x) == 0
    rgb[:, 40:] = 220
    assert len(corners(level(rgb), cells=10, most=50).x) == 0
