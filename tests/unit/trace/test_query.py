import numpy as np

from sekisho.fingerprint import Look, look
from sekisho.media import Limits
from sekisho.model import Fingerprint
from sekisho.trace import query
from sekisho.trace.query import query_of
from tests.recorded import random_hashes
from tests.traced import animation
from tests.world import drawn

SHA = bytes(32)


def film(hashes, qualities):
    many = np.repeat(hashes[:, None], 8, axis=1)
    upright = [bytes(one) for one in hashes]
    made = Fingerprint(
        sha256=SHA,
        pdq=upright[0],
        quality=qualities[0],
        more=tuple(zip(upright[1:], qualities[1:], strict=True)),
        times=tuple(range(len(hashes))),
    )
    return Look(media_type="video/mp4", fingerprint=made, problem=None, hashes=many)


def test_a_picture_is_searched_in_eight_orientations():
    seen = look(drawn(1), limits=Limits())
    made = query_of(seen, ["e-1"])
    assert made.sha256 == seen.fingerprint.sha256
    assert made.hashes.shape == (1, 8, 32)
    assert bytes(made.hashes[0, 0]) == seen.fingerprint.pdq
    assert made.entries == ("e-1",)


def test_all_frames_of_an_animation_are_searched():
    assert query_of(look(animation(1, 2, 3), limits=Limits())).frames == (0, 1, 2)


def test_frames_of_little_detail_and_repeated_ones_are_not_searched():
    one, other = random_hashes(2)
    made = query_of(film(np.stack([one, one, other, one, other]), [90, 90, 49, 90, 90]))
    assert made.frames == (0, 4)


def test_of_a_long_film_some_frames_are_drawn_evenly(monkeypatch):
    monkeypatch.setattr(query, "MAX_FRAMES", 3)
    made = query_of(film(random_hashes(9), [90] * 9))
    assert made.frames == (0, 4, 8)


def test_what_could_not_be_decoded_is_searched_by_its_bytes_alone():
    made = query_of(look(b"no picture", limits=Limits()))
    assert made.hashes.shape == (0, 8, 32)
    assert made.frames == ()
