"""The reference of personal information lists every type and every rule."""

import re

import pytest

from sekisho.model import PersonalType
from tests.docs.documents import ROOT

REFERENCE = (ROOT / "docs" / "reference" / "personal.md").read_text(encoding="utf-8")
TABLE = REFERENCE.partition("## Types and rules")[2].partition("\n## ")[0]
_RULE = re.compile(
    r'"((?:email|plate)|(?:name|age|address|phone|my-number|licence|passport|residence|insurance|'
    r'pension|bank|card|birth|school|handle|ip|care)-[a-z-]+)"'
)


def rules():
    """Return the ids of rules in the source."""
    sources = (ROOT / "src" / "sekisho" / "detect").rglob("*.py")
    return {rule for path in sources for rule in _RULE.findall(path.read_text(encoding="utf-8"))}


@pytest.mark.parametrize("kind", PersonalType)
def test_every_type_is_documented(kind):
    assert f"| `{kind.value}` |" in TABLE


def test_every_rule_is_documented_and_every_documented_rule_is_there():
    documented = set(re.findall(r"`([a-z]+(?:-[a-z]+)+|email|plate)`", TABLE)) - {"review", "redact"}
    assert documented == rules()


def test_no_rule_names_somebody_young():
    words = re.compile("minor|young|child|kid|teen|infant|juvenile|school-(?!name)")
    assert [rule for rule in rules() if words.search(rule)] == []
