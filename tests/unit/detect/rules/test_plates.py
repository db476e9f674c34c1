import pytest

from sekisho.detect.rules.plates import plates
from tests.reading import candidates


@pytest.mark.parametrize(
    "text",
    [
        "品川 300 あ 12-34",
        "横浜500さ・・12",
        "なにわ 330 を 99-99",
        "つくば58A き 9876",
        "尾張小牧 501 と ・・・1",
    ],
)
def test_a_plate_is_found(text):
    assert candidates(plates, f"車は{text}です") == [(text, "number_plate", "plate")]


@pytest.mark.parametrize(
    "text", ["青波 300 あ 12-34", "品川 300 し 12-34", "品川 300 あ 12345", "品川で300人"]
)
def test_other_offices_kana_and_numbers_are_not(text):
    assert candidates(plates, text) == []
