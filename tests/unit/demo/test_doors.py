import shlex

import pytest

from sekisho.cli.app import COMMANDS, build_app
from sekisho.cli.options import Options
from sekisho.demo.doors import DOORS


def test_there_are_four_doors_and_each_speaks_both_languages():
    assert len(DOORS) == 4
    assert all(who.ja and who.en and note.ja and note.en for who, _, note in DOORS)


@pytest.mark.parametrize("command", [command for _, command, _ in DOORS])
def test_the_command_works_as_typed_without_settings(command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    program, *words = shlex.split(command)
    assert program == "sekisho"
    assert words[0] in COMMANDS
    build_app(Options()).parse_args(words, exit_on_error=False, print_error=False)


def test_who_was_harmed_reads_what_stays_and_where_to_go():
    note = DOORS[-1][2]
    assert "stays with you" in note.en
    assert "never save or forward" in note.en
    assert "#9110" in note.ja
