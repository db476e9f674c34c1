import pytest

from sekisho.detect.rules.numbers import numbers
from tests.labelled import _my_number
from tests.reading import candidates

MINE = _my_number("00000000001")


def values(text):
    return [found[:2] for found in candidates(numbers, text)]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (f"マイナンバーは{MINE}", "my_number"),
        (f"{MINE[:4]} {MINE[4:8]} {MINE[8:]}", "my_number"),
        ("免許証の番号は44 99 0000 0020", "driving_licence"),
        ("基礎年金番号0000-000001", "pension"),
        ("雇用保険被保険者番号0000-000000-0", "insurance"),
        ("カード4111 1111 1111 1111", "payment_card"),
        ("旅券番号：ＴＺ００００００１", "passport"),
        ("在留カードAB00000000CD", "residence_card"),
        ("口座番号0001234", "bank_account"),
        ("保険証 記号99・番号 00001", "insurance"),
        ("電話は03-0000-0000", "phone"),
        ("０９０－００００－１１１１", "phone"),
        ("+81 90-0000-2222", "phone"),
        ("080-0000-7777まで", "phone"),
        ("Call (415) 555-0132", "phone"),
    ],
)
def test_a_number_is_told_by_its_form_and_its_label(text, kind):
    assert kind in [k for _, k in values(text)]


def test_twelve_digits_with_a_false_check_digit_need_the_label():
    wrong = MINE[:-1] + str((int(MINE[-1]) + 1) % 10)
    assert values(wrong) == []
    assert values(f"マイナンバー{wrong}") == [(wrong, "my_number")]


def test_a_card_with_a_false_digit_is_none():
    assert values("カード4111 1111 1111 1112") == []


@pytest.mark.parametrize(
    "text",
    [
        "注文番号：0312345678",
        "ISBN978-4-00-000000-2",
        "0120-000-000",
        "0800-000-0000",
        "1,234,567円",
        "2020-2023年",
        "0123456789",
        "12345678901234567890123",
        "TZ0000001",
        "ABC-0312345678",
    ],
)
def test_numbers_of_goods_and_firms_are_not(text):
    assert values(text) == []


def test_the_span_is_the_number_alone():
    assert values("振込先は青波銀行 普通 0000001 です") == [("0000001", "bank_account")]
