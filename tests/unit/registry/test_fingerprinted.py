import io

import pytest
from PIL import Image

from sekisho.media import Limits
from sekisho.model import Fingerprint, Unreadable
from sekisho.registry.fingerprinted import prints_of, prints_of_file
from tests.pictures import encode, picture

SHA = b"s" * 32


def made(name: str, data: bytes, limits: Limits | None = None):
    def read(limit: int) -> bytes | None:
        return data if len(data) <= limit else None

    return prints_of_file(name, read, limits or Limits())


def test_a_picture_gets_one_print_under_its_name():
    result = made("a.jpg", encode(picture(1)))
    (only,) = result.prints
    assert only.name == "a.jpg"
    assert only.pdq is not None
    assert only.quality == 100
    assert not result.low_detail
    assert result.problem is None


def test_a_picture_of_low_detail_is_registered_by_sha256_alone():
    result = made("flat.png", encode(picture(1) * 0, "PNG"))
    (only,) = result.prints
    assert result.low_detail
    assert only.pdq is None
    assert only.quality is not None
    assert only.quality < 50


def test_frames_of_low_detail_are_left_out_and_others_share_the_sha256():
    frames = Fingerprint(sha256=SHA, pdq=b"a" * 32, quality=49, more=((b"b" * 32, 50), (b"c" * 32, 100)))
    assert [(p.sha256, p.pdq) for p in prints_of(frames, "a.gif")] == [(SHA, b"b" * 32), (SHA, b"c" * 32)]


def test_an_animation_gets_one_print_per_frame():
    stream = io.BytesIO()
    first, *more = (Image.fromarray(picture(n)) for n in range(3))
    first.save(stream, "WEBP", save_all=True, append_images=more, lossless=True)
    result = made("a.webp", stream.getvalue())
    assert len(result.prints) == 3
    assert len({p.sha256 for p in result.prints}) == 1
    assert len({p.pdq for p in result.prints}) == 3


def test_what_is_no_media_is_neither_a_print_nor_a_problem():
    result = made("notes.txt", b"hello")
    assert (result.prints, result.problem) == ((), None)


@pytest.mark.parametrize(
    ("name", "data", "limits", "reason"),
    [
        ("a.jpg", b"rubbish", None, Unreadable.UNRECOGNIZED_FORMAT),
        ("a.jpg", b"", None, Unreadable.EMPTY),
        ("a.jpg", encode(picture(1)), Limits(max_bytes=100), Unreadable.TOO_LARGE),
        ("a.jpg", encode(picture(1))[:2000], None, Unreadable.TRUNCATED),
    ],
)
def test_what_can_not_be_looked_at_has_a_reason(name, data, limits, reason):
    result = made(name, data, limits)
    assert result.prints == ()
    assert result.problem is not None
    assert result.problem.reason == reason


def test_an_error_of_the_disk_is_a_reason():
    def read(_: int) -> bytes:
        raise PermissionError(13, "Permission denied")

    result = prints_of_file("a.jpg", read, Limits())
    assert result.problem is not None
    assert (result.problem.reason, result.problem.detail) == (Unreadable.IO_ERROR, "Permission denied")
