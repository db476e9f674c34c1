import pytest

from sekisho.cli.app import main
from sekisho.registry.submit import submit
from sekisho.store.database import open_registry
from sekisho.store.home import default_registry, keys_dir
from tests.parties import Party, registration

AOZORA = Party(name="aozora")


@pytest.fixture
def add():
    """Make a default registry and a way to add entries to it."""
    main(["registry", "init", "--name", "Test"])

    def adding(number: int) -> None:
        submit([registration(AOZORA, number)], open_registry(str(default_registry())).batch)

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
