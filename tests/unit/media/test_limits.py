from dataclasses import FrozenInstanceError, fields

import pytest

from sekisho.media.limits import CannotDecode, Limits, check_size
from sekisho.model import Unfingerprintable, Unreadable


def test_limits_are_whole_numbers_that_a_manifest_can_hold():
    stated = Limits().as_dict()
    assert set(stated) == {field.name for field in fields(Limits)}
    assert all(type(value) is int for value in stated.values())
    assert Limits(**stated) == Limits()
    with pytest.raises(FrozenInstanceError):
        Limits().max_frames = 1


@pytest.mark.parametrize(
    ("width", "height", "reason"),
    [
        (0, 9, Unreadable.CORRUPT),
        (9, -1, Unreadable.CORRUPT),
        (4, 900, Unreadable.TOO_SMALL),
        (900, 4, Unreadable.TOO_SMALL),
        (1001, 1000, Unreadable.TOO_MANY_PIXELS),
        (1, 2_000_000, Unreadable.TOO_MANY_PIXELS),
    ],
)
def test_a_size_beyond_the_limits_is_refused(width, height, reason):
    with pytest.raises(CannotDecode) as caught:
        check_size(width, height, Limits(max_pixels=1_000_000))
    assert caught.value.problem == Unfingerprintable(reason=reason, detail=caught.value.problem.detail)


def test_a_size_at_the_limits_passes():
    check_size(5, 5, Limits())
    check_size(1000, 1000, Limits(max_pixels=1_000_000))
