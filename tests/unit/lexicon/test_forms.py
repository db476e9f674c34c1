import pytest

from sekisho.lexicon.fold import fold_many
from sekisho.lexicon.forms import (
    LATIN,
    MAX_FORM,
    Form,
    NameForm,
    folded_text,
    forms_of,
    is_kana,
    name_parts,
    name_texts,
    named_forms,
    plain,
    weight,
)
from sekisho.model import Name

FULL = Name(text="星野 光太郎", reading="ほしの こうたろう")


def units_of(*names):
    return set(named_forms(names))


def test_a_full_name_has_its_forms_in_both_orders():
    assert units_of(FULL) == {
        "星野光太郎",
        "光太郎星野",
        "ほしのこうたろう",
        "こうたろうほしの",
        "ほしのこたろ",
        "こたろほしの",
        "星野こうたろう",
        "こうたろう星野",
        "星野こたろ",
        "こたろ星野",
        "ほしの光太郎",
        "光太郎ほしの",
        LATIN + "hosinokotaro",
        LATIN + "kotarohosino",
    }


def test_a_form_says_what_it_is():
    forms = named_forms((Name(text="青い鳥"), FULL))
    assert forms["青い鳥"] == (Form(0, NameForm.WRITTEN, 1),)
    assert forms["星野光太郎"] == (Form(1, NameForm.WRITTEN, 2),)
    assert forms["ほしのこうたろう"] == (Form(1, NameForm.KANA, 2),)
    assert forms["ほしのこたろ"] == (Form(1, NameForm.KANA, 2, drawn=True),)
    assert forms["ほしの光太郎"] == (Form(1, NameForm.MIXED, 2),)
    assert forms[LATIN + "hosinokotaro"] == (Form(1, NameForm.LATIN, 2),)


@pytest.mark.parametrize("text", ["ハリー・ドット", "ﾊﾘｰ･ﾄﾞｯﾄ", "ハリー　ドット", "はりー=どっと"])
def test_dots_spaces_and_widths_do_not_matter(text):
    forms = {"はりどっと", "どっとはり", LATIN + "haridotto", LATIN + "dottohari"}
    assert forms <= units_of(Name(text=text))


def test_a_latin_name_is_compared_with_latin_words_only():
    forms = units_of(Name(text="Luke Stone", reading="ルーク・ストーン"))
    assert {LATIN + "rukestone", LATIN + "stoneruke", "るくすとん", LATIN + "rukusuton"} <= forms
    assert "lukestone" not in forms


def test_parts_apart_and_in_one_word_can_differ():
    assert {LATIN + "katoumi", LATIN + "katomi"} <= units_of(Name(text="加藤 海", reading="かと うみ"))


@pytest.mark.parametrize(
    ("name", "forms"),
    [
        (Name(text="光"), set()),
        (Name(text="光", qualifier=("剣士",)), {"光"}),
        (Name(text="★☆"), set()),
        (Name(text="Al"), set()),
        (Name(text="Ali"), {LATIN + "ari"}),
        (Name(text="山田"), {"山田"}),
        (Name(text="山田", reading="★"), {"山田"}),
    ],
)
def test_what_is_too_short_or_has_no_letters_has_no_form(name, forms):
    assert units_of(name) == forms


def test_a_reading_with_other_parts_makes_no_mixed_forms():
    forms = units_of(Name(text="星野 光太郎", reading="ほしのこうたろう"))
    assert "ほしのこうたろう" in forms
    assert not {"星野こうたろう", "ほしの光太郎"} & forms


def test_a_name_of_three_parts_is_turned_around_as_a_whole():
    forms = units_of(Name(text="エルド・ヴァン・クロス"))
    assert {"えるどゔぁんくろす", "くろすゔぁんえるど"} <= forms


def test_parts_that_were_folded_at_once_give_the_same_forms():
    names = (FULL, Name(text="Luke Stone"), Name(text="ﾊﾘｰ･ﾄﾞｯﾄ"))
    texts = list(name_texts(names))
    folded = fold_many(texts)
    by_text = {text: folded[row].text for row, text in enumerate(texts)}
    assert list(forms_of(names, by_text.__getitem__)) == list(forms_of(names))


def test_parts_of_a_name():
    assert name_parts("  A・B　C=D ") == ("A", "B", "C", "D")


@pytest.mark.parametrize(
    ("units", "heavy"), [("星野", 4), ("ひかり", 3), ("星野ひかり", 7), ("abc", 3), ("홍길동", 6), ("", 0)]
)
def test_kanji_and_hangul_tell_twice_as_much_as_kana(units, heavy):
    assert weight(units) == heavy


def test_kana():
    assert is_kana(folded_text("ガーギ"))
    assert not is_kana("")
    assert not is_kana("あ1")


def test_what_is_compared_exactly():
    assert plain("ﾊﾘｰ・ﾄﾞｯﾄ ") == plain("ハリー　ドット") == "ハリードット"
    assert plain("はりどっと") != plain("ハリドット")


def test_of_a_long_name_the_beginning_is_the_form():
    long = [Name(text="猫又村" * 12 + end) for end in "山川海"]
    forms = [{units for units, _ in forms_of((name,))} for name in long]
    assert forms[0] == forms[1] == forms[2]
    assert {len(units) for units in forms[0]} == {MAX_FORM}
