import json

import pytest

from sekisho.cli.app import main

FACTS = """format = "sekisho.facts/1"
on = 2026-09-01
[facts.operator]
gpai_provider = true
fault = true
[facts.request]
by_authority = true
refused = true
under = "eu.aiact"
"""


@pytest.fixture
def facts(tmp_path):
    path = tmp_path / "facts.toml"
    path.write_text(FACTS, encoding="utf-8")
    return str(path)


def sheet(*argv):
    return main(["case", "worksheet", *argv, "--lang", "en"])


def test_a_sheet_of_a_file_of_facts_is_written_as_markdown_and_as_json(facts, tmp_path, capsys):
    page = tmp_path / "sheet.md"
    assert sheet(facts, "--jurisdiction", "EU", "--for", "authority", "-o", str(page)) == 0
    assert "at least 15,000,000 EUR" in page.read_text(encoding="utf-8")
    made = json.loads((tmp_path / "sheet.json").read_bytes())
    assert made["on"] == "2026-09-01"
    assert sheet(facts, "--jurisdiction", "EU", "--for", "authority", "-o", str(page)) == 2
    capsys.readouterr()
    assert sheet(facts, "--jurisdiction", "EU", "--for", "operator", "--format", "json") == 0
    assert json.loads(capsys.readouterr().out) == made


def test_a_guardian_is_refused_before_anything_is_written(facts, tmp_path, capsys):
    page = tmp_path / "sheet.md"
    assert sheet(facts, "--jurisdiction", "EU", "--for", "guardian", "-o", str(page)) == 2
    said = capsys.readouterr()
    assert "desks and questions" in said.err
    assert "EUR" not in said.out
    assert not page.exists()


def test_a_sheet_of_a_case_takes_the_figures_that_are_added(desk, tmp_path):
    (tmp_path / "more.toml").write_text(FACTS.replace("fault", "turnover_eur = 9e9\nfault"), encoding="utf-8")
    found = desk.opened()
    argv = ["worksheet", found, "--for", "authority", "--jurisdiction", "EU", "--format", "json"]
    assert desk.run(*argv, "--facts", tmp_path / "more.toml") == 0
    most = [one["most"] for one in json.loads(desk.said)["penalties"] if one["rule"] == "eu.aiact.101"]
    assert most == [{"min": 270_000_000, "max": 270_000_000}]
    assert desk.run(*argv, by="agency") == 2


@pytest.mark.parametrize(
    ("argv", "why"),
    [
        (["n-0", "--for", "authority"], "--by"),
        (["none.toml", "--for", "authority", "--jurisdiction", "EU"], "none.toml"),
        (["FACTS", "--for", "authority"], "which law"),
        (["FACTS", "--for", "authority", "--jurisdiction", "XX"], "XX"),
        (["FACTS", "--for", "authority", "--jurisdiction", "EU", "-o", "sheet.json"], "sheet.md"),
    ],
)
def test_what_can_not_be_answered_says_why(facts, capsys, argv, why):
    assert sheet(*(facts if word == "FACTS" else word for word in argv)) == 2
    assert why in capsys.readouterr().err
