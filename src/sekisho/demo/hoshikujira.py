"""The works of Hoshikujira Books: picture books about animals who work at night or early."""

from sekisho.demo import creatures, scenery
from sekisho.demo.paper import Paper, lift

__all__ = ["balloons", "bear", "fox", "owl", "snail", "star_whale"]


def star_whale(paper: Paper) -> None:
    """Draw a cover: a whale that carries stars."""
    paper.gradient("#1b1145", "#4a2f86", "#c65f9c", "#ffc38a")
    scenery.stars(paper, 90, 5)
    paper.glow((40, 66), 60, "#ff9fce", 0.45)
    creatures.whale(paper, 46, 68, 0.92, "#3b4a8c", "#ffe08a")
    scenery.hills(paper, 112, "#33224f", 0.9, 5)
    scenery.hills(paper, 121, "#1e1536", 2.4, 4)
    paper.kana("ホシクジラ", (83, 6), 13, "#fff2c2", edge="#4a2f86")
    paper.letters("STAR WHALE", (40, 104), 8, "#ffffff", edge="#33224f")


def fox(paper: Paper) -> None:
    """Draw a fox who brings letters through the snow."""
    paper.gradient("#9fc5e8", "#dcecf7")
    for x, y, s in ((12, 86, 1.5), (90, 82, 1.7), (72, 74, 1.0), (32, 76, 0.9)):
        scenery.tree(paper, x, y, s, "#2f6b5e")
    scenery.hills(paper, 94, "#ffffff", 2.0, 4)
    creatures.fox(paper, 48, 66, 1.0, "#e0763a", "#3b5ba9")
    scenery.snow(paper, 90, 4)
    paper.letters("The Fox Who Delivers", (50, 12), 8, "#3b5ba9", edge="#ffffff")


def bear(paper: Paper) -> None:
    """Draw a bear in its bakery."""
    paper.shape([(-5, -5), (105, -5), (105, 135), (-5, 135)], "#f3dfb8", line=None, smooth=False)
    for i in range(6):
        paper.shape(
            [(i * 20, -5), (i * 20 + 10, -5), (i * 20 + 10, 24), (i * 20 + 5, 30), (i * 20, 24)],
            "#d1495b",
            width=0.7,
            smooth=False,
        )
    for row in (44, 62):
        paper.brush([(0, row), (100, row)], "#8a5a3c", 2.4, taper=False)
        for i in range(6):
            paper.oval((10 + i * 17, row - 5.4), (7, 5), lift("#d99a4e", 0.16 * (i % 3)))
    creatures.bear(paper, 50, 66, 0.95, "#8a5a3c", "#f4efe2")
    paper.letters("BREAD BEFORE DAWN", (50, 122), 7, "#ffffff", edge="#8a3b2c")


def snail(paper: Paper) -> None:
    """Draw a snail on its way."""
    paper.gradient("#ffe9c7", "#ffd0b5", "#f7a9a8")
    scenery.hills(paper, 64, "#9cc58a", 0.2, 8)
    for x, s in ((16, 1.0), (112, 1.25), (96, 0.7)):
        paper.shape([(x - 3 * s, 88), (x - 2 * s, 66), (x + 2 * s, 66), (x + 3 * s, 88)], "#fff6e6")
        paper.shape(
            [(x - 16 * s, 68), (x - 9 * s, 50), (x, 45 - 3 * s), (x + 9 * s, 50), (x + 16 * s, 68)], "#d94f4f"
        )
        for a, b in ((-7, 60), (2, 54), (8, 63)):
            paper.oval((x + a * s, b), (2.4 * s, 2 * s), "#ffffff", line=None)
    scenery.hills(paper, 88, "#5f9a63", 2.9, 4)
    creatures.snail(paper, 60, 70, 1.1, "#e9d9b0", "#b56576")
    paper.letters("Slow Train", (60, 14), 11, "#b0413e", edge="#ffffff")


def owl(paper: Paper) -> None:
    """Draw an owl and the moon."""
    paper.gradient("#22335c", "#3f5f8f")
    scenery.stars(paper, 60, 9, depth=0.8)
    paper.oval((66, 46), (33, 33), "#ffe9a8", line=None)
    paper.glow((66, 46), 54, "#ffe9a8", 0.35)
    paper.brush([(-4, 98), (30, 92), (70, 95), (104, 86)], "#4a352c", 7, taper=False)
    for x, y in ((14, 92), (84, 90), (94, 84)):
        paper.oval((x, y), (7, 3.4), "#5f8f5a", turn=-30)
    creatures.bird(paper, 48, 66, 1.25, "#8d6e63", "#fff3d6")
    paper.kana("ヨル", (6, 8), 14, "#ffe9a8")
    paper.letters("The Night Observatory", (50, 121), 8, "#ffffff")


def balloons(paper: Paper) -> None:
    """Draw balloons over a mountain."""
    paper.gradient("#8ec5fc", "#e0f3ff", "#fff4dc")
    scenery.clouds(paper, ((18, 22, 1), (104, 30, 1.1), (60, 62, 0.8)))
    paper.shape(
        [(60, 100), (92, 34), (98, 42), (104, 36), (140, 100)], "#7d8fb3", smooth=False, shade=(-9, 3)
    )
    paper.shape(
        [(82, 55), (92, 34), (98, 42), (104, 36), (113, 53), (104, 48), (98, 56), (91, 49)],
        "#ffffff",
        smooth=False,
    )
    scenery.hills(paper, 88, "#8fbf7f", 1.6, 5)
    scenery.balloon(paper, 34, 38, 1.15, ("#e4576e", "#fff3d6", "#f2a541"))
    scenery.balloon(paper, 78, 24, 0.55, ("#3f88c5", "#ffffff", "#44bba4"))
