import json

import pytest

from sekisho.audit.seal import decode_seal
from sekisho.cli.app import main
from sekisho.store.keys import make_key
from tests.keys import SeededKey
from tests.shared_run import ENTRY, GIVEN, HOLDER, OTHER, RIVAL, ROW_KEY, make_shared_run, secrets


@pytest.fixture
def run(tmp_path):
    return make_shared_run(tmp_path, make_key("studio", label="studio"))[0]


@pytest.fixture
def given(run, tmp_path, capsys):
    """What HOLDER is given of the run."""
    assert main(["share", str(run), "--registrant", HOLDER.key, "-o", str(tmp_path / "out")]) == 0
    capsys.readouterr()
    return tmp_path / "out"


def rows_of(folder):
    return [json.loads(line) for line in (folder / "rows.jsonl").read_text().splitlines()]


def test_a_registrant_gets_its_rows_and_the_bundle_holds(given, capsys):
    assert {path.name for path in given.iterdir()} == {
        "share.json",
        "rows.jsonl",
        "seal.json",
        "public.json",
        "receipt.tlog-proof",
        "README.txt",
    }
    assert [row["row"]["item"] for row in rows_of(given)] == list(GIVEN)
    assert [(row["unit"], row["index"]) for row in rows_of(given)] == [(0, 1), (0, 3), (2, 0)]
    assert [len(row["opened"]) for row in rows_of(given)] == [1, 1, 2]
    assert main(["verify", str(given), "--lang", "en"]) == 0
    out = capsys.readouterr().out
    assert f"3 rows with 4 findings of {HOLDER.key}" in out
    assert "a check of 12 items" in out
    assert "not proved" in out


def test_nothing_of_others_is_in_the_bundle(given):
    """Look at every byte of every file, for names, titles, keys, ids, hashes and what is private."""
    for path in given.iterdir():
        data = path.read_bytes()
        for secret in secrets():
            assert secret not in data, (path.name, secret)


def test_only_own_findings_are_opened_and_the_others_stay_commitments(given):
    both = rows_of(given)[1]
    assert len(both["row"]["findings"]) == 2
    assert [(o["n"], o["finding"]["entry"]) for o in both["opened"]] == [(1, ENTRY)]


def test_the_others_get_theirs(run, tmp_path):
    assert main(["share", str(run), "--registrant", RIVAL.key, "-o", str(tmp_path / "out")]) == 0
    rows = rows_of(tmp_path / "out")
    assert [row["row"]["item"] for row in rows] == ["rival-secret-one.jpg", "both.jpg"]
    assert {o["finding"]["entry"] for row in rows for o in row["opened"]} == {OTHER}


def test_who_has_no_row_is_told_so(run, tmp_path, capsys):
    stranger = SeededKey("stranger").key
    assert main(["share", str(run), "--registrant", stranger, "-o", str(tmp_path / "out")]) == 0
    assert (tmp_path / "out" / "rows.jsonl").read_bytes() == b""
    assert main(["verify", str(tmp_path / "out"), "--lang", "en"]) == 0
    assert f"no entry of {stranger} was found" in capsys.readouterr().out


def test_the_public_gets_counts_and_no_rows(run, tmp_path, capsys):
    assert main(["share", str(run), "--public", "-o", str(tmp_path / "out"), "--lang", "en"]) == 0
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {"public.json", "seal.json", "receipt.tlog-proof", "README.txt"}
    for path in (tmp_path / "out").iterdir():
        for secret in (*secrets(), ENTRY.encode(), b"holder-", b"both.jpg"):
            assert secret not in path.read_bytes()
    assert decode_seal((tmp_path / "out" / "seal.json").read_bytes()).row_key is None
    assert main(["verify", str(tmp_path / "out"), "--lang", "ja"]) == 0
    assert "12 件の検査" in capsys.readouterr().out


def test_the_row_key_stays_in_the_run(run, given):
    assert decode_seal((run / "seal.json").read_bytes()).row_key == ROW_KEY
    assert decode_seal((given / "seal.json").read_bytes()).row_key is None


@pytest.mark.parametrize(
    "words",
    [[], ["--public", "--registrant", HOLDER.key]],
)
def test_one_of_the_two_is_asked_for(run, tmp_path, capsys, words):
    assert main(["share", str(run), *words, "-o", str(tmp_path / "out")]) == 2
    assert "one of the two" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_taken_folder_and_one_inside_of_the_run_are_refused(run, tmp_path, capsys):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").write_text("x")
    assert main(["share", str(run), "--public", "-o", str(tmp_path / "full")]) == 2
    assert main(["share", str(run), "--public", "-o", str(run / "out")]) == 2
    (tmp_path / "empty").mkdir()
    assert main(["share", str(run), "--public", "-o", str(tmp_path / "empty")]) == 0
    err = capsys.readouterr().err
    assert "exists already" in err
    assert "inside the run" in err


def test_a_registrant_nobody_knows(run, tmp_path, capsys):
    assert main(["share", str(run), "--registrant", "nobody", "-o", str(tmp_path / "out")]) == 2
    assert "no key is known as 'nobody'" in capsys.readouterr().err


def test_only_the_operator_can_share_rows(tmp_path, capsys):
    run = make_shared_run(tmp_path, SeededKey("elsewhere"))[0]
    assert main(["share", str(run), "--registrant", HOLDER.key, "-o", str(tmp_path / "out")]) == 2
    assert "not on this machine" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
    assert main(["share", str(run), "--public", "-o", str(tmp_path / "out")]) == 0


def test_an_edition_that_has_gone_can_be_named(run, tmp_path, capsys):
    moved = (tmp_path / "edition.snapshot").rename(tmp_path / "moved.snapshot")
    words = ["share", str(run), "--registrant", HOLDER.key, "-o", str(tmp_path / "out")]
    assert main(words) == 2
    assert "name it with --snapshot" in capsys.readouterr().err
    assert main([*words, "--snapshot", str(moved)]) == 0


@pytest.mark.parametrize("name", ["manifest.json", "public.json", "seal.json", "receipt.tlog-proof"])
def test_a_run_that_was_changed_is_not_shared(run, tmp_path, capsys, name):
    data = (run / name).read_bytes()
    (run / name).write_bytes(data[:-3] + b"#" + data[-2:])
    assert main(["share", str(run), "--registrant", HOLDER.key, "-o", str(tmp_path / "out")]) == 4
    assert name in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_part_that_was_changed_is_not_shared(run, tmp_path, capsys):
    part, other = (run / "decisions" / f"part-{unit}.parquet" for unit in ("u1", "u3"))
    part.write_bytes(other.read_bytes())
    assert main(["share", str(run), "--registrant", HOLDER.key, "-o", str(tmp_path / "out")]) == 4
    assert "u1" in capsys.readouterr().err
    part.unlink()
    assert main(["share", str(run), "--registrant", HOLDER.key, "-o", str(tmp_path / "out")]) == 4


def test_what_was_shared_can_not_be_shared_again(given, tmp_path, capsys):
    assert main(["share", str(given), "--registrant", HOLDER.key, "-o", str(tmp_path / "again")]) == 4
    assert "manifest.json is missing" in capsys.readouterr().err
