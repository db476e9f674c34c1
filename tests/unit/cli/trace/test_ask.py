import base64
import hashlib
import hmac
import json

import pytest

from sekisho.audit.membership.answering import open_question
from sekisho.cli.app import main
from sekisho.model import Kind
from sekisho.model.question import AskBasis
from sekisho.store.keys import find_public, load_signer, make_key
from tests.asking import FOUND
from tests.membership import asked_for, sha256
from tests.world import drawn, print_of


@pytest.fixture
def folder(tmp_path):
    for name, data in {"same.png": drawn(1), "found.jpg": FOUND, "other.png": drawn(77)}.items():
        (tmp_path / name).write_bytes(data)
    return tmp_path


@pytest.fixture
def entry(folder, capsys):
    """Register the picture that was found, and return its id."""
    make_key("holder")
    main(["registry", "init", "--name", "Assoc"])
    main(["fingerprint", str(folder / "same.png"), "-o", str(folder / "p.jsonl"), "--holder", "holder"])
    assert main(["register", str(folder / "p.jsonl"), "--holder", "holder", "--kind", "work"]) == 0
    return next(word for word in capsys.readouterr().out.split() if word.startswith("e-"))


def ask(folder, *words, name="q.json"):
    code = main(["trace", "ask", *map(str, words), "-o", str(folder / name), "--lang", "en"])
    file = folder / name
    return code, open_question(file.read_bytes().strip()) if file.exists() else None


def test_anybody_asks_about_exact_files(folder, capsys):
    code, made = ask(folder, folder / "same.png", folder / "found.jpg", "--public")
    assert (code, made.basis, made.kind) == (0, AskBasis.PUBLIC, None)
    assert [one.sha256 for one in made.asked] == [sha256(drawn(1)), sha256(FOUND)]
    assert not any(one.pdq for one in made.asked)
    assert "about 2 files" in capsys.readouterr().out
    assert (folder / "q.json").stat().st_mode & 0o777 == 0o600


def test_a_registry_asks_on_the_basis_of_an_entry(folder, entry):
    code, made = ask(folder, folder / "found.jpg", "--entry", entry)
    assert (code, made.basis, made.kind, made.entry) == (0, AskBasis.HOLDER, Kind.WORK, entry)
    assert made.asked == (asked_for(FOUND),)


def test_without_files_it_asks_for_what_is_registered(folder, entry):
    code, made = ask(folder, "--entry", entry)
    assert code == 0
    assert [(one.sha256, one.pdq) for one in made.asked] == [
        (sha256(drawn(1)), (print_of(drawn(1)).pdq,)),
    ]


def test_a_file_that_is_not_of_the_entry_is_refused(folder, entry, capsys):
    code, made = ask(folder, folder / "other.png", "--entry", entry)
    assert (code, made) == (2, None)
    assert "not near to anything" in capsys.readouterr().err


@pytest.mark.parametrize("kind", ["e-", "l-"])
def test_an_entry_that_is_not_there_is_no_basis(folder, entry, kind, capsys):
    assert entry
    code, made = ask(folder, folder / "same.png", "--entry", kind + "0" * 32)
    assert (code, made) == (2, None)
    assert "that stands" in capsys.readouterr().err


def test_an_authority_asks_about_a_kind(folder):
    make_key("agency")
    make_key("lumen")
    words = ("--authority", "agency", "--kind", "likeness", "--to", "lumen")
    code, made = ask(folder, folder / "found.jpg", *words)
    assert (code, made.basis, made.kind) == (0, AskBasis.AUTHORITY, Kind.LIKENESS)
    assert made.operator is not None
    assert made.asked == (asked_for(FOUND),)


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("--public", "--authority", "me"),
        ("--public", "--entry", "e-" + "0" * 32),
        ("--public", "--to", "nobody"),
        ("--authority", "nobody"),
        ("--authority", "me", "--kind", "listed"),
    ],
)
def test_a_question_without_one_clear_basis_is_a_usage_error(folder, words):
    assert ask(folder, folder / "same.png", *words) == (2, None)


def test_nothing_is_asked_about_no_file_or_a_missing_one(folder):
    assert ask(folder, "--public") == (2, None)
    assert ask(folder, folder / "gone.png", "--public") == (2, None)
    assert ask(folder, folder, "--public") == (2, None)


def test_a_question_is_not_overwritten(folder):
    assert ask(folder, folder / "same.png", "--public")[0] == 0
    before = (folder / "q.json").read_bytes()
    assert ask(folder, folder / "other.png", "--public")[0] == 2
    assert (folder / "q.json").read_bytes() == before
    assert ask(folder, folder / "other.png", "--public", "--force")[0] == 0
    assert (folder / "q.json").read_bytes() != before


@pytest.fixture
def person(folder, capsys):
    """Register a drawn face as a photo of a person, and return the registration's id."""
    make_key("parent")
    make_key("lumen")
    main(["registry", "init", "--name", "Assoc"])
    prints, photo = str(folder / "l.jsonl"), str(folder / "same.png")
    assert main(["fingerprint", "--likeness", photo, "-o", prints, "--holder", "parent"]) == 0
    said = ("--relation", "self", "--consent", "consent-1")
    assert main(["register", prints, "--holder", "parent", "--kind", "likeness", *said]) == 0
    return next(word for word in capsys.readouterr().out.split() if word.startswith("l-"))


def test_a_question_about_a_person_names_no_registration(folder, person):
    code, made = ask(folder, folder / "found.jpg", "--entry", person, "--to", "lumen")
    assert (code, made.kind, made.basis) == (0, Kind.LIKENESS, AskBasis.HOLDER)
    assert (made.entry, made.holder) == (None, None)
    assert made.asked == (asked_for(FOUND),)
    raw = (folder / "q.json").read_bytes()
    payload = base64.b64decode(json.loads(raw)["payload"])
    assert person.encode() not in payload
    assert find_public("parent").key.encode() not in payload


def test_two_photos_of_a_person_are_two_questions_to_one_operator(folder, person, capsys):
    files = (folder / "found.jpg", folder / "same.png")
    assert ask(folder, *files, "--entry", person) == (2, None)
    assert "one operator" in capsys.readouterr().err
    assert ask(folder, *files, "--entry", person, "--to", "lumen", name="q.json") == (0, None)
    first, second = (open_question((folder / f"q-{n}.json").read_bytes().strip()) for n in (1, 2))
    assert (first.asked, second.asked) == ((asked_for(FOUND),), (asked_for(drawn(1)),))
    assert first.standing != second.standing


def test_only_the_registry_can_tell_which_registration_it_was(folder, person):
    _, made = ask(folder, folder / "found.jpg", "--entry", person, "--to", "lumen")
    signer = load_signer("registry")
    about = hashlib.sha256(b"".join(one.sha256 + b"".join(one.pdq) for one in made.asked)).digest()
    salt = signer.sign(b"sekisho/standing/v1\0" + about)
    assert made.standing == hmac.digest(salt, person.encode(), "sha256")
    assert made.standing != ask(folder, "--entry", person, "--to", "lumen", name="other.json")[1].standing


def test_another_photo_is_not_asked_about_on_its_basis(folder, person, capsys):
    assert ask(folder, folder / "other.png", "--entry", person, "--to", "lumen") == (2, None)
    assert "not near to anything" in capsys.readouterr().err
