import io
import json
from collections import Counter

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sekisho.audit.check_rows import check_public, check_rows
from sekisho.audit.leaves import disclose, leaf_of, rows_root
from sekisho.audit.rows import SCHEMA
from sekisho.audit.share.public import encode_public
from sekisho.errors import EvidenceError
from tests.run_fixture import manifest, rows

KEY = b"k" * 32
ROWS = rows(60)
LEAVES = [leaf_of(disclose(row, "u1", KEY)[0]) for row in ROWS]
UNIT = {"id": "u1", "rows": len(ROWS), "rows_root": rows_root(LEAVES)}
MANIFEST = manifest(ROWS) | {"units": [UNIT]}


def part(made=ROWS, leaves=LEAVES):
    sink = io.BytesIO()
    whole = [row | {"leaf": leaf} for row, leaf in zip(made, leaves, strict=True)]
    pq.write_table(pa.Table.from_pylist(whole, schema=SCHEMA), sink)
    return sink.getvalue()


def test_rows_that_hold_are_counted():
    flow = check_rows("part", part(), UNIT, KEY)
    assert flow == Counter((row["outcome"], row["reason"]) for row in ROWS)


def test_a_row_without_its_leaf_is_named_by_its_place():
    for at in (0, 7, len(ROWS) - 1):
        leaves = [*LEAVES]
        leaves[at] = bytes(32)
        with pytest.raises(EvidenceError, match=f"part: row {at} is not what its leaf says"):
            check_rows("part", part(leaves=leaves), UNIT, KEY)


@pytest.mark.parametrize("change", [{"rows": 3}, {"rows_root": "00" * 32}, {"id": "u2"}])
def test_another_unit_is_noticed(change):
    with pytest.raises(EvidenceError, match="part"):
        check_rows("part", part(), UNIT | change, KEY)


def test_rows_in_another_order_are_noticed():
    with pytest.raises(EvidenceError, match="do not hash to the root"):
        check_rows("part", part(ROWS[::-1], LEAVES[::-1]), UNIT, KEY)


@pytest.mark.parametrize("data", [b"", b"PAR1", part()[:-9]])
def test_what_is_no_table_of_decisions_is_refused(data):
    with pytest.raises(EvidenceError, match="is not a table of decisions"):
        check_rows("part", data, UNIT, KEY)


def test_a_table_of_something_else_is_refused():
    sink = io.BytesIO()
    pq.write_table(pa.table({"item": ["a"], "leaf": [b"x"]}), sink)
    with pytest.raises(EvidenceError, match="is not a table of decisions"):
        check_rows("part", sink.getvalue(), UNIT, KEY)


def flow_rows(flow):
    return [{"outcome": o, "reason": r, "items": n} for (o, r), n in flow.items()]


def test_the_public_file_is_made_again_from_the_rows():
    flow = Counter((row["outcome"], row["reason"]) for row in ROWS)
    data = encode_public(MANIFEST, flow_rows(flow))
    half = Counter((row["outcome"], row["reason"]) for row in ROWS[:20])
    check_public(data, MANIFEST, [half, flow - half])
    with pytest.raises(EvidenceError, match=r"public\.json says something else"):
        check_public(data + b" ", MANIFEST, [flow])
    with pytest.raises(EvidenceError, match=r"public\.json says something else"):
        check_public(data, MANIFEST | {"depth": "exact"}, [flow])


@pytest.mark.parametrize("name", ["tool", "datasets", "units", "totals"])
def test_a_manifest_that_lacks_a_field_is_named(name):
    data = json.dumps({}).encode()
    with pytest.raises(EvidenceError, match=r"manifest\.json"):
        check_public(data, {k: v for k, v in MANIFEST.items() if k != name}, [])
