import pytest

from sekisho.rules.kit import kit
from sekisho.store.clock import now


def test_a_kit_is_written_and_passes(rules):
    path = rules.path / "br.toml"
    assert rules.run("new", "BR", "--output", path, "--lang", "en") == 0
    assert "sekisho rules test" in rules.told
    assert rules.run("test", path, "--lang", "en") == 0
    assert rules.said.startswith("br: 1 rules, 5 examples, ")


def test_a_kit_is_not_written_over_a_file(rules):
    path = rules.file("br.toml", "mine")
    assert rules.run("new", "BR", "--output", path) == 2
    assert path.read_text() == "mine"


@pytest.mark.parametrize("place", ["Brazil", "br", "B", "US-TEXAS", "../x"])
def test_what_is_no_code_of_a_place_is_refused(rules, place):
    assert rules.run("new", place) == 2
    assert "is no ISO 3166 code" in rules.told


def test_an_example_that_comes_out_differently_fails_the_test(rules):
    text = kit("BR", now().date()).replace("due = { remove = 2026-01-03T", "due = { remove = 2026-01-04T")
    assert rules.run("test", rules.file("br.toml", text)) == 1
    assert "test 'met': remove is due 2026-01-03" in rules.told
    assert "br, line" in rules.told


def test_an_example_that_is_missing_fails_the_test(rules):
    text = kit("BR", now().date())
    cut = text[: text.index('  [[rule.test]]\n  name = "not an intimate picture"')]
    assert rules.run("test", rules.file("br.toml", cut)) == 1
    assert "no test ends in unknown" in rules.told


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("operator.public", "operator.pubic", "no fact is called 'operator.pubic'"),
        (
            'cite = "art. ?", when = "operator.public"',
            'when = "operator.public"',
            "required field `cite`",
        ),
        ("operator.public", "open('x')", "is outside the grammar"),
        ('source = "act"', 'source = "acts"', "no source is called 'acts'"),
        ("hours = 48", "hours = 48, days = 2", "a clock has one of"),
    ],
)
def test_a_wrong_pack_names_file_line_and_rule(rules, old, new, words):
    text = kit("BR", now().date()).replace(old, new, 1)
    assert rules.run("test", rules.file("br.toml", text)) == 2
    assert words in rules.told
    assert "br.toml" in rules.told
    assert "rule br.takedown" in rules.told
    assert "line " in rules.told


def test_a_file_of_facts_is_no_pack(rules):
    assert rules.run("test", rules.case("operator-silent")) == 2
