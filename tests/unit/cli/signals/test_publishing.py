import json

import pytest

from sekisho.cli.app import main
from sekisho.cli.signals import publishing
from sekisho.registry.submit import submit
from sekisho.store.database import open_registry
from sekisho.store.home import default_registry
from sekisho.store.keys import make_key
from tests.parties import DAY, registration


class Holder:
    """A key of this machine, as the helpers of statements want it."""

    def __init__(self, name):
        self.name, self.signer = name, make_key(name)
        self.key, self.sign = self.signer.key, self.signer.sign


@pytest.fixture
def entry():
    main(["registry", "init"])
    make_key("mallory")
    (verdict,) = submit(
        [registration(Holder("aozora"), 1)], open_registry(str(default_registry())).batch, today=DAY
    )
    return verdict.id


def test_entries_without_a_general_grant_are_reserved(entry, tmp_path, said):
    found = said(
        "publish", "--holder", "aozora", "--path", "/works/", "-o", tmp_path / "site", "--lang", "en"
    )
    written = {
        path.relative_to(tmp_path / "site").as_posix()
        for path in (tmp_path / "site").rglob("*")
        if path.is_file()
    }
    headers = {"headers/nginx.conf", "headers/apache.conf", "headers/Caddyfile"}
    assert written == {"robots.txt", ".well-known/tdmrep.json", *headers}
    assert "Content-Usage: /works/ train-ai=n" in (tmp_path / "site" / "robots.txt").read_text(
        encoding="utf-8"
    )
    rules = json.loads((tmp_path / "site/.well-known/tdmrep.json").read_text())
    assert rules == [{"location": "/works/", "tdm-reservation": 1}]
    assert "1 entries and 0 grants in force were looked at" in found.err
    assert "nobody may train" in found.err
    assert "--force" in said("publish", "--holder", "aozora", "-o", tmp_path / "site", code=2).err
    said("publish", "--holder", "aozora", "--entry", entry, "-o", tmp_path / "site", "--force")


@pytest.mark.usefixtures("entry")
def test_a_grant_to_an_operator_is_no_leave_for_others(tmp_path, said):
    terms = ["--purpose", "train", "--territory", "*", "--from", "2020-01-01", "--until", "2099-12-31"]
    main(["grant", "give", "--holder", "aozora", "--to", "mallory", *terms])
    said("publish", "--holder", "aozora", "--close", "train", "user", "-o", tmp_path / "site")
    robots = (tmp_path / "site" / "robots.txt").read_text(encoding="utf-8")
    assert "Content-Usage: train-ai=n, ai-use=n\n" in robots
    assert "User-agent: ChatGPT-User\n" in robots


EVERYWHERE = ["--purpose", "train", "--territory", "*", "--from", "2020-01-01", "--until", "2099-12-31"]


def give_everyone(*more):
    assert main(["grant", "give", "--holder", "aozora", "--to-everyone", "--yes", *EVERYWHERE, *more]) == 0


@pytest.mark.parametrize("of", ["all", "entry"])
def test_what_is_given_to_everybody_is_said_by_the_site_until_it_ends(of, entry, tmp_path, said, capsys):
    give_everyone("--entry", entry if of == "entry" else "all")
    refused = said("publish", "--holder", "aozora", "-o", tmp_path / "site", code=2).err
    assert "--path /works/" in refused
    assert not (tmp_path / "site").exists()
    closed = said("publish", "--holder", "aozora", "--path", "/", "--close", "train", "-o", tmp_path, code=2)
    assert "sekisho grant revoke" in closed.err
    found = said("publish", "--holder", "aozora", "--path", "/", "-o", tmp_path, "--lang", "en")
    assert "everybody may train" in found.err
    assert "ends on December 31, 2099" in found.err
    assert "Content-Usage: train-ai=y\n" in (tmp_path / "robots.txt").read_text(encoding="utf-8")
    assert json.loads((tmp_path / ".well-known/tdmrep.json").read_text())[0]["tdm-reservation"] == 0
    main(["grant", "list", "--holder", "aozora"])
    given = capsys.readouterr().out.split()[0]
    main(["grant", "revoke", given, "--holder", "aozora"])
    said("publish", "--holder", "aozora", "-o", tmp_path, "--force")
    assert "Content-Usage: train-ai=n\n" in (tmp_path / "robots.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "terms",
    [["--purpose", "finetune"], ["--territory", "JP"], ["--until", "2020-12-31"], ["--from", "2099-01-01"]],
)
def test_a_grant_for_everybody_of_less_is_no_leave_for_everybody(entry, terms, tmp_path, said):
    at = EVERYWHERE.index(terms[0])
    argv = [*EVERYWHERE[:at], *terms, *EVERYWHERE[at + 2 :], "--entry", entry, "--yes"]
    assert main(["grant", "give", "--holder", "aozora", "--to-everyone", *argv]) == 0
    said("publish", "--holder", "aozora", "-o", tmp_path)
    assert "Content-Usage: train-ai=n\n" in (tmp_path / "robots.txt").read_text(encoding="utf-8")


@pytest.mark.usefixtures("entry")
@pytest.mark.parametrize(
    ("argv", "message"),
    [
        ([], "say whose entries"),
        (["--holder", "aozora", "--prints", "p.jsonl"], "say whose entries"),
        (["--holder", "mallory"], "has no entry in this registry"),
        (["--holder", "aozora", "--entry", "e-0"], "has no entry e-0"),
        (["--holder", "aozora", "--path", "works"], "is no path"),
    ],
)
def test_wrong_usage_writes_nothing(tmp_path, said, argv, message):
    assert message in said("publish", *argv, "-o", tmp_path / "site", code=2).err
    assert not (tmp_path / "site").exists()


def test_prints_that_are_not_registered_are_reserved(tmp_path, said, monkeypatch):
    (tmp_path / "p.jsonl").write_bytes(b"nothing")
    assert said("publish", "--prints", tmp_path / "p.jsonl", "-o", tmp_path / "site", code=2).err.startswith(
        "error: "
    )
    monkeypatch.setattr(publishing, "read_prints", lambda _data: type("Read", (), {"prints": (1, 2)}))
    found = said("publish", "--prints", tmp_path / "p.jsonl", "-o", tmp_path / "site", "--lang", "en")
    assert "2 fingerprints" in found.err
    assert (tmp_path / "site" / "robots.txt").exists()
