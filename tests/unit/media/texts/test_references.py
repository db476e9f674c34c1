import html

import pytest

from sekisho.media.texts.fields import Pieces
from sekisho.media.texts.references import put_text


def taken(stored, **how):
    pieces = Pieces(stored)
    put_text(pieces, 0, len(stored), **how)
    return pieces.field("")


@pytest.mark.parametrize(
    "stored",
    [
        "a & b &amp; c &lt;d&gt; &quot;e&quot;",
        "&nbsp;&copy&reg;&notit;&notin;&ampx",
        "&#12354;&#x3042;&#X3042&#65",
        "&#0;&#x110000;&#xD800;&#128;&#x9f;&#999999999999;&#x0000000041;",
        "&bogus; &; &# &#; &#x; &#xg; &",
        "&NotEqualTilde;&fjlig;&CounterClockwiseContourIntegral;",
        "&amp;amp; &amp;#38;",
        "猫&hellip;犬",
    ],
)
def test_references_mean_what_the_standard_library_says(stored):
    assert taken(stored).text == html.unescape(stored)


def test_a_character_comes_from_its_whole_reference():
    field = taken("a&notit;&#x3042;b")
    assert field.text == "a¬it;あb"
    assert field.source.tolist() == [0, 1, 5, 6, 7, 8, 16, 17]
    assert field.ends.tolist() == [1, 5, 6, 7, 8, 16, 17]


def test_a_line_break_is_a_space_unless_the_text_is_as_set():
    assert taken("a\r\nb\tc").text == "a  b c"
    assert taken("a\r\nb\tc", as_set=True).text == "a\r\nb\tc"


@pytest.mark.parametrize(
    "stored",
    [
        "&" * 200_000,
        "&amp" * 50_000,
        "&#" + "9" * 200_000,
        "&#x" + "f" * 200_000,
        "&" + "a" * 200_000,
    ],
)
def test_floods_of_references_are_read_in_linear_time(stored):
    """Quadratic time would take minutes."""
    assert len(taken(stored).text) <= len(stored)
