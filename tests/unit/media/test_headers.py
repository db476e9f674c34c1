import struct
import zlib

import pytest
from PIL import Image

from sekisho.media import headers
from sekisho.media.icc import MAX_PROFILE
from sekisho.media.limits import CannotDecode
from tests.pictures import encode, picture
from tests.unit.media.test_exif import block


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def with_chunks(data, *chunks):
    return data[:33] + b"".join(chunks) + data[33:]


def test_png_parts_are_taken_apart_and_the_rest_is_kept():
    data = encode(picture(1, 30, 20), "PNG")
    profile = b"profile" * 9
    full = with_chunks(
        data,
        chunk(b"iCCP", b"name\0\0" + zlib.compress(profile)),
        chunk(b"tEXt", b"Comment\0" + b"x" * 99),
        chunk(b"eXIf", block(6)),
    )
    assert headers.png_parts(full) == headers.Png(data, 8, 6, profile)
    assert headers.png_parts(memoryview(full)).body == data


def test_a_profile_that_inflates_without_end_is_left_out():
    data = encode(picture(1, 30, 20), "PNG")
    bomb = chunk(b"iCCP", b"name\0\0" + zlib.compress(bytes(MAX_PROFILE + 1)))
    assert headers.png_parts(with_chunks(data, bomb)).icc == b""
    assert headers.png_parts(with_chunks(data, chunk(b"iCCP", b"name\0\0broken"))).icc == b""


@pytest.mark.parametrize("options", [{"lossless": True}, {"quality": 50}, {"exif": b"Exif\0\0" + block(1)}])
def test_webp_size_is_read_from_all_three_forms(options):
    data = encode(picture(1, 301, 203), "WEBP", **options)
    assert headers.webp_size(data) == (301, 203)
    with pytest.raises(CannotDecode, match="truncated"):
        headers.webp_size(data[:-1])
    with pytest.raises(CannotDecode, match="corrupt"):
        headers.webp_size(data[:12] + b"XXXX" + data[16:])


def test_gif_frames_are_counted_with_their_reach():
    data = encode(picture(1, 30, 20), "GIF")
    assert headers.gif_extent(data, 9) == (30, 20, 1)
    image = data.index(b",\0\0\0\0\x1e\0\x14\0")
    moved = data[: image + 1] + struct.pack("<HH", 1000, 7) + data[image + 5 :]
    assert headers.gif_extent(moved, 9) == (1030, 27, 1)
    twice = data[:-1] + data[image:-1] * 4 + b";"
    assert headers.gif_extent(twice, 9) == (30, 20, 5)
    assert headers.gif_extent(twice, 3) == (30, 20, 3)
    assert headers.gif_extent(twice[:-9], 9) == (30, 20, 5)
    with pytest.raises(CannotDecode, match="truncated"):
        headers.gif_extent(data[:12], 9)


@pytest.mark.parametrize("big", [False, True])
def test_tiff_pages_are_counted_and_a_loop_ends(big):
    pages = [picture(n, 30, 20) for n in range(3)]
    more = [Image.fromarray(page) for page in pages[1:]]
    data = encode(pages[0], "TIFF", save_all=True, append_images=more, big_tiff=big)
    assert headers.tiff_pages(data, 9) == 3
    assert headers.tiff_pages(data, 2) == 2
    assert headers.tiff_pages(data[:9], 9) in (0, 1)
    loop = b"II*\0\x08\0\0\0" + b"\0\0" + b"\x08\0\0\0"
    assert headers.tiff_pages(loop, 9) == 1
