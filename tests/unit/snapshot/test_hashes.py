import numpy as np
import pytest

from sekisho.match.brute import search_all
from sekisho.match.hamming import search
from sekisho.snapshot.hashes import NO_TABLES, SHARED, Hashes, distinct, merged


def values(*words):
    return np.array([word.ljust(32, b"\0") for word in words], "S32")


def owned(*pairs):
    return distinct(values(*(word for word, _ in pairs)), np.array([owner for _, owner in pairs], np.uint32))


def listing(made):
    return {
        made.values[row].ljust(32, b"\0").rstrip(b"\0"): made.owners(row) for row in range(len(made.values))
    }


def test_hashes_become_distinct_and_sorted_and_keep_all_their_owners():
    made = owned((b"b", 3), (b"a", 1), (b"b", 0), (b"b", 3), (b"c", 2), (b"a", 1))
    assert made.values.tolist() == [b"a", b"b", b"c"]
    assert listing(made) == {b"a": (1,), b"b": (0, 3), b"c": (2,)}
    assert (made.owner >= SHARED).tolist() == [False, True, False]


def test_no_hashes_are_a_table_too():
    made = owned()
    assert (len(made.values), len(made.owner), len(made.shared)) == (0, 0, 0)
    assert [len(part) for part in made.pairs()] == [0, 0]


def test_pairs_and_distinct_undo_each_other():
    made = owned((b"x", 1), (b"x", 2), (b"y", 2), (b"z", 0), (b"z", 1), (b"z", 9))
    again = distinct(*made.pairs())
    assert all((a == b).all() for a, b in zip(made, again, strict=True))


def table(*pairs):
    return Hashes(sha256=owned(*pairs), pdq=owned(*pairs), tables=NO_TABLES)


def test_segments_are_merged_with_the_numbers_of_the_edition():
    made = merged([(table((b"a", 0), (b"b", 1)), 10), (table((b"b", 0), (b"c", 0)), 12)])
    for one in (made.sha256, made.pdq):
        assert listing(one) == {b"a": (10,), b"b": (11, 12), b"c": (12,)}
        assert not any(array.flags.writeable for array in one)


@pytest.mark.parametrize(("rows", "chunks"), [(300, 0), (301, 22), (1501, 18), (15_001, 16)])
def test_a_large_merged_table_is_searched_by_tables_and_finds_the_same(rows, chunks):
    chance = np.random.default_rng(rows)
    raw = chance.integers(0, 256, (rows, 32), dtype=np.uint8)
    half = rows // 2
    parts = [
        (Hashes(sha256=owned(), pdq=_all(raw[start:stop]), tables=NO_TABLES), start)
        for start, stop in ((0, half), (half, rows))
    ]
    index = merged(parts).pdq_index()
    assert len(index[2]) == chunks
    queries = raw[:50].copy()
    queries[:, 0] ^= 7
    queries = queries.view("<u8")
    for ours, theirs in zip(search(index, queries, 31), search_all(index[0], queries, 31), strict=True):
        assert (ours == theirs).all()


def _all(raw):
    return distinct(np.frombuffer(raw.tobytes(), "S32"), np.arange(len(raw), dtype=np.uint32))
