import pytest

from sekisho.audit.documents.sums import add_shown, added, blurred


@pytest.mark.parametrize(
    ("parts", "total"),
    [
        ([], 0),
        ([12, 30], 42),
        (["<10", 0], "<10"),
        (["<10"], "<10"),
        (["<10", 12], None),
        (["<10", "<10"], None),
        ([None, 0], None),
        ([None, 12], None),
        (["<20", 0], "<20"),
    ],
)
def test_a_sum_is_stated_only_where_its_parts_are(parts, total):
    assert add_shown(parts) == total


def test_tables_are_added_by_name_and_withheld_together():
    assert added([{"a": 10, "b": "<10"}, {"a": 11}]) == {"a": 21, "b": "<10"}
    assert added([{"a": 10}, None]) is None


@pytest.mark.parametrize("count", range(1, 60))
def test_a_bound_never_narrows_a_count_under_ten_beside_it(count):
    bound = int(blurred(count).removeprefix("<"))
    assert bound - 1 - count >= 10
    assert bound <= count + 20


def test_a_bound_says_no_less_than_everybody_knows():
    assert [blurred(count, 1000) for count in (1000, 990, 985, 900)] == ["<1001", "<1001", "<1000", "<920"]
    assert [blurred(count, 3) for count in (3, 0)] == ["<20", 0]


def test_nothing_is_said_to_be_nothing():
    assert blurred(0) == 0
