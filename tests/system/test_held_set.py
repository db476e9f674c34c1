"""From a set on hold to a clean subset, as docs/how-to/from-on-hold-to-clean.md says, on a small set."""

import json
import runpy

import pytest

from sekisho.cli.app import main
from sekisho.store.keys import find_public

ITEMS, COPIES, WORKS, HELD = 80, 20, 4, 76


@pytest.fixture
def folder(tmp_path, monkeypatch, repository):
    make = runpy.run_path(str(repository / "benchmarks" / "held_set.py"))["make"]
    monkeypatch.chdir(tmp_path)
    assert make(tmp_path / "held", ITEMS, COPIES) == HELD
    return tmp_path


def run(*words, code=0):
    assert main([str(word) for word in words]) == code, words


def groups(run_name, capsys):
    capsys.readouterr()
    main(["review", run_name, "--format", "json"])
    return json.loads(capsys.readouterr().out)


def audit(capsys):
    run("registry", "init", "registry.sqlite", "--name", "Association")
    for key in ("hobbyist", "lumen", "kimura"):
        run("key", "new", key)
    run("fingerprint", "held/works", "-o", "prints.jsonl", "--holder", "hobbyist")
    run("register", "prints.jsonl", "--registry", "registry.sqlite", "--holder", "hobbyist", "--kind", "work")
    run("snapshot", "publish", "--registry", "registry.sqlite", "-o", "registry.snapshot")
    use = ("--operator", "lumen", "--purpose", "train", "--territory", "JP")
    run("audit", "held/dataset", "--snapshot", "registry.snapshot", *use, "-o", "run", "--jobs", 2)
    capsys.readouterr()


def test_a_few_decisions_clear_the_whole_set_and_the_next_run_knows_them(folder, capsys):
    audit(capsys)
    found = groups("run", capsys)
    assert found["on_hold"] == HELD
    assert len(found["groups"]) == WORKS
    kimura = ("--by", "kimura", "--reviewers", "kimura")
    first, second, *_ = found["groups"]
    run("review", "run", "--group", first["group"], "--outcome", "allow", "--reason", "a stamp of ours",
        "--false-match", first["entry"], *kimura)  # fmt: skip
    run("review", "run", "--group", second["group"], "--outcome", "block", "--reason", "theirs", *kimura)
    run("clean", "run", "-o", "clean")
    kept = {path.name for path in (folder / "clean").iterdir()}
    assert len(kept) == ITEMS - HELD + len(first["items"])
    assert set(first["items"]) <= kept
    assert not set(second["items"]) & kept
    run("verify", "run")

    key = find_public("kimura").key
    (folder / "policy.toml").write_text(
        f'base = "opt-in"\n[exceptions]\nfiles = ["run/false-matches.jsonl"]\nby = ["{key}"]\n'
    )
    run("audit", "--again", "run", "--policy", "policy.toml", "-o", "run-2")
    again = groups("run-2", capsys)
    assert again["on_hold"] == HELD - len(first["items"]) - len(second["items"])
    after = {g["group"]: g["status"] for g in again["groups"]}
    assert after[second["group"]] == "blocked", "the reviews of the parent hold where the rows are the same"
    assert first["group"] not in after
    run("explain", "run-2", first["items"][0], "--lang", "en")
    said = capsys.readouterr().out
    for part in ("a stamp of ours", key, "not to be the same"):
        assert part in said
    later = ("--policy", "policy.toml", "--on", "2036-01-01")
    run("audit", "--again", "run", *later, "-o", "run-3", "--lang", "en")
    assert "1 confirmed false matches of the policy do not count" in capsys.readouterr().err
    assert len(groups("run-3", capsys)["groups"]) == WORKS
    run("verify", "run-3")
