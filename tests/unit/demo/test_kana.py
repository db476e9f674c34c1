from sekisho.demo.kana import STROKES

VOICED = dict(zip("ガゴザジズドボ", "カコサシストホ", strict=True))


def test_every_point_stays_near_the_grid_and_every_stroke_is_a_line():
    for sign, strokes in STROKES.items():
        assert strokes, sign
        for stroke in strokes:
            assert len(stroke) > 1, sign
            assert all(-0.5 <= c <= 10 for point in stroke for c in point), sign


def test_no_two_signs_are_drawn_alike():
    assert len({repr(strokes) for strokes in STROKES.values()}) == len(STROKES)


def test_a_voiced_sign_is_the_plain_one_and_two_short_strokes():
    for voiced, plain in VOICED.items():
        assert STROKES[voiced][:-2] == STROKES[plain]
        assert len(STROKES[voiced]) == len(STROKES[plain]) + 2
