import numpy as np
import pytest

from sekisho.audit.marked import AROUND, HEAD, LONGEST, Mark, mark_text, marks_of
from sekisho.audit.personal import Place
from sekisho.media.texts import TextField
from sekisho.model import PersonalAction, PersonalType
from tests.run_fixture import finding
from tests.text_rows import found_in, named_in

TEXT = "前の文。吾輩は猫である。名前はまだ無い。電話は09012345678です。"
WORK, PHONE = TEXT.index("吾輩"), TEXT.index("090")


def shown(fields, marks, *, colours=False, lang="ja"):
    return "\n".join(mark_text(fields, marks, lang, colours=colours))


def field(text=TEXT, name="", source=None):
    return TextField(name, text, source)


def test_a_span_stands_in_brackets_and_what_is_personal_is_masked_by_its_kind():
    marks = [Mark("", WORK, WORK + 8, 1), Mark("", PHONE, PHONE + 11, kind="phone")]
    said = shown([field()], marks)
    assert said == "前の文。⟦吾輩は猫である。⟧名前はまだ無い。電話は⟨電話番号⟩です。"
    assert "⟨telephone number⟩" in shown([field()], marks, lang="en")


def test_a_terminal_underlines_and_reverses():
    marks = [Mark("", WORK, WORK + 8, 1), Mark("", PHONE, PHONE + 11, kind="phone")]
    said = shown([field()], marks, colours=True)
    assert "\x1b[4;33m吾輩は猫である。\x1b[0m" in said
    assert "\x1b[7m 電話番号 \x1b[0m" in said
    assert "⟦" not in said
    two = shown([field("一行目\n二行目")], [Mark("", 1, 6, 1)], colours=True)
    assert two == "一\x1b[4;33m行目\x1b[0m\n\x1b[4;33m二行\x1b[0m目"


def test_a_value_is_never_shown_even_where_it_lies_in_an_excerpt_or_in_another_span():
    marks = [
        Mark("", WORK, len(TEXT), 1),
        Mark("", PHONE, PHONE + 11, kind="phone"),
        Mark("", PHONE + 3, PHONE + 13, kind="name"),
    ]
    said = shown([field()], marks)
    assert not any(TEXT[at : at + 2] in said for at in range(PHONE, PHONE + 10))
    assert "⟨電話番号⟩⟨氏名⟩⟦。⟧" in said


def test_of_several_findings_each_span_says_its_number():
    marks = [Mark("", 0, 6, 1), Mark("", 4, 8, 2)]
    assert shown([field("abcdefghij")], marks) == "⟦1|abcd⟧⟦1,2|ef⟧⟦2|gh⟧ij"


def test_places_are_of_the_field_as_stored():
    stored = "<b>ab</b>&amp;cd"
    text, source = "ab&cd", [3, 4, 9, 14, 15]
    one = TextField("", text, np.array([*source, len(stored)], np.int32), None, np.array([4, 5, 14, 15, 16]))
    assert shown([one], [Mark("", 4, 15, 1)]) == "a⟦b&c⟧d"
    assert shown([one], [Mark("", 9, 14, kind="email")], lang="en") == "ab⟨e-mail address⟩cd"


def test_only_fields_with_a_mark_are_shown_under_their_names():
    fields = [field("quiet", "/a"), field("marked here", "/b"), field("in an attribute", "/b")]
    assert shown(fields, [Mark("/b", 0, 6, 1)], lang="en") == "— /b\n⟦marked⟧ here\n— /b\n⟦in an ⟧attribute"
    assert shown(fields, []) == "— /a\nquiet"
    assert shown([], []) == ""


def test_only_what_stands_near_a_mark_is_shown():
    text = "x" * 5000 + "MARK" + "y" * 5000
    said = shown([field(text)], [Mark("", 5000, 5004, 1)])
    assert said == " … " + "x" * AROUND + "⟦MARK⟧" + "y" * AROUND + " … "
    assert shown([field(text)], []) == "x" * HEAD + " …"
    said = shown([field("a" * 9000)], [Mark("", 0, 9000, 1)])
    assert said == f"⟦{'a' * (LONGEST // 2)} … {'a' * (LONGEST // 2)}⟧"


@pytest.mark.parametrize("colours", [True, False])
def test_a_text_can_not_move_the_cursor_or_turn_the_line(colours):
    said = shown([field("a\x1b[2Jb\u202ec\rd")], [Mark("", 0, 8, 1)], colours=colours)
    assert "<U+001B>[2J" in said
    assert "<U+202E>" in said
    assert "<U+000D>" in said
    assert "\x1b[2J" not in said


def test_marks_come_from_findings_in_texts_and_from_places():
    phone = Place(
        action=PersonalAction.REDACT,
        end=9,
        field="/t",
        item="a",
        rule="r",
        score=9,
        start=4,
        type=PersonalType.PHONE,
    )
    found = [finding(0), found_in(1, "excerpt", spans="1-3,7-9"), named_in(2, spans="2-4")]
    assert marks_of(found, [phone]) == [
        Mark("", 1, 3, 2),
        Mark("", 7, 9, 2),
        Mark("", 2, 4, 3),
        Mark("/t", 4, 9, kind="phone"),
    ]


def test_marks_outside_of_the_text_are_nothing():
    assert shown([field("abc")], [Mark("", 7, 9, 1)]) == ""


def test_of_many_empty_lines_two_are_shown():
    text = "前\n\n\n\n\u3000\n\n\n\n後MARK"
    assert shown([field(text)], [Mark("", len(text) - 4, len(text), 1)]) == "前\n\n\n後⟦MARK⟧"


def test_many_marks_are_all_shown():
    marks = [Mark("", 2 * n, 2 * n + 1, 1) for n in range(20_000)]
    assert shown([field("ab" * 20_000)], marks) == "⟦a⟧b" * 20_000
