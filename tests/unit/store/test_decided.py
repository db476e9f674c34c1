import hashlib

import pytest

from sekisho.errors import EvidenceError, InputError, NotFoundError
from sekisho.store.decided import decisions, read_json
from tests.run_fixture import make_run, manifest, rows

UNITS = ({"id": "u1"}, {"id": "u2"})


def test_decisions_come_in_the_order_of_the_units(tmp_path):
    made = rows(100)
    run = make_run(tmp_path / "run", made)
    read = [name for batch in decisions(run, UNITS) for name in batch["item"].to_pylist()]
    assert read == [row["item"] for row in made]


def test_only_the_columns_that_are_wanted_are_read(tmp_path):
    run = make_run(tmp_path / "run", rows(20))
    for batch in decisions(run, UNITS, columns=["item", "outcome"]):
        assert batch.schema.names == ["item", "outcome"]


def test_a_part_that_is_missing_or_no_parquet_is_no_evidence(tmp_path):
    run = make_run(tmp_path / "run", rows(20))
    (run / "decisions" / "part-u1.parquet").write_bytes(b"PAR1")
    with pytest.raises(EvidenceError, match="part-u1"):
        list(decisions(run, UNITS))
    with pytest.raises(EvidenceError, match="part-gone"):
        list(decisions(run, [{"id": "gone"}]))


def test_a_part_with_another_digest_is_no_evidence(tmp_path):
    run = make_run(tmp_path / "run", rows(20))
    digest = hashlib.sha256((run / "decisions" / "part-u1.parquet").read_bytes()).hexdigest()
    assert list(decisions(run, [{"id": "u1", "part_sha256": digest}]))
    with pytest.raises(EvidenceError, match="not what the manifest names"):
        list(decisions(run, [{"id": "u2", "part_sha256": digest}]))


def test_json_that_is_missing_or_broken_says_so(tmp_path):
    run = make_run(tmp_path / "run", rows(20))
    assert read_json(run / "manifest.json") == manifest(rows(20), ("u1", "u2"))
    with pytest.raises(NotFoundError, match="nowhere"):
        read_json(tmp_path / "nowhere" / "manifest.json")
    for broken in (b"{", b"\xff\xfe", b"[" * 100_000):
        (run / "manifest.json").write_bytes(broken)
        with pytest.raises(InputError, match="not JSON"):
            read_json(run / "manifest.json")
