import numpy as np

from sekisho.match.brute import search_all

ROWS = np.array([[0, 0, 0, 0], [1, 0, 0, 0], [2**64 - 1] * 4], np.uint64)


def test_distances_are_counted_over_all_256_bits():
    number, row, distance = search_all(ROWS, ROWS[[0, 2]], 256)
    assert number.tolist() == [0, 0, 0, 1, 1, 1]
    assert row.tolist() == [0, 1, 2, 0, 1, 2]
    assert distance.tolist() == [0, 1, 256, 256, 255, 0]


def test_the_radius_is_included():
    assert search_all(ROWS, ROWS[:1], 1)[1].tolist() == [0, 1]
    assert search_all(ROWS, ROWS[:1], 0)[1].tolist() == [0]


def test_nothing_asked_or_nothing_there():
    for found in (search_all(ROWS, ROWS[:0], 31), search_all(ROWS[:0], ROWS, 31)):
        assert [part.tolist() for part in found] == [[], [], []]
