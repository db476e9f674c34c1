"""A wall to test the page with: every kind of tile, without running an audit."""

import io

from PIL import Image

from sekisho.demo.corpus import TEXTS
from sekisho.demo.dataset import ACT_TWO, TILES
from sekisho.demo.doors import DOORS
from sekisho.demo.pieces import Reading, pieces_of
from sekisho.demo.sentences import Claim, Said
from sekisho.demo.wall import Change, State, Story, Tamper, cards_of

__all__ = ["CONTESTED", "CUT_OUT", "READINGS", "wall_cards", "wall_story"]

CUT_OUT, CONTESTED = "found/tora_face.jpg", "found/garden_robot.png"
"""Of one only a part is found; the other is a copy as a whole, in which a part is found as well."""
CLAIMS = {"e-1": Claim(holder=Said("青波出版", "Aonami Press"), title=Said("<b>", "<b>"), work="minato")}
REASONS = {
    "block": "verified_without_permission",
    "review": "declared_without_permission",
    "allow": "granted_all",
}

STATES = [
    State(edition=number, outcome=outcome, sentence=Said("理由", "why"))
    for number, outcome in enumerate(("block", "allow", "block"), start=1)
]
TAMPER = Tamper(
    file="decisions/part-0.parquet",
    offset=99,
    before=0x41,
    after=0x40,
    around=bytes(17),
    said="error: <tampered>",
    exit_code=4,
)
FACTS = {
    "works": 19,
    "works_size": "1 MB",
    "sent_size": "9 kB",
    "registry": Said("登録簿", "registry"),
    "entries": 20,
    "editions": 3,
    "policy": "opt-in",
}


READINGS = [
    Reading(page=page, outcome=page.expected, reason=page.reason, pieces=pieces_of(page.text, [(3, 9, kind)]))
    for page, kind in zip(TEXTS, ("", "", "", "<i>", "phone", "", ""), strict=True)
]


def _png():
    stream = io.BytesIO()
    Image.new("RGB", (30, 40), "#446688").save(stream, "PNG")
    return stream.getvalue()


def _row(tile, last):
    if last or not tile.work:
        reason = "low_detail" if tile.expected == "review" else "no_known_objection"
        return {"outcome": tile.expected, "reason": reason, "findings": []}
    whole = {"method": "pdq", "distance": 6.0, "threshold": 31.0, "entry": "e-1", "detail": "{}"}
    detail = '{"region":"100,100,600,500","inliers":"23"}'
    part = {"method": "local", "distance": 0.0, "threshold": 0.0, "entry": "e-1", "detail": detail}
    findings = {CUT_OUT: [part], CONTESTED: [whole, part]}.get(tile.item, [whole])
    return {"outcome": tile.expected, "reason": REASONS[tile.expected], "findings": findings}


def wall_cards():
    """Return the forty tiles as a first audit would decide them."""
    rows = {tile.item: _row(tile, tile is TILES[-1]) for tile in TILES}
    contents = {tile.item: _png() for tile in TILES} | {"found/broken_download.jpg": b"\xff\xd8\xff"}
    return cards_of(rows, CLAIMS, contents, {"minato": _png()})


def wall_story(cards, lang):
    """Return a story around the tiles."""
    return Story(
        lang=lang,
        cards=cards,
        states=STATES,
        changes=[Change(file="licence.jsonl", text=Said("許諾", "a licence"))] * 2,
        twice=next(card for card in cards if card.item == ACT_TWO.item),
        tamper=TAMPER,
        readings=READINGS,
        facts=FACTS,
        doors=DOORS,
    )
