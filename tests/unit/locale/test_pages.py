import pytest
from jinja2 import UndefinedError

from sekisho.locale import both, both_as, page


def test_every_language_stands_in_an_element_of_its_own():
    assert both("outcome.block") == '<span lang="ja">除外</span><span lang="en">excluded</span>'


def test_values_are_escaped():
    said = both("summary.report", path="<script>alert('x')</script>")
    assert "<script" not in said
    assert said.count("&lt;script&gt;") == 2


def test_attributes_stand_as_they_are():
    assert both_as("text", "outcome.block", 'x="1"').startswith('<text x="1" lang="ja">除外</text>')


def test_a_page_that_lacks_a_value_is_an_error():
    with pytest.raises(UndefinedError):
        page("report.html.j2", lang="ja")
