import pytest

from sekisho.model import joined


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([], []),
        ([(3, 5)], [(3, 5)]),
        ([(7, 9), (0, 2)], [(0, 2), (7, 9)]),
        ([(0, 4), (4, 6)], [(0, 6)]),
        ([(0, 9), (2, 3), (5, 12)], [(0, 12)]),
        ([(0, 3), (4, 6), (5, 5), (3, 4)], [(0, 6)]),
    ],
)
def test_spans_that_touch_are_one_and_the_others_are_in_sequence(spans, expected):
    assert joined(iter(spans)) == expected
