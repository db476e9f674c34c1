import hashlib
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sekisho.audit.clean import choose
from sekisho.errors import EvidenceError, ExistsError, IncompleteError, InputError, NotFoundError, UsageError
from sekisho.store.datasets import open_datasets
from sekisho.store.materialise import Order, dataset_paths, kept_rows, materialise, new_directory

JPEG = b"\xff\xd8\xff1"
SHA = hashlib.sha256(JPEG).digest()


@pytest.fixture
def run(tmp_path):
    run = tmp_path / "run"
    (run / "decisions").mkdir(parents=True)
    part = run / "decisions" / "part-u1.parquet"
    pq.write_table(
        pa.table({"item": ["a.jpg"], "outcome": ["allow"], "sha256": pa.array([SHA], pa.binary(32))}), part
    )
    units = [{"id": "u1", "part_sha256": hashlib.sha256(part.read_bytes()).hexdigest()}]
    (run / "manifest.json").write_text(json.dumps({"units": units}))
    (run / "status.json").write_text(json.dumps({"datasets": [str(tmp_path / "d")]}))
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "a.jpg").write_bytes(JPEG)
    return run


def copy(run, out, choose=choose):
    datasets = open_datasets(dataset_paths(run))
    return materialise(run, datasets, out, Order(known={"a.jpg": SHA}, denied=frozenset(), choose=choose))


def test_rows_come_from_parts_that_the_manifest_names(run):
    assert list(kept_rows(run)) == [("a.jpg", "allow", SHA)]
    part = run / "decisions" / "part-u1.parquet"
    part.write_bytes(part.read_bytes() + b"x")
    with pytest.raises(EvidenceError, match="part-u1"):
        list(kept_rows(run))
    part.unlink()
    with pytest.raises(EvidenceError):
        list(kept_rows(run))


def test_a_run_that_is_none(tmp_path, run):
    with pytest.raises(NotFoundError):
        list(kept_rows(tmp_path / "d"))
    (run / "status.json").write_text('{"datasets": 3}')
    with pytest.raises(InputError, match="datasets"):
        dataset_paths(run)


def test_the_copy_appears_whole(run, tmp_path):
    tally = copy(run, tmp_path / "new" / "out")
    assert (tmp_path / "new" / "out" / "a.jpg").read_bytes() == JPEG
    assert [p.name for p in (tmp_path / "new").iterdir()] == ["out"]
    assert tally.kept == 1


def test_a_failure_leaves_nothing(run, tmp_path):
    def fail(_members, *, whole_samples):
        raise IncompleteError(f"stop {whole_samples}")

    before = set(tmp_path.iterdir())
    with pytest.raises(IncompleteError):
        copy(run, tmp_path / "out", fail)
    assert set(tmp_path.iterdir()) == before


@pytest.mark.parametrize("out", ["run/clean2", "d/clean", "d", ".", "run"])
def test_out_lies_apart_from_what_is_read(run, tmp_path, out):
    before = {p: p.stat().st_mtime_ns for p in tmp_path.rglob("*")}
    with pytest.raises((UsageError, ExistsError)):
        copy(run, tmp_path / out)
    assert {p: p.stat().st_mtime_ns for p in tmp_path.rglob("*")} == before


def test_out_is_new_or_empty(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "empty").mkdir()
    assert new_directory(tmp_path / "empty", []) == (tmp_path / "empty").resolve()
    for full in (tmp_path / "file", tmp_path):
        with pytest.raises(ExistsError):
            new_directory(full, [])
