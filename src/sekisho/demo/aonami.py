"""The works of Aonami Press: boats, a pilot, a lighthouse and a cat who is captain."""

from sekisho.demo import creatures, scenery
from sekisho.demo.looks import Look, Place
from sekisho.demo.paper import INK, Paper
from sekisho.demo.people import bust
from sekisho.demo.scenery import keep_inside, panel

__all__ = ["MINATO", "light", "minato", "night_ferry", "paper_boats", "reef", "tora"]

MINATO = Look(
    hair="#2d3f73",
    eyes="#3a8fb7",
    skin="#ffe3cf",
    coat="#1f3a5f",
    trim="#e8b84a",
    hair_style="long",
    wears="pilot",
)


_GREY = Look(
    hair="#4a4a52",
    eyes="#8a8a92",
    skin="#fafafa",
    coat="#6a6a74",
    trim="#d8d8de",
    hair_style="short",
    wears="scarf",
    mood="stern",
)


def minato(paper: Paper) -> None:
    """Draw the pilot in front of her harbour."""
    paper.gradient("#8fd3e8", "#e6f6f2", "#fff1d6")
    clouds = ((14, 30, 0.9), (86, 22, 1.1), (80, 62, 0.7), (10, 66, 0.6))
    scenery.clouds(paper, clouds)
    scenery.sea(paper, 84, ("#4aa3c3", "#2f86ad"))
    bust(paper, MINATO, Place(y=58), ("cap",))
    paper.kana("ミナト", (5, 5), 11, "#d1495b", edge="#ffffff")


def paper_boats(paper: Paper) -> None:
    """Draw a cover: paper boats at sunset."""
    paper.gradient("#3c3a78", "#e0607e", "#ffb56b", "#ffe3a3")
    paper.oval((64, 62), (21, 21), "#fff2c2", line=None)
    scenery.sea(paper, 68, ("#b5486e", "#7d3f78", "#54386f"))
    for x, y, s, colour in ((28, 80, 0.8, "#ffffff"), (74, 94, 1.05, "#ffd3d9"), (30, 116, 1.25, "#fff3c9")):
        creatures.boat(paper, x, y, s, colour)
    paper.kana("カミフネ", (8, 7), 15, "#ffffff", edge="#3c3a78")
    paper.letters("THE PAPER FLEET", (62, 13), 6, "#fff2c2")


def night_ferry(paper: Paper) -> None:
    """Draw a page in black and white with four panels."""
    bust(paper, _GREY, Place(x=34, y=84, size=0.95))
    paper.rays((34, 84), INK, count=70, inner=44)
    keep_inside(paper, (4, 56, 62, 126))
    panel(paper, (4, 4, 96, 52), "#3a3a44")
    paper.gradient("#1e1e26", "#8a8a94", within=[(4, 4), (96, 4), (96, 52), (4, 52)])
    paper.oval((22, 18), (8, 8), "#ffffff", line=None)
    creatures.boat(paper, 64, 40, 1.0, "#e8e8ec")
    paper.tone([(4.6, 44), (95, 44), (95, 51.4), (4.6, 51.4)], "#ffffff", pitch=2.4)
    panel(paper, (66, 56, 96, 90), "#ededf1")
    paper.tone([(67, 57), (95, 57), (95, 89), (67, 89)], fade=0.9, pitch=2.2)
    paper.kana("ザザー", (74, 59), 9.5, INK, edge="#ffffff")
    panel(paper, (66, 94, 96, 126), "#22222a")
    paper.oval((81, 110), (9, 9), "#ffffff")
    paper.oval((81, 110), (4, 5.5), INK)
    paper.bubble((46, 66), (14, 7.5), (38, 78), "Still no\nlight?", 3.6)
    paper.image.paste(paper.image.convert("L"))


def tora(paper: Paper) -> None:
    """Draw a cover: the cat who is captain."""
    scenery.burst(paper, (50, 62), ("#ffdf8a", "#f7b267"), 16)
    scenery.clouds(paper, ((12, 104, 1), (90, 98, 1.1)))
    creatures.cat(paper, 50, 70, 1.0, "#e8a05c", "#27496d")
    paper.kana("トラ", (6, 6), 19, "#c0392b", edge="#ffffff")
    paper.letters("CAPTAIN TORA", (60, 123), 7.5, "#ffffff", edge="#27496d")


def light(paper: Paper) -> None:
    """Draw a lighthouse at night."""
    paper.gradient("#141a3d", "#2c3f78", "#5566a4")
    scenery.stars(paper, 70, 2)
    scenery.hills(paper, 78, "#1d2448", 1.1, 6)
    scenery.lighthouse(paper, 84, 82, 1.0, "#fff0b0")
    scenery.sea(paper, 84, ("#22396b", "#1b2d58"), pitch=7)


def reef(paper: Paper) -> None:
    """Draw a reef with fish."""
    paper.gradient("#bff0e6", "#3fb3c4", "#1c5d8c")
    for i in range(7):
        x = 8 + i * 19
        weed = [(x, 102), (x - 4, 84 - i % 3 * 9), (x + 4, 68 - i % 3 * 9), (x, 52 - i % 2 * 8)]
        paper.brush(weed, "#2f8f6b" if i % 2 else "#4bb37a", 4)
    for x, y, s, colour, stripe in (
        (32, 30, 0.9, "#ff9f5a", "#fff3d6"),
        (88, 22, 0.7, "#ffd24a", "#2b4c8c"),
        (62, 58, 1.3, "#e4576e", "#ffe3a3"),
        (108, 66, 0.8, "#8ad3f0", "#274690"),
    ):
        creatures.fish(paper, x, y, s, colour, stripe)
    scenery.hills(paper, 92, "#e9cf9a", 0.4, 4)
    for i in range(9):
        paper.outline(
            [(a + 18 + i * 12, b + 40 - i % 4 * 11) for a, b in ((0, 0), (1.2, 1), (0, 2.2), (-1.2, 1))],
            "#ffffff",
            0.5,
        )
