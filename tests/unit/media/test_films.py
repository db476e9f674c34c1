import io
import sys
from dataclasses import replace

import av
import numpy as np
import pytest

from sekisho.errors import MissingExtraError
from sekisho.media import CannotDecode, Limits, sniff
from sekisho.media.films import MISSING, has_video, require_video, shown_frames
from sekisho.media.sniff import FILMS
from sekisho.model import Unreadable
from tests.films import RATE, film, frames_of, mp4, rotated, sound
from tests.pictures import encode, picture

LIMITS = Limits()


def shown(data, limits=LIMITS, *, interval=1000, colour=False, media_type=None):
    kind = media_type or sniff(bytes(data[:1024])) or ""
    found = shown_frames(data, kind, limits, interval=interval, colour=colour)
    return [frame._replace(luma=frame.luma.copy()) for frame in found]


def reason(data, limits=LIMITS, **how):
    with pytest.raises(CannotDecode) as caught:
        shown(data, limits, **how)
    return caught.value.problem.reason


class Parts:
    """A file that counts what is read of it."""

    def __init__(self, data):
        self._data, self.most = data, 0

    @property
    def size(self):
        return len(self._data)

    def read(self, start, count):
        self.most = max(self.most, count)
        return self._data[start : start + count]


@pytest.mark.parametrize(
    ("form", "codec", "pixels", "media_type"),
    [
        ("mp4", "libx264", "yuv420p", "video/mp4"),
        ("mp4", "libx264", "yuv420p10le", "video/mp4"),
        ("mov", "png", "rgb24", "video/quicktime"),
        ("matroska", "ffv1", "bgr0", "video/x-matroska"),
        ("webm", "libvpx", "yuv420p", "video/webm"),
        ("avi", "mpeg4", "yuv420p", "video/x-msvideo"),
        ("avi", "mjpeg", "yuvj420p", "video/x-msvideo"),
        ("mpegts", "mpeg2video", "yuv420p", "video/mp2t"),
        ("mpeg", "mpeg2video", "yuv420p", "video/mpeg"),
        ("flv", "flv", "yuv420p", "video/x-flv"),
    ],
)
def test_a_frame_a_second_of_every_container(form, codec, pixels, media_type):
    data = film(frames_of((1, 2, 3)), form, codec, pixels=pixels, options={"strict": "-1"})
    assert sniff(data) == media_type
    found = shown(data)
    assert [frame.at for frame in found] == [0, 1000, 2000]
    assert found[0].luma.shape == (72, 96)
    assert found[-1].until >= 2000
    drawn = next(frames_of((1,))) @ np.array([0.299, 0.587, 0.114])
    seen = (found[0].luma.astype(float) - (16 if found[0].gain > 1 else 0)) * found[0].gain
    assert np.abs(seen - drawn).mean() < 12


def test_what_is_left_out_changes_nothing():
    data = film(frames_of((1, 2, 3, 4)), options={"bf": "3", "b-pyramid": "normal", "g": "100"})
    every = {frame.at: frame.luma for frame in shown(data, interval=0)}
    assert len(every) == 4 * RATE
    for frame in shown(data):
        assert np.array_equal(frame.luma, every[frame.at])


def test_colours_come_when_asked_for():
    (frame, *_) = shown(mp4(1), colour=True)
    assert frame.rgb.shape == (72, 96, 3)
    assert shown(mp4(1))[0].rgb is None


def test_a_film_is_read_from_bytes_views_and_readers_alike():
    data = mp4(1, 2)
    whole = Parts(data)
    times = [[f.at for f in shown(source, media_type="video/mp4")] for source in (data, memoryview(data))]
    times.append([f.at for f in shown_frames(whole, "video/mp4", LIMITS, interval=1000)])
    assert times == [[0, 1000]] * 3
    assert whole.most <= 1 << 15


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_film_is_shown_as_its_matrix_says(quarters):
    data = mp4(1)
    upright, turned = shown(data)[0].luma, shown(rotated(data, quarters))[0].luma
    assert np.array_equal(turned, np.rot90(upright, -quarters))


def test_frames_at_their_own_times():
    times = [0, 40, 90, 1500, 1540, 1580, 4200, 9000, 9040]
    frames = [next(frames_of((number,))) for number in range(len(times))]
    found = shown(film(frames, "matroska", "mpeg4", times=times))
    assert [frame.at for frame in found] == [0, 1500, 4200, 9000]


def test_a_film_of_one_frame_and_odd_sizes():
    data = film([next(frames_of((1,), (97, 73)))], "matroska", "ffv1", pixels="yuv444p")
    (only,) = shown(data)
    assert (only.at, only.luma.shape) == (0, (73, 97))


def test_sound_without_a_picture():
    assert reason(sound()) is Unreadable.NO_PICTURE
    assert reason(sound("matroska")) is Unreadable.NO_PICTURE


