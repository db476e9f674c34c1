import pytest

from sekisho.cli.help_words import flowing, help_words, translated

WORDS = {"One line.": "一行。", "Two lines.": "二行。", "Example:": "例:"}


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


def test_english_needs_no_words():
    assert help_words("en") == {}


def test_japanese_has_words_and_their_marks_are_read():
    words = help_words("ja")
    assert words["Commands"] == "コマンド"
    assert '(below 10: "<10")' in next(english for english in words if "Only facts and counts" in english)


def test_each_paragraph_is_looked_up_with_its_lines_joined():
    assert translated("One\nline.\n\nTwo lines.", WORDS) == "一行。\n\n二行。"


def test_an_indented_line_is_looked_up_by_itself():
    assert translated("Two\nlines.\n  One line.\n  Other.", WORDS) == "二行。\n  一行。\n  Other."


def test_a_command_line_that_stands_as_an_example_stays():
    assert translated("One line.\n\nExample: sekisho key\nlist", WORDS) == "一行。\n\n例: sekisho key list"


def test_what_has_no_translation_stays_english():
    assert translated("Three lines.", WORDS) == "Three lines."
    assert translated("Three\nlines.\n\nExample: x", {}) == "Three lines.\n\nExample: x"
