import numpy as np

from sekisho.match.brute_dense import nearest_of_all
from sekisho.match.dense import SCALE, fixed


def test_the_oracle_on_vectors_that_can_be_reckoned_by_hand():
    values = np.array([[1, 0], [0, 1], [0.6, 0.8], [0.8, 0.6]], np.float16)
    entry, confirmed = np.array([0, 1, 2, 2], np.uint32), np.array([True, False, True, True])
    found = nearest_of_all(values, entry, confirmed, fixed(np.array([[1, 0]], np.float32)), most=3)
    assert found.row.tolist() == [[[1, -1, -1], [0, 3, -1]]]
    assert found.similarity[0, 1, 0] == SCALE**2
    assert abs(found.similarity[0, 1, 1] / SCALE**2 - 0.8) < 1e-3
    assert found.similarity[0, 0, 0] == 0
