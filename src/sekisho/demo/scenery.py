"""Backgrounds and things: skies, seas, hills, towns, trees, fire works and patterns."""

from collections.abc import Sequence
from math import cos, pi, sin

from sekisho.demo.paper import INK, Colour, Paper, lift

__all__ = [
    "balloon",
    "burst",
    "clouds",
    "fireworks",
    "hills",
    "houses",
    "keep_inside",
    "lighthouse",
    "panel",
    "rain",
    "scales",
    "sea",
    "snow",
    "stars",
    "tree",
]


def _scatter(count: int, seed: int) -> Sequence[tuple[float, float]]:
    """Return points in the unit square that look scattered and are always the same."""
    return [
        ((i * 0.754877666 + seed * 0.317) % 1, (i * 0.569840291 + seed * 0.713) % 1)
        for i in range(1, count + 1)
    ]


def stars(paper: Paper, count: int, seed: int, colour: Colour = "#fff6c9", depth: float = 0.7) -> None:
    """Scatter stars of several sizes over the upper part of the sheet."""
    for i, (u, v) in enumerate(_scatter(count, seed)):
        x, y, r = u * paper.width, v * paper.height * depth, 0.35 + 0.5 * (i % 4 == 0) + 0.9 * (i % 11 == 0)
        if i % 11 == 0:
            spikes = [
                (
                    x + (r * 2.2 if k % 2 == 0 else r * 0.5) * sin(k * pi / 4),
                    y - (r * 2.2 if k % 2 == 0 else r * 0.5) * cos(k * pi / 4),
                )
                for k in range(8)
            ]
            paper.shape(spikes, colour, line=None, smooth=False)
        else:
            paper.oval((x, y), (r, r), colour, line=None)


def clouds(paper: Paper, spots: Sequence[tuple[float, float, float]], colour: Colour = "#ffffff") -> None:
    """Draw flat-bottomed clouds at (x, y, size)."""
    for x, y, s in spots:
        puff = [
            (-16, 4),
            (-18, -1),
            (-12, -5),
            (-8, -11),
            (0, -12),
            (5, -8),
            (11, -9),
            (16, -3),
            (18, 2),
            (15, 4),
        ]
        paper.shape([(x + a * s, y + b * s) for a, b in puff], colour, line=None)
        paper.shape(
            [(x + (a * 0.8 - 1) * s, y + (b * 0.4 + 3) * s) for a, b in puff], lift(colour, -0.1), line=None
        )


def sea(paper: Paper, top: float, colours: Sequence[Colour], *, pitch: float = 9.0) -> None:
    """Draw rows of waves from a height down to the bottom."""
    rows = int((paper.height - top) / pitch) + 2
    for row in range(rows):
        y = top + row * pitch
        crest = [(x * 4.0 - 4, y + 2.2 * sin(x * 1.25 + row * 1.9)) for x in range(int(paper.width / 4) + 4)]
        paper.shape(
            [*crest, (paper.width + 9, paper.height + 9), (-9, paper.height + 9)],
            colours[row % len(colours)],
            width=0.6,
            smooth=False,
        )
        for x in range(row % 2 * 9, int(paper.width), 21):
            paper.brush([(x, y + 5), (x + 4, y + 3.8), (x + 8, y + 5)], "#ffffff", 0.8)


def hills(
    paper: Paper, top: float, colour: Colour, seed: float, height: float = 9.0, *, line: Colour | None = INK
) -> None:
    """Draw a range of hills whose feet are the bottom of the sheet."""
    crest = [
        (x * 5.0 - 5, top + height * sin(x * 0.42 + seed) + height * 0.5 * sin(x * 0.93 + seed * 3))
        for x in range(int(paper.width / 5) + 4)
    ]
    paper.shape(
        [*crest, (paper.width + 9, paper.height + 9), (-9, paper.height + 9)], colour, line=line, smooth=False
    )


