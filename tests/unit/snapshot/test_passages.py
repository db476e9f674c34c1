import numpy as np
import pytest

from sekisho.snapshot.passages import (
    ROWS_OF_KEY,
    STOCK,
    Columns,
    Rows,
    Texts,
    cell_bits,
    columns,
    find_row,
    kept_passages,
    lines_hold,
    ranges,
    rows_hold,
    starts_length,
)

NOTHING = np.empty(0, np.int64)


def some_rows(count, texts=5, seed=1):
    random = np.random.default_rng(seed)
    keys = np.sort(random.integers(0, 2**48, count, np.uint64))
    keys[1::7] = keys[0::7][: len(keys[1::7])]
    keys.sort()
    text = random.integers(0, texts, count).astype(np.uint32)
    order = np.lexsort((text, keys))
    return Rows(keys[order], text[order], random.integers(0, 2**16, count).astype(np.uint16))


def table_of(rows, texts=5):
    return Texts(
        constants=np.ones(4, np.uint64),
        rows=columns(rows),
        bloom=np.empty(0, np.uint64),
        dropped=NOTHING,
        entry=np.arange(texts, dtype=np.uint32),
        units=np.ones(texts, np.uint32),
        passages=kept_passages(rows, texts),
        line_keys=np.empty(0, np.uint64),
        line_entry=np.empty(0, np.uint32),
    )


@pytest.mark.parametrize(
    ("rows", "bits"), [(0, 16), (1, 16), (10**5, 16), (10**6, 17), (10**7, 21), (10**8, 24), (2**32 - 1, 29)]
)
def test_cells_hold_four_to_eight_rows_when_there_are_many(rows, bits):
    assert cell_bits(rows) == bits
    assert starts_length(rows) == ((1 << bits) + 1 if rows else 0)


@pytest.mark.parametrize("count", [0, 1, 2, 500, 600_000])
def test_whole_keys_come_back(count):
    rows = some_rows(count)
    table = table_of(rows)
    back = table.whole_rows()
    assert all(np.array_equal(a, b) for a, b in zip(back, rows, strict=True))
    assert rows_hold(table.rows, 5)


@pytest.mark.parametrize("count", [0, 1, 500, 600_000])
def test_all_rows_of_a_key_are_found_and_no_others(count):
    rows = some_rows(count)
    wanted = np.concatenate([rows.keys[::50], np.array([0, 1, 2**48 - 1], np.uint64)])
    begin, end = ranges(columns(rows), wanted)
    assert np.array_equal(
        end - begin, np.searchsorted(rows.keys, wanted, "right") - np.searchsorted(rows.keys, wanted)
    )
    for key, first, last in zip(wanted, begin, end, strict=True):
        assert (rows.keys[first:last] == key).all()


def test_the_first_row_that_is_not_lower():
    low = np.array([1, 3, 3, 2**32 - 1], np.uint32)
    assert [find_row(low, wanted, 0, 4) for wanted in (0, 1, 2, 3, 4, 2**32 - 1)] == [0, 0, 1, 1, 3, 3]
    assert find_row(low, 9, 1, 2) == 2


def test_distinct_hashes_of_a_text_that_are_seeds_are_counted():
    keys = np.array([1, 1, 1, 2, 2, 3], np.uint64)
    text = np.array([0, 0, 1, 0, 1, 1], np.uint32)
    text[4] |= STOCK
    assert kept_passages(Rows(keys, text, text.astype(np.uint16)), 3).tolist() == [2, 2, 0]


def changed(rows, name, at, value):
    array = getattr(rows, name).copy()
    array[at] = value
    return rows._replace(**{name: array})


@pytest.mark.parametrize("count", [300, 600_000])
def test_rows_out_of_place_do_not_hold(count):
    good = columns(some_rows(count))
    assert rows_hold(good, 5)
    assert not rows_hold(good, 4)
    last = len(good.starts) - 1
    cell = int(np.argmax(np.diff(good.starts.astype(np.int64)) >= 2))
    row = int(good.starts[cell])
    lies = [
        changed(good, "starts", 0, 1),
        changed(good, "starts", last, count + 1),
        changed(good, "starts", last, count - 1),
        changed(good, "starts", last - 1, 2**32 - 1),
        changed(good, "starts", last // 2, 2**32 - 1),
        changed(good, "text", count - 1, 5),
        changed(good, "text", 0, STOCK | np.uint32(5)),
        changed(good, "text", 7, 2**32 - 1),
        changed(good, "low", row, good.low[row + 1] + 1),
    ]
    assert [rows_hold(lie, 5) for lie in lies] == [False] * len(lies)
    assert rows_hold(changed(good, "text", 0, STOCK | np.uint32(4)), 5)


def test_a_row_in_the_wrong_cell_of_more_than_16_bits_does_not_hold():
    good = columns(some_rows(600_000))
    bits = cell_bits(600_000)
    assert bits > 16
    assert not rows_hold(changed(good, "low", 9, good.low[9] ^ np.uint32(1 << 31)), 5)


def test_more_rows_of_a_key_than_a_search_may_cost_do_not_hold():
    def many(count):
        keys = np.full(count, 5, np.uint64)
        return columns(Rows(keys, np.arange(count, dtype=np.uint32), np.zeros(count, np.uint16)))

    assert rows_hold(many(ROWS_OF_KEY), 99)
    assert not rows_hold(many(ROWS_OF_KEY + 1), 99)


def test_no_rows_hold():
    nothing = np.empty(0, np.uint32)
    assert rows_hold(Columns(nothing, nothing, nothing, np.empty(0, np.uint16)), 0)


@pytest.mark.parametrize(
    ("keys", "hold"),
    [
        ([], True),
        ([7], True),
        ([7, 7, 9], True),
        ([9, 7], False),
        ([2**48 - 1], True),
        ([2**48], False),
        ([7] * ROWS_OF_KEY, True),
        ([7] * (ROWS_OF_KEY + 1), False),
    ],
)
def test_keys_of_short_works(keys, hold):
    assert lines_hold(np.array(keys, np.uint64)) is hold
