import numpy as np
import pytest
from PIL import Image

from sekisho.media import pixels
from sekisho.media.limits import CannotDecode
from sekisho.media.pixels import halve, over_white, rgb_pixels
from sekisho.model import Unreadable
from tests.pictures import picture
from tests.profiles import SRGB_XYZ, rgb_profile


def test_over_white_is_the_documented_formula_for_every_colour_and_alpha():
    colour, alpha = np.meshgrid(np.arange(256), np.arange(256))
    rgb = np.repeat(colour[..., None], 3, axis=2).astype(np.uint8)
    exact = (colour * alpha + 255 * (255 - alpha)) / 255
    seen = over_white(rgb, alpha.astype(np.uint8))
    assert np.array_equal(seen[..., 1], np.floor(exact + 0.5))


def test_halve_is_the_rounded_mean_of_four():
    drawn = picture(1, 33, 21)
    block = drawn[:20, :32].reshape(10, 2, 16, 2, 3).astype(float).mean(axis=(1, 3))
    assert np.array_equal(halve(drawn), np.floor(block + 0.5))


def test_strips_change_nothing(monkeypatch):
    drawn, alpha = picture(1, 64, 50), picture(2, 64, 50)[..., 0]
    whole = halve(over_white(drawn.copy(), alpha))
    monkeypatch.setattr(pixels, "_STRIP", 64 * 7)
    assert np.array_equal(halve(over_white(drawn.copy(), alpha)), whole)


@pytest.mark.parametrize("mode", ["L", "1", "YCbCr", "LAB", "CMYK", "HSV", "P"])
def test_a_mode_without_alpha_is_what_pillow_shows(mode):
    image = Image.fromarray(picture(3, 30, 20)).convert(mode)
    assert np.array_equal(rgb_pixels(image, b""), np.asarray(image.convert("RGB")))


@pytest.mark.parametrize("mode", ["RGBA", "LA", "La", "RGBa", "PA"])
def test_alpha_is_composited_over_white(mode):
    drawn = np.dstack([picture(4, 30, 20), picture(5, 30, 20)[..., 0]])
    if mode in ("La", "RGBa"):
        image = Image.fromarray(drawn).convert(mode[:-1].upper() + "A").convert(mode)
    else:
        image = Image.fromarray(drawn).convert(mode)
    shown = np.asarray(image.convert("LA" if mode == "La" else "RGBA").convert("RGBA")).astype(int)
    colour, alpha = shown[..., :3], shown[..., 3:]
    assert np.array_equal(rgb_pixels(image, b""), (colour * alpha + 255 * (255 - alpha) + 127) // 255)


def test_colours_become_srgb_before_they_are_composited():
    rgba = Image.new("RGBA", (8, 8), (200, 0, 0, 128))
    seen = rgb_pixels(rgba, rgb_profile(xyz=SRGB_XYZ[::-1]))[0, 0]
    assert np.abs(seen.astype(int) - (127, 127, 227)).max() <= 1


def test_a_palette_follows_profile_and_transparency():
    image = Image.fromarray(picture(6, 30, 20)).quantize(16)
    rgb = np.asarray(image.convert("RGB"))
    swapped = rgb_pixels(image, rgb_profile(xyz=SRGB_XYZ[::-1]))
    assert np.abs(swapped.astype(int) - rgb[..., ::-1]).max() <= 1
    index = np.asarray(image)
    image.info["transparency"] = 3
    assert (rgb_pixels(image, b"")[index == 3] == 255).all()
    assert np.array_equal(rgb_pixels(image, b"")[index != 3], rgb[index != 3])
    image.info["transparency"] = bytes([255, 0])
    assert (rgb_pixels(image, b"")[index == 1] == 255).all()
    assert np.array_equal(rgb_pixels(image, b"")[index != 1], rgb[index != 1])


@pytest.mark.parametrize("kind", ["<u2", ">u2", "<i4"])
def test_16_bits_are_scaled_and_never_clipped(kind):
    values = np.linspace(0, 65535, 600).astype(kind).reshape(20, 30)
    wanted = np.floor(values.astype(float) * 255 / 65535 + 0.5)
    seen = rgb_pixels(Image.fromarray(values), b"")
    assert np.array_equal(seen, np.repeat(wanted[..., None], 3, axis=2))
    assert np.array_equal(rgb_pixels(Image.fromarray(values), b"", inverted=True), 255 - seen)


@pytest.mark.parametrize("value", [-1, 65536])
def test_integers_beyond_16_bits_are_refused(value):
    with pytest.raises(CannotDecode) as caught:
        rgb_pixels(Image.new("I", (8, 8), value), b"")
    assert caught.value.problem.reason is Unreadable.UNSUPPORTED_MODE


def test_floating_point_is_refused():
    with pytest.raises(CannotDecode) as caught:
        rgb_pixels(Image.new("F", (8, 8)), b"")
    assert caught.value.problem.reason is Unreadable.UNSUPPORTED_MODE


@pytest.mark.parametrize(
    ("mode", "colour", "clear", "depth"),
    [
        ("L", 85, 1, 2),
        ("L", 7, 7, 8),
        ("RGB", (1, 2, 3), (1, 2, 3), 8),
        ("RGB", (1, 2, 3), (256, 513, 1023), 16),
    ],
)
def test_a_transparent_colour_shows_white(mode, colour, clear, depth):
    image = Image.new(mode, (8, 8), colour)
    image.putpixel((3, 3), 99 if mode == "L" else (1, 2, 9))
    image.info["transparency"] = clear
    seen = rgb_pixels(image, b"", depth=depth)
    assert (seen[0, 0] == 255).all()
    assert seen[3, 3].min() < 255
