import numpy as np
import pytest
from PIL import Image, ImageDraw

from sekisho.media.panels import Box, panels
from tests.manga import sketch

FOUR = (Box(60, 60, 470, 500), Box(490, 60, 940, 500), Box(60, 524, 640, 1340), Box(660, 524, 940, 1340))


def page(boxes=FOUR, size=(1000, 1400), paper=255, ink=0):
    """Draw frames with lines in them."""
    image = Image.new("L", size, paper)
    pen = ImageDraw.Draw(image)
    for n, (left, top, right, bottom) in enumerate(boxes):
        pen.rectangle((left, top, right - 1, bottom - 1), fill=128, outline=ink, width=4)
        for x in range(left + 12, right - 10, 17 + n):
            pen.line((x, top + 30, x - 8, bottom - 30), fill=ink, width=3)
    return image


def found(image):
    return panels(np.asarray(image.convert("RGB")))


def near(one, other, within=4):
    return len(one) == len(other) and all(
        abs(a - b) <= within for x, y in zip(one, other, strict=True) for a, b in zip(x, y, strict=True)
    )


@pytest.mark.parametrize(("paper", "ink"), [(255, 0), (0, 255), (232, 40), (20, 220)])
def test_panels_between_white_and_black_gutters_are_found_from_the_top(paper, ink):
    assert near(found(page(paper=paper, ink=ink)), FOUR)


def test_a_white_sky_in_a_frame_belongs_to_the_panel():
    image = Image.new("L", (1000, 1400), 255)
    for box in FOUR:
        ImageDraw.Draw(image).rectangle((*box[:2], box.right - 1, box.bottom - 1), outline=0, width=4)
    assert near(found(image), FOUR)


def test_a_small_page_is_not_reduced():
    boxes = tuple(Box(*(side // 2 for side in box)) for box in FOUR)
    assert near(found(page(boxes, (500, 700))), boxes, within=2)


@pytest.mark.parametrize("degrees", [-2, 1, 2])
def test_a_page_that_lies_aslant_on_the_scanner_has_the_same_panels(degrees):
    turned = page().rotate(degrees, Image.Resampling.BICUBIC, fillcolor=255)
    by_rows = sorted(found(turned), key=lambda box: (box.top > 400, box.left))
    assert near(by_rows, FOUR, within=60)


def test_panels_that_a_balloon_joins_are_cut_apart():
    image = page()
    pen = ImageDraw.Draw(image)
    pen.ellipse((380, 200, 580, 330), fill=255, outline=0, width=4)
    pen.ellipse((200, 450, 340, 580), fill=255, outline=0, width=4)
    assert near(found(image), FOUR, within=90)


def test_what_is_small_on_the_paper_is_no_panel():
    image = page()
    ImageDraw.Draw(image).text((480, 1360), "27", fill=0)
    ImageDraw.Draw(image).rectangle((480, 1352, 500, 1380), fill=0)
    assert near(found(image), FOUR)


@pytest.mark.parametrize(
    "image",
    [
        Image.new("L", (900, 1300), 255),
        Image.new("L", (900, 1300), 0),
        Image.new("L", (900, 1300), 128),
        Image.new("L", (5, 5), 255),
        Image.new("L", (5, 4000), 255),
        page(FOUR[:1]),
        page((Box(0, 0, 1000, 1400),)),
        Image.fromarray(np.random.default_rng(1).integers(0, 256, (700, 500), np.uint8)),
        Image.fromarray(sketch(3)),
    ],
    ids=["white", "black", "gray", "tiny", "narrow", "one panel", "drawn to the edge", "noise", "a figure"],
)
def test_a_page_without_gutters_has_no_panels(image):
    assert found(image) == ()


def test_a_page_full_of_specks_is_looked_at_in_bounds():
    image = np.full((600, 420, 3), 255, np.uint8)
    image[::4, ::4] = 0
    image[100:500:3, 40] = 0
    assert panels(image) == ()
