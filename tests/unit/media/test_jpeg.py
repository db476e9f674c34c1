import io

import numpy as np
import pytest
import simplejpeg
from PIL import Image

from sekisho.media import jpeg
from sekisho.media.limits import CannotDecode, Limits
from sekisho.model import Unreadable
from tests.pictures import encode, picture
from tests.profiles import SRGB_XYZ, rgb_profile

SWAPPED = rgb_profile(xyz=SRGB_XYZ[::-1])
EXIF = b"\xff\xe1\x00\x22Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0"


def segment(marker, body):
    return bytes([0xFF, marker]) + (len(body) + 2).to_bytes(2, "big") + body


def by_pillow(data):
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))


def reason(data, limits=None):
    with pytest.raises(CannotDecode) as caught:
        jpeg.decode(data, limits or Limits())
    return caught.value.problem.reason


@pytest.mark.parametrize("size", [(96, 64), (97, 33), (5, 7)])
@pytest.mark.parametrize(
    "options",
    [
        {"subsampling": 0},
        {"subsampling": 1},
        {"subsampling": 2, "quality": 30},
        {"progressive": True},
        {"mode": "L"},
        {"keep_rgb": True},
        {"restart_marker_blocks": 2},
    ],
    ids=str,
)
def test_both_decoders_give_the_same_pixels(size, options):
    data = encode(picture(4, *size), **options)
    fast = jpeg.decode(data, Limits())
    assert np.array_equal(fast, by_pillow(data))
    assert np.array_equal(fast, jpeg.decode(memoryview(data), Limits()))
    assert fast.flags.c_contiguous
    assert fast.flags.writeable


def test_scan_reads_size_components_orientation_and_profile():
    data = encode(picture(1, 40, 30), icc_profile=SWAPPED)
    header = jpeg.scan(data[:2] + EXIF + data[2:])
    assert header == jpeg.Header(40, 30, 3, 8, 0xC0, 6, SWAPPED)
    assert jpeg.scan(encode(picture(1, 40, 30), mode="CMYK"))[2] == 4


def test_a_profile_in_several_parts_is_joined_in_order():
    data = encode(picture(1, 16, 16))
    parts = [segment(0xE2, b"ICC_PROFILE\0" + bytes([n, 3]) + bytes([n]) * 5) for n in (3, 1, 2)]
    assert jpeg.scan(data[:2] + b"".join(parts) + data[2:]).icc == b"\1" * 5 + b"\2" * 5 + b"\3" * 5
    assert jpeg.scan(data[:2] + b"".join(parts[:2]) + data[2:]).icc == b""


def test_fill_bytes_and_garbage_before_a_marker_are_skipped():
    data = encode(picture(1, 40, 30))
    plain = jpeg.scan(data)
    for noise in (b"\xff\xff\xff", b"\0", b"garbage", b"\xff\0"):
        assert jpeg.scan(data[:2] + noise + data[2:]) == plain
        assert jpeg.scan(memoryview(data[:2] + noise + data[2:])) == plain


def test_a_long_run_of_fill_bytes_is_walked_once():
    with pytest.raises(CannotDecode) as refused:
        jpeg.scan(b"\xff\xd8" + b"\xff" * 1_000_000 + bytes(1_000_000))
    assert refused.value.problem.reason is Unreadable.TRUNCATED


def test_the_picture_is_upright_and_in_srgb():
    drawn = picture(5, 64, 48)
    stored = np.ascontiguousarray(np.rot90(drawn, 1))
    data = encode(stored, quality=98, subsampling=0, icc_profile=SWAPPED)
    seen = jpeg.decode(data[:2] + EXIF + data[2:], Limits())
    assert seen.shape == drawn.shape
    assert np.abs(seen[..., ::-1].astype(int) - drawn).mean() < 2


def test_cmyk_goes_through_pillow_and_comes_out_right():
    drawn = picture(6, 64, 48)
    seen = jpeg.decode(encode(drawn, mode="CMYK", quality=98, subsampling=0), Limits())
    assert np.abs(seen.astype(int) - drawn).mean() < 2


def test_a_warning_of_libjpeg_does_not_lose_the_picture():
    data = encode(picture(7, 64, 64))
    noisy = data[:-2] + b"\x11" * 40 + data[-2:]
    with pytest.raises(ValueError, match="extraneous"):
        simplejpeg.decode_jpeg(noisy, "RGB")
    assert np.array_equal(jpeg.decode(noisy, Limits()), jpeg.decode(data, Limits()))


def test_a_cut_picture_is_truncated():
    data = encode(picture(8, 64, 64))
    start = data.index(b"\xff\xda")
    for end in (1, 2, 3, 21, start - 1):
        assert reason(data[:end]) is Unreadable.TRUNCATED
    with pytest.raises(OSError, match="truncated"):
        jpeg.decode(data[: len(data) // 2], Limits())


def test_headers_that_lie_are_refused_before_decoding():
    data = encode(picture(9, 64, 64))
    at = data.index(b"\xff\xc0") + 5
    assert reason(data[:at] + b"\xff\xff\xff\xff" + data[at + 4 :]) is Unreadable.TOO_MANY_PIXELS
    assert reason(data[:at] + b"\0\0\0\0" + data[at + 4 :]) is Unreadable.CORRUPT
    assert reason(data[:at] + b"\0\x04\x00\x40" + data[at + 4 :]) is Unreadable.TOO_SMALL
    assert reason(data[: at - 1] + b"\x0c" + data[at:]) is Unreadable.UNSUPPORTED_MODE


def test_nonsense_is_corrupt():
    assert reason(b"\0\0" + encode(picture(1, 9, 9))[2:]) is Unreadable.CORRUPT
    assert reason(b"\xff\xd8\xff\xd9") is Unreadable.CORRUPT
    assert reason(b"\xff\xd8\xff\xe0\0\1" + bytes(9)) is Unreadable.CORRUPT
    assert reason(b"\xff\xd8" + b"\xff\xd0" * (jpeg.MAX_SEGMENTS + 5)) is Unreadable.CORRUPT


def test_too_many_scans_are_refused():
    data = encode(picture(1, 64, 64), progressive=True)
    assert data.count(b"\xff\xda") > 3
    assert reason(data, Limits(max_scans=3)) is Unreadable.COMPRESSION_RATIO
