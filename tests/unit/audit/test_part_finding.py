import pytest

from sekisho.audit.part_finding import MAX_SPANS, say_film_moment, say_part, say_part_found, say_part_lawful
from tests.part_rows import film_in, part_in, similar_to
from tests.run_fixture import finding

LANGS = ["ja", "en"]


def test_a_part_is_said_with_both_places_and_how_many_features_agree():
    said = say_part_found(part_in(0, orientation="mirrored"), "en")
    assert said == [
        "  Found by: part of a picture; 23 features agree in shape and place",
        "  Where in the item: top left, 11.9% of its area",
        "  What of the work: middle, 36% of its area",
        "  Met: picture 1 of the registration",
        "  The item shows it mirrored",
        "  How sure: sure enough to exclude, by the limits of the policy",
    ]
    japanese = "".join(say_part_found(part_in(0, orientation="mirrored"), "ja"))
    for words in ("左上、面積の11.9%", "中央、面積の36%", "特徴点 23 個", "左右を反転", "登録の 1 枚目"):
        assert words in japanese


def test_a_part_of_a_picture_that_resembles_the_work_as_a_whole_says_so():
    assert "  The whole pictures resemble one another too: 40 of 256 bits differ" in say_part_found(
        part_in(0, near=40), "en"
    )
    for far in (118, -1):
        assert not [line for line in say_part_found(part_in(0, near=far), "en") if "bits" in line]


def test_the_frame_of_an_animation_and_the_moment_of_a_film_are_said():
    assert "  In frame 2 of the animation" in say_part_found(part_in(0, frame=2), "en")
    assert "  At 1:01:05 of the item" in say_part_found(part_in(0, at=3_665_400), "en")
    assert say_film_moment({"at": 12_000}, "ja") == ["  データの 0:12 の時点"]
    assert say_film_moment({}, "en") == say_film_moment({"at": "x"}, "en") == []


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("band", ["review", "block"])
def test_a_similarity_names_its_model_and_is_always_called_a_hint(lang, band):
    said = say_part_found(similar_to(0, 912, band=band), lang)
    assert "91.2%" in said[0]
    assert "sscd@0123456789abcdef" in said[0]
    assert {"ja": "手がかりにすぎず", "en": "alone is a hint, no proof"}[lang] in said[1]
    assert {"ja": "手がかり", "en": "hint"}[lang] in say_part([similar_to(0, 912, band=band)], lang)


def test_a_model_from_outside_can_not_move_the_cursor():
    said = say_part_found(similar_to(0, model="a\x1b[2Jb"), "en")
    assert "a<U+001B>[2Jb" in said[0]
    assert "a model that is not named" in say_part_found(similar_to(0, model=""), "en")[0]


def test_a_film_is_said_with_its_seconds_and_shares():
    said = say_part_found(film_in(0, "12000-21500=340000-349500"), "en")
    assert said[0] == "  Found by: frames of a film; 14% of the item’s frames, 2% of the work’s"
    assert said[1] == "  0:12–0:22 of the item is 5:40–5:50 of the work"
    assert not any("picture" in line for line in said)
    assert "データの 0:12–0:22 が、作品の 5:40–5:50 と一致" in say_part_found(film_in(0), "ja")[1]


def test_of_many_stretches_the_first_are_said():
    spans = ",".join(f"{n}000-{n}900={n}000-{n}900" for n in range(MAX_SPANS + 7))
    said = say_part_found(film_in(0, spans), "en")
    assert len([line for line in said if " of the item is " in line]) == MAX_SPANS
    assert "  and 7 more" in said


@pytest.mark.parametrize("lang", LANGS)
def test_what_only_asks_says_that_a_person_decides(lang):
    unsure, sure = part_in(0, band="review"), part_in(0)
    assert {"ja": "人の確認を求めるにとどまる", "en": "only enough to ask a person"}[lang] in say_part_found(
        unsure, lang
    )[-1]
    assert {"ja": "除外できる確かさ", "en": "sure enough to exclude"}[lang] in say_part_found(sure, lang)[-1]


def test_a_list_has_the_clearest_in_few_words():
    assert say_part([similar_to(0), part_in(1)], "en") == (
        "shown in a part of the item (top left, 11.9% of its area) - 23 features agree"
    )
    assert say_part([film_in(0)], "en") == "14% of the item’s frames, 2% of the work’s"
    assert say_part([part_in(0, region="broken")], "en") == "part of a picture"
    assert (
        say_part([part_in(0, inliers=None)], "en")
        == "shown in a part of the item (top left, 11.9% of its area)"
    )
    assert say_part([finding(0)], "en") == say_part([], "en") == ""


def test_what_was_found_in_another_way_is_not_said_here():
    assert say_part_found(finding(0), "en") == []


@pytest.mark.parametrize("lang", LANGS)
def test_showing_a_part_may_be_lawful_and_that_is_no_advice(lang):
    (line,) = say_part_lawful([finding(0), part_in(0), film_in(1)], lang)
    assert {"ja": "適法な場合があります", "en": "may be lawful"}[lang] in line
    assert {"ja": "法的助言ではありません", "en": "not legal advice"}[lang] in line
    whole = part_in(0, region="0,0,1000,1000", in_work="0,0,1000,1000")
    assert say_part_lawful([whole, finding(0), similar_to(0)], lang) == []
