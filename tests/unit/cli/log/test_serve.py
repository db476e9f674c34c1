import pytest

from sekisho.cli.app import main
from sekisho.errors import MissingExtraError
from sekisho.server import extra


def test_there_must_be_a_log(tmp_path, capsys):
    assert main(["log", "serve", str(tmp_path)]) == 2
    assert "there is no log with a checkpoint" in capsys.readouterr().err


@pytest.mark.parametrize(
    "command", [["log", "serve", "."], ["log", "witness", "serve", "--key", "a", "--log", "b"]]
)
def test_without_the_extra_it_says_which(command, capsys, monkeypatch):
    monkeypatch.setattr(extra, "find_spec", lambda _name: None)
    assert main(command) == MissingExtraError.exit_code
    assert "pip install 'sekisho[serve]'" in capsys.readouterr().err
