"""Invented animals and machines, each drawn around a point in a size."""

from math import cos, pi, sin

from sekisho.demo.paper import INK, Colour, Paper, lift, ring

__all__ = ["bear", "bird", "boat", "cat", "fish", "fox", "robot", "snail", "whale"]


def _eyes(paper: Paper, x: float, y: float, s: float, gap: float) -> None:
    for side in (-1, 1):
        paper.oval((x + side * gap * s, y), (1.9 * s, 2.5 * s), INK, line=None)
        paper.oval((x + side * gap * s - 0.6 * s, y - 0.9 * s), (0.7 * s, 0.8 * s), "#ffffff", line=None)


def whale(paper: Paper, x: float, y: float, s: float, colour: Colour, stars: Colour) -> None:
    """Draw a whale that swims to the left, with stars on its back."""
    body = [
        (-34, 2),
        (-30, -12),
        (-10, -19),
        (14, -13),
        (30, -3),
        (40, -9),
        (50, -21),
        (49, -8),
        (56, 1),
        (44, 1),
        (32, 7),
        (12, 15),
        (-14, 17),
        (-30, 11),
    ]
    paper.shape([(x + a * s, y + b * s) for a, b in body], colour, shade=(1, -4))
    belly = [(-33, 5), (-20, 8), (-2, 7), (12, 9), (10, 14), (-12, 16.6), (-29, 11)]
    paper.shape([(x + a * s, y + b * s) for a, b in belly], lift(colour, 0.62), width=0.6)
    for i in range(5):
        paper.brush(
            [(x + (-26 + 7 * i) * s, y + 8.5 * s), (x + (-22 + 7 * i) * s, y + 14 * s)],
            lift(colour, 0.2),
            0.7 * s,
        )
    fin = [(-8, 8), (2, 8), (6, 24), (-3, 22)]
    paper.shape([(x + a * s, y + b * s) for a, b in fin], lift(colour, -0.12))
    paper.oval((x - 24 * s, y - s), (1.8 * s, 2.2 * s), INK, line=None)
    paper.oval((x - 24.6 * s, y - 1.8 * s), (0.6 * s, 0.7 * s), "#ffffff", line=None)
    for a, b, r in (
        (-12, -11, 1.6),
        (-2, -6, 1.1),
        (6, -10, 1.8),
        (15, -5, 1.2),
        (24, -1, 1.5),
        (-17, -5, 1),
    ):
        points = [
            (
                x + (a + (r * 2 if k % 2 == 0 else r * 0.7) * sin(k * pi / 5)) * s,
                y + (b - (r * 2 if k % 2 == 0 else r * 0.7) * cos(k * pi / 5)) * s,
            )
            for k in range(10)
        ]
        paper.shape(points, stars, line=None, smooth=False)


def cat(paper: Paper, x: float, y: float, s: float, colour: Colour, coat: Colour) -> None:
    """Draw a cat in a captain's coat, from the chest up."""
    body = [(-12, 20), (-30, 32), (-36, 70), (36, 70), (30, 32), (12, 20)]
    paper.shape([(x + a * s, y + b * s) for a, b in body], coat, shade=(-3, 0))
    for side in (-1, 1):
        paper.shape(
            [
                (x + side * 4 * s, y + 44 * s),
                (x + side * 12 * s, y + 20 * s),
                (x + side * 22 * s, y + 30 * s),
            ],
            lift(coat, 0.2),
            smooth=False,
        )
        paper.oval((x + side * 8 * s, y + 56 * s), (2.2 * s, 2.2 * s), "#f2c14e", width=0.6)
        ear = [(side * 8, -20), (side * 26, -38), (side * 27, -6)]
        paper.shape([(x + a * s, y + b * s) for a, b in ear], colour, smooth=False)
        inner = [(side * 14, -20), (side * 23, -31), (side * 23.5, -12)]
        paper.shape([(x + a * s, y + b * s) for a, b in inner], "#f3a6a0", line=None, smooth=False)
    head = [(-29, 2), (-24, -18), (0, -26), (24, -18), (29, 2), (20, 18), (0, 24), (-20, 18)]
    paper.shape([(x + a * s, y + b * s) for a, b in head], colour, shade=(-3, -1))
    for a in (-6, 0, 6):
        paper.brush([(x + a * s, y - 24 * s), (x + a * 0.7 * s, y - 14 * s)], lift(colour, -0.4), 2.2 * s)
    paper.shape(
        [(x + a * s, y + b * s) for a, b in [(-10, 8), (0, 3), (10, 8), (8, 17), (0, 20), (-8, 17)]],
        "#fff6ea",
        line=None,
    )
    _eyes(paper, x, y - 2 * s, 1.6 * s, 7)
    paper.shape(
        [(x - 2.4 * s, y + 6 * s), (x + 2.4 * s, y + 6 * s), (x, y + 9 * s)],
        "#e07a7a",
        width=0.5,
        smooth=False,
    )
    for side in (-1, 1):
        paper.brush(
            [(x, y + 9 * s), (x + side * 2.5 * s, y + 12.4 * s), (x + side * 6 * s, y + 11 * s)], INK, 0.9 * s
        )
        for b in (7, 10):
            paper.brush(
                [(x + side * 12 * s, y + b * s), (x + side * 32 * s, y + (b * 1.6 - 6) * s)], INK, 0.6 * s
            )


