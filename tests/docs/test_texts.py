"""What docs/reference/texts.md says of names and limits is so."""

import re

import pytest

from sekisho.media.texts import TextLimits, text_form_of
from sekisho.media.texts.aozora import MAX_READING, MIN_READINGS, READING_SHARE
from sekisho.media.texts.html import MAX_READING as MAX_RUBY
from tests.docs.documents import ROOT

TEXT = (ROOT / "docs" / "reference" / "texts.md").read_text(encoding="utf-8")


def test_every_limit_is_documented_with_its_default():
    documented = dict(re.findall(r"^\| `(max_\w+)` \| (\d+) \|", TEXT, re.MULTILINE))
    assert documented == {name: str(value) for name, value in TextLimits().as_dict().items()}


@pytest.mark.parametrize(
    "row", re.findall(r"^\| (plain|Markdown|HTML|EPUB|JSON) \| (.*?) \|", TEXT, re.MULTILINE)
)
def test_every_extension_is_documented_at_its_form(row):
    extensions = re.findall(r"`(\.\w+)`", row[1])
    assert extensions
    assert {text_form_of(f"a{extension}") for extension in extensions} == {row[0].lower()}


def test_the_bounds_of_readings_are_as_documented():
    assert MAX_READING == MAX_RUBY == 30
    assert (MIN_READINGS, READING_SHARE) == (5, 0.8)
    assert "readings of up to 30 characters" in TEXT
    assert "at least five readings in hiragana that are 80 %" in TEXT
