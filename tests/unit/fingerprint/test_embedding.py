from dataclasses import replace

import numpy as np
import pytest

from sekisho.fingerprint.embedding import (
    TILES,
    WHOLE,
    embed,
    prepared,
    region_boxes,
    self_test_picture,
    vector_of,
)
from sekisho.media import CannotDecode
from sekisho.model.encoder import EncoderInput, Number, Placing
from tests.encoders import python_encoder
from tests.pictures import picture

FORM = EncoderInput(name="x", number=Number.UINT8, channels_first=False, height=8, width=16)
SUM = 4_661_504


def test_the_regions_are_the_whole_and_four_tiles_of_two_thirds():
    assert region_boxes(90, 60) == (
        *((0, 0, 90, 60), (0, 0, 60, 40), (0, 20, 60, 60)),
        *((30, 0, 90, 40), (30, 20, 90, 60)),
    )
    assert region_boxes(1, 1) == ((0, 0, 1, 1),)


def test_a_picture_is_embedded_whole_and_in_tiles():
    made = embed(python_encoder(), picture(1, 90, 60))
    assert made.values.shape == (5, 32)
    assert np.allclose(np.linalg.norm(made.values, axis=1), 1, atol=1e-6)
    assert made.regions[0] == (0, 0, 1000, 1000)
    assert made.regions[-1] == (333, 333, 1000, 1000)


def test_parts_can_be_embedded_by_themselves():
    working, encoder = picture(1, 90, 60), python_encoder()
    everything, whole, tiles = (embed(encoder, working, parts) for parts in (slice(None), WHOLE, TILES))
    assert (*whole.regions, *tiles.regions) == everything.regions
    assert np.array_equal(np.concatenate([whole.values, tiles.values]), everything.values)


def test_what_has_no_contrast_has_no_embedding():
    encoder = python_encoder()
    assert embed(encoder, np.full((50, 50, 3), 77, np.uint8)).regions == ()
    assert vector_of(encoder, np.full((50, 50, 3), 77, np.uint8)) is None


def test_a_tile_without_contrast_is_left_out():
    page = np.full((90, 90, 3), 255, np.uint8)
    page[:20, :20] = picture(2, 20, 20)
    assert embed(python_encoder(), page).regions == ((0, 0, 1000, 1000), (0, 0, 667, 667))


@pytest.mark.parametrize("placing", Placing)
def test_the_input_has_the_size_and_type_that_is_asked_for(placing):
    form = replace(FORM, placing=placing)
    for size in ((60, 90), (90, 60), (1, 500), (500, 1)):
        assert prepared(picture(1, *size), form).shape == (8, 16, 3)
    first = replace(
        form, channels_first=True, number=Number.FLOAT32, scale=1 / 255, mean=(0.5,) * 3, std=(0.25,) * 3
    )
    made = prepared(picture(1, 60, 90), first)
    assert (made.shape, made.dtype) == ((3, 8, 16), np.float32)
    plain = prepared(picture(1, 60, 90), form).astype(np.float32)
    assert np.allclose(made, (plain.transpose(2, 0, 1) / 255 - 0.5) / 0.25, atol=1e-5)


def test_squash_distorts_crop_cuts_and_letterbox_leaves_a_margin():
    square = np.zeros((90, 90, 3), np.uint8)
    square[:45] = 255
    squashed, cropped, boxed = (prepared(square, replace(FORM, placing=p)) for p in Placing)
    assert [squashed[0].min(), squashed[-1].max()] == [255, 0]
    assert [cropped[0].min(), cropped[-1].max()] == [255, 0]
    assert (boxed[:, :4] == 255).all()
    assert boxed[-1, 4:12].max() == 0
    wide = np.zeros((60, 180, 3), np.uint8)
    wide[:, 60:120] = 255
    squashed, cropped, boxed = (prepared(wide, replace(FORM, placing=p)) for p in Placing)
    assert [int((made[4] == 0).all(axis=1).sum()) for made in (squashed, cropped, boxed)] == [8, 6, 8]
    assert (boxed[0] == 255).all()


@pytest.mark.parametrize(
    "given",
    [
        np.full((1, 32), np.nan, np.float32),
        np.full((1, 32), np.inf, np.float32),
        np.zeros((1, 32), np.float32),
        np.ones((1, 31), np.float32),
        np.ones((2, 32), np.float32),
        np.ones(32, np.float32),
    ],
)
def test_what_is_no_vector_makes_the_picture_unreadable_and_nothing_else(given):
    encoder = python_encoder(run=lambda _: given)
    with pytest.raises(CannotDecode) as caught:
        embed(encoder, picture(1, 64, 64))
    assert caught.value.problem.reason == "no_embedding"


def test_a_registration_keeps_the_whole_in_float16():
    encoder, working = python_encoder(), picture(3, 80, 50)
    vector = vector_of(encoder, working)
    assert vector.model == encoder.spec.model
    kept = np.frombuffer(vector.values, "<f2").astype(np.float32)
    assert np.allclose(kept, embed(encoder, working, WHOLE).values[0], atol=1e-3)


def test_the_self_test_picture_stays_as_it_is():
    pixels = self_test_picture()
    assert (pixels.shape, int(pixels.astype(np.int64).sum())) == ((96, 128, 3), SUM)
