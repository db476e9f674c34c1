import pytest

from sekisho.cli.app import main
from sekisho.registry.removal import open_objection
from sekisho.store.home import home_dir
from sekisho.store.keys import load_signer
from sekisho.store.likenesses import Likenesses
from tests.removals import begin, register


def object_to(tmp_path, holder="publisher"):
    (letter,) = (home_dir() / "outbox").iterdir()
    file = tmp_path / f"{holder}.objection"
    argv = [
        "dispute",
        "removal",
        str(letter),
        "--holder",
        holder,
        "--evidence",
        "ISBN 978-4-0",
        "-o",
        str(file),
    ]
    assert main(argv) == 0
    return str(file)


def agree(tmp_path, entry, by, *more):
    file = tmp_path / f"{by}.agreed"
    assert main(["registry", "agree", entry, "--by", by, "-o", str(file), "--force", *more]) == 0
    return str(file)


def test_a_registrant_objects_and_registers_again(tmp_path, capsys):
    begin()
    entry = register(capsys, tmp_path, "publisher", 2)
    main(["registry", "remove", entry, "--yes"])
    objection = object_to(tmp_path)
    assert open_objection((tmp_path / "publisher.objection").read_bytes().strip()).entry == entry
    register(capsys, tmp_path, "publisher", 2, code=2)
    assert main(["registry", "readmit", objection]) == 2
    assert main(["registry", "readmit", objection, "--yes"]) == 0
    assert register(capsys, tmp_path, "publisher", 2) == entry
    steps = [kept.kind for kept in Likenesses.find(load_signer("registry").key).records.of_kind("removal")]
    assert len(steps) == 2
    assert main(["registry", "readmit", objection, "--yes"]) == 2
    assert "was not taken out" in capsys.readouterr().err
    assert main(["registry", "remove", entry, "--yes"]) == 0
    register(capsys, tmp_path, "publisher", 2, code=2)


def test_nobody_else_objects_and_a_decision_of_two_is_undone_by_two(tmp_path, capsys):
    begin("desk", "second")
    entry = register(capsys, tmp_path, "publisher", 2)
    main(["registry", "vouch", "--holder", "publisher", "--by", "desk"])
    assert main(["registry", "remove", entry, "--yes", "--agreed", agree(tmp_path, entry, "desk")]) == 0
    stranger, objection = object_to(tmp_path, "stranger"), object_to(tmp_path)
    capsys.readouterr()
    for argv, problem in (
        ([stranger, "--yes"], "not by the registrant"),
        ([objection, "--yes"], "two have taken"),
        ([objection, "--yes", "--agreed", agree(tmp_path, entry, "desk", "--readmit")], "key of its own"),
    ):
        assert main(["registry", "readmit", *argv]) == 2
        assert problem in capsys.readouterr().err
        register(capsys, tmp_path, "publisher", 2, code=2)
    agreed = agree(tmp_path, entry, "second", "--readmit")
    assert main(["registry", "readmit", objection, "--yes", "--agreed", agreed]) == 0
    assert register(capsys, tmp_path, "publisher", 2) == entry


@pytest.mark.parametrize("more", [[], ["-o", "objection.json"]])
def test_what_is_no_letter_of_a_registry_is_refused(tmp_path, capsys, more, monkeypatch):
    begin("desk")
    monkeypatch.chdir(tmp_path)
    letter = agree(tmp_path, "e-" + "1" * 32, "desk")
    assert main(["dispute", "removal", letter, "--holder", "publisher", "--evidence", "x", *more]) == 2
    assert ("--output" in capsys.readouterr().err) == (not more)
    assert not (tmp_path / "objection.json").exists()
