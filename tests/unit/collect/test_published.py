import json
from dataclasses import replace
from datetime import date
from itertools import combinations

import pytest

from sekisho.collect.published import Document, Wishes, documents, given_until, gives_training, read_back
from sekisho.detect.signals.agents import AgentClass, agents
from sekisho.errors import EvidenceError, UsageError
from sekisho.model import EVERYBODY, EntryId, Grant, GrantId, KeyId, Purpose

ONE, TWO = EntryId("e-1"), EntryId("e-2")
MORE = [frozenset(some) for n in range(3) for some in combinations((AgentClass.USER, AgentClass.SEARCH), n)]


def grant(entry=None, to=EVERYBODY, purpose=Purpose.TRAIN, places=("*",)):
    return Grant(
        id=GrantId("g-1"),
        registrant=KeyId("ed25519:a"),
        entry=entry,
        grantee=to,
        purposes=frozenset({purpose}),
        territories=frozenset(places),
        from_=date(2026, 1, 1),
        until=date(2026, 12, 31),
    )


def test_only_a_general_grant_for_all_entries_is_leave_for_everybody():
    assert gives_training([ONE, TWO], [grant()])
    assert gives_training([ONE, TWO], [grant(ONE), grant(TWO)])
    assert not gives_training([ONE, TWO], [grant(ONE)])
    assert not gives_training([ONE], [])
    assert not gives_training([], [grant()])
    assert not gives_training([ONE], [grant(to=KeyId("ed25519:b"))])
    assert not gives_training([ONE], [grant(places=("JP",))])
    assert not gives_training([ONE], [grant(purpose=Purpose.RETRIEVE)])


@pytest.mark.parametrize("paths", [("/",), ("/works/",), ("/a/", "/b", "/c~1/")])
@pytest.mark.parametrize("more", MORE, ids=lambda more: "+".join(sorted(more)) or "none")
@pytest.mark.parametrize("given", [True, False])
def test_what_is_written_says_what_was_meant(given, more, paths):
    closed = more if given else more | {AgentClass.TRAIN}
    wishes = Wishes(gives_training=given, closed=closed, paths=paths)
    written = documents(wishes)
    read_back(wishes, written)
    names = {document.path for document in written}
    assert (".well-known/tdmrep.json" in names) == (not given or not more)
    assert {"robots.txt", "headers/nginx.conf", "headers/apache.conf", "headers/Caddyfile"} <= names


def test_a_reservation_is_written_in_every_language():
    texts = {
        d.path: d.text for d in documents(Wishes(gives_training=False, closed=frozenset({AgentClass.TRAIN})))
    }
    assert "Content-Usage: train-ai=n\nContent-Signal: ai-train=no\n" in texts["robots.txt"]
    assert all(f"User-agent: {token}\n" in texts["robots.txt"] for token in agents()[AgentClass.TRAIN])
    assert json.loads(texts[".well-known/tdmrep.json"]) == [{"location": "/", "tdm-reservation": 1}]
    assert 'add_header tdm-reservation "1" always;' in texts["headers/nginx.conf"]
    assert 'Header set Content-Usage "train-ai=n"' in texts["headers/apache.conf"]
    assert 'header /* {\n    Content-Usage "train-ai=n"' in texts["headers/Caddyfile"]
    for name in ("robots.txt", "headers/nginx.conf", "headers/apache.conf", "headers/Caddyfile"):
        comments = [line for line in texts[name].splitlines() if line.startswith("#")]
        assert any(line.isascii() for line in comments)
        assert any(not line.isascii() for line in comments)


def test_other_parsers_read_it_the_same():
    protego = pytest.importorskip("protego")
    wishes = Wishes(gives_training=False, closed=frozenset({AgentClass.TRAIN}), paths=("/works/",))
    robots = protego.Protego.parse(documents(wishes)[0].text)
    for token in agents()[AgentClass.TRAIN]:
        assert not robots.can_fetch("https://a.example/works/1.png", token)
        assert robots.can_fetch("https://a.example/about", token)
    assert robots.can_fetch("https://a.example/works/1.png", "Googlebot")


