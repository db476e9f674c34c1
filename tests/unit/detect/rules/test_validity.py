import pytest

from sekisho.detect.rules.validity import card, my_number, phone, real_date
from tests.labelled import _my_number


def test_the_check_digit_of_my_number_is_the_one_that_we_compute():
    stems = ["00000000001", "12345678901", "99999999999", "00001234000"]
    assert all(my_number(_my_number(stem)) for stem in stems)
    assert not my_number("000000000001")


def test_exactly_one_check_digit_fits():
    assert [my_number(f"12345678901{d}") for d in range(10)].count(True) == 1


@pytest.mark.parametrize(
    "number", ["4111111111111111", "5555555555554444", "378282246310005", "3530111333300000"]
)
def test_the_published_test_cards_are_valid(number):
    assert card(number)


@pytest.mark.parametrize(
    "number", ["4111111111111112", "0000000000000000", "411111111111111", "9111111111111111"]
)
def test_a_false_digit_issuer_or_length_is_not(number):
    assert not card(number)


def test_a_number_of_the_plan_is_told_from_one_that_is_not():
    assert phone("+81 3-3000-0000", "JP")
    assert not phone("03-0000-0000", "JP")
    assert not phone("x", "JP")


def test_a_birth_date_exists_and_is_of_somebody_alive():
    assert real_date(1975, 3, 3)
    assert not real_date(1975, 2, 30)
    assert not real_date(1909, 1, 1)
