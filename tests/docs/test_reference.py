"""Commands, settings, exit codes, errors and words are documented as they are."""

import re
import tomllib
from dataclasses import fields

import pytest

from sekisho import errors, locale, model
from sekisho.cli.app import COMMANDS
from sekisho.store.settings import SETTINGS
from tests.docs.documents import ROOT

REFERENCE = ROOT / "docs" / "reference"


def read(name):
    return (REFERENCE / name).read_text(encoding="utf-8")


def rows(text):
    """Return the cells of each table row."""
    return [
        [cell.strip() for cell in line.strip("|").split(" | ")]
        for line in text.splitlines()
        if line[:1] == "|"
    ]


def test_every_command_is_documented_with_its_help_line():
    documented = dict(re.findall(r"^\| `sekisho (\w+)` \| (.+?) \|$", read("commands.md"), re.MULTILINE))
    assert documented == dict(COMMANDS)


def test_every_setting_is_documented_with_its_help():
    documented = {row[0].strip("` |"): row[-1].strip(" |") for row in rows(read("settings.md"))[2:]}
    assert documented == {name: setting.help for name, setting in SETTINGS.items()}


def test_every_default_of_a_setting_is_documented():
    documented = {row[0].strip("` |"): row[2].strip(" `") for row in rows(read("settings.md"))[2:]}
    assert documented == {n: "" if s.default is None else str(s.default) for n, s in SETTINGS.items()}


def drawn_tree():
    """Return (name, depth) of each error drawn in the docstring of errors.py."""
    found = re.findall(r"^((?:[| ]  )*(?:[|']- )?)((?:\w+Error|Snapshot\w+))\b", errors.__doc__, re.MULTILINE)
    return {name: len(lines) // 3 for lines, name in found}


def test_every_error_is_drawn_in_the_tree():
    assert set(drawn_tree()) == set(errors.__all__)


@pytest.mark.parametrize("name", errors.__all__)
def test_an_error_is_drawn_at_its_place(name):
    kind = getattr(errors, name)
    assert drawn_tree()[name] == kind.__mro__.index(errors.SekishoError)


@pytest.mark.parametrize("name", errors.__all__)
def test_every_exit_code_of_an_error_is_documented(name):
    codes = {row[0].strip("| ") for row in rows(read("commands.md"))}
    assert str(getattr(errors, name).exit_code) in codes


@pytest.mark.parametrize("reason", model.Unreadable)
def test_every_reason_of_unreadable_is_documented(reason):
    assert f"`{reason.value}`" in read("formats.md")


SHOWN = [
    *(f"outcome.{value}" for value in model.Outcome),
    *(f"permission.{value}" for value in model.Permission),
    *(f"trust.{value}" for value in model.Trust),
    *(f"kind.{value}" for value in model.Kind),
    *(f"method.{value}" for value in model.Method),
    *(f"purpose.{value}" for value in model.Purpose),
    *sorted(k for k in locale.keys("ja") if k.startswith(("reason.", "grade.", "name_rule.", "personal."))),
]


@pytest.mark.parametrize("key", SHOWN)
def test_the_glossary_and_the_interface_say_the_same(key):
    shown = {row[0].strip("` |"): row[1:3] for row in rows(read("glossary.md")) if len(row) > 2}
    assert [cell.strip(" |") for cell in shown[key]] == [locale.text(key, "en"), locale.text(key, "ja")]


def test_no_japanese_text_promises_too_much_or_says_the_wrong_word():
    catalogue = (ROOT / "src" / "sekisho" / "locale" / "catalogues" / "ja.po").read_text(encoding="utf-8")
    assert re.findall("^.*(?:指紋|証明書(?!ではありません)|合法).*$", catalogue, re.MULTILINE) == []


def test_every_column_of_decisions_is_documented():
    columns = re.findall(
        r"^\| `(\w+)` \|", read("formats.md").partition("## Decisions")[2].partition("\n## ")[0], re.MULTILINE
    )
    assert columns[:11] == [
        *(
            "item",
            "unit",
            "media_type",
            "bytes",
            "sha256",
            "pdq",
            "pdq_quality",
            "outcome",
            "reason",
            "findings",
        ),
        "problem",
    ]
    assert {field.name for field in fields(model.Finding)} - {"trust"} <= set(
        re.findall(r"`(\w+)`", read("formats.md"))
    )


@pytest.mark.parametrize(
    "path", sorted((ROOT / "src/sekisho/policy/shipped").glob("*.toml")), ids=lambda p: p.stem
)
def test_a_shipped_policy_is_documented_as_it_is(path):
    header, _, *body = rows(read("policies.md"))
    column = [cell.strip("` |") for cell in header].index(path.stem)
    documented = {
        row[0].strip("` |"): row[column].strip("` |") for row in body if "." in row[0] and "`" in row[0]
    }
    policy = tomllib.loads(path.read_text())
    actual = {
        f"{part}.{key}": str(value)
        for part in ("match", "outcome", "text", "local", "model", "film", "signals")
        for key, value in policy[part].items()
    }
    assert documented == actual
