import pytest

from sekisho.cli.app import main
from sekisho.registry.submit import submit
from sekisho.signing import VOUCH
from sekisho.store.database import open_registry
from sekisho.store.home import default_registry
from sekisho.store.keys import load_signer, make_key
from tests.parties import DAY, Party, registration

AOZORA, MALLORY = Party(name="aozora"), Party(name="mallory")


@pytest.fixture
def entries():
    """Make a default registry whose voucher is `desk`, with two entries of two holders."""
    make_key("desk")
    main(["registry", "init", "--name", "Test", "--voucher", "desk"])
    database = open_registry(str(default_registry()))
    return [
        v.id for v in submit([registration(AOZORA, 1), registration(MALLORY, 2)], database.batch, today=DAY)
    ]


def vouches() -> int:
    return len(open_registry(str(default_registry())).statements(VOUCH))


def test_init_makes_key_and_root_once(capsys):
    assert main(["registry", "init", "--name", "Test"]) == 0
    key = capsys.readouterr().out.strip()
    root, _ = open_registry(str(default_registry())).root()
    assert (root.registry, root.name, root.vouchers) == (key, "Test", {key})
    assert load_signer("registry").key == key
    assert main(["registry", "init"]) == 2
    assert "registry already" in capsys.readouterr().err


def test_init_names_authorities_and_nobody_else_is_one(tmp_path, capsys):
    police = Party(name="police").key
    path = str(tmp_path / "r.sqlite")
    assert main(["registry", "init", path, "--authority", police]) == 0
    root, _ = open_registry(path).root()
    assert root.authorities == {police}
    assert police not in root.vouchers
    capsys.readouterr()
    main(["registry", "show", path])
    assert f"authority   {police}" in capsys.readouterr().out
    assert main(["registry", "init"]) == 0
    assert open_registry(str(default_registry())).root()[0].authorities == frozenset()


def test_init_lists_the_vouchers_that_were_named(tmp_path):
    make_key("desk")
    other = Party(name="other").key
    path = str(tmp_path / "r.sqlite")
    assert main(["registry", "init", path, "--key", "assoc", "--voucher", "desk", "--voucher", other]) == 0
    root, _ = open_registry(path).root()
    assert root.vouchers == {load_signer("desk").key, other}
    assert root.registry == load_signer("assoc").key


def test_show_says_whose_registry_it_is_and_what_is_in_it(entries, capsys):
    capsys.readouterr()
    assert main(["registry", "show"]) == 0
    out = capsys.readouterr().out
    assert "Test" in out
    assert load_signer("desk").key in out
    assert "entries     2" in out
    for kind in ("withdrawals", "mandates", "disputes", "resolutions"):
        assert f"{kind:11} 0" in out
    assert main(["registry", "show", "--entries"]) == 0
    assert {line.split()[0] for line in capsys.readouterr().out.splitlines()} == set(entries)


def test_vouching_for_a_registrant_and_for_entries(entries):
    assert main(["registry", "vouch", "--holder", AOZORA.key, "--by", "desk"]) == 0
    assert main(["registry", "vouch", "--entry", entries[1], "--by", "desk"]) == 0
    assert vouches() == 2


def test_only_listed_vouchers_vouch_and_only_for_others(entries, capsys):
    make_key("stranger")
    assert main(["registry", "vouch", "--holder", AOZORA.key, "--by", "stranger"]) == 2
    assert "no voucher of this registry" in capsys.readouterr().err
    assert main(["registry", "vouch", "--holder", "desk", "--by", "desk"]) == 2
    assert "for itself" in capsys.readouterr().err
    assert main(["registry", "vouch", "--entry", *entries, "--by", "desk"]) == 2
    assert "several registrants" in capsys.readouterr().err
    assert main(["registry", "vouch", "--entry", "e-" + "0" * 32, "--by", "desk"]) == 2
    assert main(["registry", "vouch", "--by", "desk"]) == 2
    assert vouches() == 0


def test_the_holder_of_the_settings_is_not_vouched_for_by_mistake(entries, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sekisho.toml").write_text(f'holder = "{MALLORY.key}"')
    assert main(["registry", "vouch", "--entry", entries[0], "--by", "desk"]) == 0


def test_a_vouch_can_be_carried_by_file(entries, tmp_path):
    carried = str(tmp_path / "v.jsonl")
    assert main(["registry", "vouch", "--holder", AOZORA.key, "--by", "desk", "-o", carried]) == 0
    assert vouches() == 0
    assert main(["registry", "import", carried]) == 0
    assert vouches() == 1
    assert entries


def test_a_registry_that_is_not_there_has_a_hint(capsys):
    assert main(["registry", "show"]) == 2
    assert "hint: sekisho registry init" in capsys.readouterr().err


def test_init_makes_the_registry_of_the_settings(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sekisho.toml").write_text('registry = "assoc.sqlite"')
    assert main(["registry", "init"]) == 0
    assert (tmp_path / "assoc.sqlite").is_file()
    assert not default_registry().exists()
    assert main(["registry", "show"]) == 0


def test_entries_are_shown_with_state_and_trust(entries, capsys):
    main(["registry", "vouch", "--entry", entries[0], "--by", "desk"])
    capsys.readouterr()
    assert main(["registry", "show", "--entries"]) == 0
    shown = {line.split()[0]: line.split()[1:4] for line in capsys.readouterr().out.splitlines()}
    assert shown == {entries[0]: ["work", "active", "verified"], entries[1]: ["work", "active", "declared"]}
