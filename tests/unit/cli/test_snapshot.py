import pytest

from sekisho.cli.app import main
from sekisho.registry.submit import submit
from sekisho.store.clock import today
from sekisho.store.database import open_registry
from sekisho.store.home import default_registry, keys_dir
from tests.parties import Party, registration

AOZORA = Party(name="aozora")


@pytest.fixture
def add():
    """Make a default registry and a way to add entries to it."""
    main(["registry", "init", "--name", "Test"])

    def adding(number: int) -> None:
        submit([registration(AOZORA, number)], open_registry(str(default_registry())).batch, today=today())

    adding(1)
    return adding


def test_the_same_state_gives_the_same_bytes_and_a_new_one_the_next_edition(add, tmp_path, capsys):
    a, b, c, d = (tmp_path / name for name in "abcd")
    assert main(["snapshot", "publish", "-o", str(a)]) == 0
    assert main(["snapshot", "publish", "-o", str(b)]) == 0
    assert a.read_bytes() == b.read_bytes()
    capsys.readouterr()
    add(2)
    assert main(["snapshot", "publish", "-o", str(c)]) == 0
    assert "edition 2 of" in capsys.readouterr().out
    assert main(["snapshot", "publish", "-o", str(d), "--renew", "--valid-days", "7"]) == 0
    assert "edition 3 of" in capsys.readouterr().out


def test_an_edition_may_be_replaced_anything_else_not(add, tmp_path, capsys):
    path = tmp_path / "a"
    path.write_bytes(b"precious")
    assert main(["snapshot", "publish", "-o", str(path)]) == 2
    assert path.read_bytes() == b"precious"
    path.unlink()
    assert main(["snapshot", "publish", "-o", str(path)]) == 0
    add(2)
    assert main(["snapshot", "publish", "-o", str(path)]) == 0
    assert "edition 2" in capsys.readouterr().out


def test_a_folder_that_is_not_there_is_named(add, tmp_path, capsys):
    add(1)
    assert main(["snapshot", "publish", "-o", str(tmp_path / "none" / "a.snapshot")]) == 2
    said = capsys.readouterr().err
    assert f"there is no folder {tmp_path / 'none'}" in said
    assert "hint: make it first" in said


def test_only_the_registry_publishes(add, tmp_path, capsys):
    (keys_dir() / "registry.key").unlink()
    assert main(["snapshot", "publish", "-o", str(tmp_path / "a")]) == 2
    assert "not on this machine" in capsys.readouterr().err
    assert not (tmp_path / "a").exists()
    assert add


def test_show_says_whose_it_is_and_trusts_nobody(add, tmp_path, capsys):
    path = tmp_path / "a"
    main(["snapshot", "publish", "-o", str(path)])
    key = (keys_dir() / "registry.pub").read_text().split("\n")[0]
    capsys.readouterr()
    assert main(["snapshot", "show", str(path)]) == 0
    out = capsys.readouterr().out
    assert "registry  Test" in out
    assert f"{key} (not in your trusted_keys)" in out
    assert "1 works" in out
    assert main(["snapshot", "show", str(path), "--trusted-keys", key]) == 0
    assert f"{key} (in your trusted_keys)" in capsys.readouterr().out
    assert add


@pytest.mark.parametrize("damage", ["cut", "byte", "empty", "text", "missing"])
def test_a_damaged_file_is_refused(add, tmp_path, damage, capsys):
    path = tmp_path / "a"
    main(["snapshot", "publish", "-o", str(path)])
    data = bytearray(path.read_bytes())
    if damage == "cut":
        path.write_bytes(data[: len(data) // 2])
    elif damage == "byte":
        data[300] ^= 1
        path.write_bytes(data)
    elif damage == "missing":
        path.unlink()
    else:
        path.write_bytes(b"" if damage == "empty" else b"some text " * 100)
    assert main(["snapshot", "show", str(path)]) == 2
    err = capsys.readouterr().err
    assert err.count("error: ") == 1
    assert "fault in Sekisho" not in err
    assert add


def files(path):
    return sorted(p.name for p in path.parent.iterdir() if p.name.startswith(path.name))


def test_deltas_are_written_beside_the_file_and_a_plain_edition_replaces_them(add, tmp_path, capsys):
    path = tmp_path / "a"
    assert main(["snapshot", "publish", "--delta", "-o", str(path)]) == 0
    assert files(path) == ["a"]
    for number in (2, 3):
        add(number)
        assert main(["snapshot", "publish", "--delta", "-o", str(path)]) == 0
    assert f"{path}.2  " in capsys.readouterr().out
    before = path.read_bytes()
    assert files(path) == ["a", "a.1", "a.2"]
    assert main(["snapshot", "publish", "--delta", "-o", str(path)]) == 0
    assert "nothing has changed" in capsys.readouterr().err
    assert files(path) == ["a", "a.1", "a.2"]
    assert main(["snapshot", "show", str(path)]) == 0
    out = capsys.readouterr().out
    assert "edition   3 of" in out
    assert "3 works" in out
    assert "segments  3: " in out
    assert out.count("delta edition") == 2
    assert path.read_bytes() == before
    assert main(["snapshot", "publish", "-o", str(path)]) == 0
    assert files(path) == ["a"]
    assert "edition 4" in capsys.readouterr().out


def test_an_empty_delta_is_written_when_a_renewal_is_asked_for(add, tmp_path, capsys):
    path = tmp_path / "a"
    main(["snapshot", "publish", "-o", str(path)])
    assert main(["snapshot", "publish", "--delta", "--renew", "--valid-days", "90", "-o", str(path)]) == 0
    assert files(path) == ["a", "a.1"]
    assert "edition 2" in capsys.readouterr().out
    assert add


def test_the_seventeenth_delta_becomes_a_base(add, tmp_path):
    path = tmp_path / "a"
    main(["snapshot", "publish", "-o", str(path)])
    for number in range(1, 17):
        assert main(["snapshot", "publish", "--delta", "--renew", "-o", str(path)]) == 0
        assert len(files(path)) == number + 1
    assert main(["snapshot", "publish", "--delta", "--renew", "-o", str(path)]) == 0
    assert files(path) == ["a"]
    assert add


def test_a_delta_does_not_continue_what_is_no_snapshot_or_damaged(add, tmp_path, capsys):
    path = tmp_path / "a"
    path.write_bytes(b"precious")
    assert main(["snapshot", "publish", "--delta", "-o", str(path)]) == 2
    path.unlink()
    main(["snapshot", "publish", "-o", str(path)])
    add(2)
    (tmp_path / "a.1").write_bytes(b"precious")
    assert main(["snapshot", "publish", "--delta", "-o", str(path)]) == 2
    assert main(["snapshot", "publish", "-o", str(path)]) == 2
    assert (tmp_path / "a.1").read_bytes() == b"precious"
    assert "a.1" in capsys.readouterr().err


def test_a_damaged_delta_is_refused(add, tmp_path):
    path = tmp_path / "a"
    main(["snapshot", "publish", "-o", str(path)])
    add(2)
    main(["snapshot", "publish", "--delta", "-o", str(path)])
    delta = tmp_path / "a.1"
    data = bytearray(delta.read_bytes())
    data[-200] ^= 1
    delta.write_bytes(data)
    assert main(["snapshot", "show", str(path)]) == 2
    delta.write_bytes(data[:5000])
    assert main(["snapshot", "show", str(path)]) == 2
