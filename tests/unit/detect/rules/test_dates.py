import pytest

from sekisho.detect.rules.dates import dates
from tests.reading import candidates


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("生年月日：昭和50年3月3日", "昭和50年3月3日"),
        ("生年月日 S63.1.7", "S63.1.7"),
        ("平成元年四月十五日生まれ", "平成元年四月十五日"),
        ("昭和五十三年十一月三十日生", "昭和五十三年十一月三十日"),
        ("２００１／０９／１５に生まれた", "２００１／０９／１５"),
        ("1999年9月9日に札幌で生まれた", "1999年9月9日"),
        ("R1.5.1生", "R1.5.1"),
        ("二〇〇一年一月一日生まれ", "二〇〇一年一月一日"),
        ("Date of birth: 12 March 1990", "12 March 1990"),
        ("誕生日：10月12日", "10月12日"),
    ],
)
def test_a_date_that_somebody_was_born_on_is_found(text, value):
    assert [found[0] for found in candidates(dates, text)] == [value]


@pytest.mark.parametrize(
    "text",
    [
        "2024年5月1日に開業した。",
        "昭和50年13月3日生まれ",
        "1867年2月9日生まれ",
        "生年月日を記入",
        "会社は1950年5月5日に誕生した",
        "平成30年4月1日から生まれ変わる",
    ],
)
def test_other_dates_and_impossible_ones_are_not(text):
    assert candidates(dates, text) == []


def test_eras_are_counted_from_their_first_year():
    assert candidates(dates, "大正1年8月1日生まれ")
    assert candidates(dates, "明治42年1月1日生まれ") == []
    assert candidates(dates, "明治43年1月1日生まれ")
