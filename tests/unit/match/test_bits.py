import numba
import numpy as np

from sekisho.match.bits import popcount, prefetch


@numba.njit
def count(values, out):
    for i in range(len(values)):
        prefetch(values, np.int64(i))
        out[i] = popcount(values[i])


def test_every_bit_counts_and_asking_for_a_line_changes_nothing():
    values = np.array([0, 1, 2**63, 2**64 - 1, *(2**n for n in range(64)), 0x5555555555555555], np.uint64)
    before, out = values.copy(), np.zeros(len(values), np.int64)
    count(values, out)
    assert out.tolist() == [int(v).bit_count() for v in values]
    assert np.array_equal(values, before)


@numba.njit
def ask(rows, at):
    prefetch(rows, np.int64(at))
    return rows[at]


def test_a_line_past_the_end_may_be_asked_for():
    assert ask(np.arange(3, dtype=np.uint32), 2) == 2
