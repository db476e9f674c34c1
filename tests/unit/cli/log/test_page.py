from importlib.resources import files

import pytest

from sekisho.cli.app import main


def test_it_writes_the_page_that_is_shipped(tmp_path, capsys):
    output = tmp_path / "verify.html"
    assert not main(["log", "verify-page", "-o", str(output)])
    shipped = files("sekisho.locale").joinpath("templates", "verify.html").read_bytes()
    assert output.read_bytes() == shipped
    assert shipped.startswith(b"<!doctype html>")
    out, err = capsys.readouterr()
    assert (out, str(output) in err) == ("", True)


def test_it_replaces_nothing_without_force(tmp_path, capsys):
    output = tmp_path / "verify.html"
    output.write_text("mine")
    assert main(["log", "verify-page", "-o", str(output)]) == 2
    assert output.read_text() == "mine"
    assert str(output) in capsys.readouterr().err
    assert not main(["log", "verify-page", "-o", str(output), "--force"])
    assert output.read_text() != "mine"


@pytest.mark.parametrize("output", ["no/such/folder/verify.html", "."])
def test_there_must_be_a_place_for_it(output, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["log", "verify-page", "-o", output]) == 2
