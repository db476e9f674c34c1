import hashlib
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sekisho.cli.app import main

JPEG = b"\xff\xd8\xff"
ROWS = [("a.jpg", "allow", JPEG + b"a"), ("b.jpg", "block", JPEG + b"b"), ("c.jpg", "review", JPEG + b"c")]


@pytest.fixture
def run(tmp_path):
    """A run over three pictures of which one is allowed."""
    (tmp_path / "d").mkdir()
    for name, _, data in ROWS:
        (tmp_path / "d" / name).write_bytes(data)
    run = tmp_path / "run"
    (run / "decisions").mkdir(parents=True)
    part = run / "decisions" / "part-u.parquet"
    items, outcomes, bodies = zip(*ROWS, strict=True)
    digests = pa.array([hashlib.sha256(b).digest() for b in bodies], pa.binary(32))
    pq.write_table(pa.table({"item": items, "outcome": outcomes, "sha256": digests}), part)
    unit = {"id": "u", "part_sha256": hashlib.sha256(part.read_bytes()).hexdigest()}
    (run / "manifest.json").write_text(json.dumps({"units": [unit]}))
    (run / "status.json").write_text(json.dumps({"datasets": [str(tmp_path / "d")]}))
    return run


def test_copies_only_what_passed(run, tmp_path, capsys):
    assert main(["clean", str(run), "-o", str(tmp_path / "out")]) == 0
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["a.jpg"]
    assert "1 items" in capsys.readouterr().out


def test_a_list_names_only_what_passed(run, tmp_path):
    assert main(["clean", str(run), "-o", str(tmp_path / "out"), "--mode", "list"]) == 0
    assert (tmp_path / "out" / "items.txt").read_text() == "a.jpg\n"


def test_a_changed_file_is_incomplete(run, tmp_path, capsys):
    (tmp_path / "d" / "a.jpg").write_bytes(JPEG + b"x")
    assert main(["clean", str(run), "-o", str(tmp_path / "out")]) == 3
    assert list((tmp_path / "out").iterdir()) == []
    assert "a.jpg" in capsys.readouterr().err


def test_a_moved_dataset_is_named(run, tmp_path, capsys):
    (tmp_path / "d").rename(tmp_path / "moved")
    assert main(["clean", str(run), "-o", str(tmp_path / "out")]) == 2
    assert "is not there" in capsys.readouterr().err
    arguments = ["clean", str(run), "-o", str(tmp_path / "out"), "--dataset", str(tmp_path / "moved")]
    assert main(arguments) == 0
    assert (tmp_path / "out" / "a.jpg").read_bytes() == JPEG + b"a"


def test_a_tampered_decision_is_evidence(run, tmp_path):
    part = run / "decisions" / "part-u.parquet"
    part.write_bytes(part.read_bytes() + b"x")
    assert main(["clean", str(run), "-o", str(tmp_path / "out")]) == 4
    assert not (tmp_path / "out").exists()


def test_nothing_is_overwritten(run, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine").write_bytes(b"")
    assert main(["clean", str(run), "-o", str(tmp_path / "out")]) == 2
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["mine"]
