"""Texts that mean nothing: every seed another, of Japanese or Latin letters; and what is found of them."""

import random

from sekisho.fingerprint.passages import line_hashes_many, passages_many
from sekisho.lexicon.fold import fold_many
from sekisho.match.excerpts import match_excerpts
from sekisho.model import TextRules

__all__ = ["excerpts_of", "page", "phrase", "without_rows", "words"]

_KANA = "あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらりるれろわをん"
_KANJI = "山川海空月日星風雨雪花鳥木林森石水火土金人手目耳口足心音色光夜朝昼春夏秋冬東西南北上下左右"


def phrase(seed: int, length: int) -> str:
    """Return `length` Japanese characters, each of which is one folded unit; a prefix of any longer one."""
    draw = random.Random(f"phrase {seed}")  # noqa: S311 - no secret
    return "".join(draw.choice(_KANA if draw.random() < 0.6 else _KANJI) for _ in range(length))


def page(seed: int, length: int) -> str:
    """Return other Japanese characters, which no `phrase` shares a passage with."""
    draw = random.Random(f"page {seed}")  # noqa: S311 - no secret
    return "".join(
        draw.choice("一二三四五六七八九十百千万億兆京子丑寅卯辰巳午未申酉戌亥") for _ in range(length)
    )


def words(seed: int, count: int) -> str:
    """Return invented Latin words."""
    draw = random.Random(f"words {seed}")  # noqa: S311 - no secret
    return " ".join(
        "".join(draw.choice("bcdfglmnprst") + draw.choice("aeiou") for _ in range(draw.randint(1, 4)))
        for _ in range(count)
    )


def excerpts_of(snapshot, *texts: str, rules: TextRules | None = None, lines: bool = True):
    """Return the excerpts in each of some texts; without short works if `lines` is false."""
    folded = fold_many(texts)
    shorts = line_hashes_many(texts if lines else [""] * len(texts))
    return match_excerpts(folded, passages_many(folded), shorts, snapshot, rules or TextRules())


def without_rows(found):
    """Return excerpts without the row of the text, which every way to build an edition counts anew."""
    return [sorted(e._replace(text=0) for e in some) for some in found]
