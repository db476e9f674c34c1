"""Tell whose name is not private: people of the past and of fiction, and people in a public role.

The list is closed and short; the roles are words beside the name. Either speaks of the name only: an
address, a phone number or a birth date beside it makes it personal again (`detect.settle`), except
for the people of the list, who are not alive.
"""

import re
from functools import cache

from sekisho.detect.cues import lines
from sekisho.detect.page import Page, context

__all__ = ["figure", "narrated", "public"]

_BEFORE = re.compile(
    r"(?:作家|小説家|詩人|歌人|俳人|劇作家|脚本家|評論家|俳優|女優|声優|歌手|タレント|アナウンサー|"
    r"首相|総理|大統領|大臣|国王|女王|皇帝|武将|大名|将軍|天皇|監督|"
    r"漫画家|画家|彫刻家|建築家|作曲家|作詞家|指揮者|ピアニスト|哲学者|物理学者|数学者|経済学者|"
    r"歴史家|政治家|議員|知事|棋士|横綱|大関|力士|投手|選手|"
    r"作者|著者|原作者|主演|原作|脚本|監修|主人公|登場人物|キャラクター|ヒロイン|主役|俳優の|"
    r"演じる|扮する|文豪|偉人|歴史上の人物|剣豪|英雄)(?:の|は|である|だった|、|:|・)?[「『 ]?$"
)
_AFTER = re.compile(
    r"(?:元|前|現)?(?:首相|総理|大統領|大臣|天皇|皇后|上皇|陛下|殿下|親王|議員|知事|市長|監督|選手|"
    r"投手|捕手|内野手|外野手|横綱|大関|名人|九段|将軍|大将|元帥|上人|法師|大師|禅師|女王|国王|"
    r"皇帝)"
    r"|(?:の|による)?『|(?:の|による)(?:長編|短編|長篇|短篇)?(?:小説|作品|著書|著作|詩集|詩|絵画|"
    r"楽曲|名曲|映画|名作|代表作|戯曲|俳句|短歌|童話|随筆|評論|漫画|アルバム|伝記|生涯|肖像|銅像|"
    r"墓|子孫)"
    r"|(?:著|作|訳|編|画|原作|脚本|主演|記念館|文学館|美術館|賞)(?![一-龥])|(?:が|は)?(?:主演|演じ|"
    r"役|扮|登場する|出演)|(?:役|を演じ|に扮)"
)
_FICTION = re.compile(r"^[ \u3000]*[「『“\"]", re.MULTILINE)
_LINES, _LENGTH = 5, 600
"""From so many lines of speech on, in a text of that length, it is a tale (docs/reference/personal.md)."""


@cache
def _figures() -> frozenset[str]:
    return frozenset(name for line in lines("figures.txt") for name in line.split())


def figure(name: str) -> bool:
    """Tell whether a name is on the list."""
    return name.replace(" ", "") in _figures()


def public(page: Page, start: int, end: int) -> bool:
    """Tell whether a role of public life, an authorship or a part in a play stands beside a name."""
    before, after = context(page, start, end, 10, 10)
    return bool(_BEFORE.search(before) or _AFTER.match(after))


def narrated(text: str) -> bool:
    """Tell whether a text reads like a tale: many lines that are speech."""
    return len(text) >= _LENGTH and sum(1 for _ in _FICTION.finditer(text[:20_000])) >= _LINES
