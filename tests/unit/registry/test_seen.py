import hashlib

import numpy as np
import pytest

from sekisho.fingerprint import pdq
from sekisho.fingerprint.local import local_of
from sekisho.fingerprint.working import working_picture
from sekisho.media.panels import panels
from sekisho.registry.seen import NOTHING_MORE, Sight, drawn, pixels_digest, warm_up
from tests import manga
from tests.pictures import picture

ONE, OTHER = picture(1, 320, 256), picture(2, 320, 256)


def seen(*frames, photograph=False, last=False, **sight):
    return drawn(iter(frames), Sight(**sight), last=last, photograph=photograph)


def test_without_being_asked_only_hashes_are_made():
    made = seen(ONE, OTHER)
    assert made.hashes == (pdq(ONE), pdq(OTHER))
    assert (made.traits, made.panels, made.photograph) == (None, (), False)
    assert Sight() == NOTHING_MORE


def test_local_features_are_of_the_first_frame():
    assert seen(ONE, OTHER, local=True).traits.local == local_of(working_picture(ONE))


def test_what_a_camera_took_has_no_features_and_no_panels():
    made = seen(page(), photograph=True, local=True, panels=True)
    assert (made.traits, made.panels, made.photograph) == (None, (), True)
    assert made.hashes == (pdq(page()),)


@pytest.mark.parametrize("seed", range(3))
def test_a_page_of_text_has_no_features_since_letters_are_found_in_all_others(seed):
    assert local_of(working_picture(manga.afterword(seed))) is not None
    assert seen(manga.afterword(seed), local=True).traits is None
    assert seen(manga.manga(seed), local=True).traits is not None


def test_an_even_picture_has_no_features_to_be_found_by():
    assert seen(np.full((64, 64, 3), 200, np.uint8), local=True).traits is None


def page():
    """Draw a page of two panels on white."""
    sheet = np.full((700, 500, 3), 255, np.uint8)
    sheet[20:340, 20:480] = picture(3, 460, 320)
    sheet[360:680, 20:480] = picture(4, 460, 320)
    return sheet


def test_each_panel_of_a_page_is_fingerprinted_like_a_picture():
    made = seen(page(), panels=True, local=True)
    assert len(made.panels) == len(panels(page())) == 2
    for one, box in zip(made.panels, panels(page()), strict=True):
        part = np.ascontiguousarray(page()[box.top : box.bottom, box.left : box.right])
        assert one.hash == pdq(part)
        assert one.sha256 == pixels_digest(part)
        assert one.traits.local == local_of(working_picture(part))


def test_a_page_without_gutters_and_an_animation_have_no_panels():
    assert seen(ONE, panels=True).panels == ()
    assert seen(page(), page(), panels=True).panels == ()


def test_the_digest_of_pixels_holds_their_size():
    assert pixels_digest(ONE) != pixels_digest(ONE.reshape(320, 256, 3))
    assert pixels_digest(ONE) == hashlib.sha256(b"sekisho page 320 256\0" + ONE.tobytes()).digest()


@pytest.mark.parametrize("sight", [Sight(), Sight(local=True, panels=True)])
def test_warming_up_makes_nothing(sight):
    assert warm_up(sight) is None
