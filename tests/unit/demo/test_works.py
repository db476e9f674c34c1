import numpy as np
import pdqhash
import pytest
from PIL import Image

from sekisho.demo.paper import new_paper
from sekisho.demo.strangers import STRANGERS, fog, minato_again
from sekisho.demo.works import HOLDERS, WORKS, draw_works

NEAR = 31


def _draw(draw, size):
    paper = new_paper(*size)
    draw(paper)
    return paper.finish()


@pytest.fixture(scope="module")
def works():
    return draw_works()


@pytest.fixture(scope="module")
def everything(works):
    return {**works, **{name: _draw(draw, size) for name, draw, size in STRANGERS}}


def test_every_holder_has_works_and_every_work_has_a_holder():
    assert {work.holder for work in WORKS} == set(HOLDERS)
    assert len({work.name for work in WORKS}) == len(WORKS) == 19
    assert [h.name for h in HOLDERS.values() if not h.vouched] == ["nagi"]


def test_drawings_have_enough_detail_to_be_compared(everything):
    low = {name: q for name, p in everything.items() if (q := pdqhash.compute(np.asarray(p))[1]) < 50}
    assert low == {}


def test_no_two_drawings_are_alike_in_any_orientation(everything):
    turns = {name: pdqhash.compute_dihedral(np.asarray(p))[0] for name, p in everything.items()}
    names = sorted(turns)
    near = [
        (a, b)
        for i, a in enumerate(names)
        for b in names[i + 1 :]
        if min(int((turns[a][0] != turn).sum()) for turn in turns[b]) <= 40
    ]
    assert near == []


def test_the_same_pixels_every_time(works):
    again = draw_works()
    assert all(np.array_equal(np.asarray(works[name]), np.asarray(again[name])) for name in works)


def test_the_new_drawing_of_a_character_is_far_from_the_registered_one(works):
    again = _draw(minato_again, (400, 520))
    turns, quality = pdqhash.compute_dihedral(np.asarray(again))
    registered, _ = pdqhash.compute(np.asarray(works["minato"]))
    assert quality >= 50
    assert min(int((registered != turn).sum()) for turn in turns) > 2 * NEAR


def test_fog_has_no_detail():
    assert pdqhash.compute(np.asarray(_draw(fog, (400, 520))))[1] < 50


def test_pages_are_black_and_white(works):
    for page in ("night-ferry-p12", "full-speed-p3"):
        assert isinstance(works[page], Image.Image)
    pixels = np.asarray(works["night-ferry-p12"]).astype(int)
    assert np.ptp(pixels, axis=2).max() == 0
