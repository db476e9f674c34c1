import json

import pytest

from sekisho.cli.app import main
from sekisho.ledger.logged import verify_logged
from sekisho.signing import DUE_CARE
from sekisho.store.keys import make_key
from sekisho.store.own_log import own_log
from tests.asking import Machine


def care(*argv):
    return main(["case", "due-care", *map(str, argv), "--lang", "en"])


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


def test_a_record_is_written_signed_and_put_on_the_log(machine, tmp_path, capsys):
    page, signed = tmp_path / "care.md", tmp_path / "care.json"
    argv = ["--run", machine.run, "--by", "studio", "-o", page]
    assert care(*argv, "--statement", signed) == 0
    text = page.read_text(encoding="utf-8")
    assert "does not prove that this sufficed" in text
    assert f"`{own_log().vkey} #0`" in text
    statement, _, _ = verify_logged(signed.read_bytes())
    assert statement.type == DUE_CARE
    assert json.loads(statement.payload)["sections"][0]["name"] == machine.run.name
    capsys.readouterr()
    assert main(["verify", str(signed), "--lang", "en"]) == 0
    assert "due-care" in capsys.readouterr().out
    assert care(*argv) == 2


def test_a_record_is_of_one_operator(machine, tmp_path, capsys):
    make_key("other")
    assert care("--run", machine.run, "--by", "other", "-o", tmp_path / "care.md") == 2
    assert "of one operator" in capsys.readouterr().err


def test_what_does_not_hold_is_in_no_record(machine, tmp_path):
    (machine.run / "receipt.tlog-proof").write_bytes(b"x")
    assert care("--run", machine.run, "--by", "studio", "-o", tmp_path / "care.md") == 4
    assert not (tmp_path / "care.md").exists()


@pytest.mark.usefixtures("machine")
@pytest.mark.parametrize("argv", [[], ["--run", "none"], ["--cases", "none"], ["--generations", "none"]])
def test_there_has_to_be_something_to_show(tmp_path, argv):
    assert care(*argv, "--by", "studio", "-o", tmp_path / "care.md") == 2
