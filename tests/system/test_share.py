"""From an audit to what a holder is given, and back to the receipt, through the real commands."""

import json

import pytest

from sekisho.cli.app import main
from tests.system.audit_world import file_of


@pytest.fixture
def run(world, tmp_path, capfd):
    """A run over works of two holders, free pictures and a broken file, by two workers."""
    data = tmp_path / "data"
    data.mkdir()
    for number in range(3):
        (data / f"verified-{number}.jpg").write_bytes(file_of("verified", number % 2))
        (data / f"granted-{number}.jpg").write_bytes(file_of("granted", number % 2))
        (data / f"free-{number}.jpg").write_bytes(file_of("free", number))
    (data / "cut.jpg").write_bytes(file_of("free", 3)[:900])
    assert main(world.words(data, out=tmp_path / "RUN", jobs=2, max_unreadable=1)) == 1
    capfd.readouterr()
    return tmp_path / "RUN"


def test_a_holder_can_check_its_rows_against_the_receipt(run, tmp_path, capfd):
    out = tmp_path / "for-kaido"
    assert main(["verify", str(run)]) == 0
    assert main(["share", str(run), "--registrant", "kaido", "-o", str(out), "--lang", "en"]) == 0
    rows = [json.loads(line) for line in (out / "rows.jsonl").read_text().splitlines()]
    assert sorted(row["row"]["item"] for row in rows) == [f"verified-{n}.jpg" for n in range(3)]
    assert all(row["opened"] for row in rows)
    everything = b"".join(path.read_bytes() for path in out.iterdir())
    for secret in (b"granted-", b"free-", b"cut.jpg"):
        assert secret not in everything
    capfd.readouterr()
    assert main(["verify", str(out), "--lang", "en"]) == 0
    said = capfd.readouterr().out
    assert "3 rows with 3 findings" in said
    assert "a check of 10 items" in said
    lines = (out / "rows.jsonl").read_text().replace("verified-1", "verified-9")
    (out / "rows.jsonl").write_text(lines)
    assert main(["verify", str(out)]) == 4
    assert "rows.jsonl" in capfd.readouterr().err


def test_the_public_sees_no_small_count(run, tmp_path, capfd):
    out = tmp_path / "public"
    assert main(["share", str(run), "--public", "-o", str(out)]) == 0
    totals = json.loads((out / "public.json").read_text())["totals"]
    assert totals["items"] == 10
    assert all(shown in {None, "<10", 0} for shown in totals["outcomes"].values())
    assert main(["verify", str(out)]) == 0
    capfd.readouterr()
    key = json.loads((out / "seal.json").read_text())["vkey"]
    assert main(["verify", str(out), "--log-key", key]) == 0
    assert main(["verify", str(out), "--log-key", key.replace("+", "x+", 1)]) == 4


def test_a_run_that_is_done_again_gives_the_same_rows(world, run, tmp_path, capfd):
    again = tmp_path / "AGAIN"
    main(world.words(tmp_path / "data", out=again, jobs=1, max_unreadable=1))
    for name, place in (("one", run), ("two", again)):
        assert main(["share", str(place), "--registrant", "kaido", "-o", str(tmp_path / name)]) == 0
    capfd.readouterr()
    for name in ("rows.jsonl", "public.json"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
