import numpy as np
import pytest

from sekisho.match import search, warm_up
from sekisho.match.hamming import radii
from tests.hashes import index_of, unrelated


@pytest.mark.parametrize("count", range(11, 33))
@pytest.mark.parametrize("radius", [0, 1, 10, 11, 15, 16, 20, 30, 31])
def test_the_shares_cover_the_radius_by_the_pigeonhole(count, radius):
    shares = radii(count, radius)
    assert (shares + 1).sum() == radius + 1
    assert shares.min() >= -1
    assert shares.max() <= 2


def test_a_query_of_the_index_finds_itself_at_distance_0():
    rows, *tables = index_of(unrelated(40), 16)
    number, row, distance = search((rows, *tables), rows, 0)
    assert np.array_equal(number, np.arange(40))
    assert np.array_equal(row, np.arange(40))
    assert not distance.any()


@pytest.mark.parametrize("chunks", [0, 16])
def test_hits_come_by_query_then_row(chunks):
    rows = unrelated(1) ^ np.arange(64, dtype=np.uint64)[:, None] * np.array([1, 0, 0, 0], np.uint64)
    number, row, distance = search(index_of(rows, chunks), rows[:2], 31)
    assert np.array_equal(number, np.repeat([0, 1], 64))
    assert np.array_equal(row, np.tile(np.arange(64), 2))
    assert distance.max() == 6


@pytest.mark.parametrize("chunks", [0, 16])
def test_nothing_asked_and_nothing_there(chunks):
    none = np.empty((0, 4), np.uint64)
    assert [len(part) for part in search(index_of(unrelated(5), chunks), none, 31)] == [0, 0, 0]
    assert [len(part) for part in search(index_of(none, chunks), unrelated(5), 31)] == [0, 0, 0]


def test_arrays_of_a_mapped_file_are_read_only_and_searched_all_the_same():
    index = index_of(unrelated(30), 16)
    for array in index:
        array.flags.writeable = False
    assert len(search(index, unrelated(30), 0)[0]) == 30


def test_after_warming_no_search_waits_for_a_compiler():
    from sekisho.match.hamming import _scan_all, _search  # noqa: PLC0415 - the kernels are private

    warm_up()
    before = [len(k.signatures) for k in (_search, _scan_all)]
    for chunks in (0, 16):
        index = index_of(unrelated(30), chunks)
        for array in index:
            array.flags.writeable = False
        search(index, unrelated(3), 20)
    assert [len(k.signatures) for k in (_search, _scan_all)] == before
