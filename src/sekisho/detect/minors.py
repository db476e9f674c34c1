"""See that a young person may be near, in order to protect more; never to say so.

What is found here is a place in a text that is used and forgotten in the same call. It is no finding, gets no
type, no rule and no row; no age is inferred. Words about goods, animals, laws and books for the young are
no sign.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable

__all__ = ["NEAR", "Young"]

_KANJI_AGE = "十[一二三四五六七]?|[〇一二三四五六七八九]"
_SIGNS = re.compile(
    rf"(?<![0-9.])(?:1[0-7]|[0-9]|(?<![一二三四五六七八九十百]){_KANJI_AGE}) ?(?:歳|才)(?!馬|牛|"
    rf"以上|未満|以下|以降|から|まで|児?向け|用|対象|~|〜|-|[0-9])"
    r"|(?<![0-9])[0-9]{1,2}(?:ヶ月|か月|カ月|ヵ月)(?:児|の(?:赤|娘|息子|子|男の子|女の子))"
    r"|(?:小学校?|中学校?|高校)[1-6一二三四五六]年(?:生|の|[0-9一二三]組)?|(?<![一-龥])(?:小[1-6]|"
    r"中[1-3]|高[1-3])(?=[のでにがはも、。 生)]|$)"
    r"|(?<![0-9第])[1-6]年[1-9]組|(?:年長|年中|年少)(?:組|さん|クラス|児)"
    r"|(?:園児|児童|幼児|乳児|少女|少年|女子高生|男子高生|女子高校生|男子高校生|女子中学生|"
    r"男子中学生|小学生|中学生|高校生|幼稚園児|保育園児|赤ちゃん|女の子|"
    r"男の子)(?=[がはをにのもと、。(「\n]|たち|さん|$)"
    r"|七五三|入園式|卒園式|運動会|お遊戯会|授業参観|入学式|修学旅行|ランドセル|お誕生会"
    r"|(?:娘|息子|うちの子|長男|次男|三男|長女|次女|三女|孫)(?=の[^年]|、|が|は|「|\()"
    r"|(?<![0-9])(?:1[0-7]|[1-9])[- ]years?[- ]old|(?<![A-Za-z])aged (?:1[0-7]|[1-9])(?![0-9])|"
    r"(?<![A-Za-z])(?:my|our) (?:son|daughter|kid|child)(?![A-Za-z])"
)
NEAR = 200
"""Characters."""
_LONGEST = 16
"""Characters of the longest sign."""


class Young:
    """Answer for one text whether a sign is near a span."""

    __slots__ = ("_starts",)

    def __init__(self, text: str, spans: Iterable[tuple[int, int]]) -> None:
        """Look for signs around the spans that will be asked for, given in order of their start; O(n)."""
        self._starts: list[int] = []
        at = 0
        for start, end in spans:
            for m in _SIGNS.finditer(text, max(at, start - NEAR), end + NEAR + _LONGEST):
                self._starts.append(m.start())
            at = max(at, end + NEAR)

    def near(self, start: int, end: int) -> bool:
        """Tell whether a sign stands within 200 characters of a span; O(log n)."""
        at = bisect_left(self._starts, start - NEAR)
        return at < len(self._starts) and self._starts[at] <= end + NEAR
