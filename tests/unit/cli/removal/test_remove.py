import shutil

import pytest

from sekisho.cli.app import main
from sekisho.registry.removal import open_removal
from sekisho.store.home import default_registry, home_dir
from sekisho.store.keys import load_signer, make_key
from sekisho.store.likenesses import Likenesses
from sekisho.store.own_log import own_log
from sekisho.store.removed import removed_file
from tests.parties import a_print
from tests.removals import begin, found, register


@pytest.fixture
def world(tmp_path, capsys):
    """A stranger's work, which is a photo of a person, and a publisher's; both are in a published edition."""
    begin()
    entries = register(capsys, tmp_path, "stranger", 1), register(capsys, tmp_path, "publisher", 2)
    assert main(["snapshot", "publish", "-o", str(home_dir() / "assoc.snapshot")]) == 0
    capsys.readouterr()
    return entries


def publish(*more):
    return main(["snapshot", "publish", "-o", str(home_dir() / "assoc.snapshot"), *more])


def test_nothing_of_the_photo_is_left_in_any_file_of_the_registry(world, capsys):
    photo = a_print(1).sha256, a_print(1).pdq
    assert found(*photo) != []
    assert main(["registry", "remove", world[0], "--yes"]) == 0
    assert found(*photo) == ["assoc.snapshot"]
    said = capsys.readouterr()
    assert "editions up to 1 still have its codes" in said.err
    assert publish("--delta") == 0
    assert found(*photo) == []
    assert found(a_print(2).sha256) != []


def test_a_delta_is_not_made_while_the_base_has_the_photo(world):
    main(["registry", "remove", world[0], "--yes"])
    publish("--delta")
    assert sorted(p.name for p in home_dir().glob("assoc.snapshot*")) == ["assoc.snapshot"]


def test_the_registrant_is_told_and_nobody_else_is_named(world, capsys):
    main(["registry", "remove", world[0], "--yes", "--reason-code", "court"])
    assert load_signer("stranger").key in capsys.readouterr().out
    (letter,) = (home_dir() / "outbox").iterdir()
    assert letter.stat().st_mode & 0o777 == 0o600
    said = open_removal(letter.read_bytes().strip())
    assert (said.entry, said.by, said.reason) == (world[0], load_signer("registry").key, "court")


def test_the_log_gets_a_commitment_in_a_batch_and_the_desk_can_open_it(world):
    main(["registry", "remove", world[0], "--yes"])
    assert main(["registry", "log", "--force"]) == 0
    records = Likenesses.find(load_signer("registry").key).records
    (kept,) = records.of_kind("removal")
    assert records.read(kept.number).place is not None
    assert own_log().checkpoint() is not None
    # The letter alone names the entry.
    assert [name.partition("-")[0] for name in found(world[0].encode())] == ["removal"]


def test_its_pictures_are_not_taken_as_a_work_again_whoever_brings_them(world, tmp_path, capsys):
    main(["registry", "remove", world[0], "--yes"])
    for holder in ("stranger", "publisher"):
        assert "not take as a work" in register(capsys, tmp_path, holder, 5, 1, code=2)
    register(capsys, tmp_path, "stranger", 5)


def test_a_restored_backup_of_the_database_is_cleared_before_it_is_used(world, tmp_path, capsys):
    shutil.copy(default_registry(), tmp_path / "backup")
    main(["registry", "remove", world[0], "--yes"])
    publish()
    shutil.copy(tmp_path / "backup", default_registry())
    assert found(a_print(1).sha256) != []
    capsys.readouterr()
    assert main(["registry", "show", "--entries"]) == 0
    said = capsys.readouterr()
    assert "taken out again" in said.err
    assert world[0] not in said.out
    assert world[1] in said.out
    assert found(a_print(1).sha256) == []


def test_taking_out_twice_says_so(world, capsys):
    main(["registry", "remove", world[0], "--yes"])
    assert main(["registry", "remove", world[0], "--yes"]) == 0
    assert "before" in capsys.readouterr().err
    assert removed_file(load_signer("registry").key).read_bytes().count(b"\n") == 1
    assert len(list((home_dir() / "outbox").iterdir())) == 1


def test_a_false_request_takes_no_confirmed_work_out(world, tmp_path):
    main(["registry", "vouch", "--holder", "publisher", "--by", "registry"])
    make_key("mallory")
    agreed = tmp_path / "agreed.json"
    for by in ("", "mallory", "registry"):
        more = []
        if by:
            assert main(["registry", "agree", world[1], "--by", by, "-o", str(agreed), "--force"]) == 0
            more = ["--agreed", str(agreed)]
        assert main(["registry", "remove", world[1], "--yes", *more]) == 2
    assert found(a_print(2).sha256) != []
    assert not (home_dir() / "outbox").exists()
    assert not removed_file(load_signer("registry").key).exists()
    main(["registry", "agree", world[1], "--by", "publisher", "-o", str(agreed), "--force"])
    assert main(["registry", "remove", world[1], "--yes", "--agreed", str(agreed)]) == 0


def test_a_vouch_that_was_taken_back_still_asks_for_two(world, capsys):
    main(["registry", "vouch", "--holder", "publisher", "--by", "registry"])
    vouch = capsys.readouterr().out.split()[-1]
    assert main(["grant", "revoke", vouch, "--holder", "registry"]) == 0
    assert main(["registry", "remove", world[1], "--yes"]) == 2
    assert "one key alone" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("argv", "problem"),
    [
        (["remove", "e-" + "0" * 32], "--yes"),
        (["remove", "e-" + "0" * 32, "--yes"], "no entry"),
        (["remove", "l-" + "0" * 32, "--yes"], "no entry"),
        (["agree", "e-" + "0" * 32, "--by", "registry"], "--output"),
        (["agree", "mine", "--by", "registry", "-o", "x"], "e-"),
    ],
)
@pytest.mark.usefixtures("world")
def test_what_is_wrong_is_said_and_nothing_is_taken_out(argv, problem, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["registry", *argv]) == 2
    assert problem in capsys.readouterr().err
    assert not (home_dir() / "outbox").exists()


def test_an_agreement_is_made_without_the_database(tmp_path):
    make_key("desk")
    of = make_key("assoc").key
    argv = ["registry", "agree", "e-" + "1" * 32, "--by", "desk", "--of", of, "-o", str(tmp_path / "a.json")]
    assert main(argv) == 0
    assert open_removal((tmp_path / "a.json").read_bytes().strip()).registry == of
    assert main(argv) == 2
