import pytest

from sekisho.cli.app import main
from sekisho.codec import decode_common
from sekisho.signing import COMMON, read_payload
from sekisho.store.database import open_registry
from sekisho.store.home import default_registry
from sekisho.store.statements_file import read_statements
from tests.pictures import encode, picture


@pytest.fixture
def signs(tmp_path):
    """Make a default registry, and a folder of two pictures and a note."""
    main(["registry", "init"])
    folder = tmp_path / "signs"
    folder.mkdir()
    for n in range(2):
        (folder / f"{n}.png").write_bytes(encode(picture(n), "PNG"))
    (folder / "note.txt").write_text("no picture", encoding="utf-8")
    (folder / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    return folder


def kept():
    envelopes = open_registry(str(default_registry())).statements(COMMON)
    return [decode_common(read_payload(e, COMMON)) for e in envelopes]


def test_pictures_are_added_listed_and_removed(signs, capsys):
    assert main(["registry", "common", "add", str(signs), "--by", "registry"]) == 0
    said = capsys.readouterr()
    assert "broken.png" in said.err
    assert {c.title for c in kept()} == {"0.png", "1.png"}
    assert all(c.print.name == "" and c.print.traits.local for c in kept())
    ids = sorted(c.id for c in kept())
    assert main(["registry", "common", "list"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == ids
    assert main(["registry", "common", "remove", ids[0], "--by", "registry"]) == 0
    capsys.readouterr()
    main(["registry", "common", "list"])
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == ids[1:]


def test_what_is_common_can_not_be_registered(signs, tmp_path, capsys):
    main(["registry", "common", "add", str(signs / "0.png"), "--by", "registry", "--title", "a sign"])
    prints = str(tmp_path / "p.jsonl")
    assert main(["fingerprint", str(signs / "0.png"), "-o", prints, "--holder", "aozora"]) == 0
    capsys.readouterr()
    assert main(["register", prints, "--holder", "aozora", "--kind", "work"]) == 2
    assert "common content of this registry: 'a sign'" in capsys.readouterr().err


def test_it_can_be_carried_as_a_file(signs, tmp_path):
    out = tmp_path / "common.jsonl"
    assert main(["registry", "common", "add", str(signs / "1.png"), "--by", "registry", "-o", str(out)]) == 0
    assert kept() == []
    assert len(list(read_statements(out))) == 1
    assert main(["registry", "import", str(out)]) == 0
    assert [c.title for c in kept()] == ["1.png"]


@pytest.mark.parametrize(
    "words",
    [["add", "--by", "registry"], ["remove", "--by", "registry"], ["remove", "e-1", "--by", "registry"]],
)
@pytest.mark.usefixtures("signs")
def test_what_makes_no_sense_is_refused(words):
    assert main(["registry", "common", *words]) == 2


def test_a_folder_without_a_picture_is_refused(signs):
    assert main(["registry", "common", "add", str(signs / "note.txt"), "--by", "registry"]) == 2
