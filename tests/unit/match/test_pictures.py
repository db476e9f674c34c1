from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from sekisho.fingerprint import DIHEDRAL, look
from sekisho.match import match_pictures
from sekisho.media import Limits
from sekisho.model import Depth, Method, Print
from sekisho.policy import shipped_policy
from tests.pictures import encode, picture
from tests.world import World, drawn

POLICY = shipped_policy("opt-in")
ARRAY = picture(1, 576, 320)


def png(array):
    return encode(np.ascontiguousarray(array), "PNG")


@pytest.fixture
def world():
    made = World()
    made.register(made.holder, png(ARRAY))
    return made


def matches(world, *files, policy=POLICY):
    looks = [
        look(
            f,
            limits=Limits(),
            decode=policy.depth.rank >= Depth.PDQ.rank,
            turned=policy.rotations is not None,
        )
        for f in files
    ]
    return match_pictures(looks, world.open(), policy)


def test_the_same_file_is_found_by_its_digest(world):
    ((match,),) = matches(world, png(ARRAY))
    assert (match.method, match.distance, match.threshold, match.detail()) == (Method.SHA256, 0, 0, {})


def test_another_file_of_the_same_picture_is_found_by_pdq(world):
    ((match,),) = matches(world, encode(ARRAY, quality=60))
    assert match.method is Method.PDQ
    assert 0 <= match.distance <= 6
    assert match.threshold == 31


def test_another_picture_is_not_found(world):
    assert matches(world, drawn(2), png(ARRAY), b"") == [[], matches(world, png(ARRAY))[0], []]


TURNED = {"mirrored": ARRAY[:, ::-1], "rot180": ARRAY[::-1, ::-1], "rot90": np.rot90(ARRAY)}


@pytest.mark.parametrize("name", TURNED)
def test_a_turned_picture_is_found_within_the_radius_for_turned_ones(world, name):
    ((match,),) = matches(world, png(TURNED[name]), policy=replace(POLICY, rotations=31))
    assert match.threshold == 31
    assert match.orientation != 0
    assert match.detail() == {"orientation": DIHEDRAL[match.orientation]}
    back = {"mirrored": "mirrored", "rot180": "rot180", "rot90": "rot90"}
    assert DIHEDRAL[match.orientation] == back[name]


def test_without_rotations_a_turned_picture_is_not_found(world):
    policy = replace(POLICY, rotations=None)
    assert matches(world, png(TURNED["mirrored"]), png(ARRAY + np.uint8(1)), policy=policy)[0] == []
    assert matches(world, encode(ARRAY, quality=90), policy=policy)[0] != []


def with_distance(bits):
    flips = np.zeros(256, np.uint8)
    flips[np.linspace(0, 255, bits).astype(int)] = 1
    seen = look(png(ARRAY), limits=Limits()).fingerprint
    changed = np.frombuffer(seen.pdq, np.uint8) ^ np.packbits(flips)
    return Print(sha256=bytes(32), pdq=changed.tobytes(), quality=100)


@pytest.mark.parametrize(("bits", "radius", "found"), [(31, 31, 1), (20, 20, 1), (21, 20, 0), (1, 0, 0)])
def test_the_radius_of_the_policy_decides(bits, radius, found):
    world = World()
    world.register(world.holder, with_distance(bits))
    policy = replace(POLICY, radius=radius, rotations=None)
    (hits,) = matches(world, png(ARRAY), policy=policy)
    assert [(m.distance, m.threshold) for m in hits] == [(bits, radius)] * found


def test_an_entry_is_met_once_and_by_its_closest_print():
    world = World()
    world.register(world.holder, *(with_distance(n) for n in (9, 3, 27)))
    other = world.register(world.rival, with_distance(5))
    snapshot = world.open()
    (hits,) = matches(world, png(ARRAY))
    assert sorted(m.distance for m in hits) == [3, 5]
    assert [m.entry for m in hits] == sorted(m.entry for m in hits)
    assert {m.distance for m in hits if m.entry == snapshot.entry_number(other)} == {5}


def test_a_digest_comes_before_a_pdq_of_distance_0():
    world = World()
    world.register(world.holder, png(ARRAY))
    world.register(world.rival, replace(with_distance(0), sha256=bytes(32)))
    (hits,) = matches(world, png(ARRAY))
    assert sorted(m.method for m in hits) == [Method.PDQ, Method.SHA256]


def test_one_hash_of_many_entries_meets_them_all():
    world = World()
    for holder in (world.holder, world.rival, world.stranger):
        world.register(holder, png(ARRAY))
    (hits,) = matches(world, png(ARRAY))
    assert [m.entry for m in hits] == [0, 1, 2]


def test_depth_exact_compares_digests_alone(world):
    policy = replace(POLICY, depth=Depth.EXACT)
    assert matches(world, png(ARRAY), encode(ARRAY, quality=95), policy=policy)[1] == []
    assert len(matches(world, png(ARRAY), policy=policy)[0]) == 1


def test_the_second_frame_of_an_animation_is_found_and_named(world):
    frames = [Image.fromarray(picture(2, 576, 320)), Image.fromarray(ARRAY)]
    first = np.asarray(frames[0])
    data = encode(first, "WEBP", lossless=True, save_all=True, append_images=frames[1:])
    ((match,),) = matches(world, data)
    assert (match.method, match.distance, match.detail()) == (Method.PDQ, 0, {"frame": 1})


def test_a_hash_of_low_quality_is_not_compared():
    world = World()
    plain = np.full((64, 64, 3), 90, np.uint8)
    plain[20:40, 20:40] = 99
    seen = look(png(plain), limits=Limits()).fingerprint
    assert seen.quality < 50
    world.register(world.holder, Print(sha256=bytes(32), pdq=seen.pdq, quality=100))
    assert matches(world, png(plain)) == [[]]
    world.register(world.holder, Print(sha256=seen.sha256))
    assert len(matches(world, png(plain))[0]) == 1


def test_min_quality_of_the_policy_decides():
    ramp = picture(3, 64, 64) // 4
    seen = look(png(ramp), limits=Limits()).fingerprint
    assert 50 <= seen.quality < 100
    world = World()
    world.register(world.holder, Print(sha256=bytes(32), pdq=seen.pdq, quality=seen.quality))
    for quality, found in ((seen.quality, 1), (seen.quality + 1, 0)):
        assert len(matches(world, png(ramp), policy=replace(POLICY, min_quality=quality))[0]) == found


def test_an_empty_registry_finds_nothing():
    assert matches(World(), drawn(1)) == [[]]


def test_all_segments_are_searched_and_the_same_picture_in_two_gives_both_entries(world):
    first = world.open()
    other = drawn(7)
    world.register(world.rival, png(ARRAY), other)
    second = world.advance(first)
    world.register(world.stranger, encode(ARRAY, quality=60))
    third = world.advance(second)
    looks = [look(f, limits=Limits(), turned=True) for f in (png(ARRAY), other, drawn(2))]

    def met(snapshot):
        return [[m.entry for m in some] for some in match_pictures(looks, snapshot, POLICY)]

    assert met(first) == [[0], [], []]
    assert met(second) == [[0, 1], [1], []]
    assert met(third) == [[0, 1, 2], [1], []]
