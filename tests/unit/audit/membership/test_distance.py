import pytest

from sekisho.audit.membership.distance import MAX_DISTANCE, distance

ZERO = bytes(32)


def bits(count):
    return ((1 << count) - 1).to_bytes(32)


@pytest.mark.parametrize(("count", "found"), [(0, 0), (31, 31), (32, None), (256, None)])
def test_upright_pictures_are_near_within_31_bits(count, found):
    assert distance([ZERO], [bits(count)]) == found


@pytest.mark.parametrize(("count", "found"), [(0, 0), (20, 20), (21, None)])
def test_turned_pictures_are_near_within_20_bits(count, found):
    for place in range(1, 8):
        asked = [b"\xff" * 32] * place + [ZERO]
        assert distance(asked, [bits(count)]) == found


def test_the_nearest_frame_counts():
    assert distance([ZERO], [bits(30), bits(4), bits(200)]) == 4


def test_nothing_is_near_to_nothing():
    assert distance([], [ZERO]) is None
    assert distance([ZERO], []) is None
    assert len(MAX_DISTANCE) == 8
