import numpy as np
import pytest

from sekisho.match.brute_dense import nearest_of_all
from sekisho.match.dense import MOST, SCALE, fixed, nearest, warm_up


def unit(rows, width, seed=1):
    made = np.random.default_rng(seed).standard_normal((rows, width)).astype(np.float32)
    return made / np.linalg.norm(made, axis=1, keepdims=True)


def test_a_vector_is_nearest_to_itself():
    warm_up()
    vectors = unit(50, 64)
    entry = np.arange(50, dtype=np.uint32)
    found = nearest(vectors.astype(np.float16), entry, np.ones(50, np.bool_), fixed(vectors[:7]))
    assert found.row[:, 1, 0].tolist() == list(range(7))
    assert np.abs(found.similarity[:, 1, 0] / SCALE**2 - 1).max() < 0.002
    assert (found.row[:, 0] == -1).all()


def test_a_similarity_is_the_cosine_to_a_tenth_of_a_per_mille():
    vectors, queries = unit(300, 512), unit(5, 512, 2)
    found = nearest(
        vectors.astype("<f2"), np.arange(300, dtype=np.uint32), np.ones(300, bool), fixed(queries)
    )
    cosine = (queries @ vectors.T)[np.arange(5)[:, None], found.row[:, 1]]
    assert np.abs(found.similarity[:, 1] / SCALE**2 - cosine).max() < 3e-4


def test_an_entry_stands_once_in_a_list_with_its_best_vector():
    vectors = unit(40, 32)
    entry = np.arange(40, dtype=np.uint32) // 10
    found = nearest(vectors.astype(np.float16), entry, np.ones(40, bool), fixed(vectors[[3, 25]]))
    assert found.row[:, 1, 0].tolist() == [3, 25]
    for rows in found.row[:, 1, :4]:
        assert sorted(entry[rows]) == [0, 1, 2, 3]
    assert (found.row[:, 1, 4:] == -1).all()


def test_declared_copies_do_not_push_a_confirmed_work_off_the_list():
    work = unit(1, 32)
    copies = np.repeat(work, 500, axis=0)
    values = np.concatenate([copies, unit(1, 32, 9)]).astype(np.float16)
    confirmed = np.zeros(501, bool)
    confirmed[500] = True
    found = nearest(values, np.arange(501, dtype=np.uint32), confirmed, fixed(work))
    assert found.row[0, 1, 0] == 500
    assert found.row[0, 0].tolist() == list(range(MOST))


def test_among_equals_the_lower_row_comes_first():
    values = np.repeat(unit(1, 16), 100, axis=0).astype(np.float16)
    found = nearest(values, np.arange(100, dtype=np.uint32), np.ones(100, bool), fixed(unit(1, 16)))
    assert found.row[0, 1].tolist() == list(range(MOST))


@pytest.mark.parametrize("rows", [0, 1, 15, 16, 17])
@pytest.mark.parametrize("width", [1, 7, 512])
def test_every_size_of_block_and_vector(rows, width):
    values = unit(rows, width).astype(np.float16)
    entry, confirmed = np.arange(rows, dtype=np.uint32), np.arange(rows) % 2 == 0
    queries = fixed(unit(3, width, 4))
    for ours, theirs in zip(
        nearest(values, entry, confirmed, queries),
        nearest_of_all(values, entry, confirmed, queries),
        strict=True,
    ):
        assert np.array_equal(ours, theirs)


def test_nothing_asked_finds_nothing():
    none = np.empty((0, 8), np.int16)
    found = nearest(unit(4, 8).astype(np.float16), np.arange(4, dtype=np.uint32), np.ones(4, bool), none)
    assert found.row.shape == (0, 2, MOST)


@pytest.mark.parametrize("values", [np.full((1, 4), np.nan), np.zeros((1, 4)), np.ones((1, 4))])
def test_a_query_that_is_not_of_length_1_is_refused(values):
    with pytest.raises(ValueError, match="length 1"):
        fixed(values.astype(np.float32))


def test_arrays_that_do_not_fit_are_refused():
    values, entry = unit(4, 8).astype(np.float16), np.arange(4, dtype=np.uint32)
    with pytest.raises(ValueError, match="fit one another"):
        nearest(values, entry[:3], np.ones(4, bool), fixed(unit(1, 8)))
    with pytest.raises(ValueError, match="fit one another"):
        nearest(values, entry, np.ones(4, bool), fixed(unit(1, 9)))
