"""Drawings that nobody registered: the part of the dataset that should pass, and two special ones.

`minato_again` is the registered character in a new drawing. No picture was copied, so a check that
recognises copies does not see it; the demo shows that limit as its last tile.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise
from math import cos, pi, sin

from sekisho.demo import scenery
from sekisho.demo.aonami import MINATO
from sekisho.demo.paper import INK, Paper, lift, ring

__all__ = ["STRANGERS", "fog", "minato_again"]


def _tulips(paper: Paper) -> None:
    paper.gradient("#a8d8f0", "#f3fbff")
    scenery.clouds(paper, ((24, 18, 0.9), (100, 24, 0.8)))
    for row in range(5):
        y, s = 46 + row * 13, 0.5 + row * 0.22
        scenery.hills(paper, y, lift("#4f9d5d", 0.1 * (4 - row)), row, 1.5, line=None)
        for i in range(int(150 / (9 * s))):
            x = i * 9 * s + row * 3
            cup = [(-3, 0), (-3.4, -6), (-1.4, -4), (0, -7), (1.4, -4), (3.4, -6), (3, 0)]
            paper.shape(
                [(x + a * s, y + 2 + b * s) for a, b in cup],
                ("#e63946", "#f4a259", "#ffd23f", "#b56bbf", "#f78fb3")[row],
                width=0.5,
            )


def _teapot(paper: Paper) -> None:
    paper.gradient("#f7e3c6", "#f2cfa0")
    for i in range(8):
        for k in range(6):
            if (i + k) % 2:
                paper.shape(
                    [
                        (i * 18 - 6, 66 + k * 9),
                        (i * 18 + 12, 66 + k * 9),
                        (i * 18 + 12, 75 + k * 9),
                        (i * 18 - 6, 75 + k * 9),
                    ],
                    "#b85c50",
                    line=None,
                    smooth=False,
                )
    paper.outline(ring(84, 52, 13, 15), "#2c6e74", 4)
    paper.shape([(34, 44), (22, 40), (16, 30), (12, 31), (20, 50), (34, 62)], "#2f8f8b")
    paper.oval((58, 52), (29, 25), "#3aa6a0")
    paper.oval((58, 28), (12, 4), "#2f8f8b")
    paper.oval((58, 22), (3.6, 3.6), "#f2c14e")
    for k in range(0, 360, 60):
        paper.oval((58, 54), (13, 4), "#fff6e6", width=0.6, turn=k)
    paper.shape([(92, 66), (118, 66), (113, 86), (97, 86)], "#fff6e6", shade=(-3, 0))
    for x in (101, 109):
        paper.brush([(x, 60), (x - 3, 52), (x + 2, 44), (x - 1, 36)], "#ffffff", 1.8)


def _cacti(paper: Paper) -> None:
    scenery.burst(paper, (50, 150), ("#fff3d6", "#ffe2b0"), 30)
    for x, tall, colour in ((20, 42, "#5fa777"), (52, 64, "#3f8f6b"), (82, 34, "#7dbb6c")):
        paper.shape(
            [
                (x - 9, 100),
                (x - 11, 100 - tall * 0.5),
                (x, 98 - tall),
                (x + 11, 100 - tall * 0.5),
                (x + 9, 100),
            ],
            colour,
            shade=(-3, 0),
        )
        for i in range(int(tall / 6)):
            for a in (-5, 0, 5):
                y = 97 - i * 6 - abs(a) * 0.4
                paper.brush([(x + a - 1.4, y), (x + a, y - 1.8), (x + a + 1.4, y)], "#fdf6e3", 0.6)
        paper.oval((x, 97 - tall), (5, 4), "#f06292")
        paper.shape(
            [(x - 13, 98), (x + 13, 98), (x + 9, 122), (x - 9, 122)], "#c8693f", smooth=False, shade=(-3, 0)
        )
    paper.brush([(0, 123), (100, 123)], "#7a4b32", 3, taper=False)


def _waves(paper: Paper) -> None:
    scenery.scales(paper, 13, ("#1d3557", "#457b9d", "#2a6f97"))
    paper.oval((70, 34), (17, 17), "#e63946", line=None)
    paper.shape(
        [(-5, 70), (30, 56), (60, 78), (105, 60), (105, 84), (60, 100), (30, 80), (-5, 94)],
        "#f4d58d",
        line=None,
    )


def _ramen(paper: Paper) -> None:
    paper.gradient("#40342f", "#75523f")
    paper.oval((62, 50), (52, 41), "#c0392b", width=1.4)
    paper.oval((62, 48), (46, 35), "#e6a859")
    for i in range(11):
        paper.brush(
            [(26 + i * 4, 66 - i), (34 + i * 4, 40 + i), (44 + i * 4, 58 - i), (50 + i * 4, 34)],
            "#fbe3a6",
            1.5,
        )
    for x, y in ((42, 34), (84, 58)):
        paper.oval((x, y), (11, 9), "#fff8ee")
        paper.oval((x, y), (5.4, 4.6), "#f29f3d", line=None)
    paper.oval((60, 66), (9, 9), "#ffffff")
    paper.brush([(63, 62), (57, 63), (56, 68), (61, 70), (63, 67)], "#f06292", 1.6)
    paper.shape([(78, 18), (104, 22), (100, 44), (76, 38)], "#27423b", smooth=False)
    for shift in (0, 6):
        paper.brush([(70 + shift, 16), (128 + shift, -2)], "#2c1d18", 2, taper=False)


def _bicycle(paper: Paper) -> None:
    paper.gradient("#fde2e4", "#e2ece9")
    scenery.houses(paper, 78, ("#e8c7c8", "#cfe0db", "#f0dfc0"), 3, "#ffffff", wide=22)
    scenery.hills(paper, 88, "#b8b8c4", 0.0, 0.6)
    for x in (36, 92):
        paper.outline(ring(x, 72, 18, 18), INK, 2.2)
        for k in range(8):
            paper.brush(
                [(x, 72), (x + 18 * cos(k * pi / 4), 72 + 18 * sin(k * pi / 4))], "#6a6a78", 0.5, taper=False
            )
    frame = [(36, 72), (52, 46), (82, 46), (64, 72), (36, 72), (64, 72), (50, 40)]
    for a, b in pairwise(frame):
        paper.brush([a, b], "#d1495b", 2.6, taper=False)
    paper.brush([(92, 72), (80, 36), (88, 32)], "#d1495b", 2.6, taper=False)
    paper.shape([(42, 40), (58, 38), (57, 42), (46, 43)], INK)
    paper.shape([(82, 40), (104, 40), (100, 54), (86, 54)], "#c58a52", smooth=False)


def _noon(paper: Paper) -> None:
    paper.gradient("#4fb3e8", "#d6f1ff")
    paper.oval((18, 22), (11, 11), "#fff3b0", line=None)
    scenery.houses(paper, 92, ("#f4f1ea", "#ef8354", "#bfc0c0", "#4f5d75"), 5, "#bde6ff", wide=20)
    scenery.houses(paper, 128, ("#84a59d", "#f6bd60", "#f28482"), 2, "#f7ede2", wide=17)


def _goldfish(paper: Paper, at: tuple[float, float], s: float, colour: str) -> None:
    """Draw a goldfish with a veil for a tail, seen from above."""
    x, y = at
    for bend in (-1, 1):
        veil = [(8, 0), (20, 5 * bend), (33, 15 * bend), (27, 3 * bend), (16, 0)]
        paper.shape([(x + a * s, y + b * s) for a, b in veil], lift(colour, 0.35), width=0.8)
        paper.shape([(x + a * s, y + b * bend * s) for a, b in [(-6, 7), (0, 16), (3, 7)]], lift(colour, 0.2))
    body = [(-17, 0), (-11, -7), (0, -8.5), (10, -3), (13, 0), (10, 3), (0, 8.5), (-11, 7)]
    paper.shape([(x + a * s, y + b * s) for a, b in body], colour)
    for side in (-1, 1):
        paper.oval((x - 12 * s, y + 5.5 * side * s), (1.7 * s, 1.7 * s), INK, line=None)


def _fishbowl(paper: Paper) -> None:
    paper.shape([(-5, -5), (105, -5), (105, 135), (-5, 135)], "#ffd9a8", line=None, smooth=False)
    for i in range(11):
        paper.brush([(i * 10, 0), (i * 10, 100)], "#ffc687", 3, taper=False)
    scenery.hills(paper, 104, "#6d4c41", 0, 0.4)
    paper.oval((50, 68), (40, 38), "#d8f3fa", width=1.4)
    paper.shape([(13, 56), (87, 56), (89, 72), (78, 96), (50, 105), (22, 96), (11, 72)], "#8fd8ea", line=None)
    _goldfish(paper, (46, 66), 1.0, "#ff6b4a")
    _goldfish(paper, (62, 90), 0.6, "#4a4a58")
    for i in range(5):
        paper.outline(ring(74 - i % 2 * 5, 84 - i * 6, 1.6, 1.6), "#ffffff", 0.6)
    paper.brush([(22, 50), (17, 64), (20, 80)], "#ffffff", 2.4)


def _lake(paper: Paper) -> None:
    paper.gradient("#f6c6a5", "#f7e1d7", "#c4dfe6", "#5b9aa0")
    paper.shape([(-10, 66), (28, 22), (44, 40), (70, 10), (112, 66)], "#6b7a99", smooth=False, shade=(-8, 4))
    paper.shape([(56, 26), (70, 10), (87, 32), (77, 28), (70, 36), (64, 27)], "#ffffff", smooth=False)
    scenery.hills(paper, 58, "#47685a", 2.2, 5)
    scenery.sea(paper, 66, ("#7fb7c4", "#67a3b4", "#5592a6"), pitch=6)
    for x in (8, 24, 108, 122):
        scenery.tree(paper, x, 98, 1.3, "#2f5d50")


def _books(paper: Paper) -> None:
    paper.shape([(-5, -5), (105, -5), (105, 135), (-5, 135)], "#6d4c3d", line=None, smooth=False)
    for shelf in range(3):
        base, x = 40 + shelf * 42, 3.0
        for i in range(14):
            wide, tall = 5 + (i * 5 + shelf * 3) % 5, 24 + (i * 7 + shelf * 5) % 11
            colour = ("#e76f51", "#2a9d8f", "#e9c46a", "#264653", "#f4a261", "#b5838d")[(i * 5 + shelf) % 6]
            paper.shape(
                [(x, base), (x, base - tall), (x + wide, base - tall), (x + wide, base)],
                colour,
                smooth=False,
                shade=(-1, 0),
            )
            paper.brush(
                [(x + 1, base - tall + 6), (x + wide - 1, base - tall + 6)], "#fff3d6", 1.2, taper=False
            )
            x += wide
        paper.shape([(-5, base), (105, base), (105, base + 4), (-5, base + 4)], "#a47551", smooth=False)


def _lemons(paper: Paper) -> None:
    paper.gradient("#cdeac0", "#efe9ae")
    for i in range(14):
        x, y = 10 + (i * 37) % 118, 8 + (i * 23) % 90
        paper.oval((x + 9, y - 6), (9, 4), "#4f9d5d", turn=i * 40)
        paper.oval((x, y), (11, 8.4), "#ffd23f", turn=i * 50)
        paper.brush([(x - 5, y - 3), (x, y - 5), (x + 4, y - 4)], "#fff6c9", 1.5)


def _kites(paper: Paper) -> None:
    paper.gradient("#74c0fc", "#e7f5ff")
    scenery.clouds(paper, ((30, 100, 1.2), (80, 66, 1), (22, 40, 0.7)))
    for x, y, s, colour in (
        (30, 30, 1.3, "#e03131"),
        (74, 46, 1.0, "#f08c00"),
        (62, 14, 0.7, "#2f9e44"),
        (44, 78, 0.8, "#9c36b5"),
    ):
        paper.brush(
            [(x, y + 18 * s), (x + 6, y + 30 * s), (x - 6, y + 44 * s), (x + 3, 126)], INK, 0.7, taper=False
        )
        paper.shape(
            [(x, y - 17 * s), (x + 12 * s, y), (x, y + 18 * s), (x - 12 * s, y)], colour, smooth=False
        )
        paper.shape([(x, y - 17 * s), (x + 12 * s, y), (x, y)], lift(colour, 0.5), smooth=False)
        paper.shape([(x, y + 18 * s), (x - 12 * s, y), (x, y)], lift(colour, 0.5), smooth=False)
    scenery.hills(paper, 120, "#69b36b", 0.7, 3)


def _railway(paper: Paper) -> None:
    paper.gradient("#ffd6a5", "#fdffb6", "#caffbf")
    scenery.hills(paper, 46, "#7fb285", 0.4, 9)
    for i in range(4):
        x = i * 36 - 12
        paper.shape(
            [(x, 52), (x + 33, 52), (x + 33, 78), (x, 78)],
            ("#3d5a80", "#ee6c4d")[i % 2],
            smooth=False,
            shade=(0, -4),
        )
        for k in range(3):
            paper.shape(
                [(x + 3 + k * 10, 56), (x + 10 + k * 10, 56), (x + 10 + k * 10, 66), (x + 3 + k * 10, 66)],
                "#e0fbfc",
                smooth=False,
            )
        for k in (8, 25):
            paper.oval((x + k, 80), (5, 5), "#3a3a46")
    paper.brush([(-4, 87), (134, 87)], INK, 1.6, taper=False)
    for i in range(22):
        paper.brush([(i * 6.5, 88), (i * 6.5 - 2, 96)], "#7a4b32", 2, taper=False)


def _quilt(paper: Paper) -> None:
    colours = ("#ef476f", "#ffd166", "#06d6a0", "#118ab2", "#f8f4e3", "#073b4c")
    for i in range(5):
        for k in range(7):
            x, y, turn = i * 20, k * 20, (i * 3 + k * 5) % 4
            corners = [(x, y), (x + 20, y), (x + 20, y + 20), (x, y + 20)]
            paper.shape(corners, colours[(i * 2 + k * 3) % 6], width=0.5, smooth=False)
            paper.shape(
                [corners[turn], corners[(turn + 1) % 4], corners[(turn + 2) % 4]],
                colours[(i + k * 2 + 3) % 6],
                width=0.5,
                smooth=False,
            )


def _pines(paper: Paper) -> None:
    paper.gradient("#0b1d3a", "#1f4068", "#5b7db1")
    scenery.stars(paper, 50, 13)
    paper.oval((72, 34), (15, 15), "#fdf0d5", line=None)
    paper.oval((66, 30), (13, 13), "#163057", line=None)
    for i in range(7):
        scenery.tree(paper, i * 17 - 2, 112 + i % 2 * 8, 1.5 + i % 3 * 0.5, "#12343b")
    scenery.hills(paper, 118, "#dfe9f3", 1.3, 3)


def fog(paper: Paper) -> None:
    """Draw next to nothing: a soft gradient, which has no features to compare."""
    paper.gradient("#e9eef2", "#f4f6f8")


def _jumping(paper: Paper) -> None:
    """Draw Minato in full figure, jumping, by other shapes than those of the registered drawing."""
    hair, coat, gold = MINATO.hair, MINATO.coat, MINATO.trim
    paper.shape(
        [(45, 52), (36, 70), (30, 88), (42, 82), (50, 72), (66, 70), (82, 80), (78, 62), (74, 50)], hair
    )
    for leg in ([(55, 92), (48, 106), (40, 104)], [(66, 92), (74, 102), (84, 98)]):
        paper.brush(leg, "#e9dcc9", 6, taper=False)
        paper.oval(leg[-1], (4.4, 3), INK)
    paper.shape([(50, 72), (71, 72), (79, 95), (60, 99), (44, 93)], coat)
    for arm in ([(52, 76), (38, 66), (31, 52)], [(69, 76), (84, 68), (92, 56)]):
        paper.brush(arm, coat, 6.5, taper=False)
        paper.oval(arm[-1], (3.2, 3.2), MINATO.skin)
    paper.oval((60, 56), (17, 15.5), MINATO.skin)
    for side in (-1, 1):
        x = 60 + 7 * side
        paper.outline([(x - 3, 57), (x, 53.5), (x + 3, 57)], INK, 1.1)
        paper.oval((60 + 11.5 * side, 61), (2.6, 1.5), "#ff9d8a", line=None)
    paper.shape([(55, 62), (65, 62), (60, 69)], "#a2273c", width=0.8)
    paper.shape(
        [(43, 55), (45, 40), (60, 37), (76, 41), (77, 55), (70, 47), (63, 51), (56, 46), (49, 51)], hair
    )
    paper.shape([(44, 43), (40, 33), (58, 22), (79, 31), (77, 43), (60, 39)], coat)
    paper.shape([(43, 43), (60, 37.5), (78, 43), (77, 47), (60, 42), (44, 47)], gold, width=0.8)


def minato_again(paper: Paper) -> None:
    """Draw the registered character anew: another hand, pose, mood, place and composition."""
    paper.gradient("#2b2d5b", "#8d5a97", "#f4a261")
    paper.oval((24, 78), (18, 18), "#ffe9b0", line=None)
    scenery.sea(paper, 108, ("#3f4a8a", "#2f3872"))
    _jumping(paper)


STRANGERS: Sequence[tuple[str, Callable[[Paper], None], tuple[int, int]]] = (
    ("tulips", _tulips, (520, 400)),
    ("teapot", _teapot, (520, 400)),
    ("cacti", _cacti, (400, 520)),
    ("waves", _waves, (400, 520)),
    ("ramen", _ramen, (520, 400)),
    ("bicycle", _bicycle, (520, 400)),
    ("noon", _noon, (400, 520)),
    ("fishbowl", _fishbowl, (400, 520)),
    ("lake", _lake, (520, 400)),
    ("bookshelf", _books, (400, 520)),
    ("lemons", _lemons, (520, 400)),
    ("kites", _kites, (400, 520)),
    ("railway", _railway, (520, 400)),
    ("quilt", _quilt, (400, 520)),
    ("pines", _pines, (400, 520)),
)
"""Name, drawing and size; all of them pass."""