def fox(paper: Paper, x: float, y: float, s: float, colour: Colour, coat: Colour) -> None:
    """Draw a fox who stands upright in a coat, with a bag."""
    tail = [(14, 30), (34, 34), (46, 14), (42, -6), (34, 10), (22, 18)]
    paper.shape([(x + a * s, y + b * s) for a, b in tail], colour, shade=(-2, 2))
    paper.shape(
        [(x + a * s, y + b * s) for a, b in [(46, 14), (42, -6), (37, 4), (40, 14)]], "#fff6ea", width=0.6
    )
    for side in (-1, 1):
        paper.shape(
            [
                (x + side * 4 * s, y + 34 * s),
                (x + side * 13 * s, y + 34 * s),
                (x + side * 11 * s, y + 56 * s),
                (x + side * 4 * s, y + 56 * s),
            ],
            lift(colour, -0.4),
            smooth=False,
        )
    paper.shape(
        [(x + a * s, y + b * s) for a, b in [(-10, 0), (-18, 38), (18, 38), (10, 0)]], coat, shade=(-2, 0)
    )
    paper.brush([(x - 9 * s, y + 4 * s), (x + 13 * s, y + 26 * s)], "#5b4030", 2 * s, taper=False)
    paper.shape(
        [(x + a * s, y + b * s) for a, b in [(8, 20), (24, 20), (24, 34), (8, 34)]], "#a9713f", smooth=False
    )
    paper.shape([(x + a * s, y + b * s) for a, b in [(8, 20), (24, 20), (16, 28)]], "#c58a52", smooth=False)
    for side in (-1, 1):
        paper.shape(
            [
                (x + side * 5 * s, y - 22 * s),
                (x + side * 17 * s, y - 38 * s),
                (x + side * 18 * s, y - 14 * s),
            ],
            colour,
            smooth=False,
        )
        paper.shape(
            [
                (x + side * 10 * s, y - 23 * s),
                (x + side * 15.5 * s, y - 32 * s),
                (x + side * 15.5 * s, y - 17 * s),
            ],
            INK,
            line=None,
            smooth=False,
        )
    head = [(-20, -12), (-10, -25), (10, -25), (20, -12), (9, 2), (0, 9), (-9, 2)]
    paper.shape([(x + a * s, y + b * s) for a, b in head], colour, shade=(-2, -1))
    for side in (-1, 1):
        paper.shape(
            [(x + side * a * s, y + b * s) for a, b in [(19, -11), (12, -10), (3, -2), (0, 8), (9, 2)]],
            "#fff6ea",
            line=None,
        )
    _eyes(paper, x, y - 11 * s, s, 8)
    paper.oval((x, y + 7 * s), (2.6 * s, 2 * s), INK, line=None)


