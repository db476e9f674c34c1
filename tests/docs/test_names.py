"""What docs/reference/names.md says of the rules is so."""

import re

import pytest

from sekisho.lexicon.forms import LATIN, MIN_LATIN, NameForm, named_forms
from sekisho.lexicon.romaji import canonical, letters_of
from sekisho.match import name_rules
from sekisho.match.name_rules import NameRule
from sekisho.model import Name
from sekisho.registry.naming import judge_names
from tests.docs.documents import ROOT

TEXT = (ROOT / "docs" / "reference" / "names.md").read_text(encoding="utf-8")


def test_every_rule_is_documented():
    assert set(re.findall(r"^\| `(\w+)` \|", TEXT, re.MULTILINE)) == {rule.value for rule in NameRule}


def test_the_forms_of_the_example_are_its_forms():
    made = named_forms((Name(text="星野 光太郎", reading="ほしの こうたろう"),))
    named = re.findall(r"^\| [^|]+ \| ([^|]+) \|[^|]+\|$", TEXT, re.MULTILINE)
    shown = {form for cell in named for form in cell.split(", ") if not re.search(r"[ -]", form)} - {"form"}
    assert shown
    assert shown <= {units.strip(LATIN) for units in made}
    assert {form.writing for forms in made.values() for form in forms} == set(NameForm)


@pytest.mark.parametrize(
    "spelling", ["Hoshino Kotaro", "KŌTARŌ HOSHINO", "hosino koutarou", "Hoshino Kohtaroh"]
)
def test_the_spellings_of_the_example_are_one(spelling):
    plain = spelling.lower().replace("ō", "o").split()
    assert {canonical(part) for part in plain} == {"hosino", "kotaro"}


def test_the_numbers_of_the_rules_are_as_documented():
    assert f"from weight {name_rules.LONG} " in TEXT
    assert f"or {name_rules.LONG_LATIN} Latin letters on" in TEXT
    assert f"from weight {name_rules.FULL} on" in TEXT
    assert f"from {name_rules.FULL_LATIN} letters on" in TEXT
    assert TEXT.count(f"within {name_rules.NEAR} letters") == 2
    assert f"or {MIN_LATIN} Latin letters" in TEXT


def test_the_digits_that_stand_for_letters_are_as_documented():
    digits = [d for d in "0123456789" if letters_of(d) != d]
    assert f"({' '.join(digits)})" in TEXT


def test_the_everyday_text_is_as_long_as_documented():
    (verdict,) = judge_names([Name(text="星野 光太郎")], None)
    assert round(verdict.characters, -4) == 80_000
    assert "80,000 characters" in TEXT
