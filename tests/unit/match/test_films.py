from dataclasses import replace

import numpy as np
import pytest

from sekisho.fingerprint import look
from sekisho.fingerprint.film import film_of
from sekisho.match import match_pictures
from sekisho.match.films import FilmMatch, _Hits, _passed_over, _thinned, match_films
from sekisho.media import Limits
from sekisho.model import Band, Film, Method, Outcome, Print, Traits
from sekisho.policy import shipped_policy
from tests.films import film, frames_of, hashed, mp4
from tests.pictures import encode, picture
from tests.world import World, drawn

POLICY = shipped_policy("opt-in")
UPRIGHT = replace(POLICY, rotations=None)
LIMITS = Limits()
SHOTS = tuple(range(100, 130))


class Registered(World):
    """A world in which films are registered."""

    def film(self, *shots, made=None, **more):
        data = mp4(*shots) if made is None else b"%d" % len(self.registrations)
        given = film_of(hashed(data)) if made is None else made
        sha256 = bytes([len(self.registrations)]) * 32
        print_ = self.with_traits(self.holder, Print(sha256=sha256), Traits(film=given))
        return self.register(self.holder, print_, title=f"film {len(self.registrations)}", **more)


@pytest.fixture(scope="module")
def long():
    """Return an edition with one film of thirty seconds and others."""
    world = Registered()
    entry = world.film(*SHOTS)
    for first in (200, 210, 220):
        world.film(*range(first, first + 6))
    snapshot = world.open()
    return snapshot, snapshot.entry_number(entry)


def found(data, snapshot, policy=POLICY):
    (matches,) = match_films([look(data, limits=LIMITS)], snapshot, policy)
    return matches


def test_a_clip_is_found_with_its_place(long):
    snapshot, number = long
    clip = film(frames_of((1, 2, *SHOTS[10:16], 3)), "webm", "libvpx")
    (match,) = found(clip, snapshot)
    assert (match.entry, match.band, match.method) == (number, Band.REVIEW, Method.FRAMES)
    assert match.of_item == 66
    assert match.of_work == 20
    (span,) = match.spans
    assert span[:4] == (2000, 8000, 10_000, 16_000)
    assert match.detail() == {
        "band": "review",
        "of_item": 66,
        "of_work": 20,
        "spans": "2000-8000=10000-16000",
        "print": 0,
    }


def test_a_copy_blocks_and_a_clip_does_as_the_policy_says(long):
    snapshot, _ = long
    (copy,) = found(mp4(*SHOTS[:20]), snapshot)
    assert (copy.band, copy.of_item, copy.of_work) == (Band.BLOCK, 100, 66)
    (longer,) = found(mp4(1, 2, 3, 4, 5, 6, *SHOTS[:16]), snapshot)
    assert (longer.band, longer.of_item < 80, longer.of_work) == (Band.BLOCK, True, 53)
    strict = replace(POLICY, film=replace(POLICY.film, clip=Outcome.BLOCK))
    clip = mp4(1, 2, 3, 4, *SHOTS[5:10])
    assert [m.band for policy in (POLICY, strict) for m in found(clip, snapshot, policy)] == [
        Band.REVIEW,
        Band.BLOCK,
    ]


def test_unrelated_films_and_pictures_match_nothing(long):
    snapshot, _ = long
    assert found(mp4(1, 2, 3, 4, 5), snapshot) == []
    assert found(encode(picture(SHOTS[0])), snapshot) == []


def test_fewer_frames_than_the_policy_asks_for_are_no_film(long):
    snapshot, _ = long
    flash = mp4(1, 2, SHOTS[3], SHOTS[4], 5, 6)
    assert found(flash, snapshot) == []
    two = replace(POLICY, film=replace(POLICY.film, min_frames=2))
    assert len(found(flash, snapshot, two)) == 1
    assert [m.of_item for m in found(mp4(SHOTS[3], SHOTS[4]), snapshot)] == [100]


def test_frames_in_another_sequence_are_not_in_step(long):
    snapshot, _ = long
    # Shots far apart in the work, in turn with shots of nothing.
    mixed = mp4(*(shot for pair in zip((128, 101, 119, 110), (1, 2, 3, 4), strict=True) for shot in pair))
    assert found(mixed, snapshot) == []


def test_a_still_shown_for_a_while_is_one_picture(long):
    snapshot, _ = long
    assert found(mp4(1, 2, *[SHOTS[7]] * 6, 3, 4), snapshot) == []


def test_a_mirrored_film_and_a_policy_that_does_not_turn(long):
    snapshot, number = long
    mirrored = film(frame[:, ::-1] for frame in frames_of(SHOTS[3:9]))
    (match,) = found(mirrored, snapshot)
    assert (match.entry, match.detail()["orientation"]) == (number, "mirrored")
    assert found(mirrored, snapshot, UPRIGHT) == []


def test_a_clip_sped_up_and_one_that_lost_frames(long):
    snapshot, number = long
    frames = list(frames_of(SHOTS[5:20]))
    faster = film(frames, "matroska", "mpeg4", times=[round(125 * k / 1.08) for k in range(len(frames))])
    (match,) = found(faster, snapshot)
    assert match.entry == number
    assert match.spans[0].work_start == pytest.approx(5000, abs=1000)
    lost = [frame for k, frame in enumerate(frames) if k % 3]
    times = [125 * k for k in range(len(frames)) if k % 3]
    assert len(found(film(lost, "matroska", "mpeg4", times=times), snapshot)) == 1


