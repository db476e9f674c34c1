import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sekisho.audit.leaves import rows_root
from sekisho.errors import EvidenceError
from sekisho.store.parts import RunParts
from tests.parties import Party
from tests.shared_run import UNITS, make_shared_run


@pytest.fixture(scope="module")
def parts(tmp_path_factory):
    return RunParts(make_shared_run(tmp_path_factory.mktemp("made"), Party(name="studio"))[0])


def test_the_findings_of_every_row_come_as_kind_and_entry(parts):
    with parts.open("u1") as part:
        found = part.findings().to_pylist()
    assert found == [
        [{name: f[name] for name in ("kind", "entry")} for f in row["findings"]] for row in UNITS["u1"]
    ]


def test_leaves_are_one_for_each_row(parts):
    table = pq.read_table(parts.run / "decisions" / "part-u2.parquet")
    with parts.open("u2") as part:
        assert part.leaves() == b"".join(table["leaf"].to_pylist())
        assert part.tiles() == [bytes.fromhex(rows_root(table["leaf"].to_pylist()))]
    assert table.num_rows == len(UNITS["u2"])


def test_rows_come_by_their_places_with_the_columns_that_were_asked_for(parts):
    with parts.open("u1") as part:
        rows = part.rows(np.array([1, 3]), ["item", "outcome"])
    assert rows == [
        {"item": "holder-one.jpg", "outcome": "block"},
        {"item": "both.jpg", "outcome": "block"},
    ]


@pytest.mark.parametrize("data", [None, b"", b"PAR1"])
def test_a_part_that_can_not_be_read_is_named(parts, data):
    if data is not None:
        (parts.run / "decisions" / "part-x.parquet").write_bytes(data)
    with pytest.raises(EvidenceError, match=r"part-x\.parquet"), parts.open("x"):
        pass


def test_a_part_without_a_column_is_named(parts):
    with pytest.raises(EvidenceError, match=r"part-u1\.parquet"), parts.open("u1") as part:
        part.rows(np.array([0]), ["nothing"])


@pytest.mark.parametrize("leaves", [pa.array([b"x" * 32]), pa.array([None], pa.binary(32))])
def test_a_part_whose_leaves_are_none_is_named(parts, leaves):
    pq.write_table(pa.table({"leaf": leaves}), parts.run / "decisions" / "part-y.parquet")
    with pytest.raises(EvidenceError, match=r"part-y\.parquet"), parts.open("y") as part:
        part.leaves()


def test_a_part_without_rows(parts):
    schema = pa.schema([("leaf", pa.binary(32)), ("item", pa.string())])
    pq.write_table(schema.empty_table(), parts.run / "decisions" / "part-z.parquet")
    with parts.open("z") as part:
        assert (part.leaves(), part.tiles()) == (b"", [])


@pytest.mark.parametrize("kept", ["x", "zz" * 32, "\u3042"])
def test_tiles_that_are_none_are_not_there(parts, kept):
    schema = pa.schema([("leaf", pa.binary(32))], metadata={"sekisho.tiles": kept})
    pq.write_table(schema.empty_table(), parts.run / "decisions" / "part-t.parquet")
    with parts.open("t") as part:
        assert part.tiles() == []


def test_a_column_of_all_rows_is_read(parts):
    pq.write_table(pa.table({"item": ["a", "b"]}), parts.run / "decisions" / "part-c.parquet")
    with parts.open("c") as part:
        assert part.column("item").to_pylist() == ["a", "b"]
    with pytest.raises(EvidenceError, match=r"part-c\.parquet"), parts.open("c") as part:
        part.column("pdq")
