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
    (folder / "notes.doc").write_text("not a picture")
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


PROSE = "灰色の海の向こうから、鉄の船が一そう、音もなく近づいてきた。だれも旗を見た者はいなかった。"


@pytest.fixture
def novels(works):
    (works / "novel.txt").write_text(PROSE * 3)
    (works / "old.txt").write_bytes((PROSE * 2).encode("cp932"))
    (works / "haiku.txt").write_text("古池や蛙飛びこむ水の音")
    (works / "README.txt").write_text("about these files")
    return works


def test_texts_are_fingerprinted_and_what_was_read_is_said(novels, tmp_path, capsys):
    output = tmp_path / "p.jsonl"
    assert main(["fingerprint", str(novels), "-o", str(output), "--holder", "aozora"]) == 0
    out = capsys.readouterr()
    texts = [p for p in read_prints(output.read_bytes()).prints if p.passages is not None]
    assert [p.name for p in texts] == ["haiku.txt", "novel.txt", "old.txt"]
    assert "5 files, 5 fingerprints" in out.out
    assert "3 texts of" in out.out
    assert "1 of them short (utf-8 2, cp932 1)" in out.out
    assert "haiku.txt: under 40 letters: only a whole line will be found, for review at most" in out.err
    assert "README.txt: left out" in out.err
    assert "--only pictures" in out.err


def test_no_letter_of_a_text_is_in_the_file(novels, tmp_path):
    output = tmp_path / "p.jsonl"
    main(["fingerprint", str(novels), "-o", str(output), "--holder", "aozora"])
    assert output.read_bytes().isascii()


@pytest.mark.parametrize(("only", "names"), [("pictures", ["a.jpg", "b.png"]), ("texts", ["novel.txt"])])
def test_only_one_kind_is_read_if_that_is_wanted(novels, only, names, tmp_path):
    output = tmp_path / "p.jsonl"
    for other in ("old.txt", "haiku.txt"):
        (novels / other).unlink()
    argv = ["fingerprint", str(novels), "-o", str(output), "--holder", "aozora", "--only", only]
    assert main(argv) == 0
    assert [p.name for p in read_prints(output.read_bytes()).prints] == names


def test_another_scope_is_another_try(novels, tmp_path):
    (tmp_path / ".p.jsonl.partial").write_bytes(header() + b"\n")
    argv = ["fingerprint", str(novels), "-o", str(tmp_path / "p.jsonl"), "--holder", "aozora"]
    assert main([*argv, "--resume", "--only", "texts"]) == 2
    assert main([*argv, "--resume"]) == 0


def test_as_one_each_text_is_a_volume(novels, tmp_path):
    output = tmp_path / "p.jsonl"
    argv = [
        "fingerprint",
        str(novels),
        "-o",
        str(output),
        "--holder",
        "aozora",
        "--only",
        "texts",
        "--as-one",
    ]
    assert main(argv) == 0
    assert [p.at for p in read_prints(output.read_bytes()).prints] == ["1/1", "2/1", "3/1"]


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "empty"),
        (bytes(range(256)) * 99, "corrupt"),
        ("。".encode(), "empty"),
        (b"\xff\xfe\x00", "corrupt"),
    ],
)
def test_a_text_that_can_not_be_read_is_named_and_the_rest_goes_on(novels, tmp_path, data, problem, capsys):
    (novels / "bad.txt").write_bytes(data)
    output = tmp_path / "p.jsonl"
    assert main(["fingerprint", str(novels), "-o", str(output), "--holder", "aozora"]) == 3
    assert f"bad.txt: {problem}" in capsys.readouterr().err
    assert len(read_prints(output.read_bytes()).prints) == 5


def test_a_text_of_100_mb_is_refused_unread(works, tmp_path, capsys):
    with (works / "z.txt").open("wb") as stream:
        stream.truncate(100_000_000)
    assert main(["fingerprint", str(works), "-o", str(tmp_path / "p"), "--holder", "aozora"]) == 3
    assert "z.txt: too_large: cut it into volumes" in capsys.readouterr().err
