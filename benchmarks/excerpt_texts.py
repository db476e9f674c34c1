"""Texts for the benchmark of excerpts: corpora, what people do to a copy, and pages that hold one."""

import gzip
import json
import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

__all__ = ["EDITS", "PAGE", "Corpora", "criticism", "pasted", "read_corpora", "torn"]

PAGE = 2000
"""Characters of a page."""
_PUNCTUATION = re.compile("[、。「」『』（）！？…―，．,.!?\"'()—-]")
_OLD = dict(
    zip(
        "国学会体来対当発変気図医円応化画覚楽関観旧区軽芸県権広号国参蚕残実写釈処焼条証触嘱数声静摂浅戦銭総蔵属続帯滞台択沢担単断昼虫庁聴鉄点伝党読独弐悩脳廃拝売麦髪浜仏並辺宝豊満訳薬与予余様頼乱覧両励礼霊齢恋炉労楼湾",
        "國學會體來對當發變氣圖醫圓應化畫覺樂關觀舊區輕藝縣權廣號國參蠶殘實寫釋處燒條證觸囑數聲靜攝淺戰錢總藏屬續帶滯臺擇澤擔單斷晝蟲廳聽鐵點傳黨讀獨貳惱腦廢拜賣麥髮濱佛竝邊寶豐滿譯藥與豫餘樣賴亂覽兩勵禮靈齡戀爐勞樓灣",
        strict=True,
    )
)
_WIDE = (
    "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン"
    "ッャュョァィゥェォ０１２３４５６７８９"
)
_HALF = "ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜｦﾝｯｬｭｮｧｨｩｪｫ0123456789"


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpora:
    """Works (title, text) that are registered, pages that are not, and the same in English."""

    registered: list[tuple[str, str]]
    background: list[str]
    english: list[tuple[str, str]]


def _lines(path: Path) -> list[tuple[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [(one["title"], one["text"]) for one in map(json.loads, file)]


def read_corpora(folder: Path) -> Corpora:
    """Read the corpora from a folder (see README.md)."""
    background = [text for _, text in _lines(folder / "aozora_background.jsonl.gz")]
    english = [
        (path.stem, gzip.decompress(path.read_bytes()).decode()) for path in sorted(folder.glob("*.txt.gz"))
    ]
    return Corpora(
        registered=_lines(folder / "aozora_registered.jsonl.gz"),
        background=[text[n : n + PAGE] for text in background for n in range(0, len(text) - PAGE // 2, PAGE)],
        english=english,
    )


def _changed(text: str, every: int, draw: random.Random) -> str:
    """Write one wrong character in each `every`."""
    made = list(text)
    for start in range(0, len(made), every):
        at = start + draw.randrange(every)
        if at < len(made):
            made[at] = chr(draw.randint(0x3042, 0x3093))
    return "".join(made)


def _narrow(text: str) -> str:
    """Write katakana and digits half as wide, as old systems did."""
    return text.translate(dict(zip(map(ord, _WIDE), _HALF, strict=True)))


def _lined(text: str) -> str:
    return "\n".join(text[n : n + 21] for n in range(0, len(text), 21))


def _bare(text: str, draw: random.Random) -> str:
    return _PUNCTUATION.sub(lambda _: draw.choice(("", "", " ", "・")), text)


def _hiragana(text: str) -> str:
    return "".join(chr(ord(c) - 0x60) if "ァ" <= c <= "ヶ" else c for c in text)


EDITS: dict[str, Callable[[str, random.Random], str]] = {
    "none": lambda text, _: text,
    "punct": _bare,
    "width": lambda text, _: _narrow(text),
    "lines": lambda text, _: _lined(text),
    "kana": lambda text, _: _hiragana(text),
    "old": lambda text, _: text.translate({ord(new): old for new, old in _OLD.items()}),
    "chg60": lambda text, draw: _changed(text, 60, draw),
    "chg30": lambda text, draw: _changed(text, 30, draw),
    "all": lambda text, draw: _lined(_narrow(_bare(_changed(text, 60, draw), draw))),
}
"""What happens to a copy, by name; `chg60` is a wrong character in each 60."""


def pasted(page: str, excerpt: str, draw: random.Random) -> str:
    """Put an excerpt somewhere into a page, between two lines."""
    at = draw.randrange(len(page) + 1)
    return f"{page[:at]}\n{excerpt}\n{page[at:]}"


def torn(page: str, work: str, share: float, pieces: int, draw: random.Random) -> str:
    """Return a page of which a share is copied from a work, in so many pieces."""
    length = int(PAGE * share) // pieces
    rest = (PAGE - length * pieces) // pieces
    made = []
    for piece in range(pieces):
        at = draw.randrange(max(1, len(work) - length))
        made += [work[at : at + length], page[piece * rest : (piece + 1) * rest]]
    return "\n".join(made)


def criticism(pages: list[str], work: str, quoted: int, length: int, draw: random.Random) -> str:
    """Return prose of a length that quotes so many characters of a work, in one to four places, unmarked."""
    places = draw.randint(1, max(1, min(4, quoted // 40)))
    prose = "".join(draw.sample(pages, -(-length // PAGE) + 1))[:length]
    each, step = quoted // places, length // (places + 1)
    made = []
    for place in range(places + 1):
        made.append(prose[place * step : (place + 1) * step])
        if place < places:
            at = draw.randrange(max(1, len(work) - each))
            made.append(work[at : at + each])
    return "\n".join(made)
