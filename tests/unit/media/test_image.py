import struct
import zlib

import numpy as np
import pytest
from PIL import BmpImagePlugin, Image

from sekisho.media import CannotDecode, Limits, frames, sniff
from sekisho.model import Unreadable
from tests.pictures import encode, picture
from tests.profiles import SRGB_XYZ, rgb_profile
from tests.unit.media.test_exif import AS_STORED
from tests.unit.media.test_headers import chunk, with_chunks

FORMATS = ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF"]
SMALL = picture(1, 60, 44)


def decoded(data, **limits):
    return list(frames(data, sniff(data) or "", Limits(**limits)))


def reason(data, media_type=None, **limits):
    with pytest.raises(CannotDecode) as caught:
        list(frames(data, media_type or sniff(data) or "", Limits(**limits)))
    return caught.value.problem.reason


def animation(format_name, *, alpha=False, count=4, **options):
    """Return the frames as drawn, of few colours so that GIF keeps them, and the file."""
    drawn = [Image.fromarray(picture(n, 60, 44)).quantize(12).convert("RGB") for n in range(count)]
    if alpha:
        for n, image in enumerate(drawn):
            image.putalpha(
                Image.fromarray(np.where(picture(n, 60, 44)[..., 0] > 99, np.uint8(255), np.uint8(0)))
            )
    first, *more = drawn
    data = encode(np.asarray(first), format_name, save_all=True, append_images=more, **options)
    white = [
        Image.alpha_composite(Image.new("RGBA", (60, 44), "white"), one.convert("RGBA")) for one in drawn
    ]
    return [np.asarray(one.convert("RGB")) for one in white], data


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("PNG", {}),
        ("BMP", {}),
        ("WEBP", {"lossless": True}),
        ("TIFF", {}),
        ("TIFF", {"compression": "tiff_lzw"}),
        ("TIFF", {"compression": "tiff_adobe_deflate"}),
    ],
)
def test_lossless_formats_give_the_picture_itself(name, options):
    (seen,) = decoded(encode(SMALL, name, **options))
    assert np.array_equal(seen, SMALL)
    assert seen.flags.c_contiguous
    assert seen.flags.writeable


@pytest.mark.parametrize(
    ("name", "options", "near"),
    [
        ("PNG", {}, 0),
        ("TIFF", {}, 0),
        ("TIFF", {"compression": "tiff_lzw"}, 0),
        ("WEBP", {"lossless": True}, 0),
        ("JPEG", {"quality": 100, "subsampling": 0}, 6),
        ("AVIF", {"quality": 100, "subsampling": "4:4:4"}, 6),
    ],
)
@pytest.mark.parametrize("turn", range(1, 9))
def test_every_orientation_gives_the_upright_picture(name, options, near, turn):
    exif = Image.Exif()
    exif[0x0112] = turn
    stored = np.ascontiguousarray(AS_STORED[turn](SMALL))
    (seen,) = decoded(encode(stored, name, exif=exif, **options))
    assert seen.shape == SMALL.shape
    assert np.abs(seen.astype(int) - SMALL).max() <= near


@pytest.mark.parametrize(("name", "options"), [("PNG", {}), ("TIFF", {}), ("WEBP", {"lossless": True})])
def test_a_profile_is_applied(name, options):
    (seen,) = decoded(encode(SMALL, name, icc_profile=rgb_profile(xyz=SRGB_XYZ[::-1]), **options))
    assert np.abs(seen.astype(int) - SMALL[..., ::-1]).max() <= 1


