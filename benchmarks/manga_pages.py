"""Draw pages as manga has them: 1-bit, inked lines, screentone, speed lines, balloons, panels and gutters.

Everything on them is invented here and different for every seed: faces, hair, clothes, rooms, skylines.
Nothing is copied from anywhere; the words are our own, in the strokes of `sekisho.demo.kana`, so that
no font is needed. A panel is drawn in greys; greys become dots or lines of that panel's own pitch.

    python benchmarks/manga_pages.py FOLDER [--pages 8]      # to look at
"""

import argparse
from collections.abc import Callable
from math import cos, pi, sin
from pathlib import Path
from random import Random
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from sekisho.demo.paper import SUPERSAMPLE, Paper, ring

__all__ = ["PAGE_SIZE", "Page", "draw_page"]

PAGE_SIZE = (1000, 1414)
BLACK, WHITE = "#000000", "#ffffff"
WORDS = (
    "カラス",
    "ホシ",
    "ツキ",
    "ソラ",
    "モリ",
    "コトリ",
    "ネコ",
    "ミライ",
    "ユキ",
    "キツネ",
    "サクラ",
    "リンゴ",
)
SOUNDS = ("ドンドン", "ゴロゴロ", "ザーザー", "ドーン", "ガラガラ", "ボロボロ", "キラキラ")
INK_BELOW, PAPER_ABOVE = 24, 246
"""Levels that are neither are toned."""
PITCHES = (5.0, 6.0, 7.0, 9.0, 12.0)
"""Pixels from dot to dot: 60 to 25 lines an inch on a page printed at 300 dots an inch."""

Quad = tuple[tuple[float, float], ...]
Bits = NDArray[np.uint8]
"""(H, W) uint8, 0 or 255."""


class Page(NamedTuple):
    """A page and the four corners of each of its panels, in pixels."""

    bits: Bits
    panels: tuple[Quad, ...]

    def cut(self, number: int) -> Bits:
        """Return the box of one panel."""
        xs, ys = zip(*self.panels[number], strict=True)
        return self.bits[int(min(ys)) : int(max(ys)) + 1, int(min(xs)) : int(max(xs)) + 1]


def _grey(level: float) -> str:
    return f"#{round(level):02x}" + f"{round(level):02x}" * 2


def _halftone(grey: NDArray[np.uint8], pitch: float, angle: float, *, lines: bool) -> Bits:
    """Print greys as black dots or lines on white."""
    height, width = grey.shape
    y, x = np.mgrid[:height, :width].astype(np.float32)
    u = (x * cos(angle) + y * sin(angle)) * (2 * pi / pitch)
    v = (y * cos(angle) - x * sin(angle)) * (2 * pi / pitch)
    wave = np.cos(u) if lines else (np.cos(u) + np.cos(v)) / 2
    share = 1 - grey / 255.0
    printed = (grey < INK_BELOW) | ((grey <= PAPER_ABOVE) & (wave > 1 - 2 * share))
    return np.where(printed, 0, 255).astype(np.uint8)


def _hair(paper: Paper, chance: Random, x: float, y: float, r: float) -> None:
    tips = chance.randint(6, 13)
    fill = chance.choice((BLACK, WHITE, _grey(chance.randint(90, 200))))
    points = []
    for i in range(2 * tips + 1):
        a = pi + pi * i / (2 * tips)
        far = r * (chance.uniform(1.15, 1.7) if i % 2 else chance.uniform(0.95, 1.1))
        points.append((x + far * cos(a), y + far * sin(a) * 1.05))
    for i in range(chance.randint(3, 6)):
        at = x + r * (0.8 - 0.3 * i)
        points.extend(((at, y - r * chance.uniform(0.1, 0.45)), (at - 0.15 * r, y - r * 0.75)))
    paper.shape(points, fill, line=BLACK, width=0.7, smooth=chance.random() < 0.3)  # noqa: PLR2004 - a share


