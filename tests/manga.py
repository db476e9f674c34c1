"""Pages of a comic and the pages around it, drawn with lines alone: no font is needed.

Letters are drawn from strokes as dense as those of Japanese type; `media/books/prose.py` was measured
on these and, where a Japanese font is installed, on the same pages in real type.
"""

import random

import numpy as np
from PIL import Image, ImageDraw

from tests.pictures import Pixels, encode

__all__ = ["SIZE", "afterword", "blank", "colophon", "file", "manga", "sketch"]

SIZE = (700, 1000)


def _page() -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.new("L", SIZE, 255)
    return image, ImageDraw.Draw(image)


def _pixels(image: Image.Image) -> Pixels:
    return np.stack([np.asarray(image)] * 3, axis=-1)


def _letter(draw: ImageDraw.ImageDraw, x: int, y: int, size: int, chance: random.Random) -> None:
    """Draw a sign of five to nine strokes, upright and level, as kanji are."""
    for _ in range(chance.randint(5, 9)):
        a, b = sorted(chance.sample(range(size), 2))
        at = chance.randrange(size)
        draw.line(
            (x + a, y + at, x + b, y + at) if chance.random() < 0.5 else (x + at, y + a, x + at, y + b),
            fill=0,
        )


def blank() -> Pixels:
    """Draw an empty page of paper that is not quite white."""
    return np.full((SIZE[1], SIZE[0], 3), 250, np.uint8)


def colophon(seed: int, *, mark: bool = False) -> Pixels:
    """Draw title, names and addresses on the lower half, two rules, and perhaps a publisher's mark."""
    chance = random.Random(f"colophon {seed}")  # noqa: S311 - the same pages every time
    image, draw = _page()
    y = chance.randint(300, 600)
    for n in range(8):
        _letter(draw, 90 + n * 44, y - 90, 38, chance)
    draw.line((70, y - 30, 630, y - 30), fill=0, width=2)
    while y < 920:
        for n in range(chance.randint(8, 28)):
            _letter(draw, 90 + n * 18, y, 15, chance)
        y += 26
    draw.line((70, 940, 630, 940), fill=0, width=2)
    if mark:
        draw.ellipse((320, 60, 380, 120), fill=0)
    return _pixels(image)


def afterword(seed: int) -> Pixels:
    """Draw columns of text from the right."""
    chance = random.Random(f"afterword {seed}")  # noqa: S311 - the same pages every time
    image, draw = _page()
    for x in range(620, 80, -34):
        for n in range(chance.randint(10, 38)):
            _letter(draw, x, 90 + n * 21, 17, chance)
    return _pixels(image)


def manga(seed: int) -> Pixels:
    """Draw panels with figures, screen tone, black and balloons."""
    chance = random.Random(f"manga {seed}")  # noqa: S311 - the same pages every time
    image, draw = _page()
    rows = chance.randint(2, 4)
    high = 920 // rows
    for row in range(rows):
        columns = chance.randint(1, 3)
        wide = 640 // columns
        for column in range(columns):
            _panel(
                draw,
                (34 + column * wide, 44 + row * high, 24 + (column + 1) * wide, 34 + (row + 1) * high),
                chance,
            )
    return _pixels(image)


def _panel(draw: ImageDraw.ImageDraw, box: tuple[int, int, int, int], chance: random.Random) -> None:
    left, top, right, bottom = box
    if chance.random() < 0.4:
        for y in range(top, bottom, 5):
            draw.point([(x, y) for x in range(left + y // 5 % 2 * 2, right, 5)], fill=0)
    if chance.random() < 0.25:
        draw.rectangle((left, top, right, top + (bottom - top) // 3), fill=0)
    draw.rectangle(box, outline=0, width=3)
    _figure(draw, (left + right) // 2, (top + bottom) // 2, min(right - left, bottom - top) // 3, chance)
    draw.ellipse((left + 12, top + 12, left + 82, top + 112), outline=0, fill=255)
    for n in range(8):
        _letter(draw, left + 30 + n % 2 * 20, top + 32 + n // 2 * 16, 13, chance)


def _figure(draw: ImageDraw.ImageDraw, x: int, y: int, radius: int, chance: random.Random) -> None:
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), outline=0, width=2, fill=255)
    for _ in range(chance.randint(10, 30)):
        ends = [
            (x + chance.randint(-radius, radius), y + chance.randint(-radius, radius))
            for _ in range(chance.randint(2, 5))
        ]
        draw.line(ends, fill=0, width=chance.randint(1, 3))


def sketch(seed: int) -> Pixels:
    """Draw one figure on white without any frame: the drawing that is most like text."""
    chance = random.Random(f"sketch {seed}")  # noqa: S311 - the same pages every time
    image, draw = _page()
    _figure(draw, 350, 560, chance.randint(110, 240), chance)
    for n in range(3):
        _letter(draw, 80 + n * 30, 900, 26, chance)
    return _pixels(image)


def file(pixels: Pixels) -> bytes:
    """Write a page as publishers do."""
    return encode(pixels, "JPEG", quality=88)
