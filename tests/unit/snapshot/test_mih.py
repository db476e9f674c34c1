import numpy as np
import pytest

from sekisho.snapshot.mih import build_tables, check_tables, chunk_count, chunk_key, chunks, table_length
from tests.hashes import clustered, unrelated


@pytest.mark.parametrize("count", range(11, 33))
def test_chunks_cover_every_bit_once(count):
    first, widths, table = chunks(count)
    assert first[0] == 0
    assert np.array_equal(first[1:], np.cumsum(widths)[:-1])
    assert widths.sum() == 256
    assert widths.max() - widths.min() <= 1
    assert np.array_equal(np.diff(table), (1 << widths[:-1]) + 1)
    assert table_length(count) == table[-1] + (1 << widths[-1]) + 1


@pytest.mark.parametrize("count", [11, 12, 16, 19, 32])
def test_a_key_is_the_bits_of_its_chunk(count):
    row = unrelated(1)[0]
    number = int.from_bytes(row.tobytes(), "little")
    for bit, width, _ in zip(*chunks(count), strict=True):
        assert chunk_key(row, bit, width) == number >> int(bit) & (1 << int(width)) - 1


@pytest.mark.parametrize("rows", [unrelated(0), unrelated(1), unrelated(300), clustered(500, 2, 0.02)])
@pytest.mark.parametrize("count", [16, 19, 32])
def test_every_row_is_in_the_bucket_of_its_key_and_nowhere_else(rows, count):
    starts, ids = build_tables(rows, count)
    assert check_tables(starts, ids)
    for c, (bit, width, base) in enumerate(zip(*chunks(count), strict=True)):
        assert np.array_equal(np.sort(ids[c]), np.arange(len(rows)))
        for row, hash_ in enumerate(rows[:50]):
            key = base + chunk_key(hash_, bit, width)
            assert row in ids[c, starts[key] : starts[key + 1]]


@pytest.mark.parametrize(("rows", "count"), [(0, 0), (100, 0), (100_000, 16), (1_000_000, 12), (10**7, 11)])
def test_the_number_of_chunks_follows_the_number_of_rows(rows, count):
    assert chunk_count(rows) == count


def tables():
    return build_tables(unrelated(40), 32)


def damage(where, value):
    starts, ids = tables()
    (starts if where[0] == "starts" else ids)[where[1:] if len(where) > 2 else where[1]] = value
    return starts, ids


@pytest.mark.parametrize(
    ("where", "value"),
    [
        (("starts", 0), 1),
        (("starts", 256), 39),
        (("starts", 256), 41),
        (("starts", 100), 2**32 - 1),
        (("starts", -1), 2**32 - 1),
        (("starts", 257), 7),
        (("ids", 0, 0), 40),
        (("ids", 31, 39), 2**32 - 1),
    ],
)
def test_one_number_that_leads_outside_is_noticed(where, value):
    assert check_tables(*tables())
    assert not check_tables(*damage(where, value))


def test_offsets_that_go_back_are_noticed():
    starts, ids = tables()
    rising = np.nonzero(np.diff(starts[:257].astype(np.int64)) > 0)[0][3]
    starts[rising + 1], starts[rising] = starts[rising], starts[rising + 1]
    assert not check_tables(starts, ids)


@pytest.mark.parametrize("count", [0, 1, 10, 33])
def test_a_number_of_chunks_that_no_search_knows_is_refused(count):
    assert not check_tables(np.zeros(10, np.uint32), np.zeros((count, 3), np.uint32))


def test_a_table_of_another_length_is_refused():
    starts, ids = tables()
    assert not check_tables(starts[:-1], ids)
    assert not check_tables(np.append(starts, starts[-1]), ids)
