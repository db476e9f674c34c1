import numpy as np
import pytest

from sekisho.snapshot.passages import ROWS_OF_KEY
from sekisho.snapshot.stock import MAX_WORKS, Standing, common, marked, spared, within_bounds


def standing(verified, holders=None):
    count = len(verified)
    return Standing(
        verified=np.array(verified, np.bool_),
        holder=np.array(holders if holders is not None else range(count), np.int64),
        lot=np.random.default_rng(1).integers(0, 2**63, count, np.uint64),
    )


def rows(of_entry):
    """Return keys and entries of {entry: hashes}, sorted."""
    pairs = sorted((key, entry) for entry, keys in of_entry.items() for key in keys)
    keys, entries = zip(*pairs, strict=True) if pairs else ((), ())
    return np.array(keys, np.uint64), np.array(entries, np.uint32)


def stock_of(of_entry, who, judge=marked):
    """Return {entry: hashes that it loses}."""
    keys, entry = rows(of_entry)
    lost = judge(keys, entry, who)
    found = {e: set() for e in of_entry}
    for key, of in zip(keys[lost].tolist(), entry[lost].tolist(), strict=True):
        found[of].add(key)
    return found


OWN = {entry: set(range(1000 * entry, 1000 * entry + 99)) for entry in range(1, 9)}
PHRASE = 7
NOBODY = dict.fromkeys(range(8), frozenset())


def works(count, share=frozenset({PHRASE})):
    """Return works of 99 hashes of their own and some that they share."""
    return {entry - 1: OWN[entry] | set(share) for entry in range(1, count + 1)}


@pytest.mark.parametrize(("count", "lost"), [(MAX_WORKS, set()), (MAX_WORKS + 1, {PHRASE})])
def test_what_more_than_four_confirmed_works_share_is_a_phrase(count, lost):
    found = stock_of(works(count), standing([True] * count))
    assert found == dict.fromkeys(range(count), frozenset(lost))


def test_a_holders_own_declared_works_make_a_phrase_of_theirs():
    found = stock_of(works(6), standing([False] * 6, [1, 1, 1, 1, 1, 2]))
    assert found == {0: {7}, 1: {7}, 2: {7}, 3: {7}, 4: {7}, 5: set()}


def test_declared_works_of_others_take_nothing_from_anybody():
    found = stock_of(works(8), standing([False] * 8))
    assert found == NOBODY
    found = stock_of(works(8), standing([True] + [False] * 7, [1, 2, 2, 2, 2, 2, 2, 2]))
    assert found[0] == set()
    found = stock_of(works(8), standing([True] + [False] * 7, [1] * 8))
    assert found[0] == set(), "not even one's own declared ones from a confirmed one"


def test_confirmed_and_own_works_count_together_against_a_declared_one():
    found = stock_of(works(5), standing([True, True, True, True, False]))
    assert found == {0: set(), 1: set(), 2: set(), 3: set(), 4: {7}}


def test_who_would_lose_more_than_five_per_cent_loses_nothing():
    five, six = set(range(5)), set(range(6))
    of = {e: {1000 * e + n for n in range(10, 105)} | five for e in range(1, 6)}
    lost = stock_of({e - 1: keys for e, keys in of.items()}, standing([True] * 5))
    assert lost == dict.fromkeys(range(5), frozenset(five))
    of = {e: keys | six for e, keys in of.items()}
    lost = stock_of({e - 1: keys for e, keys in of.items()}, standing([True] * 5))
    assert lost == dict.fromkeys(range(5), frozenset())


def test_a_hundred_copies_take_nothing():
    copies = dict.fromkeys(range(100), frozenset(range(500)))
    assert set(map(len, stock_of(copies, standing([True] * 100)).values())) == {0}
    assert set(map(len, stock_of(copies, standing([False] * 100)).values())) == {0}


def test_a_hash_counts_once_for_a_work_however_often_it_is_there():
    keys, entry = np.full(9, 5, np.uint64), np.array([0, 0, 0, 0, 0, 0, 1, 2, 3], np.uint32)
    assert not common(keys, entry, standing([True] * 4)).any()
    entry = np.array([0, 0, 1, 1, 2, 3, 4, 4, 4], np.uint32)
    assert common(keys, entry, standing([True] * 5)).all()


def test_nothing_in_nothing_out():
    none = standing([])
    keys, entry = rows({})
    assert not len(common(keys, entry, none))
    assert not len(marked(keys, entry, none))
    assert not len(within_bounds(keys, entry, np.zeros(0, np.bool_), none))


def test_spared():
    entry = np.array([0] * 20 + [1] * 19, np.uint32)
    lost = np.zeros(39, np.bool_)
    lost[[0, 20]] = True
    assert spared(entry, lost, np.array([20, 19])).tolist() == [False, True]


def kept_of(entries, who, stock=None):
    keys = np.full(len(entries), 5, np.uint64)
    entry = np.array(entries, np.uint32)
    marks = np.zeros(len(entries), np.bool_) if stock is None else np.array(stock)
    return entry[within_bounds(keys, entry, marks, who)].tolist()


def test_three_rows_of_an_entry_and_sixteen_of_a_hash_stay():
    assert kept_of([0] * 9, standing([True])) == [0, 0, 0]
    assert len(kept_of(range(100), standing([False] * 100))) == ROWS_OF_KEY
    few = [e for e in range(8) for _ in range(3)]
    assert len(set(kept_of(few, standing([False] * 8)))) >= 6


def test_confirmed_entries_stay_first_then_those_that_are_no_phrase():
    who = standing([e in {40, 90} for e in range(100)])
    assert {40, 90} <= set(kept_of(range(100), who))
    stock = [e not in {7, 8} for e in range(100)]
    assert {7, 8} <= set(kept_of(range(100), standing([True] * 100), stock))


def test_among_a_hundred_copies_each_keeps_some_passages():
    """Whoever registers first or last, or draws a low number once, gains nothing by it."""
    keys = np.repeat(np.arange(2000, dtype=np.uint64), 100)
    entry = np.tile(np.arange(100, dtype=np.uint32), 2000)
    kept = within_bounds(keys, entry, np.zeros(len(keys), np.bool_), standing([False] * 100))
    each = np.bincount(entry[kept], minlength=100)
    assert each.sum() == 2000 * ROWS_OF_KEY
    assert each.min() > 200
    assert each.max() < 450
