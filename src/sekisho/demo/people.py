"""Invented grown-up characters in the flat style of animation: one bust, many looks.

Nobody here is, or looks like, a real person, and none is a child: long faces, work clothes.
"""

from collections.abc import Sequence

from sekisho.demo.looks import Look, Place
from sekisho.demo.paper import INK, Paper, Points, lift, ring
from sekisho.demo.wardrobe import COLLARS, HATS

__all__ = ["bust"]


_BACK: dict[str, Points] = {
    "long": [
        (-20, -14),
        (0, -29),
        (20, -14),
        (25, 20),
        (27, 60),
        (14, 72),
        (0, 66),
        (-14, 72),
        (-27, 60),
        (-25, 20),
    ],
    "bob": [(-21, -12), (0, -28), (21, -12), (25, 14), (20, 25), (0, 27), (-20, 25), (-25, 14)],
    "tail": [(4, -26), (20, -20), (34, -18), (42, 4), (40, 34), (30, 52), (30, 20), (22, 4), (14, -8)],
    "bun": [(-4, -26), (-8, -36), (0, -44), (9, -42), (13, -34), (8, -26)],
    "spiky": [
        (-19, 4),
        (-26, -6),
        (-20, -14),
        (-23, -26),
        (-11, -24),
        (-6, -37),
        (3, -27),
        (14, -35),
        (15, -23),
        (26, -22),
        (20, -10),
        (26, 0),
        (19, 8),
    ],
    "short": [(-19, 6), (-22, -10), (-13, -25), (0, -30), (14, -26), (22, -11), (19, 8)],
}
_FRINGE: dict[str, Points] = {
    "long": [
        (-20, 14),
        (-22, -8),
        (-12, -25),
        (0, -29),
        (12, -25),
        (22, -8),
        (20, 14),
        (16, 2),
        (13, -9),
        (6, -3),
        (2, -13),
        (-5, -4),
        (-9, -12),
        (-14, -1),
    ],
    "bob": [
        (-22, 18),
        (-23, -8),
        (-13, -25),
        (0, -29),
        (13, -25),
        (23, -8),
        (22, 18),
        (17, 6),
        (16, -5),
        (8, -4),
        (0, -6),
        (-8, -4),
        (-16, -5),
        (-17, 6),
    ],
    "tail": [
        (-19, 8),
        (-21, -9),
        (-12, -26),
        (2, -29),
        (15, -24),
        (21, -9),
        (18, 8),
        (16, -5),
        (4, -17),
        (-6, -6),
        (-14, -3),
    ],
    "bun": [
        (-19, 6),
        (-20, -11),
        (-11, -26),
        (0, -29),
        (11, -26),
        (20, -11),
        (19, 6),
        (15, -8),
        (3, -19),
        (-6, -15),
        (-15, -7),
    ],
    "spiky": [
        (-18, 4),
        (-21, -12),
        (-12, -27),
        (0, -30),
        (13, -27),
        (21, -11),
        (18, 5),
        (14, -8),
        (10, -2),
        (6, -12),
        (1, -1),
        (-3, -12),
        (-9, -1),
        (-12, -10),
    ],
    "short": [
        (-18, 2),
        (-20, -13),
        (-9, -28),
        (4, -30),
        (16, -24),
        (20, -11),
        (18, 3),
        (15, -9),
        (8, -17),
        (-2, -16),
        (-12, -10),
    ],
}


def _behind(paper: Paper, look: Look, place: Place) -> None:
    if look.hair_style == "bun":
        paper.shape(
            place.put([(-19, 6), (-21, -12), (0, -29), (21, -12), (19, 6), (12, 20), (-12, 20)]), look.hair
        )
    paper.shape(place.put(_BACK[look.hair_style]), lift(look.hair, -0.18), shade=(-2.5, -2))


def _coat(paper: Paper, look: Look, place: Place) -> None:
    body = [
        (-9, 28),
        (-20, 34),
        (-36, 42),
        (-44, 62),
        (-48, 96),
        (48, 96),
        (44, 62),
        (36, 42),
        (20, 34),
        (9, 28),
        (0, 34),
    ]
    paper.shape(place.put(body), look.coat, shade=(-4, -1))
    COLLARS[look.wears](paper, look, place)


