import pytest

from sekisho.detect.page import score
from sekisho.detect.rules.places import PREFECTURES, places
from tests.reading import candidates, page


def values(text):
    return [found[0] for found in candidates(places, text) if found[2] != "address-coarse"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("住所は東京都千代田区霞が関9-9-99です", "東京都千代田区霞が関9-9-99"),
        ("大阪市北区梅田九丁目九番九十九号へ", "大阪市北区梅田九丁目九番九十九号"),
        ("渋谷区神南９－９－９９に", "渋谷区神南９－９－９９"),
        ("さいたま市浦和区高砂9丁目99番9号", "さいたま市浦和区高砂9丁目99番9号"),
        ("長野県松本市大字青波999番地", "長野県松本市大字青波999番地"),
        ("横浜市中区本町9-99 青波マンション305号室まで", "横浜市中区本町9-99 青波マンション305号室"),
        ("〒100-0000", "〒100-0000"),
        ("1200 North Harbor Street, Apt 9", "1200 North Harbor Street, Apt 9"),
    ],
)
def test_an_address_is_read_from_place_to_building(text, value):
    assert values(text) == [value]


@pytest.mark.parametrize(
    "text",
    [
        "東京都の人口は1400万人",
        "二丁目の角",
        "渋谷区で2020-01-02に開催",
        "9対1で市川が勝つ",
        "国道246号",
        "100-0001という番号",
        "市町村 1-2",
    ],
)
def test_places_and_numbers_alone_are_none(text):
    assert values(text) == []


def test_an_office_scores_less_than_a_home():
    def form(text):
        return [score(c) for c in places(page(text))]

    assert form("本社所在地 東京都港区青波9-9-9") < form("住所 東京都港区青波9-9-9")


def test_a_label_makes_a_place_without_a_number_worth_a_look():
    assert candidates(places, "住所：東京都世田谷区青波") == [
        ("東京都世田谷区青波", "address", "address-coarse")
    ]


def test_all_47_prefectures_are_there():
    assert len(set(PREFECTURES.split("|"))) == 47
