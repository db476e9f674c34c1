"""`docs/explanation/origins.md` names files and tests that are there, for all 38 statements."""

import re

import pytest

from tests.docs.documents import ROOT

TEXT = (ROOT / "docs" / "explanation" / "origins.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split(" | ")]
    for line in TEXT.splitlines()
    if re.match(r"\| \d+ \|", line)
]


def test_all_38_statements_are_there_in_order():
    assert [int(row[0].strip("| ")) for row in ROWS] == list(range(1, 39))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0].strip("| "))
def test_what_a_row_names_is_there(row):
    _, _, place, shown = row
    files: list[str] = re.findall(r"`([\w./-]+/[\w./-]+)`", place)
    assert files or "not done yet" in place
    assert [name for name in files if not (ROOT / name).exists()] == []
    named = re.findall(r"`([\w./]+\.py)::(\w+)`", shown)
    assert bool(named) is bool(files)
    for path, name in named:
        assert f"def {name}(" in (ROOT / path).read_text(encoding="utf-8")
