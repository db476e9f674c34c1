"""The README says what is so, in two languages."""

import re
import shlex
from collections import Counter
from pathlib import Path

import pytest
from cyclopts import CycloptsError

from sekisho.cli.app import COMMANDS, build_app
from sekisho.cli.options import Options
from sekisho.demo.corpus import TEXTS
from sekisho.demo.dataset import ACT_TWO, TILES
from sekisho.demo.doors import DOORS
from tests.docs.documents import ROOT, code_blocks, commands, headings, markdown

PAIRS = [
    ("README.md", "README.ja.md"),
    ("docs/how-to/four-doors.md", "docs/how-to/four-doors.ja.md"),
    ("docs/how-to/in-ci.md", "docs/how-to/in-ci.ja.md"),
    ("docs/how-to/register-a-novel.md", "docs/how-to/register-a-novel.ja.md"),
    ("docs/how-to/register-drawings.md", "docs/how-to/register-drawings.ja.md"),
    ("docs/how-to/registry-on-postgresql.md", "docs/how-to/registry-on-postgresql.ja.md"),
    ("docs/how-to/verify-without-trusting-us.md", "docs/how-to/verify-without-trusting-us.ja.md"),
]
TARGETS = frozenset(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["README.md", "README.ja.md"])
def test_the_two_commands_come_first(name):
    language, block = code_blocks(read(name))[0]
    assert language == "sh"
    assert [line.split("#")[0].strip() for line in block.splitlines()] == ["make demo", "make test"]


def test_every_make_target_named_in_a_document_exists():
    named = {line.split()[1] for path in markdown() for line in commands(path.read_text(), "make")}
    assert {"demo", "test"} <= named
    assert named <= TARGETS


def test_ci_calls_the_commands_of_the_readme_and_every_gate():
    calls = re.findall(r"^step make (\w+)$", read(".ci/run"), re.MULTILINE)
    assert calls == ["demo", "lint", "test"]
    assert re.search(r"^check: lint test$", read("Makefile"), re.MULTILINE)


@pytest.mark.parametrize(("name", "language"), [("README.md", "en"), ("README.ja.md", "ja")])
def test_the_four_doors_are_those_of_the_demo(name, language):
    shown = re.findall(r"^\| (.+) \| `(sekisho .+)` \|$", read(name), re.MULTILINE)
    assert shown == [(getattr(who, language), command) for who, command, _ in DOORS]


@pytest.mark.parametrize(("english", "japanese"), PAIRS)
def test_both_languages_have_the_same_headings(english, japanese):
    assert headings(read(english)) == headings(read(japanese))


@pytest.mark.parametrize(("english", "japanese"), PAIRS)
def test_both_languages_have_the_same_code_blocks(english, japanese):
    def bare(name):
        return [re.sub(r"\s*#.*", "", block) for kind, block in code_blocks(read(name)) if kind != "text"]

    assert bare(english) == bare(japanese)


def output(name):
    """Return the output of the demo as a README shows it."""
    (shown,) = [block for kind, block in code_blocks(read(name)) if kind == "text"]
    return shown


def test_both_languages_show_the_same_commands_of_the_demo():
    english, japanese = (re.findall(r"\w+\$ sekisho .+", output(name)) for name in PAIRS[0])
    assert len(english) > 3
    assert english == japanese


@pytest.mark.parametrize("name", PAIRS[0])
def test_the_counts_of_the_three_runs_are_those_of_the_wall(name):
    first = Counter(tile.expected for tile in TILES)
    second = first - Counter([ACT_TWO.expected]) + Counter(["allow"])
    lines = [line for line in output(name).splitlines() if re.match(r"\s+✕ \D*\d", line)]
    shown = [tuple(map(int, re.findall(r"\d+", line))) for line in lines]
    assert shown == [(n["block"], n["review"], n["allow"]) for n in (first, second, first)]


@pytest.mark.parametrize(("name", "lang"), [("README.md", "en"), ("README.ja.md", "ja")])
def test_the_texts_are_those_of_the_demo(name, lang):
    marks = {"block": "✕", "review": "△", "allow": "○"}
    expected = [f"    {marks[page.expected]} {getattr(page.what, lang)}" for page in TEXTS]
    assert "\n".join(expected) in output(name)


def shown_lines():
    return [
        (path.relative_to(ROOT), line)
        for path in markdown()
        for line in commands(path.read_text(), "sekisho")
    ]


@pytest.mark.parametrize(("path", "line"), shown_lines())
def test_every_command_line_shown_is_accepted(path: Path, line: str, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (toml,) = [
        block for language, block in code_blocks(read("docs/how-to/four-doors.md")) if language == "toml"
    ]
    (tmp_path / "sekisho.toml").write_text(toml)
    words = shlex.split(line, comments=True)[1:]
    assert words[0] in COMMANDS, path
    try:
        build_app(Options(), words[0]).parse_args(words, exit_on_error=False, print_error=False)
    except CycloptsError as error:
        pytest.fail(f"{path}: {line}\n{error}")


@pytest.mark.parametrize("path", markdown(), ids=lambda path: path.name)
def test_links_between_documents_lead_somewhere(path):
    text = path.read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text) + re.findall(r'<img src="([^"]+)"', text)
    assert [target for target in targets if not (path.parent / target).exists()] == []
