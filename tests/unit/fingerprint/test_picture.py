import hashlib

import numpy as np
import pytest
from PIL import Image

from sekisho.fingerprint import Stopped, fingerprint, look, pdq, pdq_dihedral
from sekisho.media import Limits
from sekisho.model import Unfingerprintable, Unreadable
from tests.pictures import encode, picture

LIMITS = Limits()
ARRAY = picture(1, 80, 60)
PNG = encode(ARRAY, "PNG")


def animation(*seeds):
    first, *rest = (Image.fromarray(picture(s, 80, 60)) for s in seeds)
    return encode(np.asarray(first), "WEBP", lossless=True, save_all=True, append_images=rest)


def test_a_look_holds_digest_and_hashes_of_every_orientation():
    seen = look(PNG, limits=LIMITS)
    rows, quality = pdq_dihedral(ARRAY)
    assert seen.media_type == "image/png"
    assert seen.problem is None
    assert seen.fingerprint.sha256 == hashlib.sha256(PNG).digest()
    assert (seen.fingerprint.pdq, seen.fingerprint.quality) == (rows[0].tobytes(), quality)
    assert np.array_equal(seen.hashes, rows[None])


def test_without_turning_there_is_one_orientation():
    seen = look(PNG, limits=LIMITS, turned=False)
    assert seen.hashes.shape == (1, 1, 32)
    assert seen.hashes.tobytes() == pdq(ARRAY)[0] == seen.fingerprint.pdq


def test_depth_exact_makes_the_digest_alone():
    seen = look(PNG, limits=LIMITS, decode=False)
    assert seen.fingerprint.sha256 == hashlib.sha256(PNG).digest()
    assert (seen.fingerprint.pdq, seen.hashes, seen.problem) == (None, None, None)


def test_every_frame_is_looked_at():
    seen = look(animation(1, 2, 3), limits=LIMITS)
    hashes = [pdq(picture(s, 80, 60))[0] for s in (1, 2, 3)]
    assert [seen.fingerprint.pdq, *(p for p, _ in seen.fingerprint.more)] == hashes
    assert [row[0].tobytes() for row in seen.hashes] == hashes


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", Unreadable.EMPTY),
        (b"plain text, no picture", Unreadable.UNRECOGNIZED_FORMAT),
        (PNG[:200], Unreadable.TRUNCATED),
        (PNG[:60] + b"\xff" * 200 + PNG[260:], Unreadable.CORRUPT),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", Unreadable.UNSUPPORTED_FORMAT),
    ],
)
def test_what_can_not_be_decoded_has_a_reason_and_still_a_digest(data, reason):
    seen = look(data, limits=LIMITS)
    assert seen.problem.reason is reason
    assert seen.fingerprint.sha256 == hashlib.sha256(data).digest()
    assert (seen.fingerprint.pdq, seen.hashes) == (None, None)


def test_a_broken_last_frame_leaves_no_hash_of_the_first():
    data = animation(1, 2, 3)
    seen = look(data, limits=Limits(max_frames=2))
    assert seen.problem.reason is Unreadable.TOO_MANY_FRAMES
    assert (seen.fingerprint.pdq, seen.fingerprint.more, seen.hashes) == (None, (), None)


def test_limits_decide():
    assert look(PNG, limits=Limits(max_pixels=4799)).problem.reason is Unreadable.TOO_MANY_PIXELS
    assert look(PNG, limits=Limits(max_pixels=4800)).problem is None


def test_a_memory_view_is_looked_at_like_bytes():
    a, b = look(PNG, limits=LIMITS), look(memoryview(PNG), limits=LIMITS)
    assert a.fingerprint == b.fingerprint


def test_fingerprint_is_the_look_or_the_reason():
    assert fingerprint(PNG, "image/png", LIMITS).pdq == pdq(ARRAY)[0]
    assert fingerprint(b"x", "", LIMITS) == Unfingerprintable(reason=Unreadable.UNRECOGNIZED_FORMAT)
    assert fingerprint(PNG[:200], "image/png", LIMITS).reason is Unreadable.TRUNCATED


def test_a_look_ends_at_the_frame_that_stops_it():
    asked = []

    def stop(rows, quality):
        asked.append((rows.shape, quality))
        return len(asked) == 2

    with pytest.raises(Stopped):
        look(animation(1, 2, 3), limits=LIMITS, stop=stop)
    assert asked == [((8, 32), 100)] * 2
    assert look(animation(1, 2, 3), limits=LIMITS, stop=lambda _rows, _quality: False).fingerprint.more
    assert len(asked) == 2


def test_a_digest_that_is_known_is_not_made_again():
    assert look(PNG, limits=LIMITS, sha256=bytes(32)).fingerprint.sha256 == bytes(32)
