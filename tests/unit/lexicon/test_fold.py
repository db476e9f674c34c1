import numpy as np
import pytest

from sekisho.lexicon import fold as module
from sekisho.lexicon.fold import code_points, fold, fold_many, warm_up


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("亞細亞の學校へ、バスで行く。", "亜細亜の学校へばすで行く"),
        ("ﾊﾞｽ と バス と ばす", "ばすとばすとばす"),
        ("ヴァイオリン ヽヾ", "ゔぁいおりんゝゞ"),
        ("か\u3099 は\u309a か\u309b", "がぱが"),
        ("コーヒー ｺｰﾋｰ", "こひこひ"),
        ("㍻㈱①Ⅷ㎏½", "平成株1viiikg12"),
        ("ＡＢＣ ﬁß Å éÉe\u0301 ς", "abcfissaeeeσ"),
        ("각 각 ㄱㅏ ﾡￂ", "각각가가"),
        ("辯 辨 瓣 弁", "弁弁弁弁"),
        ("鷗外 鴎外", "鷗外鷗外"),
        ("don\u2019t don\u02bct", "dontdont"),
        ("漢《かん》字\u200b\ufe00\U000e0100 ―…！", "漢かん字"),
        ("\U00020b9f\U0002f800 \U00030000", "叱丽\U00030000"),
        ("\ud800a\udfff", "a"),
        ("\x00\U0010ffff \U0001f600", ""),
        ("", ""),
    ],
)
def test_a_text_becomes_its_letters_and_digits(text, expected):
    assert fold(text).text == expected


def test_each_unit_knows_the_first_character_it_came_from():
    folded = fold("「㍻」ｶﾞ x")
    assert list(zip(folded.text, folded.source.tolist(), strict=True)) == [
        ("平", 1),
        ("成", 1),
        ("が", 3),
        ("x", 6),
    ]
    assert (folded.units.dtype, folded.source.dtype) == (np.uint32, np.int32)


def test_a_mark_does_not_reach_over_a_line_or_a_text():
    assert fold("か\n\u3099").text == "か"
    many = fold_many(["か", "\u3099か"])
    assert [many[0].text, many[1].text] == ["か", "か"]


def test_many_texts_are_one_call():
    many = fold_many(["あ", "", "イロ"])
    assert len(many) == 3
    assert many.starts.tolist() == [0, 1, 1, 3]
    assert [many[i].text for i in range(3)] == ["あ", "", "いろ"]
    assert many.source.tolist() == [0, 0, 1]
    assert len(fold_many([])) == 0


def test_texts_that_grow_find_room():
    folded = fold("ﷺ" * 5000 + "か\u3099")
    assert len(folded.units) == 15 * 5000 + 1
    assert folded.source[-1] == 5000


def test_code_points_are_those_of_the_texts():
    characters, ends = code_points(["a\ud800", "", "\U00020000"])
    assert characters.tolist() == [0x61, 0xD800, 0x20000]
    assert ends.tolist() == [2, 2, 3]


def test_warming_up_leaves_nothing_to_compile():
    warm_up()
    before = len(module.fold_texts.signatures)
    fold_many(["テスト", "㍻" * 500])
    assert len(module.fold_texts.signatures) == before == 1
