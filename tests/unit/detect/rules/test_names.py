import pytest

from sekisho.detect.rules.names import names
from tests.reading import candidates


@pytest.mark.parametrize(
    ("text", "value", "rule"),
    [
        ("山田太郎さんが来た", "山田太郎", "name-honorific"),
        ("佐藤様", "佐藤", "name-honorific"),
        ("ひなたちゃんと遊ぶ", "ひなた", "name-honorific"),
        ("桜井課長が話す", "桜井", "name-title"),
        ("私は清水と申します", "清水", "name-introduced"),
        ("同僚の岡本が来た", "岡本", "name-relation"),
        ("担当：高橋健一", "高橋健一", "name-label"),
        ("氏名\n山本 健太\n", "山本 健太", "name-label"),
        ("グエン・ヴァン・アンさん", "グエン・ヴァン・アン", "name-foreign"),
        ("敬具\n前田 健二", "前田 健二", "name-signature"),
        ("髙橋 美紀様", "髙橋 美紀", "name-honorific"),
        ("山田花子は走る", "山田花子", "name-words"),
    ],
)
def test_a_name_is_found_by(text, value, rule):
    assert (value, "name", rule) in candidates(names, text, words=True)


def test_the_reading_in_brackets_is_a_name_too():
    given = candidates(names, "中村優子（なかむら ゆうこ）さん", words=True)
    assert {value for value, *_ in given} == {"中村優子", "なかむら ゆうこ"}


@pytest.mark.parametrize(("text", "value"), [("西村健さん（52）は", "52"), ("藤井陽子さん、38歳、", "38歳")])
def test_the_age_beside_a_name_is_found(text, value):
    assert (value, "age", "age-beside-name") in candidates(names, text, words=True)


@pytest.mark.parametrize(
    "text",
    [
        "お母さんと",
        "皆さん",
        "担当：営業部",
        "代表：未定",
        "夏目漱石の『こころ』",
        "織田信長",
        "赤ちゃん",
        "Ｋ氏は",
        "めちゃんこ",
        "氏名を書く",
    ],
)
def test_words_that_only_look_like_it_are_not(text):
    assert candidates(names, text, words=True) == []


def test_without_a_dictionary_the_form_behind_a_label_decides():
    assert candidates(names, "氏名：山本 健太") == [("山本 健太", "name", "name-label")]
    assert candidates(names, "氏名：営業部") == []


@pytest.mark.parametrize(
    "text", ["氏名：  ", "氏名: 　　。", "担当=", "氏名\n\n", "さん", "様 様", "（）さん"]
)
def test_a_label_or_an_honorific_without_a_name_is_nothing(text):
    assert candidates(names, text, words=True) == []
