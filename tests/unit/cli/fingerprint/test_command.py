import io
import json
import sys

import numpy as np
import pytest
from PIL import Image

from sekisho.cli.app import main
from sekisho.registry.journal import header
from sekisho.registry.prints import by_entry, read_prints
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


def photograph(data):
    """Return a picture as a camera would have written it."""
    said = Image.Exif()
    said.get_ifd(0x8769)[0x829D] = (28, 10)
    stream = io.BytesIO()
    Image.open(io.BytesIO(data)).save(stream, "JPEG", exif=said)
    return stream.getvalue()


def test_local_features_are_made_of_drawings_and_never_of_photographs(works, tmp_path, capsys):
    (works / "c.jpg").write_bytes(photograph(encode(picture(3))))
    output = tmp_path / "p.jsonl"
    assert main(["fingerprint", str(works), "-o", str(output), "--holder", "aozora", "--local"]) == 0
    prints = read_prints(output.read_bytes()).prints
    assert [bool(p.traits) for p in prints] == [True, True, False]
    assert prints[2].pdq is not None
    out = capsys.readouterr()
    assert "never use --local for photographs of persons" in out.err
    assert "c.jpg: a camera took it (EXIF)" in out.err
    assert "2 fingerprints with local features; 1 taken by a camera" in out.out


def test_without_local_nothing_is_said_of_cameras(works, tmp_path, capsys):
    (works / "c.jpg").write_bytes(photograph(encode(picture(3))))
    output = tmp_path / "p.jsonl"
    assert main(["fingerprint", str(works), "-o", str(output), "--holder", "aozora"]) == 0
    assert not any(p.traits for p in read_prints(output.read_bytes()).prints)
    assert "camera" not in capsys.readouterr().err


def test_panels_stand_below_their_page_in_one_entry(tmp_path, capsys):
    sheet = np.full((700, 500, 3), 255, np.uint8)
    sheet[20:340, 20:480] = picture(3, 460, 320)
    sheet[360:680, 20:480] = picture(4, 460, 320)
    (tmp_path / "page.png").write_bytes(encode(sheet, "PNG"))
    output = tmp_path / "p.jsonl"
    words = ["fingerprint", str(tmp_path / "page.png"), "-o", str(output), "--holder", "aozora", "--panels"]
    assert main(words) == 0
    prints = read_prints(output.read_bytes()).prints
    assert [p.at for p in prints] == ["1", "1/1", "1/2"]
    assert len(by_entry(prints)) == 1
    assert "2 panels" in capsys.readouterr().out


def test_an_interrupted_try_goes_on_only_with_the_same_flags(works, tmp_path, capsys):
    output = tmp_path / "p.jsonl"
    (tmp_path / ".p.jsonl.partial").write_bytes(header(more={"local": True}) + b"\n")
    words = ["fingerprint", str(works), "-o", str(output), "--holder", "aozora", "--resume"]
    assert main(words) == 2
    assert main([*words, "--local"]) == 0
    capsys.readouterr()


def test_an_encoder_that_is_none_is_refused_before_anything_is_read(works, tmp_path):
    words = ["fingerprint", str(works), "-o", str(tmp_path / "p"), "--holder", "aozora"]
    assert main([*words, "--model", "./none.toml"]) == 2
    assert not list(tmp_path.glob(".p*"))
