"""Drawings that are nobody's: what an encoder's similarities are measured against.

A picture that resembles many unrelated ones (little detail, one colour, a frame) resembles a registered
work by chance. How much it resembles these drawings says how far that goes (`match.similar`). They vary
in what encoders look at: ground, subject, colours, size, place, outline, greys. A drawing is made of its
number alone. Changing one changes the vectors of all encoders: never lightly.
"""

from collections.abc import Callable, Iterator, Sequence
from math import cos, pi, sin

import numpy as np
from numpy.typing import NDArray

from sekisho.demo import creatures, scenery
from sekisho.demo.looks import Look, Place
from sekisho.demo.paper import INK, Colour, Paper, lift, new_paper
from sekisho.demo.people import bust

__all__ = ["DRAWINGS", "background_drawings", "draw_background"]

DRAWINGS = 240
"""Half as many recognise a little less; the vectors of these are 240 kB."""
_SIDE = 160
_COLOURS = (
    *("#e63946", "#f4a261", "#ffd23f", "#8ab17d", "#2a9d8f", "#457b9d", "#1d3557", "#9c6ade", "#f78fb3"),
    *("#6d4c3d", "#b5838d", "#cfd8dc", "#264653", "#a3c9a8", "#f2e9dc", "#5c677d", "#d98f4e", "#3f8f6b"),
)
_SIZES = ((160, 160), (220, 160), (160, 220), (280, 160), (160, 200), (200, 160))


def _share(number: int, step: float) -> float:
    """Return a number in 0-1 that looks scattered and is always the same."""
    return (number * 0.6180339887498949 + step * 0.7548776662466927 + number * step * 0.1379) % 1.0


def _colour(number: int, step: int) -> Colour:
    return _COLOURS[int(_share(number, step) * len(_COLOURS))]


def _white(paper: Paper, number: int) -> None:
    """Leave the sheet as it is: cut-out drawings stand on white."""


def _plain(paper: Paper, number: int) -> None:
    paper.gradient(_colour(number, 1), _colour(number, 1))


def _sky(paper: Paper, number: int) -> None:
    paper.gradient(_colour(number, 1), lift(_colour(number, 2), 0.5))
    spots = [(_share(number, k) * paper.width, _share(number, k + 9) * 60, 0.5 + k / 4) for k in range(3)]
    scenery.clouds(paper, spots)


def _shore(paper: Paper, number: int) -> None:
    paper.gradient(lift(_colour(number, 1), 0.4), lift(_colour(number, 2), 0.7))
    scenery.sea(paper, 45 + 40 * _share(number, 3), (_colour(number, 4), lift(_colour(number, 4), -0.2)))


def _land(paper: Paper, number: int) -> None:
    paper.gradient(lift(_colour(number, 1), 0.3), lift(_colour(number, 2), 0.6))
    for k in range(3):
        scenery.hills(paper, 50 + 16 * k, lift(_colour(number, 3), 0.3 - 0.2 * k), number + k, 3 + k)


def _night(paper: Paper, number: int) -> None:
    paper.gradient("#0b1030", lift(_colour(number, 1), -0.6))
    scenery.stars(paper, 20 + number % 60, number)


def _town(paper: Paper, number: int) -> None:
    paper.gradient(lift(_colour(number, 1), 0.5), "#f6f1e7")
    walls = (_colour(number, 2), _colour(number, 3), _colour(number, 4))
    scenery.houses(paper, 75 + 25 * _share(number, 5), walls, number % 7, "#fff3c4", wide=14 + number % 12)


def _scales(paper: Paper, number: int) -> None:
    colours = (_colour(number, 1), _colour(number, 2), _colour(number, 3))
    scenery.scales(paper, 7 + 14 * _share(number, 4), colours)


def _focus(paper: Paper, number: int) -> None:
    centre = (30 + 40 * _share(number, 1), 30 + 40 * _share(number, 2))
    paper.rays(centre, INK if number % 2 else _colour(number, 3), count=30 + number % 50, inner=25)


def _dots(paper: Paper, number: int) -> None:
    corners = [(0, 0), (paper.width, 0), (paper.width, paper.height), (0, paper.height)]
    paper.tone(corners, INK if number % 2 else _colour(number, 1), pitch=2 + 4 * _share(number, 2), fade=0.8)


def _checks(paper: Paper, number: int) -> None:
    side = 8 + 16 * _share(number, 1)
    for k in range(int(paper.width / side) + 1):
        for j in range(int(paper.height / side) + 1):
            if (k + j) % 2 or number % 3 == 0:
                box = [(k, j), (k + 1, j), (k + 1, j + 1), (k, j + 1)]
                fill = _colour(number, 2 + (k * j) % 3)
                paper.shape([(x * side, y * side) for x, y in box], fill, line=None, smooth=False)


def _page(paper: Paper, number: int) -> None:
    cut = 30 + 40 * _share(number, 1)
    for left, right, top, bottom in ((4, 96, 4, cut - 2), (4, 40, cut + 2, 96), (44, 96, cut + 2, 96)):
        width, height = paper.width / 100, paper.height / 100
        box = (left * width, top * height, right * width, bottom * height)
        scenery.panel(paper, box, lift(INK, _share(number, top)))
    paper.bubble((40, cut / 2), (18, 9), (60, cut), "...")


def _animal(paper: Paper, number: int) -> None:
    draw = (creatures.whale, creatures.cat, creatures.fox, creatures.bear, creatures.robot)[number % 5]
    draw(
        paper, *_spot(paper, number), 0.6 + 0.7 * _share(number, 21), _colour(number, 22), _colour(number, 23)
    )


