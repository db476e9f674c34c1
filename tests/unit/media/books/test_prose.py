from pathlib import Path

import numpy as np
import pytest

from sekisho.media.books import is_prose
from sekisho.media.books.prose import _pieces
from tests import manga

SEEDS = range(12)
FONT = Path("/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc")


@pytest.mark.parametrize("seed", SEEDS)
def test_text_on_white_is_known(seed):
    assert is_prose(manga.colophon(seed))
    assert is_prose(manga.colophon(seed, mark=True))
    assert is_prose(manga.afterword(seed))


@pytest.mark.parametrize("seed", SEEDS)
def test_drawings_are_not_taken_for_text(seed):
    assert not is_prose(manga.manga(seed))
    assert not is_prose(manga.sketch(seed))


@pytest.mark.skipif(not FONT.exists(), reason="fonts-noto-cjk is not installed")
def test_real_type_is_known():
    from PIL import Image, ImageDraw, ImageFont  # noqa: PLC0415

    image = Image.new("RGB", (1050, 1500), "white")
    draw = ImageDraw.Draw(image)
    font = ImageFont.truetype(FONT, 26)
    for line in range(14):
        draw.text(
            (120, 700 + 44 * line),
            "発行者 株式会社青海出版 東京都千代田区神田一丁目"[: 10 + line],
            font=font,
            fill=0,
        )
    assert is_prose(np.asarray(image))


def test_colour_and_emptiness_are_no_text():
    page = manga.colophon(1).copy()
    page[:200] = (200, 30, 30)
    assert not is_prose(page)
    assert not is_prose(manga.blank())
    assert not is_prose(np.zeros((5, 5, 3), np.uint8))


def flood(ink):
    """Find pieces the slow way: grow each from one pixel."""
    left = {(int(y), int(x)) for y, x in np.argwhere(ink)}
    boxes = []
    while left:
        piece, edge = set(), {next(iter(left))}
        while edge:
            piece |= edge
            left -= edge
            edge = {(y + a, x + b) for y, x in edge for a in (-1, 0, 1) for b in (-1, 0, 1)} & left
        ys, xs = zip(*piece, strict=True)
        boxes.append((max(xs) - min(xs) + 1, max(ys) - min(ys) + 1))
    return sorted(boxes)


@pytest.mark.parametrize("share", [0.05, 0.2, 0.35, 0.5, 0.9])
def test_pieces_are_those_of_a_flood(share):
    ink = np.random.default_rng(int(share * 100)).random((60, 47)) < share
    assert sorted(map(tuple, _pieces(ink).tolist())) == flood(ink)
    assert _pieces(np.zeros((4, 4), np.bool_)).shape == (0, 2)
