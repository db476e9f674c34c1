import random

import pytest

from sekisho.media.books.natural import natural_key


@pytest.mark.parametrize(
    "ordered",
    [
        ["1.jpg", "2.jpg", "10.jpg"],
        ["p1", "p01b", "p2", "P10"],
        ["第1話/1.png", "第2話/1.png", "第10話/1.png"],
        ["１.png", "2.png", "１０.png"],
        ["cover.jpg", "z.jpg", "01/1.jpg", "01/a/1.jpg", "2/1.jpg"],
        ["a9" * 3000, "b"],
        ["1" + "0" * 5000, "2" + "0" * 5000],
    ],
)
def test_names_come_in_the_order_in_which_people_number(ordered):
    mixed = random.Random(1).sample(ordered, len(ordered))  # noqa: S311 - any other order
    assert sorted(mixed, key=natural_key) == ordered


def test_names_that_differ_only_in_zeros_have_an_order():
    assert sorted(["001", "1", "01"], key=natural_key) == sorted(["1", "01", "001"], key=natural_key)
    assert len({natural_key(name) for name in ("1", "01", "001", "A", "a")}) == 5
