import json

import pytest

from sekisho.cli.app import main
from sekisho.codec import canonical, decode_registration
from sekisho.registry.examined import FOREIGN_PRINTS, examine
from sekisho.signing import REGISTRATION, open_statement
from sekisho.store.database import open_registry
from sekisho.store.home import default_registry
from sekisho.store.keys import make_key
from sekisho.store.statements_file import write_statements
from tests.parties import Party, a_print, grant, registration

AOZORA, LUMEN = Party(name="aozora"), Party(name="lumen")
A, B, C = "ab" * 32, "cd" * 32, "ef" * 32
FOREIGN = ["--foreign", "--source", "StopList", "--licence", "CC0", "--holder", "assoc", "--kind", "work"]


@pytest.fixture(autouse=True)
def _registry():
    main(["registry", "init"])
    make_key("assoc")


def entries():
    found = open_registry(str(default_registry())).statements(REGISTRATION)
    return [decode_registration(open_statement(e).payload) for e in found]


def test_a_broken_signature_in_the_middle_takes_no_other_line_with_it(tmp_path, capsys):
    bundle = tmp_path / "bundle.jsonl"
    good = [registration(AOZORA, number) for number in range(4)]
    broken = json.loads(registration(AOZORA, 9))
    broken["signatures"][0]["sig"] = json.loads(good[0])["signatures"][0]["sig"]
    write_statements(bundle, [*good[:2], canonical(broken), *good[2:], grant(AOZORA, LUMEN)])
    assert main(["registry", "import", str(bundle)]) == 2
    out, err = capsys.readouterr()
    assert f"error: {bundle}:3: refused: the signature by {AOZORA.key} does not hold" in err
    assert "5 kept, 1 refused" in err
    assert {examine(e).id for e in good} == {e.id for e in entries()}
    assert out.count("  kept\n") == 5
    assert main(["registry", "import", str(bundle)]) == 2
    assert capsys.readouterr().out.count("  kept already\n") == 5


def test_a_bundle_warns_of_neighbours_and_keeps_the_quota(tmp_path, capsys):
    bundle = tmp_path / "bundle.jsonl"
    write_statements(bundle, [registration(AOZORA, 1), registration(LUMEN, 1), registration(LUMEN, 2)])
    assert main(["registry", "import", str(bundle), "--declared-quota", "1"]) == 2
    err = capsys.readouterr().err
    assert f"{bundle}:3: refused: {LUMEN.key} has 1 entries" in err
    assert f"is near entry {examine(registration(AOZORA, 1)).id} of {AOZORA.key} (distance 0)" in err


def write(path, *lines, encoding="utf-8"):
    path.write_bytes("\n".join(lines).encode(encoding))
    return str(path)


def test_a_foreign_list_is_taken_in_with_source_and_licence(tmp_path, capsys):
    file = write(tmp_path / "list.csv", "名前,pdq,quality", f"雲,{A},90", f"空,{B},80", encoding="cp932")
    assert main(["registry", "import", file, *FOREIGN]) == 0
    (entry,) = entries()
    assert (entry.source, entry.licence, entry.title) == ("StopList", "CC0", "StopList")
    assert [p.pdq.hex() for p in entry.prints] == [A, B]
    assert {p.decode_profile for p in entry.prints} == {"unknown"}
    out, err = capsys.readouterr()
    assert f"{entry.id}  2 hashes of StopList" in out
    assert "cp932, 2 hashes, 0 lines not taken" in err


def test_taking_it_in_again_changes_nothing_and_more_lines_add_only_themselves(tmp_path, capsys):
    file = write(tmp_path / "list.csv", "pdq", A, B)
    main(["registry", "import", file, *FOREIGN])
    capsys.readouterr()
    assert main(["registry", "import", file, *FOREIGN]) == 0
    out, err = capsys.readouterr()
    assert (out, len(entries())) == ("", 1)
    assert "0 hashes taken in 0 entries, 2 registered already" in err
    write(tmp_path / "list.csv", "pdq", C, A, B)
    assert main(["registry", "import", file, *FOREIGN]) == 0
    assert sorted(len(e.prints) for e in entries()) == [1, 2]


def test_lines_that_can_not_be_used_are_counted_listed_and_written(tmp_path, capsys):
    wrong = [f"{number:032x},md5" for number in range(30)]
    file = write(
        tmp_path / "list.csv", "hash,type", f"{A},pdq", *wrong, f"{A},pdq", f"{B[:-1]},pdq", f"{C},pdq"
    )
    rejected = tmp_path / "rejected.txt"
    assert main(["registry", "import", file, *FOREIGN, "--rejected", str(rejected)]) == 0
    err = capsys.readouterr().err
    assert err.count("not taken: ") == 20
    assert f"not taken: {file}:3: unknown algorithm md5: {wrong[0]}" in err
    assert "and 12 more" in err
    assert "30 x unknown algorithm md5" in err
    assert "1 x the same as" in err
    assert "1 x malformed pdq" in err
    assert len(rejected.read_text().splitlines()) == 32
    assert [p.pdq.hex() for p in entries()[0].prints] == [A, C]
    assert main(["registry", "import", file, *FOREIGN, "--rejected", str(rejected)]) == 2
    assert "exists already" in capsys.readouterr().err


def test_json_lines_and_several_files_are_one_list(tmp_path):
    one = write(tmp_path / "a.jsonl", json.dumps({"pdq": A}), json.dumps({"pdq": B}))
    other = write(tmp_path / "b.csv", "pdq", B, C)
    assert main(["registry", "import", one, other, *FOREIGN]) == 0
    assert [p.pdq.hex() for p in entries()[0].prints] == [A, B, C]


def test_a_long_list_becomes_several_entries(tmp_path):
    lines = [f"{number:064x}" for number in range(FOREIGN_PRINTS + 1)]
    assert main(["registry", "import", write(tmp_path / "long.csv", "sha256", *lines), *FOREIGN]) == 0
    assert sorted(len(e.prints) for e in entries()) == [1, FOREIGN_PRINTS]


@pytest.mark.parametrize("left_out", ["--source", "--licence", "--holder"])
def test_a_list_without_source_licence_or_holder_is_refused(tmp_path, left_out, capsys):
    at = FOREIGN.index(left_out)
    argv = [*FOREIGN[:at], *FOREIGN[at + 2 :]]
    assert main(["registry", "import", write(tmp_path / "a.csv", "pdq", A), *argv]) == 2
    assert "--foreign needs" in capsys.readouterr().err
    assert entries() == []


@pytest.mark.parametrize("lines", [["name,size", "cat,1"], [""], ["\0"]])
def test_a_file_that_is_no_list_is_named(tmp_path, lines, capsys):
    file = write(tmp_path / "a.csv", *lines)
    assert main(["registry", "import", file, *FOREIGN]) == 2
    err = capsys.readouterr().err
    assert f"error: {file}: " in err
    assert "hint: " in err


def test_what_is_not_there_is_said(tmp_path, capsys):
    assert main(["registry", "import", str(tmp_path / "no.csv"), *FOREIGN]) == 2
    assert "there is no file" in capsys.readouterr().err
    assert main(["registry", "import"]) == 2


def test_ones_own_prints_are_not_disguised_as_a_list(tmp_path, capsys):
    bundle = tmp_path / "bundle.jsonl"
    write_statements(bundle, [registration(AOZORA, prints=(a_print(1),), source="StopList", licence="CC0")])
    assert main(["registry", "import", str(bundle)]) == 2
    assert "do not stand in one entry" in capsys.readouterr().err