def _eyes(paper: Paper, chance: Random, x: float, y: float, r: float) -> None:
    high, wide = chance.uniform(0.06, 0.32) * r, chance.uniform(0.09, 0.25) * r
    apart, brow = chance.uniform(0.28, 0.52) * r, chance.uniform(-0.16, 0.16) * r
    for side in (-1, 1):
        at = x + side * apart
        if high < 0.1 * r:
            paper.brush([(at - wide, y), (at, y + high), (at + wide, y)], BLACK, 1.3)
        else:
            paper.oval((at, y), (wide, high), WHITE, line=BLACK, width=0.9)
            paper.oval(
                (at + side * 0.02 * r, y), (wide * 0.6, high * 0.8), _grey(chance.choice((0, 70, 130)))
            )
            paper.oval((at - 0.05 * r, y - 0.4 * high), (wide * 0.25, high * 0.25), WHITE, line=None)
        lift = y - high - 0.16 * r
        paper.brush([(at - side * wide, lift + brow), (at + side * wide * 1.2, lift - brow)], BLACK, 1.5)


def _clothes(paper: Paper, chance: Random, x: float, y: float, r: float) -> None:
    wide, low = r * chance.uniform(1.2, 1.9), paper.height + 4
    coat = [(x - 0.3 * r, y), (x - wide, y + 0.5 * r), (x - wide * 1.15, low), (x + wide * 1.1, low)]
    coat += [(x + wide, y + chance.uniform(0.35, 0.7) * r), (x + 0.3 * r, y)]
    paper.shape(coat, chance.choice((WHITE, BLACK, _grey(150), _grey(205))), line=BLACK, smooth=False)
    kind = chance.randrange(4)
    if kind == 0:
        for i in range(1, 6):
            paper.brush([(x - wide, y + i * 0.28 * r), (x + wide, y + i * 0.3 * r)], BLACK, 1.1, taper=False)
    elif kind == 1:
        for i in range(chance.randint(2, 5)):
            paper.oval((x, y + (0.4 + 0.35 * i) * r), (0.08 * r, 0.08 * r), WHITE, line=BLACK)
    elif kind == 2:  # noqa: PLR2004 - one of four
        paper.shape(
            [(x - 0.5 * r, y), (x, y + 0.9 * r), (x + 0.5 * r, y), (x, y + 0.25 * r)],
            WHITE,
            line=BLACK,
            smooth=False,
        )
    for _ in range(chance.randint(3, 9)):
        at = (x + chance.uniform(-1, 1) * wide, y + chance.uniform(0.5, 2) * r)
        paper.brush([at, (at[0] + chance.uniform(-6, 6), at[1] + chance.uniform(5, 14))], BLACK, 0.8)


def _person(paper: Paper, chance: Random, x: float, y: float, r: float) -> None:
    """Draw head and shoulders; (x, y) is the middle of the face."""
    _clothes(paper, chance, x, y + 0.95 * r, r)
    jaw, long = chance.uniform(0.35, 1.6), chance.uniform(0.8, 1.25)
    face = [(x - r, y - 0.3 * r), (x - 0.85 * r, y + 0.4 * r), (x - 0.25 * r * jaw, y + r)]
    face += [(x + 0.3 * r * jaw, y + r), (x + 0.85 * r, y + 0.35 * r), (x + r, y - 0.3 * r), (x, y - 1.1 * r)]
    face = [
        (a + chance.uniform(-0.09, 0.09) * r, y + (b - y) * long + chance.uniform(-0.07, 0.07) * r)
        for a, b in face
    ]
    paper.shape(face, WHITE, line=BLACK, width=0.9)
    _eyes(paper, chance, x, y + chance.uniform(-0.25, 0.2) * r, r)
    paper.brush([(x, y + 0.3 * r), (x + chance.choice((-1, 1)) * 0.1 * r, y + 0.45 * r)], BLACK, 0.7)
    mouth, bend = chance.uniform(0.1, 0.35) * r, chance.uniform(-0.12, 0.2) * r
    paper.brush([(x - mouth, y + 0.65 * r), (x, y + 0.65 * r + bend), (x + mouth, y + 0.65 * r)], BLACK, 0.9)
    _hair(paper, chance, x, y, r)


