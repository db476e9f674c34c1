import re

import pytest

from sekisho.audit.documents.eu_summary import eu_summary
from sekisho.audit.documents.jp_principles import jp_principles
from sekisho.audit.documents.markdown import markdown
from tests.documented import declared, facts_of


@pytest.mark.parametrize(
    "words",
    [
        "# a heading",
        "- a point",
        "1. a number",
        "1) a number",
        "---",
        "===",
        "<script>alert(1)</script>",
        "| a | table |",
        "[a](javascript:alert(1))",
        "![a](https://harbour.example/x.png)",
        "```",
        "> quoted",
        "*[computed]* not so",
        "&lt;b&gt;",
        "    code",
        "~~~",
    ],
)
def test_what_the_operator_writes_makes_no_markup(words):
    said = declared(f"[rights]\nillegal_content = '''before\n{words}\nafter'''")
    made = markdown(eu_summary(facts_of(said=said)), ("en",))
    (found,) = re.findall(r"(?<=before\n\n)\*\[declared\]\* (.+)(?=\n\n\*\[declared\]\* after)", made)
    assert not re.match(r"[#>|=~`<+-]|\d+[.)]\s| {4}", found)
    assert not re.search(r"(?<!\\)[<\[*|`&~]", found)


def test_numbers_are_not_taken_for_lists():
    said = declared("[dataset]\nversion = '1.0.0'")
    assert "*[declared]* 1.0.0\n" in markdown(eu_summary(facts_of(said=said)), ("en",))


def test_both_languages_stand_in_one_file_japanese_first():
    made = markdown(jp_principles(facts_of()), ("ja", "en"))
    assert made.index("対応表") < made.index("Sheet on the principle code")
    assert made.count("\n---\n") == 1
