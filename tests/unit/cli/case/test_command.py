import pytest

from sekisho.cli.app import main


@pytest.mark.parametrize(
    "name",
    [
        "form",
        "open",
        "supplement",
        "list",
        "show",
        "answer",
        "refuse",
        "extend",
        "move",
        "close",
        "tell",
        "request",
        "judge",
    ],
)
def test_every_act_teaches_by_an_example(name, capsys):
    assert main(["case", name, "--help"]) == 0
    assert f"Example: sekisho case {name}" in capsys.readouterr().out