def _beast(paper: Paper, chance: Random, x: float, y: float, r: float) -> None:
    """Draw an animal that nobody has seen."""
    points = [
        (
            x + r * cos(2 * pi * i / 11) * chance.uniform(0.7, 1.5),
            y + r * sin(2 * pi * i / 11) * chance.uniform(0.7, 1.3),
        )
        for i in range(11)
    ]
    for i in range(chance.randint(2, 5)):
        foot = x + (i - 2) * r * 0.5 + chance.uniform(-3, 3)
        paper.brush(
            [(foot, y + 0.6 * r), (foot + chance.uniform(-5, 5), y + 1.7 * r)], BLACK, chance.uniform(2, 5)
        )
    paper.shape(points, chance.choice((WHITE, BLACK, _grey(130), _grey(190))), line=BLACK, width=1.0)
    for _ in range(chance.randint(1, 4)):
        at = (x + chance.uniform(-0.6, 0.6) * r, y - chance.uniform(0, 0.7) * r)
        paper.oval(at, (0.16 * r, 0.2 * r), WHITE, line=BLACK)
        paper.oval(at, (0.07 * r, 0.1 * r), BLACK)
    for _ in range(chance.randint(8, 20)):
        a, far = chance.uniform(0, 2 * pi), chance.uniform(0.2, 0.9) * r
        at = (x + far * cos(a), y + far * sin(a))
        paper.brush([at, (at[0] + chance.uniform(-5, 5), at[1] + chance.uniform(1, 6))], _grey(110), 0.9)


