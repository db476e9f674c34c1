import re
import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.audit.again.stored import read_stored
from sekisho.audit.gathered import Rows
from sekisho.audit.rows import encode_part
from sekisho.fingerprint import look
from sekisho.fingerprint.film import film_of, read_vpdq, vpdq_json
from sekisho.match.alignment import GAP, TOLERANCE, align
from sekisho.media import Limits
from sekisho.model import Film, Frame, Outcome, Print, Traits, Unreadable
from sekisho.policy import shipped_policy
from tests.counts import count
from tests.films import film, frames_of, hashed, mp4
from tests.mutate import mutations
from tests.world import World

SMALL = Limits(film_pixels=1_000_000, film_total_pixels=30_000_000)
LONGEST = 30
"""Seconds of a damaged film of two seconds; a hang, not a slow machine."""
DAMAGED = {
    "mp4": ("mp4", "libx264"),
    "mp4-mpeg4": ("mp4", "mpeg4"),
    "mov": ("mov", "mjpeg"),
    "mkv": ("matroska", "libx265"),
    "webm": ("webm", "libvpx"),
    "webm-vp9": ("webm", "libvpx-vp9"),
    "avi": ("avi", "mpeg4"),
    "ts": ("mpegts", "mpeg2video"),
    "flv": ("flv", "flv"),
    "mpeg": ("mpeg", "mpeg2video"),
}
OPTIONS = {"libx265": {"x265-params": "log-level=none", "preset": "ultrafast"}}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_film_has_hashes_or_a_reason(name):
    form, codec = DAMAGED[name]
    pixels = "yuvj420p" if codec == "mjpeg" else "yuv420p"
    options = {"strict": "-1", **OPTIONS.get(codec, {})}
    data = film(frames_of((1, 2), (64, 48)), form, codec, pixels=pixels, options=options)
    assert look(data, limits=SMALL).problem is None
    for damaged in mutations(data, 1, count(12, 2000)):
        before = time.monotonic()
        seen = look(damaged, limits=SMALL, turned=False)
        assert time.monotonic() - before < LONGEST
        if seen.problem is None:
            assert len(seen.hashes) >= 1
        else:
            assert (seen.problem.reason in Unreadable, seen.hashes) == (True, None)


times = st.lists(st.integers(0, 10**8), min_size=1, max_size=40, unique=True).map(sorted)


@settings(deadline=None, max_examples=count(30, 300))
@given(times, st.data())
def test_vpdq_round_trip(at, data):
    digests = st.binary(min_size=32, max_size=32)
    frames = tuple(Frame(at=t, pdq=data.draw(digests), quality=data.draw(st.integers(0, 100))) for t in at)
    made = Film(duration=at[-1], frames=frames)
    assert read_vpdq(vpdq_json(made)) == made


@settings(deadline=None, max_examples=count(25, 300))
@given(
    st.floats(0.9, 1.1),
    st.integers(0, 3_000_000),
    st.integers(5, 400),
    st.integers(0, 2**32),
)
def test_what_is_in_step_is_found_at_any_speed_and_place(speed, offset, length, seed):
    chance = np.random.default_rng(seed)
    item = np.arange(length) * 1000
    work = np.rint(offset + speed * item + chance.integers(-400, 400, length)).astype(np.int64)
    kept = np.sort(chance.permutation(length)[: max(3, length * 3 // 4)])
    stray = chance.integers(0, 3_600_000, (length // 4, 2))
    times = np.concatenate([item[kept], stray[:, 0]]), np.concatenate([work[kept], stray[:, 1]])
    spans = align(*times, (4_000_000, 8_000_000))
    near = [
        s
        for s in spans
        if s.end - s.start <= GAP
        or abs(s.offset + s.speed * s.start - offset - speed * s.start) <= 3 * TOLERANCE
    ]
    covered = sum(any(s.start <= t < s.end for s in near) for t in item[kept])
    assert covered >= 0.8 * len(kept)


def test_a_film_is_decided_as_its_frames_say():
    world = World()
    shots = tuple(range(40, 52))
    made = world.with_traits(world.holder, Print(sha256=b"f" * 32), Traits(film=film_of(hashed(mp4(*shots)))))
    world.register(world.holder, made)
    world.vouch(world.voucher, world.holder)
    whole, clip, other = mp4(*shots), mp4(1, 2, 3, 4, *shots[2:6]), mp4(1, 2, 3)
    decided = [world.check(data) for data in (whole, clip, other, whole[:-20])]
    assert [d.outcome for d in decided] == [Outcome.BLOCK, Outcome.REVIEW, Outcome.ALLOW, Outcome.REVIEW]
    assert decided[1].reason == "film_clip"
    shown = map(int, re.findall(r"\d+", decided[1].findings[0].detail["spans"]))
    rate = shipped_policy("opt-in").film.frame_interval
    assert all(abs(a - b) <= rate for a, b in zip(shown, (4000, 8000, 2000, 6000), strict=True))
    assert decided[3].unreadable.reason is Unreadable.TRUNCATED
    often = replace(shipped_policy("opt-in"), film=replace(shipped_policy("opt-in").film, frame_interval=250))
    assert len(world.check(clip, often).fingerprint.times) == 32


def test_a_film_can_be_decided_again_without_its_file():
    world = World()
    data = mp4(1, 2, 3)
    decision = world.check(data)
    rows = Rows()
    rows.add(decision)
    part = encode_part(rows, "u", b"k" * 32).data
    policy = shipped_policy("opt-in")
    (row,) = read_stored(part, policy, "part-u")
    seen = look(data, limits=Limits(), interval=policy.film.frame_interval)
    assert row.looked.look.fingerprint == seen.fingerprint
    assert np.array_equal(row.looked.look.hashes, seen.hashes)
    assert not row.lacking
