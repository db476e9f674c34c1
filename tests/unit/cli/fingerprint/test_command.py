import json
import sys

import pytest

from sekisho.cli.app import main
from sekisho.registry.journal import header
from sekisho.registry.prints import read_prints
from sekisho.store.keys import load_signer
from tests.pictures import encode, picture


@pytest.fixture
def works(tmp_path):
    folder = tmp_path / "works"
    folder.mkdir()
    (folder / "b.png").write_bytes(encode(picture(2), "PNG"))
    (folder / "a.jpg").write_bytes(encode(picture(1)))
    (folder / "notes.txt").write_text("not a picture")
    return folder


def test_prints_are_made_in_order_and_signed(works, tmp_path, capsys):
    output = tmp_path / "prints.jsonl"
    assert main(["fingerprint", str(works), "-o", str(output), "--holder", "aozora"]) == 0
    read = read_prints(output.read_bytes())
    assert [p.name for p in read.prints] == ["a.jpg", "b.png"]
    assert read.holder == load_signer("aozora").key
    out = capsys.readouterr()
    assert "2 files, 2 fingerprints" in out.out
    assert "1 not media" in out.out
    assert "made a new key 'aozora'" in out.err


def test_nothing_of_a_picture_or_of_the_machine_is_in_the_file(works, tmp_path):
    output = tmp_path / "prints.jsonl"
    main(["fingerprint", str(works), "-o", str(output), "--holder", "aozora"])
    data = output.read_bytes()
    assert str(tmp_path).encode() not in data
    assert len(data) < 2000
    assert set(json.loads(data.split(b"\n")[1])) == {"name", "sha256", "pdq", "quality", "profile"}
    assert sorted(p.name for p in tmp_path.iterdir()) == ["prints.jsonl", "works"]


def test_an_unreadable_file_is_named_and_the_exit_code_is_3(works, tmp_path, capsys):
    (works / "c.jpg").write_bytes(b"rubbish")
    output = tmp_path / "prints.jsonl"
    assert main(["fingerprint", str(works), "-o", str(output), "--holder", "aozora"]) == 3
    out = capsys.readouterr()
    assert "c.jpg: unrecognized_format" in out.err
    assert "1 unreadable" in out.out
    assert len(read_prints(output.read_bytes()).prints) == 2


def test_low_detail_is_said(works, tmp_path, capsys):
    (works / "flat.png").write_bytes(encode(picture(1) * 0, "PNG"))
    assert main(["fingerprint", str(works), "-o", str(tmp_path / "p"), "--holder", "aozora"]) == 0
    out = capsys.readouterr()
    assert "flat.png: too little detail" in out.err
    assert "1 by SHA-256 only" in out.out


def test_the_output_is_not_replaced_without_force(works, tmp_path):
    output = tmp_path / "prints.jsonl"
    output.write_bytes(b"precious")
    argv = ["fingerprint", str(works), "-o", str(output), "--holder", "aozora"]
    assert main(argv) == 2
    assert output.read_bytes() == b"precious"
    assert main([*argv, "--force"]) == 0
    assert output.read_bytes() != b"precious"


@pytest.mark.parametrize("paths", [[], ["nowhere"]])
def test_nothing_to_read_is_an_error(paths, tmp_path, capsys):
    assert main(["fingerprint", *paths, "-o", str(tmp_path / "p"), "--holder", "aozora"]) == 2
    assert "hint" in capsys.readouterr().err or paths
    assert not (tmp_path / "p").exists()


def test_as_one_the_pictures_of_a_folder_are_pages_and_low_detail_is_left_out(works, tmp_path, capsys):
    (works / "c.png").write_bytes(encode(picture(1) * 0, "PNG"))
    output = tmp_path / "prints.jsonl"
    assert main(["fingerprint", str(works), "-o", str(output), "--holder", "aozora", "--as-one"]) == 0
    read = read_prints(output.read_bytes())
    assert read.as_one
    assert [(p.name, p.at) for p in read.prints] == [("a.jpg", "1"), ("b.png", "2")]
    assert "c.png: left out: blank" in capsys.readouterr().err


def test_an_interrupted_try_is_not_overwritten_and_can_go_on(works, tmp_path, capsys):
    output = tmp_path / "prints.jsonl"
    (tmp_path / ".prints.jsonl.partial").write_bytes(header() + b"\n")
    argv = ["fingerprint", str(works), "-o", str(output), "--holder", "aozora"]
    assert main(argv) == 2
    assert "--resume" in capsys.readouterr().err
    assert main([*argv, "--resume"]) == 0
    assert not (tmp_path / ".prints.jsonl.partial").exists()


def test_ctrl_c_says_how_to_go_on(works, tmp_path, capsys, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("sekisho.cli.fingerprint.command.fingerprint_all", interrupted)
    output = tmp_path / "prints.jsonl"
    assert main(["fingerprint", str(works), "-o", str(output), "--holder", "aozora"]) == 130
    assert "--resume" in capsys.readouterr().err
    assert (tmp_path / ".prints.jsonl.partial").exists()


def test_what_the_command_writes_itself_is_not_read(works, capsys):
    argv = ["fingerprint", str(works), "-o", str(works / "p.jsonl"), "--holder", "aozora", "--force"]
    assert main(argv) == 0
    assert main(argv) == 0
    assert "1 not media" in capsys.readouterr().out


def test_a_pdf_without_the_extra_is_refused_before_anything_is_read(works, tmp_path, capsys, monkeypatch):
    (works / "v.pdf").write_bytes(b"%PDF-1.7")
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    assert main(["fingerprint", str(works), "-o", str(tmp_path / "p"), "--holder", "aozora"]) == 2
    assert "pip install 'sekisho[pdf]'" in capsys.readouterr().err
    assert [p.name for p in tmp_path.iterdir()] == ["works"]
