import pytest

from sekisho.cli.fingerprint.aside import without_asides
from sekisho.registry.fingerprinted import Only
from sekisho.store.works import list_works


@pytest.fixture
def folder(tmp_path):
    for name in ("novel.txt", "README.md", "1.png", "1.txt", "sub/1.txt", "LICENSE", "readme.png", "v.epub"):
        path = tmp_path / "works" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"something")
    return tmp_path / "works"


def names(paths, only=None):
    return {work.name for work in without_asides(list_works(paths), paths, only)}


def test_what_is_no_work_is_left_out_and_said(folder, capsys):
    assert names([folder]) == {"novel.txt", "1.png", "sub/1.txt", "LICENSE", "readme.png", "v.epub"}
    assert capsys.readouterr().err.splitlines() == [
        "1.txt: left out: beside a picture of the same name, taken for its caption",
        "README.md: left out: no work by its name; name the file itself to register it",
    ]


def test_a_file_that_is_named_itself_is_a_work(folder, capsys):
    assert names([folder / "README.md", folder / "1.txt", folder / "1.png"]) == {
        "README.md",
        "1.txt",
        "1.png",
    }
    assert "README.md" not in capsys.readouterr().err
    assert "README.md" in names([folder, folder / "README.md"])


def test_captions_are_texts_where_only_texts_are_read(folder):
    assert "1.txt" in names([folder], Only.TEXTS)
    assert "README.md" not in names([folder], Only.TEXTS)


def test_where_only_pictures_are_read_nothing_is_said_of_texts(folder, capsys):
    assert "README.md" in names([folder], Only.PICTURES)
    assert capsys.readouterr().err == ""
