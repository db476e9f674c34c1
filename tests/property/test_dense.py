"""The search of embeddings finds what sorting all similarities finds, bit for bit."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.match.brute_dense import nearest_of_all
from sekisho.match.dense import fixed, nearest
from tests.counts import count

EXAMPLES = settings(max_examples=count(30, 2000), deadline=None)


@st.composite
def worlds(draw):
    """Draw vectors, some of them equal or nearly so, their entries, and queries near them and elsewhere."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    rows, width = draw(st.sampled_from((0, 1, 16, 33, 200))), draw(st.sampled_from((2, 8, 65)))
    values = rng.standard_normal((rows, width))
    if draw(st.booleans()) and rows:
        values = values[rng.integers(0, min(rows, 4), rows)]
    values = values.round(draw(st.integers(0, 3))) + 1e-3
    values /= np.linalg.norm(values, axis=1, keepdims=True)
    entry = np.sort(rng.integers(0, max(1, rows // draw(st.integers(1, 9))), rows)).astype(np.uint32)
    confirmed = (rng.random(entry.max(initial=0) + 1) < draw(st.sampled_from((0.0, 0.3, 1.0))))[entry]
    queries = np.concatenate([values[:3], rng.standard_normal((2, width))])
    queries /= np.linalg.norm(queries, axis=1, keepdims=True)
    return values.astype(np.float16), entry, confirmed, fixed(queries.astype(np.float32))


@EXAMPLES
@given(worlds(), st.integers(1, 16))
def test_the_search_equals_brute_force(world, most):
    for ours, theirs in zip(nearest(*world, most), nearest_of_all(*world, most), strict=True):
        assert np.array_equal(ours, theirs)


@EXAMPLES
@given(worlds())
def test_a_query_finds_the_same_alone_and_in_any_company(world):
    values, entry, confirmed, queries = world
    together = nearest(values, entry, confirmed, queries)
    for number in range(len(queries)):
        alone = nearest(values, entry, confirmed, queries[number : number + 1])
        assert np.array_equal(alone.row[0], together.row[number])
        assert np.array_equal(alone.similarity[0], together.similarity[number])
