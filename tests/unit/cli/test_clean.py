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


LINES = [b'{"t":"free"}', b'{"t":"call 03"}', b'{"t":"a long excerpt"}', b'{"t":"on hold"}']
PLACE = {"item": "d.jsonl#1", "field": "/t", "start": 5, "end": 7, "type": "phone", "score": 90, "rule": "r"}


@pytest.fixture
def texts(tmp_path):
    """A run over four lines: one passes, one is to be masked, one to be cut, one is on hold."""
    (tmp_path / "d.jsonl").write_bytes(b"\n".join(LINES))
    run = tmp_path / "run"
    (run / "decisions").mkdir(parents=True)
    part = run / "decisions" / "part-u.parquet"
    detail = json.dumps({"field": "/t", "spans": "2-7", "grade": "excerpt"})
    cut = [{"method": "passages", "permission": "none", "detail": detail}]
    table = {
        "item": [f"d.jsonl#{n}" for n in range(4)],
        "unit": ["u"] * 4,
        "outcome": ["allow", "review", "review", "review"],
        "sha256": pa.array([hashlib.sha256(line).digest() for line in LINES], pa.binary(32)),
        "findings": [[], [], cut, []],
        "edits": pa.array([[], ["redact"], ["cut"], []], pa.list_(pa.string())),
    }
    pq.write_table(pa.table(table), part)
    unit = {"id": "u", "part_sha256": hashlib.sha256(part.read_bytes()).hexdigest()}
    manifest = {"units": [unit], "totals": {"texts": {}}, "configuration": {}}
    (run / "manifest.json").write_text(json.dumps(manifest))
    (run / "status.json").write_text(json.dumps({"datasets": [str(tmp_path / "d.jsonl")]}))
    (run / "personal").mkdir()
    (run / "personal" / "u.jsonl").write_text(json.dumps(PLACE | {"action": "redact"}) + "\n")
    return run


def cleaned(run, tmp_path, *switches, code=0, out="out"):
    assert main(["clean", str(run), "-o", str(tmp_path / out), *switches]) == code
    found = tmp_path / out / "d.jsonl"
    return found.read_bytes() if found.exists() else None


MASKED, CUT = b'{"t":"call [phone]"}', b'{"t":"a excerpt"}'


@pytest.mark.parametrize(
    ("switches", "kept"),
    [
        ([], [LINES[0]]),
        (["--cut"], [LINES[0], CUT]),
        (["--redact"], [LINES[0], MASKED]),
        (["--redact", "--cut"], [LINES[0], MASKED, CUT]),
    ],
)
def test_items_are_written_edited_if_that_is_asked_for(texts, tmp_path, capsys, switches, kept):
    assert cleaned(texts, tmp_path, *switches) == b"".join(line + b"\n" for line in kept)
    assert bool(switches) is ("were edited" in capsys.readouterr().out)
    assert (texts / "personal" / "u.jsonl").exists() is ("--redact" not in switches)


def test_places_are_kept_if_that_is_asked_for_or_something_was_refused(texts, tmp_path):
    cleaned(texts, tmp_path, "--redact", "--keep-personal")
    assert (texts / "personal" / "u.jsonl").exists()
    (tmp_path / "d.jsonl").write_bytes(b"\n".join([LINES[0], b'{"t":"call 99"}', *LINES[2:]]))
    assert cleaned(texts, tmp_path, "--redact", code=3, out="two") == LINES[0] + b"\n"
    assert (texts / "personal" / "u.jsonl").exists()


def test_nothing_of_what_was_masked_is_written_anywhere_else(texts, tmp_path):
    before = {path for path in tmp_path.rglob("*") if path.is_file()}
    cleaned(texts, tmp_path, "--redact", "--cut")
    for path in {path for path in tmp_path.rglob("*") if path.is_file()} - before:
        assert b"03" not in path.read_bytes()
        assert b"long" not in path.read_bytes()


def test_a_span_that_does_not_fit_is_evidence_and_leaves_nothing(texts, tmp_path):
    (texts / "personal" / "u.jsonl").write_text(json.dumps(PLACE | {"action": "redact", "end": 8}) + "\n")
    assert cleaned(texts, tmp_path, "--redact", code=4) is None
    assert not (tmp_path / "out").exists()
    assert (texts / "personal" / "u.jsonl").exists()


def test_places_that_are_gone_are_asked_for(texts, tmp_path, capsys):
    (texts / "personal" / "u.jsonl").unlink()
    assert cleaned(texts, tmp_path, "--redact", code=2) is None
    assert "audit the dataset again" in capsys.readouterr().err
    assert cleaned(texts, tmp_path) == LINES[0] + b"\n"


def test_a_list_has_nothing_that_is_to_be_edited(texts, tmp_path):
    words = ["clean", str(texts), "-o", str(tmp_path / "out"), "--mode", "list", "--redact"]
    assert main(words) == 0
    assert (tmp_path / "out" / "items.txt").read_text() == "d.jsonl#0\n"
    assert (texts / "personal" / "u.jsonl").exists()
