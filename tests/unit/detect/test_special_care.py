import pytest

from sekisho.detect.special_care import special_care
from tests.reading import candidates, found


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("うつ病で休む", "care-illness"),
        ("療育手帳を持つ", "care-disability"),
        ("精神科に通う", "care-medical"),
        ("前科がある", "care-crime"),
        ("虐待を受けた", "care-victim"),
        ("キリスト教徒だ", "care-creed"),
        ("生活保護を受けている", "care-status"),
    ],
)
def test_each_group_has_a_rule(text, rule):
    assert [found[1:] for found in candidates(special_care, text)] == [("special_care", rule)]


@pytest.mark.parametrize("text", ["うつ病の研究", "がん保険", "通信障害", "認知症について話す", "病院の前"])
def test_a_subject_is_no_fact_about_somebody(text):
    assert candidates(special_care, text) == []


def test_without_a_person_near_there_is_no_finding():
    assert found("うつ病は誰でもかかりうる。") == []


@pytest.mark.parametrize(
    "text", ["本人はうつ病だ。", "佐藤さんはうつ病だ。", "私はうつ病です。連絡は090-0000-1111へ。"]
)
def test_with_a_person_near_it_is_for_review_only(text):
    assert ("うつ病", "special_care", "review") in found(text)


def test_a_pronoun_alone_is_nobody():
    assert found("私はうつ病です。") == []


def test_a_sign_of_somebody_young_does_not_change_that():
    assert ("うつ病", "special_care", "review") in found("8歳の佐藤花子さんはうつ病だ。")