def test_an_animation_meets_a_film(long):
    snapshot, number = long
    from PIL import Image  # noqa: PLC0415 - drawn here only

    shots = [Image.fromarray(picture(shot, 96, 72)) for shot in SHOTS[2:8]]
    data = encode(
        np.asarray(shots[0]), "WEBP", save_all=True, append_images=shots[1:], duration=1000, quality=80
    )
    (match,) = found(data, snapshot)
    assert (match.entry, match.band, match.of_item) == (number, Band.BLOCK, 100)


def test_plain_frames_do_not_count(long):
    snapshot, _ = long
    plain = np.full((72, 96, 3), 90, np.uint8)
    data = film([plain] * 16 + list(frames_of(SHOTS[4:9])))
    (match,) = found(data, snapshot)
    assert match.of_item == 100
    assert found(film([plain] * 16), snapshot) == []


def test_the_clearest_print_of_an_entry_is_told():
    world = Registered()
    prints = [
        world.with_traits(world.holder, Print(sha256=bytes([n]) * 32), Traits(film=film_of(hashed(mp4(*s)))))
        for n, s in enumerate(((1, 2, 3, 4, 5, 6, 7, 8), (4, 5, 6, 7)))
    ]
    world.register(world.holder, *prints)
    (match,) = found(mp4(4, 5, 6, 7), world.open())
    assert (match.print_, match.of_work) == (1, 100)


def test_films_of_a_delta_are_found_too():
    world = Registered()
    world.film(1, 2, 3, 4)
    base = world.open()
    entry = world.film(5, 6, 7, 8)
    snapshot = world.advance(base)
    (match,) = found(mp4(5, 6, 7, 8), snapshot)
    assert match.entry == snapshot.entry_number(entry)


def test_a_frame_of_a_registered_film_in_a_picture_is_a_picture(long):
    snapshot, number = long
    still = encode(next(frames_of((SHOTS[12],))), "PNG")
    ((match,),) = match_pictures([look(still, limits=LIMITS)], snapshot, POLICY)
    assert (match.entry, match.method, match.at) == (number, Method.PDQ, -1)


def test_a_film_that_shows_a_registered_picture_says_when():
    world = Registered()
    still = world.register(world.holder, drawn(9))
    world.film(*SHOTS)
    snapshot = world.open()
    seen = look(mp4(1, 2, 9, 9, SHOTS[3], 4), limits=LIMITS)
    ((match,),) = match_pictures([seen], snapshot, POLICY)
    assert (match.entry, match.method) == (snapshot.entry_number(still), Method.PDQ)
    assert match.detail() == {"frame": 2, "at": 2000}
    assert match_films([seen], snapshot, POLICY) == [[]]


def test_as_many_rival_films_as_you_like_do_not_hide_one():
    world = Registered()
    made = film_of(hashed(mp4(*range(10))))
    entry = world.film(made=made)
    for extra in range(220):
        frames = (*made.frames[:2], *(replace(f, pdq=bytes([extra + 1]) * 32) for f in made.frames[2:]))
        world.film(made=Film(duration=made.duration, frames=frames))
    snapshot = world.open()
    matches = found(mp4(*range(10)), snapshot)
    best = max(matches, key=lambda match: match.of_work)
    assert (best.entry, best.of_work) == (snapshot.entry_number(entry), 100)


def test_films_made_of_its_own_frames_do_not_hide_one():
    world = Registered()
    made = film_of(hashed(mp4(*range(10))))
    entry = world.film(made=made)
    world.vouch(world.voucher, world.holder)
    for number in range(30):
        frames = [replace(f, at=7000 * place + number) for place, f in enumerate(reversed(made.frames))]
        rival = Traits(film=Film(duration=1_000_000, frames=tuple(frames)))
        print_ = world.with_traits(world.rival, Print(sha256=bytes(32)), rival)
        world.register(world.rival, print_, title=str(number))
    snapshot = world.open()
    matches = {match.entry: match.band for match in found(mp4(*range(10)), snapshot)}
    assert matches[snapshot.entry_number(entry)] is Band.BLOCK


def test_a_hundred_thousand_frames_like_one_scene_are_thinned_out():
    frame, film = np.repeat(np.arange(20), 60_000), np.tile(np.repeat(np.arange(2), 30_000), 20)
    hits = _Hits(film, np.zeros(len(film), np.int64), frame, np.tile(np.arange(60_000), 20))
    left = _thinned(hits)
    assert len(left.film) == 20 * 2 * 64
    assert sorted(set(zip(left.frame.tolist(), left.film.tolist(), strict=True))) == [
        (f, w) for f in range(20) for w in range(2)
    ]
    few = _Hits(*(column[:1000] for column in hits))
    assert _thinned(few) is few


def test_declared_films_that_are_met_more_often_do_not_crowd_out_a_confirmed_one():
    frames, needed = dict.fromkeys(range(1, 302), 9) | {0: 3, 301: 1}, np.full(302, 3)
    confirmed = np.isin(np.arange(302), [0, 301])
    left = set(frames) - _passed_over(frames, needed, confirmed)
    assert left == {0, 301, *range(1, 201)}


def test_a_match_says_nothing_of_bits():
    match = FilmMatch(3, Band.BLOCK, 100, 100, ())
    assert (match.distance, match.threshold) == (0, 0)
