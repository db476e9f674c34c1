import numpy as np
import pytest

from sekisho.media.texts import TextField, spans_to_source
from sekisho.media.texts.fields import Pieces, field_as_stored

STORED = "<p>a&amp;b</p><p>cd</p>"


def pieces():
    taken = Pieces(STORED)
    taken.keep(3, 4)
    taken.put("&", 4, 9)
    taken.keep(9, 10)
    taken.put("\n", 14, 14)
    taken.put_same("CD", 17)
    return taken


def test_each_character_knows_where_it_comes_from():
    field = pieces().field("x")
    assert (field.field, field.text) == ("x", "a&b\nCD")
    assert field.source.tolist() == [3, 4, 9, 14, 17, 18, len(STORED)]
    assert field.ends.tolist() == [4, 9, 10, 14, 18, 19]
    assert field.source.dtype == field.ends.dtype == np.int32


def test_a_span_covers_its_characters_and_the_markup_between_them_only():
    field = pieces().field("")
    spans = spans_to_source(field, [(0, 1), (0, 2), (1, 2), (0, 5), (4, 6)])
    assert [STORED[a:b] for a, b in spans] == ["a", "a&amp;", "&amp;", "a&amp;b</p><p>c", "cd"]


def test_of_pieces_as_they_are_only_the_beginnings_are_kept():
    taken = Pieces("abcdef")
    taken.keep(0, 2)
    taken.keep(2, 2)
    taken.keep(4, 6)
    field = taken.field("")
    assert (field.text, field.ends, field.source.tolist()) == ("abef", None, [0, 1, 4, 5, 6])
    assert spans_to_source(field, [(1, 3), (3, 4)]) == ((1, 5), (5, 6))


def test_what_was_taken_as_a_whole_is_the_field_as_stored():
    taken = Pieces("abc")
    taken.keep(0, 3)
    assert taken.field("f") == TextField("f", "abc") == field_as_stored("f", "abc")
    assert spans_to_source(taken.field("f"), [(0, 2), (1, 3)]) == ((0, 2), (1, 3))


def test_nothing_taken_is_an_empty_text():
    field = Pieces("abc").field("")
    assert (field.text, field.source.tolist()) == ("", [3])


@pytest.mark.parametrize("span", [(0, 0), (2, 1), (-1, 1), (0, 7), (6, 7)])
def test_a_span_outside_of_the_text_is_refused(span):
    for field in (pieces().field(""), TextField("", "abcdef")):
        with pytest.raises(ValueError, match="not within the 6 characters"):
            spans_to_source(field, [span])
