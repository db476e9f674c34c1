import numpy as np

from sekisho.snapshot.crowds import ROOM, uncrowded
from sekisho.snapshot.local_tables import TABLES, widths
from sekisho.snapshot.stock import Standing
from tests.traits import invented, registered, with_noise


def standing(verified):
    count = len(verified)
    lot = np.random.default_rng(1).integers(0, 2**64, count, np.uint64)
    return Standing(np.array(verified, np.bool_), np.arange(count), lot)


def kept(entry, of, tags=None):
    entry = np.array(entry, np.uint32)
    tags = np.zeros(len(entry), np.uint32) if tags is None else np.array(tags, np.uint32)
    return uncrowded(np.zeros(len(entry), np.uint32), tags, entry, of)


def test_of_equal_features_three_of_an_entry_and_sixteen_of_all_stay():
    assert kept([0] * 5, standing([True])).tolist() == [True] * 3 + [False] * 2
    assert kept(range(40), standing([True] * 40)).sum() == 16


def test_confirmed_entries_come_before_any_number_of_declared_ones():
    of = standing([False] * 200 + [True] * 2)
    some = kept(range(202), of)
    assert some[200:].all()
    assert some.sum() == 16


def test_declared_entries_share_the_room_of_a_bucket_and_confirmed_ones_lose_none():
    count = ROOM + 200
    of = standing([False] * count + [True] * 100)
    entry = list(range(count + 100))
    some = kept(entry, of, range(count + 100))
    assert some[:count].sum() == ROOM
    assert some[count:].all()
    assert not some[:ROOM].all()


def test_a_holder_of_hundreds_of_copies_leaves_another_his_place():
    of = standing([True] * 201)
    of = of._replace(holder=np.array([7] * 200 + [8]))
    some = kept(range(201), of)
    assert some[200]
    assert some.sum() == 16


def test_nothing_is_crowded_by_nothing():
    assert kept([], standing([])).tolist() == []
    assert kept([0], standing([False])).tolist() == [True]


def features_left(pictures, entry):
    begin, end = pictures.first[entry : entry + 2].astype(int)
    numbers = pictures.tables.ids & ((1 << widths(len(pictures.descriptors)).id) - 1)
    return int(((numbers >= begin) & (numbers < end)).sum())


def test_copies_that_others_declare_take_no_feature_from_a_confirmed_work():
    work = invented(1, 50)
    copies = [work] * 100 + [with_noise(work, 1, seed) for seed in range(100)]
    pictures = registered(work, *copies, verified=(True,) + (False,) * 200)
    assert features_left(pictures, 0) == 50 * TABLES


def test_of_a_hundred_declared_copies_each_keeps_some_features():
    pictures = registered(*[invented(1, 50)] * 100, verified=(False,) * 100)
    left = [features_left(pictures, entry) for entry in range(100)]
    assert sum(left) == 16 * 50 * TABLES
    assert min(left) > 0.05 * 50 * TABLES
