"""The works of Tetsuneko Comics, covers and a page, and the one of an artist without a publisher."""

from sekisho.demo import creatures, scenery
from sekisho.demo.looks import Look, Place
from sekisho.demo.paper import INK, Paper
from sekisho.demo.people import bust
from sekisho.demo.scenery import keep_inside, panel

__all__ = ["chase", "gardener", "host", "iron_cat", "rider", "sleuth", "tin_roofs"]

_RIDER = Look(
    hair="#c9d6df",
    eyes="#d1495b",
    skin="#e8c4a4",
    coat="#3d405b",
    trim="#4fd1c5",
    hair_style="spiky",
    wears="armour",
    mood="shout",
)


_SLEUTH = Look(
    hair="#7b3b4b",
    eyes="#7a9a3a",
    skin="#f6d3b8",
    coat="#34323c",
    trim="#c0392b",
    hair_style="bob",
    wears="suit",
    mood="stern",
)


_HOST = Look(
    hair="#3a2e39",
    eyes="#a0522d",
    skin="#fbe0cc",
    coat="#6a4c93",
    trim="#f4a6b8",
    hair_style="bun",
    wears="kimono",
    mood="wink",
)


def rider(paper: Paper) -> None:
    """Draw a cover: a rider with an armour."""
    scenery.burst(paper, (50, 56), ("#ff5e5b", "#ffb26b"), 20)
    paper.tone([(0, 0), (100, 0), (100, 130), (0, 130)], "#c9302c", pitch=3, fade=0.9)
    bust(paper, _RIDER, Place(y=60, size=1.05))
    paper.kana("ゴゴゴ", (80, 8), 17, "#ffe45e", edge=INK, lean=0.2)
    paper.letters("RIDER ZERO", (50, 121), 11, "#ffffff", edge=INK)


def chase(paper: Paper) -> None:
    """Draw a page in black and white with a robot that runs."""
    creatures.robot(paper, 66, 92, 0.9, "#c4c4cc", "#ffffff")
    paper.rays((66, 92), INK, count=64, inner=42)
    keep_inside(paper, (30, 52, 96, 126))
    paper.kana("ドドド", (33, 56), 14, "#ffffff", edge=INK, lean=0.25)
    panel(paper, (4, 4, 48, 48), "#f4f4f6")
    paper.tone([(5, 5), (47, 5), (47, 47), (5, 47)], pitch=2.6, fade=0.8)
    creatures.boat(paper, 26, 32, 0.5, "#ffffff")
    paper.bubble((27, 15), (18, 8), (24, 32), "Full speed!", 4.4)
    panel(paper, (52, 4, 96, 48), "#2a2a33")
    for i in range(6):
        paper.shape(
            [(55 + i * 7, 48), (55 + i * 7, 30 - i % 3 * 8), (61 + i * 7, 30 - i % 3 * 8), (61 + i * 7, 48)],
            "#9a9aa6",
            smooth=False,
        )
    paper.oval((86, 14), (6, 6), "#ffffff", line=None)
    panel(paper, (4, 52, 26, 126), "#33333d")
    for y in range(58, 124, 6):
        paper.brush([(5, y), (15, y - 2), (25, y + 3)], "#ffffff", 1.4)


def sleuth(paper: Paper) -> None:
    """Draw a cover: a detective in a city at night."""
    paper.gradient("#10142b", "#3b2b5b", "#a24a6b")
    paper.oval((74, 26), (14, 14), "#ffe0a3", line=None)
    scenery.houses(paper, 104, ("#2a2f52", "#3a2f55", "#232746"), 1, "#ffd66b")
    bust(paper, _SLEUTH, Place(x=44, y=66, size=0.92), ("glasses",))
    scenery.rain(paper, 70, "#b9c4ff")
    paper.letters("THE LAST TRAIN CASE", (50, 8), 7.4, "#ffe0a3", edge="#10142b")


def gardener(paper: Paper) -> None:
    """Draw a robot in a greenhouse."""
    paper.gradient("#dff5e1", "#a9dcb4")
    for i in range(4):
        paper.brush([(12 + i * 26, 0), (12 + i * 26, 130)], "#ffffff", 1.6, taper=False)
    paper.brush([(0, 44), (100, 44)], "#ffffff", 1.6, taper=False)
    for i in range(9):
        x, y = 6 + i * 11.5, 118 - i % 3 * 9
        paper.brush([(x, 132), (x + 1, y)], "#2f7d4f", 1.8, taper=False)
        for k in range(0, 360, 72):
            paper.oval((x + 1, y), (5.4, 2), ("#e4576e", "#f2a541", "#7d5ba6")[i % 3], width=0.5, turn=k)
        paper.oval((x + 1, y), (2, 2), "#ffe9a8", width=0.5)
    creatures.robot(paper, 50, 54, 0.95, "#7fb7be", "#9ff5d0")
    scenery.hills(paper, 121, "#5a8f4e", 0.3, 2.5)


def host(paper: Paper) -> None:
    """Draw an inn's host under fireworks."""
    paper.gradient("#0f1433", "#33265c")
    scenery.fireworks(
        paper,
        ((20, 24, 17, "#ffd24a"), (80, 20, 15, "#ff7aa2"), (86, 62, 12, "#7fe7dc"), (12, 66, 11, "#c5a3ff")),
    )
    bust(paper, _HOST, Place(y=62), ("pins",))
    for x in (6, 94):
        paper.oval((x, 108), (8, 11), "#ff6b57")
        paper.brush([(x - 5, 104), (x + 5, 104)], "#ffd9a0", 1.2)
        paper.brush([(x - 5, 112), (x + 5, 112)], "#ffd9a0", 1.2)


def iron_cat(paper: Paper) -> None:
    """Draw a cover: a cat of iron over a city."""
    paper.gradient("#f2f0e6", "#c9d6df")
    scenery.houses(paper, 122, ("#b9c4cf", "#a5b1bf"), 4, "#eef3f7", wide=12)
    paper.tone([(0, 0), (100, 0), (100, 70), (0, 70)], "#9aa7b5", pitch=2.8, fade=0.9)
    creatures.cat(paper, 50, 62, 1.1, "#6d7b8d", "#2b2f3a")
    for side in (-1, 1):
        paper.oval((50 + side * 12, 60), (6.6, 6.6), "#ffdf4a")
        paper.oval((50 + side * 12, 60), (1.8, 5), INK, line=None)
        paper.oval((50 + side * 26, 92), (3, 3), "#d9dee5", width=0.7)
    paper.kana("テツネコ", (6, 6), 15, "#d62839", edge="#ffffff")
    paper.letters("IRON CAT 9", (58, 122), 10, "#ffdf4a", edge=INK)


def tin_roofs(paper: Paper) -> None:
    """Draw two umbrellas in the rain."""
    paper.gradient("#566573", "#a9b7c0", "#d6dbdf")
    scenery.houses(paper, 84, ("#7f8c8d", "#95867a", "#6c7a89"), 2, "#ffe08a", wide=18)
    scenery.hills(paper, 90, "#3f4c57", 0.8, 3)
    for x, colour in ((38, "#e4576e"), (70, "#f2c14e")):
        paper.shape([(x - 15, 80), (x - 9, 69), (x, 65), (x + 9, 69), (x + 15, 80)], colour)
        paper.brush([(x, 66), (x, 94)], INK, 1, taper=False)
    scenery.rain(paper, 110, "#f0f6ff")
