import time

import numpy as np
import pytest

from sekisho.match.seeds import chain_seeds, find_lines, find_seeds
from sekisho.snapshot.bloom import bloom_words, built
from sekisho.snapshot.passages import STOCK, Rows, cell_bits, columns
from sekisho.snapshot.permutation import permuted

ONES = np.ones(4, np.uint64)


def found(registered, texts, *, bloom=True, dropped=(), capacity=100):
    """Return (text, passage, registered text, bucket) of each seed.

    `registered` are (hash, text, bucket), `texts` lists of hashes.
    """
    hashes, text, bucket = (np.array(column) for column in zip(*registered, strict=True))
    keys = permuted(hashes.astype(np.uint64), ONES)
    order = np.argsort(keys, kind="stable")
    rows = Rows(keys[order], text[order].astype(np.uint32), bucket[order].astype(np.uint16))
    numbers = [int(np.flatnonzero(order == d)[0]) for d in dropped]
    out = np.full((4, capacity), -1, np.int64)
    count = find_seeds(
        np.array([h for some in texts for h in some], np.uint64),
        np.cumsum([0, *map(len, texts)]).astype(np.int64),
        ONES,
        built(keys, bloom_words(len(keys)) if bloom else 0),
        *columns(rows),
        np.array(sorted(numbers), np.int64),
        cell_bits(len(keys)),
        out,
    )
    return count, [tuple(seed) for seed in out[:, : min(count, capacity)].T.tolist()]


KNOWN = [(1, 0, 0), (1, 1, 9), (2, 0, 0), (3, 0, 1), (4, 2, 65535)]


@pytest.mark.parametrize("bloom", [True, False])
def test_every_row_of_every_passage_is_a_seed(bloom):
    count, seeds = found(KNOWN, [[99, 2, 98, 1], [97], [4, 3]], bloom=bloom)
    assert sorted(seeds) == sorted([(0, 1, 0, 0), (0, 3, 0, 0), (0, 3, 1, 9), (2, 5, 2, 65535), (2, 6, 0, 1)])
    assert count == 5


@pytest.mark.parametrize("bloom", [True, False])
def test_a_text_with_a_single_seed_has_none(bloom):
    assert found(KNOWN, [[2, 99], [], [4], [98, 97]], bloom=bloom) == (0, [])


def test_a_passage_with_two_rows_is_two_seeds_and_one_that_passes_the_filter():
    assert found(KNOWN, [[1, 99]], bloom=True) == (0, [])
    assert found(KNOWN, [[1, 1]], bloom=True)[0] == 4


def test_phrases_and_what_was_dropped_are_no_seeds():
    marked = [(h, t | int(STOCK) if h == 2 else t, b) for h, t, b in KNOWN]
    assert sorted(found(marked, [[1, 2, 3]])[1]) == [(0, 0, 0, 0), (0, 0, 1, 9), (0, 2, 0, 1)]
    assert sorted(found(KNOWN, [[1, 2, 3]], dropped=[1, 3])[1]) == [(0, 0, 0, 0), (0, 1, 0, 0)]
    assert found(KNOWN, [[1, 2, 3]], dropped=[0, 1, 2]) == (0, [])


def test_what_does_not_fit_is_counted():
    texts = [[1, 2, 3]] * 50
    count, seeds = found(KNOWN, texts, capacity=7)
    assert count == 200
    assert len(seeds) == 7


def chains(*seeds, hashes=None, passages=100, latin=(), **rules):
    """Chain the seeds (position, bucket) of one pair of texts; return (first, end, seeds, shared)."""
    asked = {
        "min_seeds": 2,
        "span_cjk": 1,
        "span_latin": 1,
        "near_copy": 1000,
        "near_copy_shared": 99,
    } | rules
    count = len(seeds)
    of = np.array(seeds, np.int64).reshape(-1, 2)
    zero = np.zeros(count, np.int64)
    out = np.empty((7, count), np.int64)
    made = chain_seeds(
        np.array(hashes if hashes is not None else range(count), np.uint64),
        of[:, 0].astype(np.int32),
        np.isin(np.arange(count), latin),
        zero,
        np.arange(count),
        zero,
        of[:, 1].copy(),
        np.array([passages], np.uint32),
        *asked.values(),
        out,
    )
    return sorted(
        (first, end, length, shared) for _, _, first, end, length, _, shared in out[:, :made].T.tolist()
    )


def test_seeds_that_follow_each_other_chain():
    assert chains((0, 0), (10, 0), (50, 0)) == [(0, 62, 3, 3)]


def test_a_single_seed_is_nothing():
    assert chains((0, 0)) == []
    assert chains((0, 0), (500, 0)) == []


@pytest.mark.parametrize(("gap", "ends"), [(58, [(0, 70, 2, 2)]), (59, [])])
def test_the_gap_is_twice_the_window_and_ten(gap, ends):
    assert chains((0, 0), (gap, 0)) == ends


@pytest.mark.parametrize(("gap", "ends"), [(82, [(0, 102, 2, 2)]), (83, [])])
def test_the_gap_of_latin_seeds(gap, ends):
    assert chains((0, 0), (gap, 0), latin=(0, 1)) == ends


@pytest.mark.parametrize(("bucket", "chained"), [(3, False), (4, True), (5, True), (6, False), (70, False)])
def test_the_bucket_moves_as_the_units_do(bucket, chained):
    assert bool(chains((0, 4), (20, bucket))) is chained


def test_a_chain_does_not_creep_away_from_its_work():
    creeping = [(10 * n, n) for n in range(10)]
    assert max(length for _, _, length, _ in chains(*creeping)) <= 4


