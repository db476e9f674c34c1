import pytest

from sekisho.media.film_sizes import has_tracks, is_cut
from tests.films import film, frames_of
from tests.pictures import encode, picture

KINDS = {"mp4": "video/mp4", "matroska": "video/x-matroska", "webm": "video/webm", "avi": "video/x-msvideo"}


def cut(data, media_type):
    return is_cut(lambda start, count: data[start : start + count], len(data), media_type)


@pytest.mark.parametrize("form", KINDS)
def test_every_cut_of_a_film_that_says_its_size(form):
    codec = "libvpx" if form == "webm" else "mpeg4"
    data = film(frames_of((1,), length=3), form, codec)
    assert not cut(data, KINDS[form])
    short = [size for size in range(200, len(data), 97) if not cut(data[:size], KINDS[form])]
    # An MP4 that is cut exactly between two boxes lacks its index, which the decoder says.
    assert not short


def test_boxes_of_all_forms():
    long_box = b"\0\0\0\1free" + (24).to_bytes(8, "big") + bytes(8)
    assert not cut(long_box, "video/mp4")
    assert cut(long_box[:-1], "video/mp4")
    assert not cut(long_box + b"\0\0\0\0mdat" + bytes(9), "video/mp4")
    assert not cut(b"\0\0\0\3free", "video/quicktime")
    assert not cut(b"", "video/mp4")


def test_a_segment_of_unknown_size_and_a_broken_header_say_nothing():
    head = b"\x1aE\xdf\xa3\x81\0\x18\x53\x80\x67"
    assert not cut(head + b"\xff", "video/webm")
    assert not cut(head + b"\x01" + b"\xff" * 7, "video/webm")
    assert cut(head + b"\x8f", "video/webm")
    for broken in (b"", b"\x1aE\xdf\xa3", b"\x1aE\xdf\xa3\0", head[:-1], head):
        assert not cut(broken, "video/webm")


def test_a_stream_may_end_anywhere():
    assert not cut(b"G" + bytes(187), "video/mp2t")


def tracked(data, media_type="video/mp4"):
    return has_tracks(lambda start, count: data[start : start + count], len(data), media_type)


def test_a_film_has_a_list_of_tracks_and_a_still_picture_has_none():
    assert tracked(film(frames_of((1,), length=2)))
    assert tracked(b"\0\0\0\x08free\0\0\0\0moov" + bytes(9))
    assert not tracked(encode(picture(1, 32, 32), "AVIF"))
    assert not tracked(b"\0\0\0\0mdat" + b"\0\0\0\x08moov", "video/quicktime")
    assert tracked(b"G" + bytes(187), "video/mp2t")
