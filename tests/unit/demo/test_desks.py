import io
import os
import sys
from pathlib import Path

import pytest
from rich.console import Console

from sekisho.demo.desks import Desk, Stage, size_of
from sekisho.errors import SekishoError


@pytest.fixture
def desk(tmp_path):
    made = Desk(tmp_path / "publisher")
    made.set_up()
    return made


def _stage(run):
    shown = io.StringIO()
    return Stage(run, Console(file=shown, width=200), "en"), shown


def test_a_command_is_shown_and_runs_at_its_desk(desk, monkeypatch):
    monkeypatch.setenv("SEKISHO_HOME", "elsewhere")

    def run(words):
        sys.stdout.write(f"{' '.join(words)} {os.environ['SEKISHO_HOME']} {Path.cwd()}\n")
        return 0

    stage, shown = _stage(run)
    answer = stage.command(desk, "key", "new", "a b")
    assert answer.out == f"key new a b {desk.folder} {desk.folder}"
    assert "publisher$ sekisho key new 'a b'" in shown.getvalue()
    assert os.environ["SEKISHO_HOME"] == "elsewhere"


def test_a_pattern_is_shown_as_typed_and_given_as_files(desk):
    for name in ("b.jsonl", "a.jsonl", "c.txt"):
        (desk.inbox / name).touch()
    given = []
    stage, shown = _stage(lambda words: given.append(tuple(words)) or 0)
    stage.command(desk, "registry", "import", "inbox/*.jsonl")
    assert given == [("registry", "import", "inbox/a.jsonl", "inbox/b.jsonl")]
    assert "sekisho registry import inbox/*.jsonl" in shown.getvalue()


def test_an_unexpected_exit_code_stops_the_play_with_the_reason(desk):
    def run(_):
        sys.stderr.write("error: no such key\n")
        return 2

    stage, _ = _stage(run)
    with pytest.raises(SekishoError, match="exit code 2: error: no such key"):
        stage.command(desk, "key", "show", "nobody")


def test_the_messenger_copies_and_counts(desk, tmp_path):
    other = Desk(tmp_path / "registry")
    other.set_up()
    (desk.outbox / "a.jsonl").write_bytes(b"x" * 1500)
    stage, shown = _stage(lambda _: 0)
    assert stage.carry(desk, other) == 1500
    assert (other.inbox / "a.jsonl").stat().st_size == 1500
    assert "publisher/outbox → registry/inbox  a.jsonl, 1.5 kB" in shown.getvalue()


@pytest.mark.parametrize(("count", "said"), [(90, "0.1 kB"), (16600, "16.6 kB"), (1_234_567, "1.2 MB")])
def test_sizes(count, said):
    assert size_of(count) == said
