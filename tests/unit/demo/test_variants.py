import io

import numpy as np
import pytest
from PIL import Image

from sekisho.demo.variants import cropped, greyed, saved, signed_by_site
from tests.pictures import picture


@pytest.fixture(scope="module")
def drawn():
    return Image.fromarray(np.asarray(picture(1, 200, 100)))


@pytest.mark.parametrize("form", ["PNG", "BMP", "JPEG", "WEBP"])
def test_a_picture_is_saved_in_the_form_asked_for(drawn, form):
    read = Image.open(io.BytesIO(saved(drawn, form)))
    assert (read.format, read.size) == (form, drawn.size)


def test_what_loses_nothing_keeps_every_pixel_and_quality_costs_bytes(drawn):
    assert np.array_equal(Image.open(io.BytesIO(saved(drawn, "PNG"))), drawn)
    assert len(saved(drawn, quality=20)) < len(saved(drawn, quality=92))


def test_cropping_takes_the_same_from_both_sides(drawn):
    small = cropped(drawn, 0.2)
    assert small.size == (160, 80)
    assert np.array_equal(small, np.asarray(drawn)[10:90, 20:180])


def test_grey_has_no_colours(drawn):
    assert greyed(drawn).mode == "L"


def test_the_mark_stands_in_the_lower_right_corner_only(drawn):
    marked = signed_by_site(drawn, "site.example")
    changed = np.argwhere((np.asarray(marked) != np.asarray(drawn)).any(axis=2))
    assert len(changed)
    assert changed[:, 0].min() > 50
    assert 180 < changed[:, 1].max() < 195