@pytest.mark.parametrize("given", [True, False])
@pytest.mark.parametrize("more", MORE, ids=lambda more: "+".join(sorted(more)) or "none")
def test_content_usage_is_a_dictionary_of_structured_fields(given, more):
    http_sf = pytest.importorskip("http_sf")
    wishes = Wishes(gives_training=given, closed=more if given else more | {AgentClass.TRAIN})
    (line,) = [line for line in documents(wishes)[0].text.splitlines() if line.startswith("Content-Usage: ")]
    said = http_sf.parse(line.partition(": ")[2].encode(), tltype="dictionary")
    words = {AgentClass.TRAIN: "train-ai", AgentClass.USER: "ai-use", AgentClass.SEARCH: "search"}
    wanted = {words[kind]: "n" for kind in wishes.closed} | ({"train-ai": "y"} if given else {})
    assert {key: (str(value), dict(more)) for key, (value, more) in said.items()} == {
        key: (value, {}) for key, value in wanted.items()
    }


@pytest.mark.parametrize(
    "path", ["", "works", "/a b", "/a#b", "/*", "/a$", '/"', "/é", "/a\nUser-agent: *", "/{x}"]
)
def test_a_path_that_would_say_something_else_is_refused(path):
    with pytest.raises(UsageError, match="is no path"):
        Wishes(gives_training=False, closed=frozenset({AgentClass.TRAIN}), paths=(path,))


def test_training_is_given_or_reserved():
    with pytest.raises(UsageError):
        Wishes(gives_training=True, closed=frozenset({AgentClass.TRAIN}))
    with pytest.raises(UsageError):
        Wishes(gives_training=False, closed=frozenset())


@pytest.mark.parametrize(
    ("old", "new"), [("train-ai=n", "train-ai=y"), ("Content-Usage", "Content-Use"), ("/works/", "/")]
)
def test_what_says_another_thing_is_not_handed_out(old, new):
    wishes = Wishes(gives_training=False, closed=frozenset({AgentClass.TRAIN}), paths=("/works/",))
    written = documents(wishes)
    read_back(wishes, written)
    said = written[0].text.replace(old, new).replace("Disallow", "Disallow" if new == "/" else "X")
    said = said if new == "/" else said.replace("ai-train=no", "ai-train=yes")
    with pytest.raises(EvidenceError):
        read_back(wishes, [Document("robots.txt", said), *written[1:]])


def test_it_is_given_until_the_first_of_the_entries_is_not():
    longer = replace(grant(ONE), until=date(2027, 6, 30))
    assert given_until([ONE, TWO], [grant(), longer]) == date(2026, 12, 31)
    assert given_until([ONE], [grant(), longer]) == date(2027, 6, 30)
    assert given_until([ONE, TWO], [longer]) is None
    assert given_until([], [grant()]) is None


def test_every_class_that_is_turned_away_is_named_to_everybody():
    wishes = Wishes(gives_training=False, closed=frozenset(AgentClass), paths=("/works/",), lang="en")
    texts = {document.path: document.text for document in documents(wishes)}
    usage = "train-ai=n, search=n, ai-use=n"
    robots = [line for line in texts["robots.txt"].splitlines() if not line.startswith("#")]
    assert robots[:3] == [
        "User-agent: *",
        f"Content-Usage: /works/ {usage}",
        "Content-Signal: /works/ ai-train=no, search=no, ai-input=no",
    ]
    blocks = {
        name: [line for line in texts[f"headers/{name}"].splitlines() if not line.startswith("#")]
        for name in ("nginx.conf", "apache.conf", "Caddyfile")
    }
    assert blocks == {
        "nginx.conf": [
            "location /works/ {",
            f'    add_header Content-Usage "{usage}" always;',
            '    add_header tdm-reservation "1" always;',
            "}",
        ],
        "apache.conf": [
            '<Location "/works/">',
            f'    Header set Content-Usage "{usage}"',
            '    Header set tdm-reservation "1"',
            "</Location>",
        ],
        "Caddyfile": ["header /works/* {", f'    Content-Usage "{usage}"', '    tdm-reservation "1"', "}"],
    }