@pytest.mark.parametrize("form", ["mp4", "matroska"])
def test_a_film_with_two_tracks_is_not_read_by_one(form):
    sink = io.BytesIO()
    with av.open(sink, "w", format=form) as container:
        how = {"width": 96, "height": 72, "pix_fmt": "yuv420p"}
        for shot, track in enumerate([container.add_stream("mpeg4", RATE, **how) for _ in range(2)]):
            for pixels in frames_of((shot,)):
                container.mux(track.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
            container.mux(track.encode(None))
    assert reason(sink.getvalue()) is Unreadable.UNSUPPORTED_FORMAT


def test_a_still_picture_of_an_unknown_brand_is_no_film():
    still = encode(picture(1, 64, 64), "AVIF").replace(b"ftypavif", b"ftypawif")
    assert sniff(still) == "video/mp4"
    assert reason(still) is Unreadable.CORRUPT


def test_a_film_behind_a_still_picture_is_not_passed_over():
    """FFmpeg takes the still picture for the first track; every player shows the film."""
    whole, still = mp4(1), encode(picture(2, 64, 64), "AVIF")
    at, begin, data = whole.index(b"moov") - 4, still.index(b"meta") - 4, still.index(b"mdat") - 4
    place = len(whole) + data - begin + 8
    items = still[begin:data].replace((data + 8).to_bytes(4, "big"), place.to_bytes(4, "big"))
    both = whole[:at] + items + whole[at:] + still[data:]
    assert reason(both) is Unreadable.UNSUPPORTED_FORMAT
    assert reason(whole + items + still[data:]) is Unreadable.UNSUPPORTED_FORMAT


@pytest.mark.parametrize("form", ["mp4", "matroska", "avi"])
def test_a_cut_film_is_never_taken_for_a_whole_one(form):
    data = film(frames_of((1, 2, 3)), form, "mpeg4")
    for tenth in range(1, 10):
        assert reason(data[: len(data) * tenth // 10], media_type=sniff(data)) in {
            Unreadable.TRUNCATED,
            Unreadable.CORRUPT,
        }


def test_a_cut_film_whose_index_comes_first():
    data = film(frames_of((1, 2, 3)), options={"movflags": "+faststart"})
    assert reason(data[: len(data) * 2 // 3]) is Unreadable.TRUNCATED


def test_a_film_that_ends_long_before_it_says():
    data = film(frames_of((1, 2)), "matroska", "mpeg4")
    at = data.index(b"\x44\x89\x88") + 3
    longer = data[:at] + np.array(90_000.0, ">f8").tobytes() + data[at + 8 :]
    assert reason(longer) is Unreadable.TRUNCATED


@pytest.mark.parametrize(
    ("data", "media_type", "expected"),
    [
        (b"", "video/mp4", Unreadable.EMPTY),
        (b"\0\0\0\x18ftypisom\0\0\0\0isomavc1", "video/mp4", Unreadable.CORRUPT),
        (b"\x1aE\xdf\xa3" + bytes(80), "video/x-matroska", Unreadable.CORRUPT),
        (b"#EXTM3U\nfile:///etc/hostname\n", "video/mp2t", Unreadable.TRUNCATED),
        (b"MNG", "video/x-mng", Unreadable.UNSUPPORTED_FORMAT),
        (b"x", "", Unreadable.UNSUPPORTED_FORMAT),
    ],
)
def test_what_is_no_film(data, media_type, expected):
    found = reason(data, media_type=media_type) if media_type else reason(data)
    assert found is expected


def test_limits_of_a_film():
    data = mp4(1, 2, 3)
    assert reason(data, replace(LIMITS, max_bytes=100)) is Unreadable.TOO_LARGE
    assert reason(data, replace(LIMITS, film_pixels=96 * 72 - 1)) is Unreadable.TOO_MANY_PIXELS
    assert reason(data, replace(LIMITS, film_frames=2)) is Unreadable.TOO_MANY_FRAMES
    assert reason(data, replace(LIMITS, film_total_pixels=96 * 72 * 3)) is Unreadable.TOO_MANY_PIXELS
    assert len(shown(data, replace(LIMITS, film_pixels=96 * 72, film_frames=3))) == 3


def test_8k_is_within_the_limits_and_16k_is_not():
    assert 8192 * 4320 <= LIMITS.film_pixels < 15360 * 8640


def test_a_machine_without_the_extra_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "av", None)
    assert not has_video()
    with pytest.raises(MissingExtraError) as caught:
        require_video()
    assert "sekisho[video]" in caught.value.hint
    with pytest.raises(CannotDecode) as refused:
        shown(b"\0\0\0\x18ftypisom\0\0\0\0isomavc1")
    assert (refused.value.problem.reason, refused.value.problem.detail) == (
        Unreadable.UNSUPPORTED_FORMAT,
        MISSING,
    )


def test_every_film_that_is_told_apart_has_a_container():
    assert {"video/mp4", "video/webm", "video/mp2t", "video/x-msvideo"} <= set(FILMS)
