import pytest

from sekisho.cli.app import main

COMMANDS = ("init", "append", "proof", "publish", "show", "verify", "fsck", "export", "restore")


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_teaches(capsys, name):
    assert main(["log", name, "--help"]) == 0
    assert f"sekisho log {name}" in capsys.readouterr().out


def test_every_command_is_listed(capsys):
    assert main(["log", "--help"]) == 0
    listed = capsys.readouterr().out
    assert all(f" {name} " in listed for name in (*COMMANDS, "serve", "witness"))