def bear(paper: Paper, x: float, y: float, s: float, colour: Colour, apron: Colour) -> None:
    """Draw a big bear with an apron and a loaf of bread."""
    for side in (-1, 1):
        paper.oval((x + side * 20 * s, y - 24 * s), (8 * s, 8 * s), colour)
        paper.oval((x + side * 20 * s, y - 24 * s), (4 * s, 4 * s), lift(colour, 0.4), line=None)
    paper.shape(
        [(x + a * s, y + b * s) for a, b in [(-20, 12), (-40, 34), (-42, 80), (42, 80), (40, 34), (20, 12)]],
        colour,
        shade=(-4, 0),
    )
    paper.shape(
        [(x + a * s, y + b * s) for a, b in [(-18, 24), (18, 24), (26, 80), (-26, 80)]], apron, smooth=False
    )
    paper.oval((x, y - 6 * s), (28 * s, 25 * s), colour)
    paper.oval((x, y + 4 * s), (12 * s, 9.4 * s), lift(colour, 0.55))
    paper.oval((x, y - s), (4 * s, 2.8 * s), INK, line=None)
    paper.brush([(x - 4 * s, y + 7 * s), (x, y + 9 * s), (x + 4 * s, y + 7 * s)], INK, 1.1 * s)
    _eyes(paper, x, y - 10 * s, 1.2 * s, 9)
    paper.oval((x, y + 46 * s), (28 * s, 10 * s), "#d99a4e", turn=-8)
    for a in (-14, -4, 6, 16):
        paper.brush(
            [(x + a * s, y + (40 - a * 0.14) * s), (x + (a + 5) * s, y + (50 - a * 0.14) * s)],
            "#f6d59a",
            2 * s,
        )
    for side in (-1, 1):
        paper.oval((x + side * 29 * s, y + 48 * s), (9 * s, 8 * s), lift(colour, 0.08))


def robot(paper: Paper, x: float, y: float, s: float, colour: Colour, lamp: Colour) -> None:
    """Draw a box-headed robot with one antenna."""
    paper.brush([(x, y - 24 * s), (x + 2 * s, y - 38 * s)], INK, 1.4 * s, taper=False)
    paper.oval((x + 2 * s, y - 40 * s), (3.6 * s, 3.6 * s), lamp)
    for side in (-1, 1):
        arm = [
            (x + side * 20 * s, y + 24 * s),
            (x + side * 36 * s, y + 34 * s),
            (x + side * 34 * s, y + 58 * s),
        ]
        paper.brush(arm, INK, 7 * s, taper=False)
        paper.brush(arm, lift(colour, 0.25), 5 * s, taper=False)
        paper.oval(arm[-1], (6 * s, 6 * s), colour)
        paper.oval((x + side * 27 * s, y - 4 * s), (5 * s, 8 * s), lift(colour, -0.2))
    paper.shape(
        [(x + a * s, y + b * s) for a, b in [(-22, 18), (22, 18), (26, 66), (-26, 66)]],
        lift(colour, -0.08),
        smooth=False,
        shade=(-4, 0),
    )
    paper.shape(
        [(x + a * s, y + b * s) for a, b in [(-27, -24), (27, -24), (25, 16), (-25, 16)]],
        colour,
        smooth=False,
        shade=(-4, -2),
    )
    paper.shape(
        [(x + a * s, y + b * s) for a, b in [(-21, -16), (21, -16), (20, 6), (-20, 6)]],
        "#26324a",
        smooth=False,
    )
    for side in (-1, 1):
        paper.oval((x + side * 9 * s, y - 5 * s), (5.4 * s, 6 * s), lamp, line=None)
        paper.oval((x + side * 9 * s - 1.6 * s, y - 7 * s), (1.6 * s, 1.8 * s), "#ffffff", line=None)
    paper.brush([(x - 8 * s, y + 11 * s), (x, y + 13 * s), (x + 8 * s, y + 11 * s)], INK, 1.2 * s)
    for i, light in enumerate((lamp, "#f2c14e", "#ef6f6c")):
        paper.oval((x + (i * 10 - 10) * s, y + 30 * s), (3 * s, 3 * s), light, width=0.6)
    for b in (42, 48, 54):
        paper.brush([(x - 14 * s, y + b * s), (x + 14 * s, y + b * s)], INK, 1.1 * s, taper=False)


