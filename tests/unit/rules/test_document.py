import pytest

from sekisho.errors import ConfigError
from sekisho.rules.document import document, hidden_in


def test_tables_come_out_as_they_stand():
    found = document('a = "漢字　とNBSP\\u00a0と\\u200c"\n[b]\nc = 2026-01-31', "x.toml")
    assert found["b"]["c"].year == 2026
    assert found["a"].startswith("漢字")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a" + ".a" * 30_000 + " = 1", "more than 60 points"),
        ("[a" + ".a" * 30_000 + "]", "line 1: a line with more than 60 points"),
        ("a = " + "1" * 5000, "is not TOML"),
        ("a = 0x" + "f" * 5000, "64 bits"),
        ("a = " + "[" * 100_000, "is not TOML"),
        ("a = 1\na = 2", "is not TOML"),
        ('a = "clear \\u001b[2J the screen"', r"U\+001B"),
        ('a = ["x", { b = "right to \\u202e left" }]', r"U\+202E"),
        ('a = "\\u009b2J"', r"U\+009B"),
        ('a = "two\\nlines"', r"U\+000A"),
        ('"a\\u0007" = 1', r"U\+0007"),
        ("a = 0001-01-01", "year 1 "),
        ("a = 9999-12-31T23:59:59Z", "year 9999"),
    ],
)
def test_what_is_slow_or_hidden_is_refused_with_the_name_of_the_file(text, words):
    with pytest.raises(ConfigError, match=words) as caught:
        document(text, "x.toml")
    assert "x.toml" in str(caught.value)
    assert len(str(caught.value)) < 500


def test_the_first_hidden_character_is_named():
    assert hidden_in("plain text") == ""
    assert hidden_in("a\u200bb\u202e") == "U+200B"