def _face(paper: Paper, look: Look, place: Place) -> None:
    dark = lift(look.skin, -0.22)
    paper.shape(place.put([(-7, 14), (7, 14), (8, 30), (0, 37), (-8, 30)]), look.skin)
    paper.shape(place.put([(-7, 20), (7, 20), (7, 25), (0, 29), (-6, 26)]), dark, line=None)
    for side in (-1, 1):
        paper.oval(place.at(side * 18 - place.turn, 2), (3 * place.size, 5 * place.size), look.skin)
    t = place.turn
    jaw = [
        (-18, -8),
        (-18, 4),
        (-15, 14),
        (-6 + t, 24),
        (t, 26.5),
        (6 + t, 24),
        (15, 14),
        (18, 4),
        (18, -8),
        (0, -22),
    ]
    paper.shape(place.put(jaw), look.skin, shade=(-3, 0))
    for side in (-1, 1):
        cheek = ring(*place.at(side * 11 + t, 11), 3.4 * place.size, 1.6 * place.size)
        paper.shape(cheek, lift("#f08a7a", 0.25), line=None, smooth=False)


def _eye(paper: Paper, look: Look, place: Place, side: int) -> None:
    x, s = side * 8.4 + place.turn * 1.3, place.size
    brow = [(x - 4.6, -5.6 - side * 0.4), (x, -7.4), (x + 4.6, -5.6 + side * 0.4)]
    paper.brush(place.put(brow), lift(look.hair, -0.45), 1.3 * s)
    if look.mood == "laugh" or (look.mood == "wink" and side > 0):
        paper.brush(place.put([(x - 4.4, 3.4), (x, 0), (x + 4.4, 3.4)]), INK, 1.6 * s)
        return
    white = [(x - 4.8, 0.5), (x - 2, -2.6), (x + 2, -2.6), (x + 4.8, 0.5), (x + 2.6, 4.6), (x - 2.6, 4.6)]
    paper.shape(place.put(white), "#ffffff", line=None)
    paper.oval(place.at(x + place.turn * 0.15, 1.2), (2.9 * s, 3.9 * s), look.eyes, width=0.6)
    paper.oval(place.at(x + place.turn * 0.15, 2.9), (1.9 * s, 1.8 * s), lift(look.eyes, 0.4), line=None)
    paper.oval(place.at(x + place.turn * 0.15, 0.8), (1.2 * s, 1.7 * s), INK, line=None)
    paper.oval(place.at(x - 1.2, -0.6), (1.1 * s, 1.2 * s), "#ffffff", line=None)
    paper.brush(place.put([(x - 5.4, 1), (x - 2.4, -2.9), (x + 2.4, -2.9), (x + 5.4, 1)]), INK, 1.9 * s)


def _mouth(paper: Paper, look: Look, place: Place) -> None:
    x = place.turn * 1.4
    paper.brush(place.put([(x, 7), (x + 1.2, 11), (x - 0.6, 11.6)]), lift(look.skin, -0.5), 0.8 * place.size)
    if look.mood in {"laugh", "shout"}:
        open_ = [(x - 5, 15.5), (x, 16.6), (x + 5, 15.5), (x + 2.6, 21), (x - 2.6, 21)]
        paper.shape(place.put(open_), "#8e2f3c", width=0.7)
        paper.shape(place.put([(x - 2.4, 20), (x, 18.6), (x + 2.4, 20), (x, 21.2)]), "#e8798a", line=None)
    else:
        dip = {"calm": 1.2, "stern": -0.9, "wink": 2.2}[look.mood]
        paper.brush(place.put([(x - 4.4, 17), (x, 17 + dip), (x + 4.4, 17)]), INK, 1.1 * place.size)


def _fringe(paper: Paper, look: Look, place: Place) -> None:
    paper.shape(place.put(_FRINGE[look.hair_style]), look.hair, shade=(-1.5, -2.5))
    shine = [(-13, -16), (-6, -20), (2, -21), (10, -18), (9, -16), (2, -18.4), (-6, -17.4), (-12, -13.4)]
    paper.shape(place.put(shine), lift(look.hair, 0.45), line=None)


def bust(paper: Paper, look: Look, place: Place, hats: Sequence[str] = ()) -> None:
    """Draw a character from the chest up, with what it has on its head."""
    _behind(paper, look, place)
    _coat(paper, look, place)
    _face(paper, look, place)
    for side in (-1, 1):
        _eye(paper, look, place, side)
    _mouth(paper, look, place)
    _fringe(paper, look, place)
    for hat in hats:
        HATS[hat](paper, look, place)
