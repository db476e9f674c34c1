"""Put what the three acts showed on one page: demo-out/wall.html.

The page is a single file without script. Its pictures are small copies; only the demo, which plays
all three parties, could make it: nobody else sees both sides of a pair.
"""

import base64
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PIL import Image, ImageDraw

from sekisho.demo.dataset import TILES, Tile
from sekisho.demo.pieces import Reading
from sekisho.demo.sentences import Claim, Said, why
from sekisho.locale import page

__all__ = ["SHAPES", "Card", "Change", "State", "Story", "Tamper", "cards_of", "render_wall"]

THUMB = 264
"""Longer side of the pictures on the page, in pixels: sharp at twice the size shown."""
WHOLE = 1000
FRAME = "#bf3521"
SHAPES = {"allow": "○", "review": "△", "block": "✕"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One tile of the wall."""

    number: int
    item: str
    outcome: str
    picture: str
    original: str
    how: Said
    sentence: Said
    chip: str
    missed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """The tile of act 2 under one edition of the registry."""

    edition: int
    outcome: str
    sentence: Said


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A signed file that led from one state to the next."""

    file: str
    text: Said


@dataclass(frozen=True, slots=True, kw_only=True)
class Tamper:
    """Act 3: which byte was changed, and what `verify` said."""

    file: str
    offset: int
    before: int
    after: int
    around: bytes
    said: str
    exit_code: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Everything that the page tells."""

    lang: str
    cards: Sequence[Card]
    states: Sequence[State]
    changes: Sequence[Change]
    twice: Card
    tamper: Tamper
    readings: Sequence[Reading]
    facts: Mapping[str, Any]
    doors: Sequence[tuple[Said, str, Said]]


def _inline(data: bytes, regions: Sequence[tuple[int, ...]] = ()) -> str:
    """Return a small copy of a picture as a data address, or "" if it can not be opened.

    Args:
        data: the file.
        regions: what is framed in it, per mille of width and height.
    """
    try:
        with Image.open(io.BytesIO(data)) as opened:
            small = opened.convert("RGB")
    except OSError:
        return ""
    small.thumbnail((THUMB, THUMB), Image.Resampling.LANCZOS)
    for region in regions:
        sides = (small.width, small.height) * 2
        box = [round(share * (side - 1) / WHOLE) for share, side in zip(region, sides, strict=True)]
        ImageDraw.Draw(small).rectangle(box, outline=FRAME, width=4)
    stream = io.BytesIO()
    small.save(stream, "WEBP", quality=80)
    return "data:image/webp;base64," + base64.b64encode(stream.getvalue()).decode()


def _chip(row: Mapping[str, Any]) -> str:
    if not row["findings"]:
        return ""
    finding = row["findings"][0]
    if finding["method"] == "local":
        return "part"
    return "=" if finding["method"] == "sha256" else f"{int(finding['distance'])}"


def _regions(row: Mapping[str, Any]) -> Sequence[tuple[int, ...]]:
    """Return where parts of works are in a picture that is no copy as a whole: x0, y0, x1, y1 per mille."""
    if _chip(row) != "part":
        return []
    parts = [json.loads(f["detail"])["region"] for f in row["findings"] if f["method"] == "local"]
    return [tuple(map(int, part.split(","))) for part in parts]


_MISSED = Said(
    "見つけられません:同じ人物でも、新しく描いた絵はコピーではないからです。わたしたちの限界です。",
    "Not recognised: our limit. It is the same character, but a new drawing is not a copy.",
)


def _card(
    number: int,
    tile: Tile,
    row: Mapping[str, Any],
    claims: Mapping[str, Claim],
    data: bytes,
    originals: Mapping[str, str],
) -> Card:
    found = claims[row["findings"][0]["entry"]].work if row["findings"] else ""
    missed = bool(tile.work) and not found
    return Card(
        number=number,
        item=tile.item,
        outcome=row["outcome"],
        picture=_inline(data, _regions(row)),
        original=originals.get(found or tile.work, ""),
        how=Said(tile.ja, tile.en),
        sentence=_MISSED if missed else why(row, claims),
        chip=_chip(row),
        missed=missed,
    )


def cards_of(
    rows: Mapping[str, Mapping[str, Any]],
    claims: Mapping[str, Claim],
    contents: Mapping[str, bytes],
    originals: Mapping[str, bytes],
) -> Sequence[Card]:
    """Return the forty tiles in the order of the wall.

    Args:
        rows: item -> its row of the run's decisions.
        claims: entry id -> what is shown of it.
        contents: item -> the bytes of the picture.
        originals: work -> the bytes of the publisher's own picture.
    """
    small = {name: _inline(data) for name, data in originals.items()}
    return [
        _card(number, tile, rows[tile.item], claims, contents[tile.item], small)
        for number, tile in enumerate(TILES, start=1)
    ]


def _sections(cards: Sequence[Card]) -> Mapping[str, Sequence[Card]]:
    """Group the tiles: excluded, licensed, on hold, passed, and what was missed."""
    groups: dict[str, list[Card]] = {"block": [], "licensed": [], "review": [], "allow": [], "missed": []}
    for card in cards:
        plain = "licensed" if card.outcome == "allow" and card.original else card.outcome
        groups["missed" if card.missed else plain].append(card)
    return groups


def render_wall(story: Story) -> str:
    """Return the page as HTML."""
    counts = {o: sum(c.outcome == o for c in story.cards) for o in ("allow", "review", "block")}
    return page(
        "demo_wall.html",
        story=story,
        sections=_sections(story.cards),
        shapes=SHAPES,
        counts=counts,
        start=story.lang,
    )
