import numpy as np

from sekisho.fingerprint.pdq import pdq_dihedral
from sekisho.trace.turned import turned_hashes
from tests.pictures import picture


def test_turned_hashes_are_near_to_those_of_the_turned_picture():
    real = np.stack([pdq_dihedral(picture(seed, 320, 320))[0] for seed in range(12)])
    made = turned_hashes(real[:, 0])
    distance = np.bitwise_count(made ^ real[:, 1:]).sum(axis=2)
    assert made.shape == (12, 7, 32)
    assert distance.max() <= 24
    assert distance.mean() < 10


def test_to_turn_twice_gives_back_what_it_was():
    one = np.random.default_rng(1).integers(0, 256, (5, 32), np.uint8)
    made = turned_hashes(one)
    for number, back in enumerate((0, 1, 2, 3, 5, 4, 6)):
        assert (turned_hashes(made[:, number])[:, back] == one).all()