def _town(paper: Paper, chance: Random) -> None:
    paper.gradient(WHITE, _grey(chance.randint(120, 230)))
    x, low = -3.0, paper.height * chance.uniform(0.75, 1.0)
    while x < paper.width:
        wide, high = chance.uniform(9, 24), chance.uniform(18, 70)
        wall = chance.choice((WHITE, WHITE, _grey(200), _grey(140), BLACK))
        box = [(x, low), (x, low - high), (x + wide, low - high * chance.uniform(0.85, 1.1)), (x + wide, low)]
        paper.shape(box, wall, line=BLACK, smooth=False)
        pane = chance.uniform(2, 4)
        for i in range(int(wide // (pane * 2))):
            for j in range(int(high // (pane * 2.5))):
                if chance.random() < 0.75:  # noqa: PLR2004 - a share
                    at = (x + pane * (0.7 + 2 * i), low - high * 0.85 + j * pane * 2.4)
                    glass = [at, (at[0] + pane, at[1]), (at[0] + pane, at[1] + pane), (at[0], at[1] + pane)]
                    paper.shape(glass, chance.choice((BLACK, WHITE)), line=BLACK, width=0.4, smooth=False)
        x += wide + chance.uniform(-2, 3)


def _room(paper: Paper, chance: Random) -> None:
    paper.gradient(_grey(chance.randint(170, 240)), WHITE)
    x0 = 0.0
    for _ in range(chance.randint(2, 4)):
        y0, wide, high = chance.uniform(0, 30), chance.uniform(16, 34), chance.uniform(14, 40)
        frame = [(x0, y0), (x0 + wide, y0), (x0 + wide, y0 + high), (x0, y0 + high)]
        paper.shape(frame, chance.choice((WHITE, _grey(170))), line=BLACK, smooth=False)
        at = x0 + 1
        while at < x0 + wide - 4:
            thick, tall = chance.uniform(1.5, 4), high * chance.uniform(0.5, 0.9)
            book = [
                (at, y0 + high),
                (at, y0 + high - tall),
                (at + thick, y0 + high - tall),
                (at + thick, y0 + high),
            ]
            paper.shape(book, chance.choice((WHITE, BLACK, _grey(120))), line=BLACK, width=0.4, smooth=False)
            at += thick
        x0 += wide + chance.uniform(3, 20)


def _land(paper: Paper, chance: Random) -> None:
    paper.gradient(_grey(chance.randint(110, 200)), WHITE)
    for depth in range(3):
        base, step = paper.height * (0.45 + 0.2 * depth), chance.uniform(7, 13)
        count = int(paper.width / step) + 3
        ridge = [(i * step - 5, base - chance.uniform(0, 22 - 6 * depth)) for i in range(count)]
        fill = chance.choice((WHITE, BLACK, _grey(210 - 50 * depth)))
        paper.shape([*ridge, (paper.width + 9, 300), (-9, 300)], fill, line=BLACK, smooth=False)
        for x, y in ridge:
            for _ in range(chance.randint(1, 4)):
                a = (x + chance.uniform(-3, 6), y + chance.uniform(2, 8))
                paper.brush([a, (a[0] + chance.uniform(-2, 2), a[1] + chance.uniform(3, 9))], _grey(100), 0.6)


def _speed(paper: Paper, chance: Random) -> None:
    if chance.random() < 0.5:  # noqa: PLR2004 - a half
        centre = (paper.width * chance.uniform(0.3, 0.7), paper.height * chance.uniform(0.3, 0.7))
        paper.rays(centre, BLACK, count=chance.randint(50, 110), inner=chance.uniform(28, 42), reach=300)
        return
    for _ in range(chance.randint(40, 90)):
        y, x = chance.uniform(0, paper.height), chance.uniform(-40, paper.width)
        paper.brush(
            [(x, y), (x + chance.uniform(20, 90), y + chance.uniform(-1, 1))], BLACK, chance.uniform(0.3, 1.4)
        )


def _flat(paper: Paper, chance: Random) -> None:
    top, low = chance.choice(
        ((WHITE, WHITE), (_grey(90), WHITE), (WHITE, _grey(70)), (_grey(180), _grey(180)))
    )
    paper.gradient(top, low)


def _balloon(paper: Paper, chance: Random, x: float, y: float) -> None:
    words = [chance.choice(WORDS) for _ in range(chance.randint(1, 2))]
    size = chance.uniform(5, 7.5)
    high, wide = size * (max(map(len, words)) * 0.5 + 1.1), size * (0.75 * len(words) + 0.9)
    if chance.random() < 0.25:  # noqa: PLR2004 - a share
        outline = ring(x, y, wide * 1.1, high * 1.1, 0, 26)
        spikes = [
            (x + (a - x) * (1 + 0.28 * (i % 2)), y + (b - y) * (1 + 0.28 * (i % 2)))
            for i, (a, b) in enumerate(outline)
        ]
        paper.shape(spikes, WHITE, line=BLACK, smooth=False)
    else:
        paper.oval((x, y), (wide, high), WHITE, line=BLACK)
    for i, word in enumerate(words):
        left = x + (len(words) / 2 - 1 - i) * size * 1.25
        paper.kana(word, (left, y - len(word) * size / 2), size, BLACK)


BACKGROUNDS: tuple[Callable[[Paper, Random], None], ...] = (_town, _room, _land, _speed, _flat)


def _panel(chance: Random, width: int, height: int) -> Bits:
    """Draw what is in one panel."""
    image = Image.new("RGB", (width * SUPERSAMPLE, height * SUPERSAMPLE), WHITE)
    paper = Paper(image, ImageDraw.Draw(image), min(image.size) / 100)
    chance.choice(BACKGROUNDS)(paper, chance)
    people = 1 + (paper.width > 160) + (chance.random() < 0.25)  # noqa: PLR2004 - a wide panel
    for i in range(people):
        x = paper.width * (i + chance.uniform(0.35, 0.65)) / people
        draw = _person if chance.random() < 0.75 else _beast  # noqa: PLR2004 - a share
        draw(paper, chance, x, paper.height * chance.uniform(0.4, 0.6), chance.uniform(15, 30))
    for _ in range(chance.choice((0, 1, 1, 2))):
        side = chance.choice((0.15, 0.85))
        _balloon(paper, chance, paper.width * side, paper.height * chance.uniform(0.2, 0.5))
    if chance.random() < 0.3:  # noqa: PLR2004 - a share
        at = (paper.width * chance.uniform(0.1, 0.8), paper.height * chance.uniform(0.05, 0.4))
        paper.kana(chance.choice(SOUNDS), at, chance.uniform(10, 16), BLACK, edge=WHITE, lean=0.1)
    half = SUPERSAMPLE // 2
    grey = np.asarray(paper.image.convert("L"))[half::SUPERSAMPLE, half::SUPERSAMPLE]
    angle = chance.choice((pi / 4, pi / 4, pi / 3, pi / 12))
    return _halftone(grey, chance.choice(PITCHES), angle, lines=chance.random() < 0.2)  # noqa: PLR2004 - a share


def _layout(chance: Random) -> tuple[Quad, ...]:
    """Cut a page into rows and rows into panels, some of them aslant."""
    wide, high = PAGE_SIZE
    margin, between, beside = 50, chance.randint(20, 30), chance.randint(13, 20)
    rows = chance.randint(3, 4)
    shares = [chance.uniform(0.7, 1.4) for _ in range(rows)]
    quads: list[Quad] = []
    top = float(margin)
    for share in shares:
        low = top + (high - 2 * margin - (rows - 1) * between) * share / sum(shares)
        cuts = [margin, *(margin + (wide - 2 * margin) * c for c in _cuts(chance)), wide - margin]
        slant = [0.0, *(chance.choice((0, 0, 0, 40, -40)) for _ in cuts[2:]), 0.0]
        for i in range(len(cuts) - 1):
            left, right = cuts[i] + beside * (i > 0), float(cuts[i + 1])
            quads.append(
                (
                    (left + slant[i], top),
                    (right + slant[i + 1], top),
                    (right - slant[i + 1], low),
                    (left - slant[i], low),
                )
            )
        top = low + between
    return tuple(quads)


def _cuts(chance: Random) -> tuple[float, ...]:
    return chance.choice(
        (
            (),
            (chance.uniform(0.38, 0.62),),
            (chance.uniform(0.38, 0.62),),
            (chance.uniform(0.28, 0.36), chance.uniform(0.62, 0.7)),
        )
    )


def _across(pen: ImageDraw.ImageDraw, chance: Random, quad: Quad) -> None:
    """Draw a balloon that stands across the gutter above or beside a panel."""
    (left, top), (right, _) = quad[0], quad[1]
    x, y = left + (right - left) * chance.choice((0, 0.3, 0.6)), top + 60
    if x > left:
        y = top
    wide, high = chance.randint(45, 75), chance.randint(40, 70)
    pen.ellipse((x - wide, y - high, x + wide, y + high), fill=255, outline=0, width=4)


def draw_page(seed: int | str, *, dark: bool = False) -> Page:
    """Draw one page, 1000 x 1414 pixels; with `dark` the gutters are black, as in a memory."""
    chance = Random(f"page {seed}")  # noqa: S311 - the same page every time
    page = Image.new("L", PAGE_SIZE, 0 if dark else 255)
    quads = _layout(chance)
    for quad in quads:
        xs, ys = zip(*quad, strict=True)
        left, top = int(min(xs)), int(min(ys))
        drawn = Image.fromarray(_panel(chance, int(max(xs)) - left + 1, int(max(ys)) - top + 1))
        mask = Image.new("L", drawn.size, 0)
        ImageDraw.Draw(mask).polygon([(x - left, y - top) for x, y in quad], fill=255)
        page.paste(drawn, (left, top), mask)
        ImageDraw.Draw(page).line([*quad, quad[0], quad[1]], fill=255 if dark else 0, width=4, joint="curve")
    if chance.random() < 0.3:  # noqa: PLR2004 - a share
        _across(ImageDraw.Draw(page), chance, chance.choice(quads[1:]))
    return Page(np.where(np.asarray(page) < 128, 0, 255).astype(np.uint8), quads)  # noqa: PLR2004 - half


def main() -> None:
    """Draw some pages to look at."""
    options = argparse.ArgumentParser(description="Draw pages to look at.")
    options.add_argument("folder", type=Path)
    options.add_argument("--pages", type=int, default=8)
    given = options.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    for seed in range(given.pages):
        Image.fromarray(draw_page(seed, dark=seed % 8 == 0).bits).save(given.folder / f"page{seed}.png")


if __name__ == "__main__":
    main()
