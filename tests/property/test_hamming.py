"""The index finds what comparing everything with everything finds: recall 1.0, no more, no less."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.match.brute import search_all
from sekisho.match.hamming import search
from tests.counts import count
from tests.hashes import clustered, index_of, noisy, unrelated

EXAMPLES = settings(max_examples=count(40, 3000), deadline=None)
CHUNKS = (0, 16, 32)


@st.composite
def worlds(draw):
    """Draw rows and queries; some queries are rows with few or many flips."""
    seed = draw(st.integers(0, 2**32))
    size = draw(st.sampled_from((0, 1, 2, 3, 17, 300, 2000)))
    kind = draw(st.sampled_from(("unrelated", "clustered", "repeated")))
    share = draw(st.sampled_from((0.01, 0.05, 0.1, 0.3, 0.5)))
    if kind == "clustered":
        rows = clustered(size, min(size, draw(st.integers(1, 4))) or 1, share, seed)
    else:
        rows = unrelated(size, seed)
    if kind == "repeated" and size:
        rows = rows[np.arange(size) % min(size, 5)]
    near = rows[: min(size, 12)]
    flips = draw(st.sampled_from((0.0, 0.03, 0.06, 0.12)))
    queries = np.concatenate([noisy(near, flips, seed + 1), near[:2], unrelated(3, seed + 2)])
    return rows, queries


def agree(index, queries, radius):
    found = search(index, queries, radius)
    expected = search_all(index[0], queries, radius)
    for ours, theirs in zip(found, expected, strict=True):
        assert np.array_equal(ours, theirs)
    return len(found[0])


@EXAMPLES
@given(worlds(), st.integers(0, 31), st.sampled_from(CHUNKS))
def test_the_index_equals_brute_force(world, radius, chunks):
    rows, queries = world
    agree(index_of(rows, chunks), queries, radius)


@EXAMPLES
@given(worlds(), st.permutations(range(5)))
def test_a_query_finds_the_same_alone_and_in_any_company(world, order):
    rows, queries = world
    index = index_of(rows, 16)
    some = queries[np.array(order) % len(queries)]
    together = search(index, some, 31)
    for number, query in enumerate(some):
        _, row, distance = search(index, query[None], 31)
        mine = together[0] == number
        assert np.array_equal(together[1][mine], row)
        assert np.array_equal(together[2][mine], distance)


# Not 13: its tables of 60 MB would only cost time. 11 and 12 are in use.
@pytest.mark.parametrize("chunks", [11, 12, *range(14, 33)])
def test_every_number_of_chunks(chunks):
    rows = np.concatenate([unrelated(500, 1), clustered(500, 3, 0.05, 2)])
    index = index_of(rows, chunks)
    queries = np.concatenate([noisy(rows[::40], 0.06, 3), rows[:3]])
    edges = {0, 1, chunks - 2, chunks - 1, min(chunks, 31), 20, 30, 31}
    hits = [agree(index, queries, radius) for radius in sorted(edges)]
    assert hits[-1] > hits[0] > 0


@pytest.mark.parametrize("chunks", CHUNKS)
def test_at_the_edge_of_the_radius(chunks):
    """A hash with exactly d flips is found within d and not within d - 1, wherever the flips are."""
    rows = unrelated(50, 4)
    index = index_of(rows, chunks)
    random = np.random.default_rng(5)
    for distance in range(1, 32):
        for place in ("anywhere", "together", "spread"):
            flips = np.zeros(256, np.uint8)
            if place == "anywhere":
                at = random.choice(256, distance, replace=False)
            elif place == "together":
                at = (np.arange(distance) + random.integers(256)) % 256
            else:
                at = np.linspace(0, 255, distance).astype(int)
            flips[at] = 1
            query = index[0][7] ^ np.packbits(flips).view(np.uint64)
            for radius, wanted in ((distance, True), (distance - 1, False)):
                _, row, bits = search(index, query[None], radius)
                assert (7 in row) is wanted
                assert not wanted or bits[list(row).index(7)] == distance


@pytest.mark.parametrize("chunks", [16, 32])
def test_clusters_that_fill_the_buckets_are_scanned(chunks):
    # All rows share nearly all chunks: more candidates than N / 16 + 4096.
    rows = clustered(9000, 1, 0.02, 6)
    index = index_of(rows, chunks)
    assert len(index[0]) > 8000
    queries = np.concatenate([rows[:2], unrelated(2, 7), noisy(rows[:2], 0.03, 8), rows[:1]])
    assert agree(index, queries, 12) > 9000
    assert agree(index, queries, 31) > 40_000


@pytest.mark.parametrize("chunks", CHUNKS)
def test_more_hits_than_the_first_buffer_holds(chunks):
    rows = clustered(1500, 1, 0.02, 9)
    index = index_of(rows, chunks)
    assert agree(index, rows[:4], 31) > 4 * 1024


@pytest.mark.parametrize("radius", [-1, 32, 256])
def test_a_radius_beyond_the_index_is_refused(radius):
    with pytest.raises(ValueError, match="radius"):
        search(index_of(unrelated(3), 16), unrelated(1), radius)
