import io

import numpy as np
import pytest
from PIL import Image

from sekisho.audit.report.thumbnail import SIDE, thumbnail
from tests.pictures import encode, picture


@pytest.mark.parametrize(
    ("width", "height", "expected"),
    [(800, 400, (SIDE, SIDE // 2)), (300, 600, (SIDE // 2, SIDE)), (50, 40, (50, 40)), (2000, 5, (SIDE, 1))],
)
def test_the_longer_side_is_bounded(width, height, expected):
    small = Image.open(io.BytesIO(thumbnail(encode(picture(1, width, height), "PNG"))))
    assert (small.format, small.mode, small.size) == ("JPEG", "RGB", expected)


def test_nothing_of_the_file_but_the_picture_is_kept():
    exif = Image.Exif()
    exif[0x010E] = "a private note"
    data = encode(picture(1), exif=exif, comment=b"a private note")
    assert b"private" in data
    small = thumbnail(data)
    assert b"private" not in small
    assert not Image.open(io.BytesIO(small)).getexif()


def test_it_shows_the_first_frame():
    first, second = picture(1, 64, 64), picture(2, 64, 64)
    data = encode(first, "WEBP", lossless=True, save_all=True, append_images=[Image.fromarray(second)])
    shown = np.asarray(Image.open(io.BytesIO(thumbnail(data)))).astype(int)
    assert np.abs(shown - first).mean() < np.abs(shown - second).mean() / 4


@pytest.mark.parametrize("data", [b"", b"no picture", encode(picture(1), "PNG")[:300]])
def test_what_can_not_be_decoded_has_none(data):
    assert thumbnail(data) is None
