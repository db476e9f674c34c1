import hashlib
import json

import pytest
from PIL import Image

from sekisho.cli.app import main
from sekisho.registry.prints import open_prints
from sekisho.store.prints_journal import journal_path
from tests.pictures import encode, picture

NAME = "hanako-at-home.png"


@pytest.fixture
def photos(tmp_path):
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / NAME).write_bytes(encode(picture(1, 96, 96), "PNG"))
    return folder


def make(photos, *more, name="prints"):
    output = photos.parent / name
    return main(
        ["fingerprint", str(photos), "-o", str(output), "--holder", "parent", "--likeness", *more]
    ), output


def test_only_hashes_are_written_and_no_name(photos):
    code, output = make(photos)
    assert code == 0
    with output.open("rb") as stream:
        opened = open_prints(stream)
        assert opened.likeness
        (found,) = opened.prints()
    assert found.sha256 == hashlib.sha256((photos / NAME).read_bytes()).digest()
    assert found.quality >= 50
    assert found.traits is found.passages is None
    assert (found.name, found.at) == ("", "")
    assert b"hanako" not in output.read_bytes()
    assert output.stat().st_mode & 0o777 == 0o600
    assert not journal_path(output).exists()


def test_the_same_photo_counts_once(photos):
    (photos / "again.png").write_bytes((photos / NAME).read_bytes())
    _, output = make(photos)
    assert len(output.read_bytes().splitlines()) == 3


def test_a_photo_of_low_detail_is_left_out_with_a_hint(photos, capsys):
    Image.new("RGB", (96, 96), "white").save(photos / "white.png")
    code, output = make(photos)
    assert code == 3
    assert "too little detail" in capsys.readouterr().err
    assert len(output.read_bytes().splitlines()) == 3
    (photos / NAME).unlink()
    code, output = make(photos, name="other")
    assert code == 2
    assert not output.exists()
    assert "no photo that can be registered" in capsys.readouterr().err


@pytest.mark.parametrize(("name", "data"), [("text.png", b"no picture"), ("cut.png", b"\x89PNG\r\n\x1a\n")])
def test_what_is_no_photo_is_left_out(photos, name, data, capsys):
    (photos / name).write_bytes(data)
    code, output = make(photos)
    assert code == 3
    assert name in capsys.readouterr().err
    assert json.loads(output.read_bytes().splitlines()[0])["likeness"] is True


@pytest.mark.parametrize(
    "more",
    [("--local",), ("--model", "sscd"), ("--panels",), ("--as-one",), ("--only", "texts"), ("--resume",)],
)
def test_nothing_more_is_made_of_a_person(photos, more, capsys):
    code, output = make(photos, *more)
    assert code == 2
    assert "hashes and nothing else" in capsys.readouterr().err
    assert not output.exists()


def test_what_is_there_is_not_replaced(photos):
    make(photos)
    assert make(photos)[0] == 2
    assert make(photos, "--force")[0] == 0
