import json

import numpy as np
import pytest

from sekisho.errors import InputError
from sekisho.fingerprint import Stopped, look, pdq, pdq_dihedral
from sekisho.fingerprint.film import film_of, read_vpdq, vpdq_json
from sekisho.fingerprint.pdq import pdq_luma
from sekisho.media import Limits
from sekisho.model import Film, Frame, Unreadable
from tests.films import film, frames_of, hashed, mp4
from tests.pictures import encode, picture

LIMITS = Limits()
DATA = mp4(1, 2, 3)


def bits(a, b):
    return (int.from_bytes(a) ^ int.from_bytes(b)).bit_count()


def test_luma_has_the_hashes_of_the_gray_picture():
    gray = picture(4)[..., 1].copy()
    rows, quality = pdq_luma(gray, 1.0, turned=True)
    same, of_colours = pdq_dihedral(np.repeat(gray[..., None], 3, axis=2))
    assert np.array_equal(rows, same)
    assert quality == of_colours
    assert pdq_luma(gray, 1.0, turned=False)[0].tobytes() == rows[0].tobytes()


def test_the_range_of_luma_changes_no_bit_and_the_gain_makes_up_for_the_quality():
    gray = np.clip(picture(5)[..., 1].astype(np.int16) // 2 + 40, 0, 255).astype(np.uint8)
    narrow = gray // 2 + 20
    full, fine = pdq_luma(gray, 1.0, turned=False)
    half, coarse = pdq_luma(narrow, 1.0, turned=False)
    assert bits(full.tobytes(), half.tobytes()) <= 8
    assert coarse < fine
    assert abs(pdq_luma(narrow, 2.0, turned=False)[1] - fine) <= 4


@pytest.mark.parametrize("bad", [np.zeros((4, 9), np.uint8), np.zeros((9, 9)), np.zeros((9, 9, 3), np.uint8)])
def test_what_is_no_plane_of_luma(bad):
    with pytest.raises(ValueError, match="uint8"):
        pdq_luma(bad, 1.0, turned=True)


def test_luma_is_close_to_colours_and_to_the_frames_that_were_drawn():
    luma, colours = hashed(DATA), hashed(DATA, colour=True, turned=True)
    assert luma.times == colours.times == (0, 1000, 2000)
    assert colours.hashes.shape == (3, 8, 32)
    for number, shot in enumerate((1, 2, 3)):
        upright = luma.hashes[number, 0].tobytes()
        assert bits(upright, colours.hashes[number, 0].tobytes()) <= 8
        assert bits(upright, pdq(next(frames_of((shot,))))[0]) <= 24
    assert np.abs(np.array(luma.qualities) - colours.qualities).max() <= 3


def test_a_look_at_a_film():
    seen = look(DATA, limits=LIMITS)
    assert (seen.media_type, seen.is_film, seen.problem) == ("video/mp4", True, None)
    made = seen.fingerprint
    assert (made.times, made.duration) == ((0, 1000, 2000), 3000)
    assert len(made.more) == 2
    assert seen.hashes.shape == (3, 8, 32)
    assert look(DATA, limits=LIMITS, interval=500).fingerprint.times == (0, 500, 1000, 1500, 2000, 2500)
    bare = look(DATA, limits=LIMITS, decode=False)
    assert (bare.hashes, bare.fingerprint.times) == (None, ())
    broken = look(DATA[:-9], limits=LIMITS)
    assert (broken.problem.reason, broken.hashes) == (Unreadable.TRUNCATED, None)


@pytest.mark.parametrize("form", ["GIF", "PNG", "WEBP", "AVIF"])
def test_animations_have_times_and_pictures_have_none(form):
    frames = [picture(number, 64, 48) for number in range(3)]
    from PIL import Image  # noqa: PLC0415 - drawn here only

    rest = [Image.fromarray(frame) for frame in frames[1:]]
    data = encode(frames[0], form, save_all=True, append_images=rest, duration=[200, 0, 300])
    seen = look(data, limits=LIMITS)
    assert (seen.is_film, seen.problem) == (False, None)
    assert seen.fingerprint.times[:2] == (0, 200)
    assert len(seen.fingerprint.times) == 3
    assert seen.fingerprint.times[1] < seen.fingerprint.times[2] <= 301
    assert seen.fingerprint.duration - seen.fingerprint.times[2] == 300
    still = look(encode(frames[0], form), limits=LIMITS).fingerprint
    assert (still.times, still.duration) == ((), 0)


def test_pages_have_no_times():
    from PIL import Image  # noqa: PLC0415 - drawn here only

    data = encode(picture(1, 64, 48), "TIFF", save_all=True, append_images=[Image.new("RGB", (64, 48))])
    made = look(data, limits=LIMITS).fingerprint
    assert (len(made.more), made.times) == (1, ())


def test_vpdq_reads_what_we_write_and_we_what_vpdq_writes():
    made = film_of(hashed(DATA))
    text = vpdq_json(made)
    hexadecimal, quality, moment = json.loads(text)[1].split(",")
    assert (bytes.fromhex(hexadecimal), int(quality), moment) == (
        made.frames[1].pdq,
        made.frames[1].quality,
        "1.000",
    )
    assert read_vpdq(text).frames == made.frames
    theirs = json.dumps([f"{'0f' * 32},100,2.5", f"{'f0' * 32},0,0.000", f"{'aa' * 32},9,0.0"])
    frames = (Frame(at=0, pdq=b"\xf0" * 32, quality=0), Frame(at=2500, pdq=b"\x0f" * 32, quality=100))
    assert read_vpdq(theirs) == Film(duration=2500, frames=frames)


GOOD = f"{'0f' * 32},100,2.5"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        "[1]",
        "[" * 100_000,
        json.dumps([GOOD + ",1"]),
        json.dumps(["0f" * 31 + "  ,100,2.5"]),
        json.dumps(["zz" * 32 + ",100,2.5"]),
        json.dumps(["0f" * 32 + ",101,2.5"]),
        json.dumps(["0f" * 32 + ",-1,2.5"]),
        json.dumps(["0f" * 32 + ",1,nan"]),
        json.dumps(["0f" * 32 + ",1,-1"]),
        json.dumps(["0f" * 32 + ",1,1e300"]),
    ],
)
def test_what_vpdq_does_not_write(text):
    with pytest.raises(InputError):
        read_vpdq(text)


def test_a_film_without_a_single_frame_is_none():
    seen = look(film(frames_of((1,), length=1), "matroska", "ffv1")[:100], limits=LIMITS)
    assert seen.problem is not None


def test_a_film_ends_at_the_frame_that_stops_it():
    asked = []

    def stop(rows, _quality):
        asked.append(rows.shape)
        return len(asked) == 2

    with pytest.raises(Stopped):
        look(DATA, limits=LIMITS, stop=stop)
    assert asked == [(8, 32)] * 2
