import pytest

from sekisho.cli.app import main
from sekisho.cli.help import flowing


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("one\ntwo", "one two"),
        ("one\n\ntwo\nthree\n", "one\n\ntwo three\n"),
        ("one\n    indented\n", "one\n    indented\n"),
        ("", ""),
    ],
)
def test_only_the_lines_of_a_paragraph_flow(source, shown):
    assert flowing(source) == shown


def test_help_fills_its_lines_whatever_those_of_the_source(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    main(["register", "--help"])
    lines = capsys.readouterr().out.splitlines()
    paragraph = lines[lines.index("") + 3 :]
    paragraph = paragraph[: paragraph.index("")]
    assert all(len(line) > 40 for line in paragraph[:-1])
