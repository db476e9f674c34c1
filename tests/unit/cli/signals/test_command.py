from sekisho.cli.app import main
from sekisho.cli.signals.command import signals


def test_it_has_four_parts(capsys):
    assert main(["signals", "--help"]) == 0
    said = capsys.readouterr().out
    assert all(f"{name} " in said for name in ("collect", "show", "list", "publish"))
    assert signals.name == ("signals",)