def bird(paper: Paper, x: float, y: float, s: float, colour: Colour, belly: Colour) -> None:
    """Draw a round owl on its perch."""
    for side in (-1, 1):
        paper.shape(
            [(x + side * a * s, y + b * s) for a, b in [(6, -18), (14, -27), (16, -10)]], colour, smooth=False
        )
    paper.oval((x, y), (18 * s, 22 * s), colour)
    paper.oval((x, y + 7 * s), (11 * s, 13 * s), belly, width=0.6)
    for row, many in ((2, 3), (7, 4), (12, 3)):
        for i in range(many):
            a = (i - (many - 1) / 2) * 5
            paper.brush(
                [
                    (x + (a - 1.6) * s, y + row * s),
                    (x + a * s, y + (row + 2) * s),
                    (x + (a + 1.6) * s, y + row * s),
                ],
                lift(colour, -0.2),
                0.8 * s,
            )
    for side in (-1, 1):
        paper.oval((x + side * 7 * s, y - 8 * s), (6.4 * s, 6.4 * s), "#fffaf0", width=0.7)
        paper.oval((x + side * 6.4 * s, y - 8 * s), (3 * s, 3.4 * s), INK, line=None)
        paper.oval((x + side * 6.4 * s - s, y - 9.4 * s), (s, s), "#ffffff", line=None)
        paper.shape(
            [(x + side * a * s, y + b * s) for a, b in [(16, -6), (25, 8), (15, 18)]], lift(colour, -0.15)
        )
    paper.shape(
        [(x - 2 * s, y - 4 * s), (x + 2 * s, y - 4 * s), (x, y + s)], "#f2a541", width=0.6, smooth=False
    )


def fish(paper: Paper, x: float, y: float, s: float, colour: Colour, stripe: Colour) -> None:
    """Draw a fish that swims to the right."""
    paper.shape([(x + a * s, y + b * s) for a, b in [(-14, 0), (-28, -12), (-24, 0), (-28, 12)]], stripe)
    paper.shape([(x + a * s, y + b * s) for a, b in [(-4, -9), (2, -19), (12, -9)]], stripe)
    paper.oval((x, y), (19 * s, 12 * s), colour)
    for a in (-8, -1):
        paper.shape(
            [
                (x + (a + k) * s, y + b * s)
                for k, b in [(0, -9), (3, 0), (0, 9), (3.6, 9), (6.6, 0), (3.6, -9)]
            ],
            stripe,
            line=None,
        )
    paper.oval((x + 11 * s, y - 3 * s), (3.2 * s, 3.2 * s), "#ffffff", width=0.6)
    paper.oval((x + 11.8 * s, y - 3 * s), (1.6 * s, 1.8 * s), INK, line=None)


def snail(paper: Paper, x: float, y: float, s: float, colour: Colour, shell: Colour) -> None:
    """Draw a snail with a spiral house."""
    body = [(-34, 16), (-26, 9), (10, 8), (18, -8), (26, -14), (32, -6), (28, 10), (16, 17)]
    paper.shape([(x + a * s, y + b * s) for a, b in body], colour, shade=(0, -3))
    for a in (23, 29):
        paper.brush([(x + a * s, y - 11 * s), (x + (a + 3) * s, y - 23 * s)], INK, 1.1 * s, taper=False)
        paper.oval((x + (a + 3) * s, y - 24 * s), (1.8 * s, 1.8 * s), INK, line=None)
    paper.oval((x - 6 * s, y - 4 * s), (20 * s, 18 * s), shell)
    spiral = [
        (x + (-6 + (16 - k * 0.7) * cos(k * 0.55)) * s, y + (-4 + (14 - k * 0.62) * sin(k * 0.55)) * s)
        for k in range(23)
    ]
    paper.brush(spiral, lift(shell, -0.45), 1.8 * s)


def boat(paper: Paper, x: float, y: float, s: float, colour: Colour) -> None:
    """Draw a folded paper boat."""
    paper.shape(
        [(x + a * s, y + b * s) for a, b in [(-16, 0), (0, -24), (16, 0)]], lift(colour, 0.2), smooth=False
    )
    paper.shape(
        [(x, y - 24 * s), (x + 16 * s, y), (x + 2 * s, y)], lift(colour, -0.15), line=None, smooth=False
    )
    paper.shape(
        [(x + a * s, y + b * s) for a, b in [(-32, -6), (-14, 0), (14, 0), (32, -6), (20, 14), (-20, 14)]],
        colour,
        smooth=False,
        shade=(0, -4),
    )
    paper.outline(ring(x, y + 7 * s, 2 * s, 2 * s), INK, 0.7)
