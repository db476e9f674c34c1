import numpy as np
import pytest

from sekisho.snapshot.local_tables import (
    BITS,
    MAX_LOCAL_ROWS,
    TABLES,
    LocalTables,
    bits_of,
    build_local_tables,
    local_starts_length,
    no_tables,
    tables_hold,
    widths,
)
from sekisho.snapshot.stock import Standing
from tests.traits import invented, registered


def test_every_feature_is_where_its_bits_say():
    pictures = registered(invented(1), invented(2))
    starts, ids = pictures.tables
    shape = widths(240)
    assert len(ids) == TABLES * 240
    for table in range(TABLES):
        for feature in (0, 7, 239):
            bucket = bits_of(pictures.descriptors[feature], BITS[table], 0, shape.bucket)
            tag = bits_of(pictures.descriptors[feature], BITS[table], shape.bucket, shape.tag)
            at = (table << shape.bucket) + bucket
            assert tag << shape.id | feature in ids[starts[at] : starts[at + 1]]


def test_bits_of_a_descriptor():
    descriptor = np.array([1 << 63, 0, 5, 0], np.uint64)
    bits = np.array([63, 64, 128, 129, 130], np.uint8)
    assert bits_of(descriptor, bits, 0, 5) == 0b10101
    assert bits_of(descriptor, bits, 2, 2) == 0b01


def test_every_table_reads_other_bits():
    assert BITS.shape == (TABLES, 32)
    assert all(len(set(row)) == 32 for row in BITS.tolist())
    assert len({tuple(row) for row in BITS.tolist()}) == TABLES


@pytest.mark.parametrize("features", [1, 2, 84_000, 3_000_000, 30_000_000, MAX_LOCAL_ROWS])
def test_a_number_and_its_tag_fit_32_bits(features):
    shape = widths(features)
    assert shape.tag + shape.id <= 32
    assert 1 << shape.id >= features
    assert shape.bucket + shape.tag <= BITS.shape[1]


@pytest.mark.parametrize("works", [10_000, 100_000])
def test_a_work_of_300_features_costs_less_than_24_kb(works):
    features = 300 * works
    tables = 4 * local_starts_length(features) + 4 * TABLES * features
    assert (tables + 38 * features) / works + 64 < 24_000


def test_nothing_has_no_tables():
    standing = Standing(np.empty(0, np.bool_), np.empty(0, np.int64), np.empty(0, np.uint64))
    made = build_local_tables(np.empty((0, 4), np.uint64), np.empty(0, np.uint32), standing)
    assert (len(made.starts), len(made.ids), local_starts_length(0)) == (0, 0, 0)
    assert tables_hold(made, 0)
    assert not tables_hold(made, 1)
    assert not tables_hold(no_tables()._replace(ids=np.zeros(1, np.uint32)), 0)


def test_tables_that_lead_outside_do_not_hold():
    tables = registered(invented(1)).tables
    assert tables_hold(tables, 120)
    for at, value in ((0, 1), (5, 2**32 - 1), (-1, 7), (-1, 961)):
        starts = tables.starts.copy()
        starts[at] = value
        assert not tables_hold(LocalTables(starts, tables.ids), 120)
    ids = tables.ids.copy()
    ids[3] = ids[3] | 127
    assert not tables_hold(LocalTables(tables.starts, ids), 120)
    assert not tables_hold(tables, 119)
    assert not tables_hold(tables._replace(starts=tables.starts[:-1]), 120)
