import pytest
from PIL import Image

from sekisho.media.camera import taken_by_camera
from tests.pictures import encode, picture

EXPOSURE, F_NUMBER, ORIENTATION = 0x829A, 0x829D, 0x0112
PICTURE = picture(1, 40, 30)


def exif(*tags):
    made = Image.Exif()
    made[ORIENTATION] = 1
    directory = made.get_ifd(0x8769)
    for tag in tags:
        directory[tag] = (1, 60)
    return made


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("tag", [EXPOSURE, F_NUMBER])
def test_what_a_camera_wrote_is_found_in_every_format(form, tag):
    assert taken_by_camera(encode(PICTURE, form, exif=exif(tag)))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF", "BMP"])
def test_a_drawing_and_a_scan_have_neither_exposure_nor_f_number(form):
    assert not taken_by_camera(encode(PICTURE, form))
    assert not taken_by_camera(encode(PICTURE, "JPEG", exif=exif()))


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xd8\xff", b"no picture", encode(PICTURE, exif=exif(EXPOSURE))[:60]]
)
def test_what_can_not_be_read_says_nothing(data):
    assert not taken_by_camera(data)


def test_damaged_exif_ends_nothing():
    whole = encode(PICTURE, exif=exif(EXPOSURE, F_NUMBER))
    begin = whole.index(b"Exif")
    for at in range(begin, begin + 120):
        for value in (0, 0xFF, 0x80):
            taken_by_camera(whole[:at] + bytes([value]) + whole[at + 1 :])
