"""What characters wear: coats with their collars, and things on the head."""

from collections.abc import Callable, Mapping

from sekisho.demo.looks import Look, Place
from sekisho.demo.paper import INK, Paper, lift, ring

__all__ = ["COLLARS", "HATS"]


def _pilot(paper: Paper, look: Look, place: Place) -> None:
    """Double-breasted coat with brass buttons."""
    for side in (-1, 1):
        lapel = [(side * 3, 50), (side * 8, 29), (side * 19, 34), (side * 17, 46)]
        paper.shape(place.put(lapel), lift(look.coat, 0.16), smooth=False)
        for row in range(2):
            paper.oval(place.at(side * 9, 58 + 11 * row), (2 * place.size,) * 2, look.trim, width=0.6)
    paper.brush(place.put([(0, 50), (1, 70), (0, 96)]), INK, 0.8, taper=False)


def _suit(paper: Paper, look: Look, place: Place) -> None:
    """White shirt, tie and lapels."""
    paper.shape(place.put([(-9, 29), (0, 60), (9, 29), (0, 34)]), "#fbf8f2", smooth=False)
    paper.shape(place.put([(-3, 36), (3, 36), (5, 62), (0, 70), (-5, 62)]), look.trim, smooth=False)
    for side in (-1, 1):
        lapel = [(side * 1, 66), (side * 9, 28), (side * 21, 35), (side * 15, 48), (side * 19, 52)]
        paper.shape(place.put(lapel), lift(look.coat, 0.14), smooth=False)


def _scarf(paper: Paper, look: Look, place: Place) -> None:
    """A thick scarf with a hanging end."""
    paper.shape(place.put([(6, 40), (18, 44), (22, 84), (10, 88)]), lift(look.trim, -0.12), smooth=False)
    paper.shape(
        place.put([(-18, 28), (0, 36), (18, 28), (22, 38), (0, 50), (-22, 38)]), look.trim, shade=(0, -2)
    )
    for x in (11, 14.5, 18):
        paper.brush(place.put([(x, 82), (x + 0.6, 93)]), INK, 0.7, taper=False)


def _kimono(paper: Paper, look: Look, place: Place) -> None:
    """Crossed collars over a patterned robe."""
    for x, y in ((-30, 60), (-22, 78), (28, 64), (34, 82), (-36, 84), (16, 84)):
        for angle in range(0, 360, 72):
            paper.oval(place.at(x, y), (3.6 * place.size, 1.3 * place.size), look.trim, line=None, turn=angle)
    paper.shape(place.put([(9, 27), (15, 31), (-12, 78), (-18, 72)]), "#fbf8f2", smooth=False)
    paper.shape(place.put([(-9, 27), (-16, 31), (14, 84), (20, 76)]), "#fbf8f2", smooth=False)
    paper.shape(place.put([(-16, 31), (-21, 34), (8, 92), (14, 84)]), look.trim, smooth=False)


def _armour(paper: Paper, look: Look, place: Place) -> None:
    """Plates, rivets and a lit core: a rider's harness."""
    for side in (-1, 1):
        plate = [(side * 18, 34), (side * 40, 38), (side * 50, 58), (side * 34, 60), (side * 22, 48)]
        paper.shape(place.put(plate), lift(look.coat, 0.3), shade=(-2, -2))
        paper.oval(place.at(side * 36, 46), (2 * place.size,) * 2, look.trim, width=0.6)
    paper.shape(
        place.put([(-12, 34), (0, 44), (12, 34), (14, 26), (0, 32), (-14, 26)]), lift(look.coat, -0.3)
    )
    paper.shape(place.put([(0, 54), (10, 62), (0, 74), (-10, 62)]), look.trim, smooth=False)
    paper.glow(place.at(0, 63), 14 * place.size, lift(look.trim, 0.6), 0.8)


COLLARS: Mapping[str, Callable[[Paper, Look, Place], None]] = {
    "pilot": _pilot,
    "suit": _suit,
    "scarf": _scarf,
    "kimono": _kimono,
    "armour": _armour,
}


def _cap(paper: Paper, look: Look, place: Place) -> None:
    paper.shape(
        place.put([(-23, -14), (-27, -30), (0, -40), (27, -30), (23, -14), (0, -19)]),
        look.coat,
        shade=(-3, 1),
    )
    paper.shape(place.put([(-23, -19), (0, -24), (23, -19), (23, -13), (0, -18), (-23, -13)]), look.trim)
    paper.shape(place.put([(-19, -14), (0, -18.5), (19, -14), (0, -9)]), INK)
    paper.oval(place.at(0, -29), (4 * place.size,) * 2, look.trim)


def _glasses(paper: Paper, look: Look, place: Place) -> None:
    t = place.turn * 1.3
    for side in (-1, 1):
        paper.outline(ring(*place.at(side * 8.4 + t, 1), 6.4 * place.size, 5.6 * place.size), look.trim, 1.1)
    paper.brush(place.put([(-2.2 + t, 0), (t, -1.4), (2.2 + t, 0)]), look.trim, 1.1, taper=False)


def _goggles(paper: Paper, look: Look, place: Place) -> None:
    paper.shape(place.put([(-22, -18), (0, -25), (22, -18), (22, -11), (0, -17), (-22, -11)]), "#4a3a34")
    for side in (-1, 1):
        paper.oval(place.at(side * 9, -18), (7.4 * place.size, 6.2 * place.size), look.trim)
        paper.oval(place.at(side * 9, -18), (5 * place.size, 4 * place.size), "#8fd8e8", width=0.7)
        paper.brush(place.put([(side * 9 - 3, -16.5), (side * 9 + 1, -20.5)]), "#ffffff", 1.1)


def _pins(paper: Paper, look: Look, place: Place) -> None:
    for angle in range(0, 360, 60):
        paper.oval(place.at(16, -20), (6 * place.size, 2.2 * place.size), look.trim, width=0.5, turn=angle)
    paper.oval(place.at(16, -20), (2.2 * place.size,) * 2, "#ffd76a", width=0.5)


HATS: Mapping[str, Callable[[Paper, Look, Place], None]] = {
    "cap": _cap,
    "glasses": _glasses,
    "goggles": _goggles,
    "pins": _pins,
}
