import pytest

from sekisho.audit.personal import Place
from sekisho.audit.text_finding import (
    MAX_SPANS,
    say_edits,
    say_found,
    say_grade,
    say_kinds,
    say_lawful,
    say_personal,
)
from sekisho.model import PersonalAction, PersonalType
from tests.run_fixture import finding
from tests.text_rows import found_in, named_in, text_row

LANGS = ["ja", "en"]


def place(start, field="", kind=PersonalType.PHONE):
    return Place(
        action=PersonalAction.REDACT,
        end=start + 5,
        field=field,
        item="a.txt",
        rule="phone_jp",
        score=95,
        start=start,
        type=kind,
    )


def test_an_excerpt_is_said_with_grade_shares_and_places():
    said = say_found(found_in(0, "excerpt", spans="12-40,99-130", field="/text"), "en")
    assert "passages in common (excerpt)" in said[0]
    assert "72 letters: 12% of the item, 0.3% of the work" in said[1]
    assert said[2] == "  Where: /text, characters 12-40, 99-130"
    assert "データの12%、作品の0.3%" in say_found(found_in(0, "excerpt"), "ja")[1]
    assert "データ本体、文字 12-84" in say_found(found_in(0, "excerpt"), "ja")[2]


def test_of_many_places_the_first_are_said():
    spans = ",".join(f"{n}-{n + 1}" for n in range(MAX_SPANS + 7))
    assert say_found(found_in(0, "excerpt", spans=spans), "en")[2].endswith("19-20, and 7 more")


@pytest.mark.parametrize("lang", LANGS)
def test_a_short_work_and_a_name_only_ask(lang):
    line, name = say_found(found_in(0, "line"), lang), say_found(named_in(0), lang)
    assert {"ja": "偶然", "en": "chance"}[lang] in line[0]
    assert {"ja": "名前だけで除外することはない", "en": "name alone never excludes"}[lang] in name[0]


def test_of_a_name_is_said_why_it_counts():
    said = say_found(named_in(0), "en")
    assert said[1:] == [
        "  Why it counts as the name: it is long enough to be told from other words",
        "  Where: the item itself, characters 3-9",
    ]
    assert say_found(named_in(0), "ja")[1].endswith("理由: ほかの言葉と取り違えにくい長さ")
    older = named_in(0) | {"detail": '{"field":"","spans":"3-9"}'}
    assert len(say_found(older, "en")) == 2


@pytest.mark.parametrize("lang", LANGS)
def test_a_quotation_may_be_lawful_and_nothing_is_legal_advice(lang):
    (line,) = say_lawful([finding(0), found_in(0, "excerpt")], lang)
    assert {"ja": "適法な場合", "en": "lawful"}[lang] in line
    assert {"ja": "法的助言では", "en": "legal advice"}[lang] in line
    assert say_lawful([finding(0), named_in(1)], lang) == []


def test_a_list_says_it_in_a_few_words():
    assert say_grade(found_in(0, "copy", coverage=934), "en") == "copy, 93.4% of the item, 0.3% of the work"
    assert say_grade(found_in(0, "line"), "ja") == "同じ一行"
    assert say_grade(named_in(0), "ja") == "登録された名前"
    assert say_grade(finding(0), "en") == ""
    assert say_kinds(["name", "phone"], "ja") == "個人情報: 氏名、電話番号"
    assert say_kinds([], "ja") == ""


def test_personal_information_is_said_by_kind_and_place_never_by_value():
    row = text_row("a.txt", personal=["phone"])
    said = say_personal(row, [place(3), place(40, "/tel")], "en")
    assert said == [
        "Personal information: telephone number",
        "  telephone number: the item itself, characters 3-8 (rule phone_jp, score 95)",
        "  telephone number: /tel, characters 40-45 (rule phone_jp, score 95)",
    ]
    assert say_personal(row, None, "en")[1:] == ["  Where it is was deleted."]
    assert say_personal(text_row("a.txt"), [], "en") == []
    assert len(say_personal(row, [place(n) for n in range(100)], "en")) == MAX_SPANS + 2


def test_it_says_which_edits_would_let_an_item_pass():
    row = text_row("a.txt", "review", "to_cut", edits=["cut", "redact"])
    assert "sekisho clean --cut --redact" in say_edits(row, "en")[0]
    assert say_edits(text_row("a.txt"), "en") == []
    older = {key: value for key, value in text_row("a.txt").items() if key not in {"edits", "personal"}}
    assert say_edits(older, "en") == say_personal(older, [], "en") == []