@pytest.mark.parametrize(
    ("name", "options"), [("PNG", {}), ("TIFF", {}), ("WEBP", {"lossless": True, "exact": True})]
)
def test_transparency_is_shown_over_white(name, options):
    alpha = picture(2, 60, 44)[..., :1]
    (seen,) = decoded(encode(np.dstack([SMALL, alpha]), name, **options))
    wide = alpha.astype(int)
    assert np.array_equal(seen, (SMALL * wide + 255 * (255 - wide) + 127) // 255)


@pytest.mark.parametrize("depth", [1, 2, 4])
def test_a_transparent_gray_of_a_few_bits(depth):
    steps = (1 << depth) - 1
    gray = np.arange(64, dtype=np.uint8).reshape(8, 8) % (steps + 1)
    rows = b"".join(b"\0" + np.packbits(bits.reshape(-1)).tobytes() for bits in _bits(gray, depth))
    body = chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, depth, 0, 0, 0, 0)) + chunk(b"tRNS", b"\0\1")
    data = b"\x89PNG\r\n\x1a\n" + body + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    (seen,) = decoded(data)
    assert np.array_equal(seen[..., 0], np.where(gray == 1, 255, gray * (255 // steps)))


def _bits(gray, depth):
    return (gray[..., None] >> np.arange(depth - 1, -1, -1)) & 1


@pytest.mark.parametrize("name", ["PNG", "TIFF"])
def test_16_bit_gray_is_scaled(name):
    values = np.linspace(0, 65535, 640).astype(np.uint16).reshape(20, 32)
    wanted = np.floor(values * (255 / 65535) + 0.5)
    (seen,) = decoded(encode(values, name))
    assert np.array_equal(seen[..., 2], wanted)
    if name == "TIFF":
        (seen,) = decoded(encode(values, name, tiffinfo={262: 0}))
        assert np.array_equal(seen[..., 2], 255 - wanted)


def test_16_bit_rgb_comes_as_pillow_gives_it_within_one_level():
    values = np.linspace(0, 65535, 8 * 8 * 3).astype(">u2").reshape(8, 8, 3)
    rows = b"".join(b"\0" + row.tobytes() for row in values)
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 16, 2, 0, 0, 0))
    data = b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    (seen,) = decoded(data)
    assert np.abs(seen - values * (255 / 65535)).max() <= 1


@pytest.mark.parametrize(
    ("name", "options", "near"),
    [
        ("GIF", {}, 0),
        ("PNG", {}, 0),
        ("WEBP", {"lossless": True}, 0),
        ("TIFF", {}, 0),
        ("AVIF", {"quality": 100, "subsampling": "4:4:4"}, 8),
    ],
)
def test_every_frame_is_seen(name, options, near):
    drawn, data = animation(name, **options)
    seen = decoded(data)
    assert len(seen) == 4
    for one, other in zip(seen, drawn, strict=True):
        assert np.abs(one.astype(int) - other).max() <= near


@pytest.mark.parametrize(
    ("name", "options"),
    [("GIF", {"disposal": 2}), ("PNG", {"disposal": 1, "blend": 0}), ("WEBP", {"lossless": True})],
)
def test_frames_with_holes_are_shown_over_white(name, options):
    drawn, data = animation(name, alpha=True, **options)
    for one, other in zip(decoded(data), drawn, strict=True):
        assert np.array_equal(one, other)


@pytest.mark.parametrize("name", ["GIF", "PNG", "WEBP", "TIFF", "AVIF"])
def test_limits_over_frames(name):
    _, data = animation(name)
    assert reason(data, max_frames=3) is Unreadable.TOO_MANY_FRAMES
    assert reason(data, max_total_pixels=4 * 60 * 44 - 1) is Unreadable.TOO_MANY_PIXELS
    assert len(decoded(data, max_frames=4, max_total_pixels=4 * 60 * 44)) == 4


@pytest.mark.parametrize("name", FORMATS)
def test_limits_over_one_frame(name):
    data = encode(SMALL, name)
    assert reason(data, max_pixels=60 * 44 - 1) is Unreadable.TOO_MANY_PIXELS
    assert reason(data, max_bytes=len(data) - 1) is Unreadable.TOO_LARGE
    assert reason(encode(SMALL[:4], name)) is Unreadable.TOO_SMALL
    (half,) = decoded(data, full_pixels=60 * 44 - 1)
    assert half.shape == (22, 30, 3)
    assert half.flags.c_contiguous


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_cut_in_the_middle_is_not_readable(name):
    data = encode(SMALL, name)
    assert reason(data[: len(data) * 2 // 3]) in (Unreadable.TRUNCATED, Unreadable.CORRUPT)
    if name not in ("TIFF", "AVIF"):
        assert reason(data[: len(data) * 2 // 3]) is Unreadable.TRUNCATED


def test_a_header_that_promises_a_giant_is_refused_without_decoding():
    png, gif, bmp = (encode(SMALL, name) for name in ("PNG", "GIF", "BMP"))
    head = chunk(b"IHDR", struct.pack(">II", 100_000, 100_000) + png[24:29])
    assert reason(png[:8] + head + png[33:]) is Unreadable.TOO_MANY_PIXELS
    assert reason(gif[:6] + b"\xff\xff\xff\xff" + gif[10:]) is Unreadable.TOO_MANY_PIXELS
    assert reason(bmp[:18] + struct.pack("<ii", 100_000, 100_000) + bmp[26:]) is Unreadable.TOO_MANY_PIXELS
    webp = b"RIFF" + struct.pack("<I", 22) + b"WEBPVP8X" + struct.pack("<I", 10) + bytes(4) + b"\xff" * 6
    assert reason(webp) is Unreadable.TOO_MANY_PIXELS


def test_a_giant_second_page_is_refused():
    _, data = animation("TIFF", count=2)
    at = data.rindex(struct.pack("<HHII", 256, 4, 1, 60))
    giant = data[:at] + struct.pack("<HHII", 256, 4, 1, 1 << 30) + data[at + 12 :]
    assert reason(giant) is Unreadable.TOO_MANY_PIXELS


def test_a_tiny_later_page_is_left_out():
    data = encode(
        SMALL, "TIFF", save_all=True, append_images=[Image.new("RGB", (4, 4)), Image.new("RGB", (5, 5))]
    )
    assert [one.shape for one in decoded(data)] == [(44, 60, 3), (5, 5, 3)]


def test_large_texts_in_a_png_do_not_hide_the_picture():
    text = chunk(b"zTXt", b"prompt\0\0" + zlib.compress(bytes(3_000_000)))
    (seen,) = decoded(with_chunks(encode(SMALL, "PNG"), text))
    assert np.array_equal(seen, SMALL)


def test_what_is_not_supported_or_empty_is_named():
    assert reason(b"", "image/jpeg") is Unreadable.EMPTY
    assert reason(b"", "image/png") is Unreadable.EMPTY
    assert reason(b"x", "image/heic") is Unreadable.UNSUPPORTED_FORMAT
    assert reason(encode(SMALL[..., 0].astype(np.float32), "TIFF")) is Unreadable.UNSUPPORTED_MODE
    assert reason(encode(SMALL, "PNG"), "image/gif") is Unreadable.CORRUPT
    assert reason(encode(SMALL, "PNG"), "image/bmp") is Unreadable.CORRUPT


def test_pillows_own_bomb_warning_stays_inside(monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 60 * 44 - 1)
    for name in FORMATS:
        assert decoded(encode(SMALL, name))[0].shape == SMALL.shape
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 9)
    assert reason(encode(SMALL, "TIFF")) is Unreadable.TOO_MANY_PIXELS


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (MemoryError(), Unreadable.DECODER_CRASH),
        (RecursionError("deep"), Unreadable.CORRUPT),
        (struct.error("short"), Unreadable.CORRUPT),
        (EOFError("end"), Unreadable.TRUNCATED),
        (OSError("at <object at 0x7f00aa>"), Unreadable.CORRUPT),
    ],
)
def test_whatever_a_decoder_raises_becomes_a_reason(monkeypatch, error, expected):
    def load(_):
        raise error

    monkeypatch.setattr(BmpImagePlugin.BmpImageFile, "load", load)
    with pytest.raises(CannotDecode) as caught:
        list(frames(encode(SMALL, "BMP"), "image/bmp"))
    assert caught.value.problem.reason is expected
    assert "0x7f" not in caught.value.problem.detail


def test_an_interrupt_passes(monkeypatch):
    def load(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(BmpImagePlugin.BmpImageFile, "load", load)
    with pytest.raises(KeyboardInterrupt):
        list(frames(encode(SMALL, "BMP"), "image/bmp"))


@pytest.mark.parametrize("format_name", FORMATS)
def test_a_view_of_signed_bytes_shows_the_same_picture(format_name):
    data = encode(SMALL, format_name)
    (seen,) = frames(memoryview(data).cast("b"), sniff(data))
    assert np.array_equal(seen, decoded(data)[0])
