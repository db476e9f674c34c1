from sekisho.demo.looks import Place


def test_a_head_is_moved_and_enlarged_as_a_whole():
    place = Place(x=10, y=20, size=2)
    assert place.put([(0, 0), (1, -3)]) == [(10, 20), (12, 14)]
    assert place.at(1, -3) == (12, 14)
