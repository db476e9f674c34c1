import numpy as np
import pytest
from PIL import Image

from sekisho.media import icc
from tests.pictures import picture
from tests.profiles import SRGB_XYZ, cmyk_profile, gray_profile, rgb_profile

SWAPPED = rgb_profile(xyz=SRGB_XYZ[::-1], name="sRGB IEC61966-2.1")


def test_srgb_is_known_by_its_effect_and_not_by_its_name():
    assert icc.is_srgb(rgb_profile(name="something else"), "RGB")
    assert not icc.is_srgb(SWAPPED, "RGB")


def test_a_profile_with_red_and_blue_swapped_swaps_red_and_blue():
    drawn = picture(1, 40, 30)
    seen = np.asarray(icc.to_srgb(Image.fromarray(drawn), SWAPPED))
    assert np.abs(seen.astype(int) - drawn[..., ::-1]).max() <= 1


def test_linear_gray_becomes_srgb_gray():
    levels = np.arange(256, dtype=np.uint8)[None]
    light = levels / 255
    curve = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    seen = np.asarray(icc.to_srgb(Image.fromarray(levels), gray_profile()))
    assert np.abs(seen - 255 * curve[..., None]).max() <= 1


def test_a_gray_profile_with_the_srgb_curve_is_srgb():
    assert icc.is_srgb(gray_profile(curve=(2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)), "L")
    assert not icc.is_srgb(gray_profile(), "L")


def test_cmyk_follows_its_profile():
    ink = Image.new("CMYK", (8, 8), (0, 0, 0, 255))
    assert np.asarray(icc.to_srgb(ink, b"")).max() == 0
    assert np.asarray(icc.to_srgb(ink, cmyk_profile())).min() >= 254


@pytest.mark.parametrize(
    "profile",
    [b"", b"x", bytes(200), SWAPPED[:150], gray_profile(), cmyk_profile(), SWAPPED + bytes(icc.MAX_PROFILE)],
    ids=["none", "byte", "zeros", "cut", "gray", "cmyk", "huge"],
)
def test_a_profile_that_does_not_fit_is_ignored(profile):
    drawn = picture(2, 16, 16)
    assert np.array_equal(np.asarray(icc.to_srgb(Image.fromarray(drawn), profile)), drawn)