def houses(
    paper: Paper, base: float, colours: Sequence[Colour], seed: int, lit: Colour, *, wide: float = 15.0
) -> None:
    """Draw a row of houses with windows, some of them lit."""
    for i in range(int(paper.width / wide) + 2):
        x, tall = i * wide - 4, 20 + 13 * ((i * 7 + seed * 3) % 4)
        wall = colours[(i + seed) % len(colours)]
        paper.shape(
            [(x, base), (x, base - tall), (x + wide, base - tall), (x + wide, base)],
            wall,
            smooth=False,
            shade=(-2, 0),
        )
        roof = [
            (x - 1.5, base - tall),
            (x + wide * (0.3 + 0.4 * (i % 2)), base - tall - 8),
            (x + wide + 1.5, base - tall),
        ]
        paper.shape(roof, lift(wall, -0.45), smooth=False)
        for row in range(int(tall // 9)):
            for column in range(2):
                glass = lit if (i * 5 + row * 3 + column + seed) % 3 else lift(wall, -0.5)
                left, low = x + wide * (0.17 + 0.4 * column), base - tall + 4 + row * 9
                paper.shape(
                    [(left, low), (left + wide * 0.26, low), (left + wide * 0.26, low + 5), (left, low + 5)],
                    glass,
                    width=0.6,
                    smooth=False,
                )


def tree(paper: Paper, x: float, y: float, s: float, colour: Colour) -> None:
    """Draw a fir whose foot is at (x, y)."""
    paper.shape(
        [(x - 2 * s, y), (x - 1.5 * s, y - 12 * s), (x + 1.5 * s, y - 12 * s), (x + 2 * s, y)],
        "#6b4a3a",
        smooth=False,
    )
    for i, half in enumerate((12, 9.5, 7)):
        low = y - (8 + 9 * i) * s
        paper.shape(
            [(x - half * s, low), (x, low - 17 * s), (x + half * s, low), (x, low - 2.5 * s)],
            lift(colour, 0.1 * i),
            smooth=False,
        )


def snow(paper: Paper, count: int, seed: int) -> None:
    """Scatter soft flakes over the whole sheet."""
    for i, (u, v) in enumerate(_scatter(count, seed)):
        r = 0.6 + 0.45 * (i % 3)
        paper.oval((u * paper.width, v * paper.height), (r, r), "#ffffff", line=None)


def rain(paper: Paper, count: int, colour: Colour) -> None:
    """Draw slanting rain."""
    for u, v in _scatter(count, 3):
        x, y = u * paper.width, v * paper.height
        paper.brush([(x, y), (x - 1.2, y + 4), (x - 2.4, y + 8)], colour, 0.6)


def lighthouse(paper: Paper, x: float, y: float, s: float, beam: Colour) -> None:
    """Draw a striped lighthouse with two beams; (x, y) is its foot."""
    for side in (-1, 1):
        ray = [
            (x, y - 53 * s),
            (x + side * 90 * s, y - (78 if side < 0 else 66) * s),
            (x + side * 90 * s, y - (52 if side < 0 else 40) * s),
        ]
        paper.gradient(beam, lift(beam, -0.25), within=ray)
    paper.shape(
        [(x - 11 * s, y), (x - 7 * s, y - 46 * s), (x + 7 * s, y - 46 * s), (x + 11 * s, y)],
        "#fbf4e6",
        smooth=False,
        shade=(-3, 0),
    )
    for i in range(3):
        low, half = y - (6 + 15 * i) * s, (10.4 - 1.3 * i) * s
        paper.shape(
            [
                (x - half, low),
                (x - half + 0.6 * s, low - 7 * s),
                (x + half - 0.6 * s, low - 7 * s),
                (x + half, low),
            ],
            "#d1495b",
            smooth=False,
        )
    paper.shape(
        [(x - 6 * s, y - 46 * s), (x - 6 * s, y - 58 * s), (x + 6 * s, y - 58 * s), (x + 6 * s, y - 46 * s)],
        beam,
        smooth=False,
    )
    paper.shape([(x - 8 * s, y - 58 * s), (x, y - 67 * s), (x + 8 * s, y - 58 * s)], "#2b3252", smooth=False)
    paper.shape(
        [(x - 9 * s, y - 46 * s), (x + 9 * s, y - 46 * s), (x + 9 * s, y - 43 * s), (x - 9 * s, y - 43 * s)],
        "#2b3252",
        smooth=False,
    )


def balloon(paper: Paper, x: float, y: float, s: float, colours: Sequence[Colour]) -> None:
    """Draw a striped hot-air balloon."""
    for side in (-1, 1):
        paper.brush([(x + side * 9 * s, y + 15 * s), (x + side * 5 * s, y + 30 * s)], INK, 0.7, taper=False)
    paper.shape(
        [
            (x - 5.5 * s, y + 29 * s),
            (x + 5.5 * s, y + 29 * s),
            (x + 4.5 * s, y + 37 * s),
            (x - 4.5 * s, y + 37 * s),
        ],
        "#a9713f",
        smooth=False,
    )
    for i, half in enumerate((20, 13.5, 6)):
        paper.shape(
            [
                (x, y - 22 * s),
                (x + half * s, y - 4 * s),
                (x + half * 0.5 * s, y + 17 * s),
                (x - half * 0.5 * s, y + 17 * s),
                (x - half * s, y - 4 * s),
            ],
            colours[i % len(colours)],
        )


def burst(paper: Paper, centre: tuple[float, float], colours: tuple[Colour, Colour], count: int = 14) -> None:
    """Fill the sheet with a rising sun's rays in two colours."""
    paper.shape(
        [(-9, -9), (paper.width + 9, -9), (paper.width + 9, paper.height + 9), (-9, paper.height + 9)],
        colours[0],
        line=None,
        smooth=False,
    )
    for i in range(count):
        a, b = 2 * pi * i / count, 2 * pi * (i + 0.5) / count
        far = [(centre[0] + 260 * cos(t), centre[1] + 260 * sin(t)) for t in (a, b)]
        paper.shape([centre, *far], colours[1], line=None, smooth=False)


def fireworks(paper: Paper, spots: Sequence[tuple[float, float, float, Colour]]) -> None:
    """Draw fireworks at (x, y, radius, colour)."""
    for x, y, r, colour in spots:
        paper.glow((x, y), r * 1.2, colour, 0.5)
        for i in range(18):
            a = 2 * pi * i / 18
            path = [(x + r * t * cos(a), y + r * t * sin(a) + r * 0.12 * t * t) for t in (0.3, 0.65, 1)]
            paper.brush(path, colour, 1.1)
            paper.oval(path[-1], (0.9, 0.9), "#ffffff", line=None)


def scales(paper: Paper, size: float, colours: Sequence[Colour]) -> None:
    """Fill the sheet with the wave pattern seigaiha, half circles in rows."""
    for row in range(int(paper.height / (size * 0.5)) + 3):
        for column in range(int(paper.width / (2 * size)) + 3):
            x, y = (column * 2 - row % 2) * size, row * size * 0.5
            for i in range(4):
                tint = colours[(row * 2 + column * 3 + row // 4) % len(colours)] if i % 2 == 0 else "#fdf6e8"
                paper.oval((x, y), (size * (1 - 0.25 * i),) * 2, tint, line=None)


def panel(paper: Paper, box: tuple[float, float, float, float], colour: str = "#ffffff") -> None:
    """Draw an empty panel of a page."""
    x0, y0, x1, y1 = box
    paper.shape([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], colour, width=1.2, smooth=False)


def keep_inside(paper: Paper, box: tuple[float, float, float, float]) -> None:
    """White out everything beside a panel that was drawn over its edge."""
    x0, y0, x1, y1 = box
    w, h = paper.width, paper.height
    for a, b, c, d in ((0, 0, w, y0), (0, y1, w, h), (0, y0, x0, y1), (x1, y0, w, y1)):
        paper.shape([(a, b), (c, b), (c, d), (a, d)], "#ffffff", line=None, smooth=False)
    paper.outline([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], INK, 1.2)
