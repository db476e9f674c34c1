import pytest

from sekisho.detect.minors import NEAR, Young

SIGNS = [
    "8歳の",
    "小学3年生",
    "中2の",
    "6年2組",
    "年長さん",
    "園児が",
    "七五三",
    "娘の花子",
    "生後8か月の赤ちゃん",
    "十歳の",
    "a 9-year-old",
    "１０才".translate({0xFF11: "1", 0xFF10: "0"}),
]
NONE = [
    "3歳馬のレース",
    "築30年",
    "創業100年",
    "対象年齢6歳以上",
    "18歳未満",
    "中学校の教科書",
    "少女漫画",
    "第3学年",
    "赤ちゃん用品",
    "65歳の",
    "三十歳の",
    "年中無休",
    "娘婿",
]


def near(text):
    return Young(text, [(0, len(text))]).near(0, len(text))


@pytest.mark.parametrize("text", SIGNS)
def test_a_sign_is_seen(text):
    assert near(text)


@pytest.mark.parametrize("text", NONE)
def test_goods_animals_laws_and_books_are_no_sign(text):
    assert not near(text)


def test_a_sign_counts_within_200_characters():
    for gap, expected in ((NEAR - 4, True), (NEAR + 10, False)):
        text = "七五三" + "。" * gap + "山田"
        start = len(text) - 2
        assert Young(text, [(start, len(text))]).near(start, len(text)) is expected


def test_signs_behind_a_span_count_as_well():
    text = "山田" + "。" * 150 + "運動会" + "。" * 500
    assert Young(text, [(0, 2)]).near(0, 2)


def test_only_the_neighbourhood_of_the_spans_is_read():
    text = "運動会" + "。" * 1000
    assert not Young(text, [(900, 902)]).near(900, 902)
