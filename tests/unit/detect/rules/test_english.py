import pytest

from sekisho.detect.rules.english import english
from tests.reading import candidates


@pytest.mark.parametrize(
    ("text", "value", "rule"),
    [
        ("Dr. Helen Moss left", "Helen Moss", "name-english-title"),
        ("and Ms Harrow too", "Harrow", "name-english-title"),
        ("Name: Robert Q. Miles", "Robert Q. Miles", "name-english-label"),
        ("Contact: Peter Lowe", "Peter Lowe", "name-english-label"),
        ("My name is Alice Brown.", "Alice Brown", "name-english-introduced"),
    ],
)
def test_a_title_a_label_or_an_introduction_makes_a_name(text, value, rule):
    assert candidates(english, text) == [(value, "name", rule)]


@pytest.mark.parametrize(
    "text", ["Name: Jinja", "Mr. Holmes", "Alice Brown came", "rename: Robert Miles", "TheMr Cat"]
)
def test_other_capitals_do_not(text):
    assert candidates(english, text) == []