def test_a_long_copy_is_one_chain():
    seeds = [(20 * n, 20 * n // 256) for n in range(200)]
    assert chains(*seeds) == [(0, 20 * 199 + 12, 200, 200)]


def test_buckets_count_modulo_two_to_the_sixteenth():
    assert chains((0, 65535), (30, 0)) == [(0, 42, 2, 2)]
    assert chains((0, 0), (30, 65535)) == []


def test_a_refrain_is_chained_in_each_of_its_places():
    seeds = [(position, bucket) for position in (0, 10, 20) for bucket in (0, 7, 30)]
    assert chains(*seeds) == [(0, 32, 3, 9)] * 3


def test_seeds_at_the_same_unit_are_no_chain():
    assert chains((5, 0), (5, 1)) == []


@pytest.mark.parametrize(("length", "found"), [(24, True), (25, False)])
def test_the_span_of_japanese(length, found):
    assert bool(chains((0, 0), (12, 0), span_cjk=length)) is found


@pytest.mark.parametrize(("length", "found"), [(45, True), (46, False)])
def test_the_span_of_latin(length, found):
    assert bool(chains((0, 0), (25, 0), latin=(0, 1), span_cjk=999, span_latin=length)) is found


def test_the_profile_of_a_chain_is_the_one_of_most_of_its_seeds():
    assert chains((0, 0), (5, 0), (9, 0), latin=(0,), span_cjk=21, span_latin=999)
    assert not chains((0, 0), (5, 0), (9, 0), latin=(0, 1), span_cjk=1, span_latin=999)


@pytest.mark.parametrize(("seeds", "found"), [(3, True), (4, False)])
def test_the_number_of_seeds(seeds, found):
    assert bool(chains((0, 0), (9, 0), (18, 0), min_seeds=seeds)) is found


def test_a_near_copy_needs_a_share_of_the_work_and_a_number_of_passages():
    apart = [(100 * n, 0) for n in range(20)]
    near = {"near_copy": 20, "near_copy_shared": 20}
    assert chains(*apart, passages=1000, **near) == [(100 * n, 100 * n + 12, 1, 20) for n in range(20)]
    assert chains(*apart, passages=1001, **near) == []
    assert chains(*apart[:19], passages=100, **near) == []


def test_a_passage_that_is_repeated_counts_once():
    repeated = [(100 * n, 0) for n in range(40)]
    near = {"near_copy": 20, "near_copy_shared": 20}
    assert chains(*repeated, hashes=[n % 19 for n in range(40)], **near) == []
    assert len(chains(*repeated, hashes=[n % 20 for n in range(40)], **near)) == 40


def test_sixteen_chains_grow_at_a_time():
    """More is never needed: of one hash 3 rows of a text stay, and few passages begin within 58 units."""

    def side_by_side(count):
        return chains(*[(at, 10 * n) for at in (0, 9) for n in range(count)])

    assert len(side_by_side(16)) == 16
    assert len(side_by_side(17)) <= 17


def test_a_long_text_has_the_seeds_that_the_plain_way_gives():
    draw = np.random.default_rng(5)
    known = np.unique(draw.integers(0, 2**48, 2000, np.uint64))
    texts = [draw.choice(known, 7).tolist() + draw.integers(0, 2**48, n).tolist() for n in (0, 250, 600)]
    for some in texts:
        draw.shuffle(some)
    rows = {int(key): number for number, key in enumerate(known)}
    flat = [(number, int(key)) for number, some in enumerate(texts) for key in some]
    wanted = [(number, at, rows[key], 3) for at, (number, key) in enumerate(flat) if key in rows]
    count, seeds = found([(int(key), number, 3) for key, number in rows.items()], texts, capacity=100)
    assert (count, seeds) == (21, wanted)


@pytest.mark.parametrize(
    "hashes",
    [
        [5],
        [7, 7, 7],
        list(range(200)),
        [2**48 - 1 - n for n in range(200)],
        [0, *[2**47] * 50, 2**48 - 1],
        [n * n * 0x9E3779B97F % 2**48 for n in range(1000)],
    ],
)
def test_lines_are_found_wherever_their_keys_lie(hashes):
    registered = np.sort(permuted(np.array(hashes, np.uint64), ONES))
    asked = np.array([*hashes, *(h + 1 for h in hashes[:-1]), 3, 2**48 - 7], np.uint64)
    keys = permuted(asked, ONES)
    begin, end = np.searchsorted(registered, keys, "left"), np.searchsorted(registered, keys, "right")
    out = np.full((3, len(asked)), -1, np.int64)
    count = find_lines(asked, ONES, registered, out)
    expected = [(n, begin[n], end[n]) for n in range(len(asked)) if begin[n] < end[n]]
    assert out[:, :count].T.tolist() == [list(map(int, one)) for one in expected]
    assert count >= len(hashes)


def test_keys_that_lie_together_cost_a_line_no_more_than_a_search():
    # 48 bits are meant to be spread; whoever crowds them makes nobody wait.
    crowded = np.sort(np.concatenate((np.arange(1 << 20, dtype=np.uint64), [np.uint64(2**48 - 1)])))
    asked = np.full(100_000, 1 << 21, np.uint64)
    out = np.empty((3, len(asked)), np.int64)
    find_lines(asked[:1], np.array([0, 1, 1, 1], np.uint64), crowded, out)
    start = time.process_time()
    assert find_lines(asked, np.array([0, 1, 1, 1], np.uint64), crowded, out) == 0
    assert time.process_time() - start < 2