def _small_animal(paper: Paper, number: int) -> None:
    draw = (creatures.bird, creatures.fish, creatures.snail)[number % 3]
    draw(paper, *_spot(paper, number), 0.8 + _share(number, 21), _colour(number, 22), _colour(number, 23))


def _person(paper: Paper, number: int) -> None:
    look = Look(
        hair=_colour(number, 22),
        eyes=_colour(number, 23),
        skin=("#ffe3cf", "#f1c9a5", "#c58c62", "#8d5a3b", "#fafafa")[number % 5],
        coat=_colour(number, 24),
        trim=_colour(number, 25),
        hair_style=("long", "bob", "tail", "bun", "spiky", "short")[number % 6],
        wears=("pilot", "suit", "scarf", "kimono", "armour")[number % 5],
    )
    x, y = _spot(paper, number)
    bust(paper, look, Place(x=x, y=y, size=0.5 + 0.6 * _share(number, 26), turn=8 * _share(number, 27) - 4))


def _thing(paper: Paper, number: int) -> None:
    """Draw a smooth shape of its own, as a clip art is: a body, a shadow, a spot or two."""
    x, y = _spot(paper, number)
    corners = 3 + number % 6
    reach = [14 + 22 * _share(number, 30 + k) for k in range(corners)]
    path = [
        (x + r * cos(2 * pi * k / corners), y + r * sin(2 * pi * k / corners)) for k, r in enumerate(reach)
    ]
    paper.shape(path, _colour(number, 22), smooth=number % 3 != 0, shade=(-3, -2))
    for k in range(number % 4):
        centre = (x + 16 * _share(number, 40 + k) - 8, y + 16 * _share(number, 50 + k) - 8)
        paper.oval(centre, (2 + 5 * _share(number, k), 3), _colour(number, 24 + k), turn=number * 31.0)


def _things(paper: Paper, number: int) -> None:
    for k in range(3 + number % 9):
        place = (paper.width * _share(number, 60 + k), paper.height * _share(number, 80 + k))
        size = 4 + 10 * _share(number, 90 + k)
        paper.oval(
            place, (size, size * (0.4 + _share(number, k))), _colour(number, 22 + k % 3), turn=k * 40.0
        )


def _word(paper: Paper, number: int) -> None:
    text = ("OPEN", "12", "HELLO", "No. 7", "A", "SALE", "?!", "EXIT")[number % 8]
    place = (paper.width / 2, 20 + 60 * _share(number, 20))
    paper.letters(text, place, 10 + 25 * _share(number, 21), _colour(number, 22), edge="#ffffff")


def _plant(paper: Paper, number: int) -> None:
    for k in range(1 + number % 4):
        x, y = paper.width * _share(number, 20 + k), 70 + 25 * _share(number, 24 + k)
        scenery.tree(paper, x, y, 0.8 + 1.4 * _share(number, 28 + k), _colour(number, 32 + k))


def _lights(paper: Paper, number: int) -> None:
    spots = [(*_spot(paper, number + k), 10 + 12 * _share(number, k), _colour(number, k)) for k in range(3)]
    scenery.fireworks(paper, spots)


def _strokes(paper: Paper, number: int) -> None:
    for k in range(2 + number % 7):
        path = [
            (paper.width * _share(number + k, j), paper.height * _share(number, j * 5 + k)) for j in range(4)
        ]
        paper.brush(path, INK if number % 2 else _colour(number, k), 0.8 + 4 * _share(number, 70 + k))


def _craft(paper: Paper, number: int) -> None:
    x, y = _spot(paper, number)
    if number % 3 == 0:
        scenery.balloon(paper, x, y, 0.7 + _share(number, 21), (_colour(number, 22), _colour(number, 23)))
    elif number % 3 == 1:
        scenery.lighthouse(paper, x, y + 25, 0.5 + 0.5 * _share(number, 21), "#fff0b0")
    else:
        creatures.boat(paper, x, y, 0.7 + _share(number, 21), _colour(number, 22))


def _spot(paper: Paper, number: int) -> tuple[float, float]:
    return paper.width * (0.3 + 0.4 * _share(number, 18)), paper.height * (0.35 + 0.3 * _share(number, 19))


_GROUNDS: Sequence[Callable[[Paper, int], None]] = (
    *(_white, _plain, _sky, _white, _shore, _land, _white, _night, _town, _scales, _white, _focus, _dots),
    *(_checks, _page),
)
_SUBJECTS: Sequence[Callable[[Paper, int], None]] = (
    *(_animal, _person, _thing, _things, _word, _thing, _plant, _small_animal, _person, _lights, _strokes),
    *(_craft, _thing),
)


def draw_background(number: int) -> NDArray[np.uint8]:
    """Return one drawing, (h, w, 3) uint8 sRGB with a shorter side of 160 pixels."""
    paper = new_paper(*_SIZES[number % len(_SIZES)])
    _GROUNDS[number % len(_GROUNDS)](paper, number)
    _SUBJECTS[number % len(_SUBJECTS)](paper, number)
    pixels = np.asarray(paper.finish())
    if number % 8 == 5:  # noqa: PLR2004 - one in eight is in greys
        grey = pixels.astype(np.uint16) @ np.array([77, 150, 29], np.uint16) >> 8
        pixels = np.repeat(grey[:, :, None], 3, axis=2).astype(np.uint8)
    return pixels


def background_drawings() -> Iterator[NDArray[np.uint8]]:
    """Draw all of them, some milliseconds each."""
    return map(draw_background, range(DRAWINGS))
