"""The GitHub action calls the real command, with inputs that are there, and lets none become code."""

import re
import shlex

import pytest
from cyclopts import CycloptsError

from sekisho.cli.app import build_app
from sekisho.cli.audit.forms import FORMS
from sekisho.cli.audit.options import Gate, Work
from sekisho.cli.options import Options
from tests.docs.action_file import TEXT, audit_script, environment, inputs, run_blocks, sekisho_lines, uses
from tests.docs.documents import ROOT

EXAMPLES = {
    "PURPOSE": "train",
    "TERRITORY": "JP",
    "FAIL_ON": "review",
    "MAX_UNREADABLE": "3",
    "LANGUAGE": "ja",
    "SAMPLE": "100",
}


def words_of(line):
    """Return the words of a line as the shell would give them, every variable filled in."""
    script = audit_script()
    more = re.findall(r"more\+=\((.+?)\)", script)
    line = line.replace('"${datasets[@]}"', "data").replace('"${more[@]}"', " ".join(more))
    line = line.partition(" || ")[0]
    return shlex.split(re.sub(r"\$(\w+)", lambda m: EXAMPLES.get(m[1], f"some-{m[1].lower()}"), line))


def test_every_command_of_the_action_is_accepted(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lines = [line for script in run_blocks() for line in sekisho_lines(script)]
    assert len(lines) == 1
    words = words_of(lines[0])[1:]
    try:
        _, bound, _ = build_app(Options(), words[0]).parse_args(words, exit_on_error=False, print_error=False)
    except CycloptsError as error:
        pytest.fail(f"{words}\n{error}")
    given = bound.arguments
    assert given["gate"].fail_on == "review"
    assert str(given["gate"].baseline) == "some-baseline"
    assert str(given["gate"].ignore) == "some-ignore"
    assert given["work"].sample == 100
    assert {form.partition("=")[0] for form in given["shown"].format} == {"github", "sarif", "markdown"}
    assert {"github", "sarif", "markdown"} <= set(FORMS)


def test_every_input_is_documented_and_used():
    expressions = set(re.findall(r"\$\{\{ ?(?:always\(\) && )?inputs\.([a-z-]+)", TEXT))
    assert expressions == set(inputs())
    assert all(field["description"] for field in inputs().values())
    assert all(("required" in field) != ("default" in field) for field in inputs().values())


def test_the_defaults_are_those_of_the_command():
    given = inputs()
    assert given["fail-on"]["default"] == Gate().fail_on
    assert int(given["max-unreadable"]["default"]) == Gate().max_unreadable
    assert given["sample"]["default"] == ""
    assert Work().sample is None


@pytest.mark.parametrize("script", run_blocks(), ids=["install", "audit"])
def test_no_input_becomes_code(script):
    assert "${{" not in script
    for variable in environment(script):
        for use in re.finditer(rf"\$\{{?{variable}\b", script):
            line = script[script.rfind("\n", 0, use.start()) + 1 : script.find("\n", use.end())]
            assert re.search(rf'"[^"]*\$\{{?{variable}\b[^"]*"', line), f"{variable} is not quoted: {line}"


def test_the_private_key_goes_nowhere_else():
    assert TEXT.count("inputs.operator-key") == 1
    script = audit_script()
    assert "umask 077" in script
    assert script.index("trap ") < script.index("$OPERATOR_KEY")
    assert script.index("unset OPERATOR_KEY") < script.index("sekisho audit")


def test_findings_are_uploaded_even_if_the_audit_fails():
    upload = TEXT.partition("- name: Upload the findings")[2]
    assert "if: ${{ always() && inputs.upload == 'true' && steps.audit.outputs.sarif != '' }}" in upload
    assert "sarif_file: ${{ steps.audit.outputs.sarif }}" in upload


def test_other_actions_have_a_version():
    assert uses() == ["actions/setup-python@v5", "github/codeql-action/upload-sarif@v3"]


@pytest.mark.parametrize("name", ["in-ci.md", "in-ci.ja.md"])
def test_the_how_to_names_only_inputs_that_are_there(name):
    text = (ROOT / "docs" / "how-to" / name).read_text(encoding="utf-8")
    (block,) = re.findall(r"uses: \S+/sekisho@\S+\n +with:\n((?: {10}.+\n)+)", text)
    named = set(re.findall(r"^ {10}([a-z-]+):", block, re.MULTILINE))
    assert {"dataset", "snapshot", "operator-key"} <= named <= set(inputs())
