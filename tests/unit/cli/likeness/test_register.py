import hashlib
import re

import pytest

from sekisho.cli.app import main
from sekisho.locale import LANGS, text
from sekisho.registry.likeness import examine_personal
from sekisho.registry.prints import print_lines
from sekisho.signing import LIKENESS, REGISTRATION
from sekisho.store.clock import today
from sekisho.store.database import open_registry
from sekisho.store.home import default_registry
from sekisho.store.keys import load_signer
from sekisho.store.likenesses import Likenesses
from sekisho.store.statements_file import read_statements
from tests.likenesses import photo
from tests.parties import a_print
from tests.people import TEXT, begin, prints_of, register


@pytest.fixture(autouse=True)
def _registry():
    begin()


def vault():
    return Likenesses.find(load_signer("registry").key)


def test_photos_become_one_registration_that_only_the_vault_has(tmp_path, capsys):
    register(tmp_path, "parent", 1, 2, more=("--adult-from", "2035-04-01"))
    out, err = capsys.readouterr()
    (entry,) = re.findall(r"l-[0-9a-f]{32}", out)
    made = vault().stated(entry).likeness
    assert [p.sha256 for p in made.prints] == [photo(1).sha256, photo(2).sha256]
    assert made.consent == f"sha256:{hashlib.sha256(TEXT.encode()).hexdigest()}"
    assert made.adult_from.isoformat() == "2035-04-01"
    assert made.until.year == today().year + 5
    assert all(text("register.likeness", lang) in err for lang in LANGS)
    database = open_registry(str(default_registry()))
    assert database.counts() == {}
    assert list(database.prints()) == []


def test_it_is_carried_as_a_file_and_taken_in(tmp_path, capsys):
    file = tmp_path / "carried.jsonl"
    register(tmp_path, "parent", 1, more=("-o", str(file)))
    assert vault() is None
    assert file.stat().st_mode & 0o077 == 0
    (envelope,) = read_statements(file)
    assert main(["registry", "import", str(file)]) == 0
    assert vault().stated(examine_personal(envelope).id) is not None
    assert LIKENESS.encode() in envelope
    capsys.readouterr()
    assert main(["registry", "import", str(file)]) == 0
    assert "already" not in capsys.readouterr().out


def test_near_photos_of_others_are_not_told(tmp_path, capsys):
    register(tmp_path, "parent", 1)
    capsys.readouterr()
    register(tmp_path, "other", 1)
    out, err = capsys.readouterr()
    assert "near" not in out + err.replace(text("register.likeness", "en"), "")
    assert load_signer("parent").key not in out + err


@pytest.mark.parametrize(
    "more",
    [
        ("--title", "Hanako"),
        ("--name", "花子"),
        ("--protected-until", "2030-01-01"),
        ("--on-behalf-of", "other"),
        ("--trust", "verified"),
    ],
)
def test_nothing_that_names_a_person_is_taken_along(tmp_path, more, capsys):
    register(tmp_path, "parent", 1, more=more, code=2)
    assert "no title, name" in capsys.readouterr().err
    assert vault() is None


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"--relation": None}, "who you are"),
        ({"--consent": ""}, "--consent names"),
        ({"--consent": "no-such-file.pdf"}, "--consent names"),
        ({"--until": "2020-01-01"}, "can not end"),
        ({"--until": "2060-01-01"}, "5 years"),
    ],
)
def test_what_is_missing_or_wrong_is_said(tmp_path, change, problem, capsys):
    options = {"--relation": "self", "--consent": "consent-1"} | change
    argv = ["register", str(prints_of(tmp_path, "parent", 1)), "--holder", "parent", "--kind", "likeness"]
    argv += [word for name, value in options.items() if value is not None for word in (name, value)]
    assert main(argv) == 2
    assert problem in capsys.readouterr().err


def test_prints_of_works_are_no_photos_and_photos_no_works(tmp_path, capsys):
    file = tmp_path / "works.prints"
    file.write_bytes(b"".join(print_lines([a_print(1, "hanako.jpg")], load_signer("parent"))))
    argv = ["--holder", "parent", "--relation", "self", "--consent", "consent-1"]
    assert main(["register", str(file), *argv, "--kind", "likeness"]) == 2
    assert "of works" in capsys.readouterr().err
    photos = prints_of(tmp_path, "parent", 1)
    assert main(["register", str(photos), "--holder", "parent", "--kind", "work"]) == 2
    assert "photos of a person" in capsys.readouterr().err
    assert open_registry(str(default_registry())).statements(REGISTRATION) == ()


def test_what_is_for_photos_is_not_for_works(tmp_path, capsys):
    file = tmp_path / "works.prints"
    file.write_bytes(b"".join(print_lines([a_print(1)], load_signer("parent"))))
    assert main(["register", str(file), "--holder", "parent", "--kind", "work", "--relation", "self"]) == 2
    assert "for --kind likeness" in capsys.readouterr().err


def test_a_name_in_a_file_of_photos_is_refused(tmp_path, capsys):
    file = tmp_path / "photos.prints"
    file.write_bytes(b"".join(print_lines([a_print(1, "hanako.jpg")], load_signer("parent"), likeness=True)))
    argv = ["--holder", "parent", "--relation", "self", "--consent", "consent-1", "--kind", "likeness"]
    assert main(["register", str(file), *argv]) == 2
    err = capsys.readouterr().err
    assert "with names" in err
    assert "hanako" not in err
