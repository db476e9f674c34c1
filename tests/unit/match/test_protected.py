"""Persons and listed files are found in every frame and orientation, and nothing is said but yes or no."""

import hashlib
from dataclasses import replace

import numpy as np
import pytest

from sekisho.fingerprint import Look
from sekisho.match.protected import are_listed, is_listed_file, listed_frame, show_persons
from sekisho.model import Fingerprint, Print
from sekisho.policy import shipped_policy
from tests.world import World

POLICY = shipped_policy("opt-in")


def bits(number):
    return hashlib.sha256(b"bits %d" % number).digest()


def flipped(data, count):
    """Flip the first `count` bits."""
    number = int.from_bytes(data, "little") ^ ((1 << count) - 1)
    return number.to_bytes(32, "little")


def a_look(*frames, quality=100, sha256=bytes(32)):
    """Return a look of frames, each the hashes of its orientations, the first ones given."""
    rows = np.stack(
        [
            np.frombuffer(b"".join([*frame, *(bits(100 + n) for n in range(8 - len(frame)))]), np.uint8)
            for frame in frames
        ]
    ).reshape(len(frames), 8, 32)
    more = tuple((frame[0], quality) for frame in frames[1:])
    made = Fingerprint(sha256=sha256, pdq=frames[0][0], quality=quality, more=more)
    return Look(media_type="image/png", fingerprint=made, problem=None, hashes=rows)


@pytest.fixture
def protected():
    world = World()
    world.persons.append(Print(sha256=bits(0), pdq=bits(1), quality=100))
    world.listed.append(Print(sha256=bits(2), pdq=bits(3), quality=100))
    return world.open().protected


@pytest.mark.parametrize(
    ("look", "shown"),
    [
        (a_look([bits(1)]), True),
        (a_look([flipped(bits(1), 31)]), True),
        (a_look([flipped(bits(1), 32)]), False),
        (a_look([bits(9), flipped(bits(1), 31)]), True),
        (a_look([bits(9), flipped(bits(1), 32)]), False),
        (a_look([*(bits(20 + n) for n in range(7)), bits(1)]), True),
        (a_look([bits(9)], [bits(8)], [bits(1)]), True),
        (a_look([bits(1)], quality=49), False),
        (a_look([bits(3)]), False),
    ],
    ids=["same", "31", "32", "turned 31", "turned 32", "last orientation", "last frame", "flat", "listed"],
)
def test_a_person_is_found_within_the_radii_of_the_policy(protected, look, shown):
    assert show_persons([a_look([bits(7)]), look], protected, POLICY) == [False, shown]


@pytest.mark.parametrize("changes", [{"radius": 0}, {"rotations": 0}, {"min_quality": 100}])
def test_no_policy_looks_less_far_for_persons_and_listed_files(protected, changes):
    weak = replace(POLICY, **changes)
    person = a_look([bits(9), flipped(bits(1), 31)], quality=50)
    assert show_persons([person], protected, weak) == [True]
    listed = a_look([flipped(bits(3), 31)], quality=50)
    assert are_listed([listed], protected, weak) == [True]
    assert listed_frame(protected, weak)(listed.hashes[0], 50) is True


def test_turned_pictures_are_not_compared_if_the_policy_does_not_ask(protected):
    upright = replace(POLICY, rotations=None)
    turned = a_look([bits(9), bits(1)])
    assert show_persons([turned], protected, upright) == [False]
    assert listed_frame(protected, upright)(a_look([bits(9), bits(3)]).hashes[0], 100) is False


def test_a_listed_file_is_known_by_its_bytes_or_by_what_it_shows(protected):
    looks = [a_look([bits(7)]), a_look([bits(7)], sha256=bits(2)), a_look([bits(7)], [bits(3)])]
    assert are_listed(looks, protected, POLICY) == [False, True, True]
    assert (is_listed_file(bits(2), protected), is_listed_file(bits(0), protected)) == (True, False)


@pytest.mark.parametrize(
    ("rows", "quality", "listed"),
    [
        ([bits(3)], 50, True),
        ([bits(3)], 49, False),
        ([flipped(bits(3), 31)], 100, True),
        ([flipped(bits(3), 32)], 100, False),
        ([bits(9), flipped(bits(3), 31)], 100, True),
        ([bits(9), flipped(bits(3), 32)], 100, False),
    ],
)
def test_one_frame_says_the_same_as_all_of_them(protected, rows, quality, listed):
    look = a_look(rows, quality=quality)
    assert listed_frame(protected, POLICY)(look.hashes[0], quality) is listed
    assert are_listed([look], protected, POLICY) == [listed]


def test_without_decoding_only_bytes_are_compared(protected):
    bare = Look(media_type="image/png", fingerprint=Fingerprint(sha256=bits(2)), problem=None, hashes=None)
    assert (are_listed([bare], protected, POLICY), show_persons([bare], protected, POLICY)) == (
        [True],
        [False],
    )


def test_no_frame_is_stopped_at_where_nothing_is_listed():
    world = World()
    world.persons.append(Print(sha256=bits(0), pdq=bits(1), quality=100))
    assert listed_frame(world.open().protected, POLICY) is None
    assert listed_frame(None, POLICY) is None
    assert show_persons([], world.open().protected, POLICY) == []
