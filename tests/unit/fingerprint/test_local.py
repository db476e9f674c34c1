import numpy as np
import pytest
from PIL import Image, ImageFilter

from sekisho.fingerprint.local import MIN_FEATURES, features_of, local_features, local_of, query_features
from sekisho.model import FEATURE_BYTES, MAX_FEATURES
from tests import local_oracle
from tests.pictures import picture

DRAWN = picture(9, 320, 256)


def rows(found):
    values = [sum(word << 64 * i for i, word in enumerate(row)) for row in found.descriptors.tolist()]
    return [(value, *place) for value, place in zip(values, found.places.tolist(), strict=True)]


def distances(a, b):
    bits = a.descriptors[:, None] ^ b.descriptors[None]
    return np.bitwise_count(bits).sum(axis=2)


def right(a, b, moved):
    """Count the features of `a` whose nearest in `b` (at most 64 bits) lies where `moved` says."""
    d = distances(a, b)
    nearest = d.argmin(axis=1)
    expected = moved(a.places[:, :2] / 64)
    off = np.hypot(*(expected - b.places[nearest, :2] / 64).T)
    return int(((off < 4 + 2 ** (a.places[:, 3] / 3)) & (d.min(axis=1) <= 64)).sum())


def test_both_sides_of_a_query_equal_the_oracle():
    rgb = picture(10, 88, 71)
    upright, flipped = query_features(rgb, most=50)
    assert rows(upright) == local_oracle.features(rgb, 50)
    assert rows(flipped) == local_oracle.features(rgb, 50, flipped=True)


def test_mirrored_features_are_those_of_the_flipped_picture():
    mirrored = query_features(DRAWN)[1]
    really = local_features(np.ascontiguousarray(DRAWN[:, ::-1]), most=500)
    assert right(mirrored, really, lambda places: places) > 0.8 * len(mirrored.places)
    assert right(query_features(DRAWN)[0], really, lambda places: places) < 0.1 * len(mirrored.places)


def test_a_quarter_turn_keeps_the_features():
    turned = local_features(np.ascontiguousarray(np.rot90(DRAWN)), most=500)

    def moved(places):
        return np.stack([places[:, 1], DRAWN.shape[1] - places[:, 0]], axis=1)

    known = local_features(DRAWN)
    assert right(known, turned, moved) > 0.8 * len(known.places)


@pytest.mark.parametrize("scale", [0.35, 0.5, 0.7])
def test_a_smaller_and_blurred_picture_keeps_a_part_of_them(scale):
    size = (round(320 * scale), round(256 * scale))
    image = Image.fromarray(DRAWN).filter(ImageFilter.GaussianBlur(1.5))
    small = local_features(np.array(image.resize(size, Image.Resampling.BOX)), most=500)
    known = local_features(DRAWN)
    assert right(known, small, lambda places: places * scale) > 0.25 * len(known.places)


def test_dark_for_light_keeps_most_of_them():
    known = local_features(DRAWN)
    assert right(known, local_features(255 - DRAWN, most=500), lambda p: p) > 0.7 * len(known.places)


def test_the_strongest_come_first_from_every_level():
    known, more = local_features(DRAWN), query_features(DRAWN)[0]
    assert len(known.places) == MAX_FEATURES
    assert len(more.places) == 500
    first = {tuple(place) for place in more.places.tolist()}
    assert sum(tuple(place) in first for place in known.places.tolist()) > 0.8 * MAX_FEATURES
    assert len(set(known.places[:30, 3].tolist())) > 5


def test_places_lie_in_the_picture():
    for found in query_features(DRAWN):
        assert (found.places[:, 0] < 64 * 320).all()
        assert (found.places[:, 1] < 64 * 256).all()
        assert (found.width, found.height) == (320, 256)


def test_what_is_registered_is_read_back():
    local = local_of(DRAWN)
    assert len(local.rows) == MAX_FEATURES * FEATURE_BYTES
    read, found = features_of(local), local_features(DRAWN)
    assert np.array_equal(read.descriptors, found.descriptors)
    assert np.array_equal(read.places, found.places)
    assert (read.width, read.height) == (320, 256)


@pytest.mark.parametrize("shape", [(5, 5), (1, 512), (19, 300), (512, 512)])
def test_a_picture_without_content_has_nothing_to_register(shape):
    plain = np.full((*shape, 3), 128, np.uint8)
    assert local_of(plain) is None
    assert [len(found.places) for found in query_features(plain)] == [0, 0]


def test_a_picture_with_a_single_box_has_too_few():
    rgb = np.full((64, 64, 3), 255, np.uint8)
    rgb[30:, 30:] = 0
    assert 0 < len(local_features(rgb).places) < MIN_FEATURES
    assert local_of(rgb) is None
