import pytest

from sekisho.demo.pieces import AROUND, LONGEST, pieces_of

TEXT = "".join(chr(0x4E00 + n) for n in range(400))


def test_a_text_without_a_finding_is_shown_from_its_beginning():
    assert [piece.text for piece in pieces_of("短い文", ())] == ["短い文"]
    (piece,) = pieces_of(TEXT, ())
    assert TEXT.startswith(piece.text.removesuffix(" …"))


def test_what_is_registered_is_marked_and_what_is_personal_is_masked():
    pieces = pieces_of(TEXT, [(120, 140, "phone"), (100, 110, "")])
    assert [(p.text, p.marked, p.masked) for p in pieces] == [
        (" … " + TEXT[100 - AROUND : 100], False, False),
        (TEXT[100:110], True, False),
        (TEXT[110:120], False, False),
        ("[phone]", False, True),
        (TEXT[140 : 140 + AROUND] + " …", False, False),
    ]
    assert not any(TEXT[130] in piece.text for piece in pieces)


def test_of_a_long_excerpt_the_middle_is_left_out():
    (marked,) = (piece for piece in pieces_of(TEXT, [(0, 400, "")]) if piece.marked)
    assert len(marked.text) == LONGEST + 3
    assert (marked.text[0], marked.text[-1]) == (TEXT[0], TEXT[-1])


@pytest.mark.parametrize("spans", [[(10, 30, "name"), (20, 25, "phone")], [(10, 30, ""), (20, 40, "name")]])
def test_spans_that_overlap_show_nothing_twice(spans):
    shown = "".join(piece.text for piece in pieces_of(TEXT[:60], spans) if not piece.masked)
    assert all(shown.count(letter) <= 1 for letter in TEXT[:60])
