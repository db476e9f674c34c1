"""The works of three invented publishers and one invented artist, as functions that draw them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from PIL import Image

from sekisho.demo import aonami, hoshikujira, tetsuneko
from sekisho.demo.paper import Paper, new_paper

__all__ = ["HOLDERS", "WORKS", "Holder", "Work", "draw_works"]

UPRIGHT, WIDE = (400, 520), (520, 400)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Who registers: a name for the command line, and names that are shown."""

    name: str
    ja: str
    en: str
    vouched: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One work: its file's name, its holder, its titles and how to draw it."""

    name: str
    holder: str
    ja: str
    en: str
    draw: Callable[[Paper], None]
    size: tuple[int, int] = UPRIGHT
    kind: str = "work"


HOLDERS: Mapping[str, Holder] = {
    h.name: h
    for h in (
        Holder(name="aonami", ja="青波出版", en="Aonami Press"),
        Holder(name="hoshikujira", ja="星鯨書房", en="Hoshikujira Books"),
        Holder(name="tetsuneko", ja="鉄猫コミックス", en="Tetsuneko Comics"),
        Holder(name="nagi", ja="余白 凪(個人作家)", en="Nagi Yohaku, an artist", vouched=False),
    )
}

WORKS: Sequence[Work] = (
    Work(
        name="minato",
        holder="aonami",
        ja="水先人ミナト",
        en="Minato the pilot",
        draw=aonami.minato,
        kind="character",
    ),
    Work(
        name="paper-fleet", holder="aonami", ja="紙ふねの艦隊", en="The Paper Fleet", draw=aonami.paper_boats
    ),
    Work(
        name="night-ferry-p12",
        holder="aonami",
        ja="夜の渡し 12頁",
        en="Night Ferry, p. 12",
        draw=aonami.night_ferry,
    ),
    Work(name="captain-tora", holder="aonami", ja="トラ船長", en="Captain Tora", draw=aonami.tora),
    Work(
        name="lighthouse",
        holder="aonami",
        ja="三時の灯台",
        en="Lighthouse at Three",
        draw=aonami.light,
        size=WIDE,
    ),
    Work(name="reef", holder="aonami", ja="さんごの市場", en="The Reef Market", draw=aonami.reef, size=WIDE),
    Work(
        name="star-whale",
        holder="hoshikujira",
        ja="星をはこぶ鯨",
        en="Star Whale",
        draw=hoshikujira.star_whale,
    ),
    Work(
        name="fox-postman",
        holder="hoshikujira",
        ja="きつねの郵便",
        en="The Fox Who Delivers",
        draw=hoshikujira.fox,
    ),
    Work(
        name="bear-baker",
        holder="hoshikujira",
        ja="夜明け前のパン",
        en="Bread Before Dawn",
        draw=hoshikujira.bear,
    ),
    Work(
        name="slow-train",
        holder="hoshikujira",
        ja="かたつむり鉄道",
        en="Slow Train",
        draw=hoshikujira.snail,
        size=WIDE,
    ),
    Work(
        name="observatory",
        holder="hoshikujira",
        ja="夜の観測所",
        en="The Night Observatory",
        draw=hoshikujira.owl,
    ),
    Work(
        name="balloons",
        holder="hoshikujira",
        ja="気球の朝",
        en="Balloon Morning",
        draw=hoshikujira.balloons,
        size=WIDE,
    ),
    Work(name="rider-zero", holder="tetsuneko", ja="零号ライダー", en="Rider Zero", draw=tetsuneko.rider),
    Work(
        name="full-speed-p3",
        holder="tetsuneko",
        ja="全速前進 3頁",
        en="Full Speed, p. 3",
        draw=tetsuneko.chase,
    ),
    Work(
        name="last-train-case",
        holder="tetsuneko",
        ja="終電事件簿",
        en="The Last Train Case",
        draw=tetsuneko.sleuth,
    ),
    Work(
        name="gardener", holder="tetsuneko", ja="温室のロボ", en="The Robot Gardener", draw=tetsuneko.gardener
    ),
    Work(
        name="fireworks-inn", holder="tetsuneko", ja="花火旅館", en="The Fireworks Inn", draw=tetsuneko.host
    ),
    Work(name="iron-cat", holder="tetsuneko", ja="鉄猫9号", en="Iron Cat 9", draw=tetsuneko.iron_cat),
    Work(
        name="tin-roofs",
        holder="nagi",
        ja="トタン屋根の雨",
        en="Rain on Tin Roofs",
        draw=tetsuneko.tin_roofs,
        size=WIDE,
    ),
)


def draw_works() -> Mapping[str, Image.Image]:
    """Draw all works; the same pixels every time."""
    drawn = {}
    for work in WORKS:
        paper = new_paper(*work.size)
        work.draw(paper)
        drawn[work.name] = paper.finish()
    return drawn
