"""What the gate looks for: single characters and pairs of characters, each with the flags it raises.

A cue only says that the rules have to look at a sentence; it proves nothing. A longer word is
represented by its first two characters.
"""

from functools import cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "ADDRESS",
    "AFTER",
    "AT",
    "BIRTH",
    "BLOCK",
    "CARE",
    "COLONS",
    "DIGIT",
    "DIGITS",
    "DOTS",
    "END",
    "FAMILY",
    "FIRST",
    "HANDLE",
    "HASH",
    "HASH_SHIFT",
    "HONORIFIC",
    "LABEL",
    "LATIN",
    "NAME",
    "PAUSE",
    "PLACE",
    "SCHOOL",
    "Cues",
    "all_cues",
    "cues",
    "lines",
]

DIGIT = 1
"""At least one digit."""
DIGITS = 1 << 1
"""At least four digits: the shortest number with a form of its own is a plate's."""
AT = 1 << 2
NAME = 1 << 3
LABEL = 1 << 4
PLACE = 1 << 5
BLOCK = 1 << 6
CARE = 1 << 7
BIRTH = 1 << 8
LATIN = 1 << 9
DOTS = 1 << 10
"""At least three full stops and four digits."""
COLONS = 1 << 11
"""At least two colons side by side or three in all."""
SCHOOL = 1 << 12
HANDLE = 1 << 13
AFTER = 1 << 14
"""The short line before is a label."""
ADDRESS = 1 << 15
"""A place and a number."""
FAMILY = 1 << 16
"""A word before an honorific that is no name: mother, customer, everybody."""
HONORIFIC = 1 << 17
END = 1 << 18
"""A sentence ends."""
PAUSE = 1 << 19
"""A long sentence may be cut here."""
HASH, HASH_SHIFT = 2654435761, 19
"""Knuth's multiplicative hash of a pair, to 13 bits."""
FIRST = 1 << 30
"""Internal: a pair of cues begins with this character."""

_HONORIFICS = "さん くん クン ちゃ チャ さま 先生 殿は 殿、 殿の 殿に 殿へ"
_HONORIFIC = "様氏君"
_FAMILY = "母父兄姉婆爺皆奥客神仏医屋者員赤弟妹叔伯祖仕同模異多諸彼貴各両"
_RELATIVES = (
    "長男 次男 三男 長女 次女 三女 娘の 息子 妻の 夫の 母の 父の 弟の 妹の 兄の 姉の 申し 名乗 容疑 被告"
)
_LABELS = (
    "氏名 名前 担当 連絡 代表 申込 契約 保護 患者 受取 差出 宛先 記入 受験 会員 住所 電話 生年 "
    "郵便 本籍 自宅 送付 届け 配送 "
    "依頼 作成 署名 受信 送信 投稿 筆者 応募 報告 本人 お名 ご芳 フリ ふり 発行 利用 顧客 責任 お客 文責"
)
_CARE = (
    "病 癌 症 障害 前科 逮捕 有罪 服役 懲役 前歴 釈放 被害 性暴 信者 入信 信仰 信徒 教徒 洗礼 "
    "部落 同和 診断 通院 入院 手術 "
    "投薬 治療 検査 がん 鬱 うつ HI 陽性 余命 認知 発達 自閉 依存 中毒 妊娠 中絶 流産 介護 透析 "
    "服薬 執行 起訴 少年 虐待 改宗 "
    "組合 糖尿 精神 活保 アイ 在日 嫡出 前夫 被害 党員 クリ ムス 実刑 書類 党を 血圧 血糖 余命 "
    "白血 結核 肝炎 梅毒 心筋 脳梗 適応 双極 不安 強迫 "
    "統合 アル 薬物 エイ 難病 AD 療育 てん"
)
_BIRTH = "0生 1生 2生 3生 4生 5生 6生 7生 8生 9生 生ま 生年 誕生 日生 月生 bo Bo DO bi Bi"
_SCHOOL = "小学 中学 高校 高等 幼稚 保育 学園 学院 こど"
_HANDLE = "アカ ユー ハン イン ツイ ti Ti tt LI IN In IG ID gr Gr is Is id us Us gi Gi 垢"
_LATIN = "Co Mr Ms Dr Mi Pr na Na NA St Av Rd Ro La Ln Bl Ct"
_PLACES = "都道府県市区町村郡"
_BLOCKS = "丁目 番地 番町 地割 号室"


class Cues(NamedTuple):
    """Hold the tables of the kernel.

    Attributes:
        single: (65536,) uint32, flags of a character of the basic plane.
        keys: (2**k,) uint32, `first << 16 | second` of each pair in an open table; 0: free.
        flags: (2**k,) uint32, the flags of the pair.
    """

    single: NDArray[np.uint32]
    keys: NDArray[np.uint32]
    flags: NDArray[np.uint32]


def lines(name: str) -> tuple[str, ...]:
    """Return the lines of a data file of this room without those that begin with #."""
    raw = files("sekisho.detect").joinpath("data", name).read_text(encoding="utf-8")
    return tuple(line for line in raw.splitlines() if line and not line.startswith("#"))


def all_cues() -> dict[str, int]:
    """Return the flags of each cue: of one or of two characters."""
    found: dict[str, int] = {}
    groups = (
        (_HONORIFICS.split(), HONORIFIC),
        (list(_HONORIFIC), HONORIFIC),
        (list(_FAMILY), FAMILY),
        (_RELATIVES.split(), NAME),
        ([name[:2] for name in lines("surnames.txt")], NAME),
        (_LABELS.split(), LABEL),
        (_CARE.split(), CARE),
        (_BIRTH.split(), BIRTH),
        (_SCHOOL.split(), SCHOOL),
        (_HANDLE.split(), HANDLE),
        (_LATIN.split(), LATIN),
        (list(_PLACES), PLACE),
        (_BLOCKS.split(), BLOCK),
        ([*"0123456789"], DIGIT),
        (["@"], AT),
        (["〒"], DIGITS),
        (["."], DOTS),
        ([":"], COLONS),
        (list("\n。!?"), END),
        (list("、, \u3000"), PAUSE),
    )
    for words, flag in groups:
        for word in words:
            found[word] = found.get(word, 0) | flag
    return found


@cache
def cues() -> Cues:
    """Return the tables; made once."""
    single = np.zeros(1 << 16, np.uint32)
    size = 1 << (32 - HASH_SHIFT)
    keys, flags = np.zeros(size, np.uint32), np.zeros(size, np.uint32)
    for word, flag in all_cues().items():
        single[ord(word[0])] |= np.uint32(flag if len(word) == 1 else FIRST)
        if len(word) > 1:
            key = ord(word[0]) << 16 | ord(word[1])
            slot = (key * HASH & 0xFFFFFFFF) >> HASH_SHIFT
            while keys[slot] not in {0, key}:
                slot = (slot + 1) % size
            keys[slot], flags[slot] = key, flags[slot] | flag
    return Cues(single, keys, flags)
