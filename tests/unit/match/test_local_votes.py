import numpy as np
import pytest

from sekisho.match.brute_local import brute_hits, brute_votes
from sekisho.match.local_votes import (
    ANGLE_REACH,
    BASE_REACH,
    COS,
    HIT_DISTANCE,
    LEVEL_REACH,
    LEVEL_SCALES,
    SHARE_REACH,
    SIN,
    agreeing,
    turned_by,
    voted,
)
from tests.traits import invented, placed, registered, with_noise

RULES = {"turn": ANGLE_REACH, "levels": LEVEL_REACH, "base": BASE_REACH, "share": SHARE_REACH}


def votes_of(item, pictures, least=4):
    found = voted(item.descriptors, item.places, pictures, np.ones(len(pictures.entry), np.bool_), least)
    return dict(zip(found.picture.tolist(), found.votes.tolist(), strict=True))


@pytest.mark.parametrize("turn", [0, 64, 200])
@pytest.mark.parametrize("scale", [0.5, 1.0])
def test_a_work_is_named_however_it_lies(turn, scale):
    works = [invented(seed) for seed in range(20)]
    item = placed(works[7], scale=scale, turn=turn, at=(250, 250))
    assert len(item.places) >= 25
    (best,) = votes_of(item, registered(*works)).items()
    assert best == (7, len(item.places))


def test_the_same_votes_as_the_oracle_where_every_bit_is_equal():
    works = [invented(seed, 60) for seed in range(4)]
    item = placed(works[2], turn=20, at=(90, 10))
    pictures = registered(*works)
    wanted = brute_votes(item, pictures, brute_hits(item, pictures, HIT_DISTANCE), **RULES)
    assert votes_of(item, pictures, 1) == wanted


def test_never_more_votes_than_the_oracle_and_seldom_many_fewer():
    works = [invented(seed) for seed in range(30)]
    pictures = registered(*works)
    for bits in (5, 15, 30):
        item = with_noise(placed(works[3], scale=2**0.5, at=(-50, -20)), bits, bits)
        oracle = brute_votes(item, pictures, brute_hits(item, pictures, HIT_DISTANCE), **RULES)
        found = votes_of(item, pictures, 1)
        assert all(votes <= oracle[picture] for picture, votes in found.items())
        assert found[3] >= oracle[3] / 3


def test_contradicting_hits_are_no_votes():
    work = invented(1)
    pictures = registered(work, invented(2))
    chance = np.random.default_rng(3)
    mixed = work._replace(places=work.places[chance.permutation(len(work.places))])
    assert max(votes_of(mixed, pictures).values(), default=0) < 15


def test_nothing_votes_for_nothing():
    pictures = registered(invented(1))
    nothing = invented(2, 0)
    assert votes_of(nothing, pictures) == {}
    assert votes_of(invented(3), pictures) == {}
    assert votes_of(invented(1), registered(invented(2, 0))) == {}


def test_few_votes_are_left_out():
    work = invented(1, 20)
    item = work._replace(descriptors=work.descriptors[:5].copy(), places=work.places[:5].copy())
    assert votes_of(item, registered(work), 5) == {0: 5}
    assert votes_of(item, registered(work), 6) == {}


def test_a_hundred_equal_features_are_one_vote():
    work = invented(1, 100)
    same = work._replace(descriptors=work.descriptors[[0] * 100].copy(), places=work.places[[0] * 100].copy())
    assert max(votes_of(same, registered(work, same), 1).values()) <= 3


def test_turning_is_in_whole_numbers_near_the_truth():
    assert (COS[0], SIN[64], COS[128], SIN[0]) == (1 << 14, 1 << 14, -(1 << 14), 0)
    assert turned_by(64, 2.0, 1.0, 0.0) == (0.0, 2.0)
    assert LEVEL_SCALES[3] == 2 * LEVEL_SCALES[0]


def test_who_agrees():
    work = np.array([[0, 0, 10, 3], [640, 0, 200, 4]], np.int64)
    item = np.array([[1000, 1000, 74, 6], [1000, 2280, 8, 7]], np.int64)
    assert agreeing(item, work, 0, 1, 1.0, 0.0)
    for column, by in ((0, 70), (1, 70), (2, 30), (3, 3)):
        moved = item.copy()
        moved[1, column] += by
        assert not agreeing(moved, work, 0, 1, 1.0, 0.0)


def test_hits_of_declared_copies_take_no_room_from_a_confirmed_work():
    work = invented(1, 300)
    copies = [with_noise(work, 12, seed) for seed in range(400)]
    pictures = registered(work, *copies, verified=(True, *[False] * 400))
    item = with_noise(work, 16, 1000)
    alone = registered(work)
    wanted = voted(item.descriptors, item.places, alone, np.ones(1, np.bool_), 4).votes[0]
    confirmed = np.arange(401) == 0
    found = voted(item.descriptors, item.places, pictures, confirmed, 4)
    assert found.votes[found.picture == 0] >= 0.9 * wanted
