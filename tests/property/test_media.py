import io
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image

from sekisho.media import SUPPORTED, CannotDecode, Limits, frames, named_as_media, sniff
from tests.mutate import mutations
from tests.pictures import encode, picture
from tests.profiles import SRGB_XYZ, rgb_profile

DAMAGED = 150
SMALL = Limits(max_pixels=4_000_000, max_total_pixels=8_000_000, full_pixels=1_000_000, max_frames=8)
DRAWN = picture(1, 48, 40)
CLEAR = np.dstack([DRAWN, picture(2, 48, 40)[..., 0]])
GRAY16 = DRAWN[..., 0].astype(np.uint16) * 257
SWAPPED = rgb_profile(xyz=SRGB_XYZ[::-1])


def turned():
    exif = Image.Exif()
    exif[0x0112] = 6
    return exif


def animated(array, name, **options):
    mode = Image.fromarray(array).mode
    more = [Image.fromarray(picture(n, 48, 40)).convert(mode) for n in range(2, 5)]
    return encode(array, name, save_all=True, append_images=more, **options)


FILES = {
    "jpeg": encode(DRAWN),
    "jpeg-progressive-turned-icc": encode(DRAWN, progressive=True, exif=turned(), icc_profile=SWAPPED),
    "jpeg-gray": encode(DRAWN, mode="L"),
    "jpeg-cmyk": encode(DRAWN, mode="CMYK"),
    "png-turned-icc": encode(DRAWN, "PNG", exif=turned(), icc_profile=SWAPPED),
    "png-alpha": encode(CLEAR, "PNG"),
    "png-palette": encode(DRAWN, "PNG", mode="P", transparency=3),
    "png-bits": encode(DRAWN, "PNG", mode="1"),
    "png-16": encode(GRAY16, "PNG"),
    "apng": animated(CLEAR, "PNG"),
    "webp": encode(DRAWN, "WEBP", exif=turned(), icc_profile=SWAPPED),
    "webp-lossless": encode(DRAWN, "WEBP", lossless=True),
    "webp-animated": animated(CLEAR, "WEBP"),
    "gif": encode(DRAWN, "GIF"),
    "gif-animated": animated(DRAWN, "GIF", disposal=2),
    "bmp": encode(DRAWN, "BMP"),
    "bmp-palette": encode(DRAWN, "BMP", mode="P"),
    "tiff": encode(DRAWN, "TIFF"),
    "tiff-16": encode(GRAY16, "TIFF"),
    "tiff-lzw-turned": encode(DRAWN, "TIFF", compression="tiff_lzw", exif=turned()),
    "tiff-jpeg": encode(DRAWN, "TIFF", compression="jpeg"),
    "tiff-pages": animated(DRAWN, "TIFF", compression="tiff_adobe_deflate"),
    "tiff-cmyk": encode(DRAWN, "TIFF", mode="CMYK"),
    "tiff-fax": encode(DRAWN, "TIFF", mode="1", compression="group4"),
    "avif": encode(DRAWN, "AVIF", exif=turned()),
    "avif-animated": animated(CLEAR, "AVIF"),
}


def look(data, media_type):
    """Decode; return the number of good frames, or the reason."""
    count = 0
    try:
        for frame in frames(data, media_type, SMALL):
            assert frame.dtype == np.uint8
            assert frame.ndim == 3
            assert frame.shape[2] == 3
            assert frame.flags.c_contiguous
            assert frame.flags.writeable
            assert frame.shape[0] * frame.shape[1] <= SMALL.full_pixels
            count += 1
    except CannotDecode as refused:
        return refused.problem
    assert count >= 1
    return count


@pytest.mark.parametrize("name", FILES)
def test_damaged_files_are_pictures_or_reasons(name):
    data = FILES[name]
    media_type = sniff(data)
    assert look(data, media_type) in (1, 4)
    seen = set()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for damaged in mutations(data, seed=2, n=DAMAGED):
            outcome = look(damaged, media_type)
            seen.add(type(outcome))
            assert outcome == look(memoryview(damaged), media_type)
    assert len(seen) == 2


@given(data=st.binary(max_size=400), media_type=st.sampled_from([*sorted(SUPPORTED), "image/heic", ""]))
def test_any_bytes_under_any_type(data, media_type):
    look(data, media_type)


@given(head=st.binary(max_size=80), name=st.text())
def test_sniff_and_names_take_anything(head, name):
    found = sniff(head)
    assert found is None or "/" in found
    assert named_as_media(name) in (True, False)


@settings(max_examples=40, deadline=None)
@given(arrays(np.uint8, st.tuples(st.integers(5, 40), st.integers(5, 40), st.just(3))))
def test_one_picture_is_the_same_in_every_lossless_format(drawn):
    for name, options in (("PNG", {}), ("BMP", {}), ("TIFF", {}), ("WEBP", {"lossless": True})):
        data = encode(drawn, name, **options)
        (seen,) = frames(data, sniff(data))
        assert np.array_equal(seen, drawn), name


@settings(max_examples=40, deadline=None)
@given(
    width=st.integers(5, 90),
    height=st.integers(5, 90),
    seed=st.integers(0, 999),
    quality=st.integers(1, 100),
    subsampling=st.integers(0, 2),
    progressive=st.booleans(),
)
def test_the_fast_path_shows_what_pillow_shows(width, height, seed, quality, subsampling, progressive):
    options = {"quality": quality, "subsampling": subsampling, "progressive": progressive}
    data = encode(picture(seed, width, height), **options)
    (seen,) = frames(data, "image/jpeg")
    assert np.array_equal(seen, np.asarray(Image.open(io.BytesIO(data))))


def test_mutations_are_repeatable_and_differ():
    first, again = (list(mutations(FILES["jpeg"], 7, 50)) for _ in range(2))
    assert first == again
    assert len(set(first)) > 45
    assert first != list(mutations(FILES["jpeg"], 8, 50))
