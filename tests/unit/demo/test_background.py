import hashlib

import numpy as np

from sekisho.demo.background import DRAWINGS, draw_background
from sekisho.match.background import DRAWN


def test_a_drawing_is_made_of_its_number_alone():
    assert np.array_equal(draw_background(17), draw_background(17))
    assert not np.array_equal(draw_background(17), draw_background(18))


def test_drawings_have_several_shapes_and_some_are_grey():
    drawn = [draw_background(number) for number in range(8)]
    assert {min(one.shape[:2]) for one in drawn} == {160}
    assert len({one.shape for one in drawn}) > 4
    assert (drawn[5][..., 0] == drawn[5][..., 2]).all()
    assert not (drawn[4][..., 0] == drawn[4][..., 2]).all()


def test_other_drawings_would_need_another_name():
    small = [draw_background(number)[::20, ::20] // 32 for number in range(0, DRAWINGS, 24)]
    digest = hashlib.sha256(b"".join(one.tobytes() for one in small)).hexdigest()
    assert (DRAWN, digest[:16]) == ("drawings-1", "161b25c5515ae35f")
