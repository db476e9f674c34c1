import numpy as np
import pytest

from sekisho.media.sniff import HEAD, SUPPORTED, named_as_media, sniff
from tests.pictures import encode, picture


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF"])
def test_every_supported_format_is_recognised(name):
    data = encode(picture(1, 32, 32), name)
    assert sniff(data) == sniff(memoryview(data)) == f"image/{name.lower()}"
    assert sniff(data) in SUPPORTED


@pytest.mark.parametrize("name", ["ICO", "JPEG2000", "DDS", "PPM", "ICNS"])
def test_other_pictures_are_recognised_but_not_supported(name):
    data = encode(np.zeros((64, 64, 3), np.uint8), name)
    assert sniff(data) is not None
    assert sniff(data) not in SUPPORTED


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "image/heic"),
        (b"\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf", "image/avif"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", "image/heif"),
        (b"\0\0\0\x18ftypisom\0\0\0\0isomavc1", "video/mp4"),
        (b"\0\0\0\x14ftypqt  \0\0\0\0qt  ", "video/quicktime"),
        (b"\x1aE\xdf\xa3" + bytes(8), "video/x-matroska"),
        (b"RIFF\0\0\0\0AVI LIST", "video/x-msvideo"),
        (b"8BPS\0\1", "image/vnd.adobe.photoshop"),
        (b"\xff\x0a\xfa\x7f", "image/jxl"),
        (b"\0\0\0\x0cJXL \r\n\x87\n", "image/jxl"),
        (b'<svg xmlns="x">', "image/svg+xml"),
        (b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- hi --><svg>', "image/svg+xml"),
        (b"II*\0\x10\0\0\0CR\x02\0", "image/x-canon-cr2"),
    ],
)
def test_a_head_is_named(head, expected):
    assert sniff(head) == expected


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"\0",
        b"BMW builds cars and this is a sentence about them",
        b"P3 is a place, not a pixmap",
        b"<?xml version='1.0'?><rss/>",
        b"<html><body><svg></svg>",
        b"RIFF\0\0\0\0XXXX",
        b"\0\0\x01\0" + bytes(40),
        b"{}",
        "写真".encode(),
        b" " * HEAD + b"<svg>",
    ],
)
def test_what_is_not_media_has_no_type(head):
    assert sniff(head) is None


@pytest.mark.parametrize(
    "name", ["a.jpg", "a/b.JPEG", "写真.PNG", "x.tar.webp", "a.heic", "clip.mp4", "s.tar#0.jxl"]
)
def test_a_name_can_say_media(name):
    assert named_as_media(name)


@pytest.mark.parametrize("name", ["", "jpg", ".jpg", "a.json", "a.txt", "a.ts", "a.jpg.txt", "a."])
def test_a_name_can_say_nothing(name):
    assert not named_as_media(name)
