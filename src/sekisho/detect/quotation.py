"""Whether a text itself shows that what was found in it is quoted: marks around it and a source beside it.

This is weak evidence. It never lets anything pass; it only makes the item `review` ("possible quotation"),
where a person decides. Whether a quotation is lawful (in Japan by Article 32 of the Copyright Act: what is
main and what subordinate, necessity, source) can not be read off marks. All is linear in the text.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

__all__ = ["BLOCK", "LAW", "MARKS", "quotation"]

MARKS, BLOCK, LAW = "quotation_marks", "quotation_block", "law_or_judgment"
"""The rules, by what shows the quotation."""

_CLOSERS = {"」": "「", "』": "『", "”": "“", "»": "«", "’": "‘"}
_MARKS = re.compile('[「」『』“”"«»‘’\n]')
_EDGE = 6
"""Characters by which a span may reach over its marks: words around a quotation can be those of the work."""
_DEPTH = 8
"""Marks within marks that are climbed from the innermost outwards."""
_NEAR = 200
"""Characters before and behind a quotation in which its source is looked for."""
_ENDS = 400
"""Characters at both ends of a text (title, references) in which a source counts for all its quotations."""
_PIECE = 20
"""From here on one of several quotations in a row may carry a span; shorter ones are dialogue."""
_PIECES_SHARE = 0.8
_LINK = 2
"""Characters between two quotations in a row that are at least the writer's own."""

_NUMBER = "[0-9０-９〇一二三四五六七八九十百]"
_NAME = r"[一-龠々ァ-ヶー・]{2,12}"
_WROTE = r"(?:書い|記し|述べ|綴|詠ん|詠む|論じ|指摘し|定義し|回想し|評し)"
_WRITES = "writes|wrote|notes|argues|remarks|describes|observes|puts it|opens|begins"
_TITLE = re.compile(r"『[^『』\n]{1,40}』|《[^《》\n]{1,40}》|〈[^〈〉\n]{1,40}〉|[_*][A-Z][^_*\n]{2,60}[_*]")
_SOURCE = re.compile(
    "|".join(
        (
            "出典|引用|参照|典拠|所収|前掲|同書|同上|初出|底本|青空文庫|一節|(?:から|例を|文を|章を|所を)引[くきい]",
            "(?:著者|作者|筆者|作家|詩人|本書|原文|冒頭|本文)(?:は|が|の|で|に|より|も)",
            rf"{_NAME}(?:は|が|も|によれば|によると|いわく|曰く|の言葉|の文章)[^。\n]{{0,40}}$",
            rf"^[^。\n]{{0,40}}と[^。\n]{{0,20}}?{_WROTE}",
            rf"(?:[（(―—─－-]|——)\s?{_NAME}|{_NAME}『|{_NAME}「[^「」\n]{{1,30}}」(?:より|から|の)|{_NAME}より",
            rf"[pP]{{1,2}}\. ?{_NUMBER}|{_NUMBER}{{1,5}} ?(?:頁|ページ)|第{_NUMBER}+(?:章|巻|節)",
            r"[（(][^（()）\n]{1,60}(?:1[0-9]|20)[0-9]{2}[^（()）\n]{0,40}[）)]|\[[0-9]{1,3}\]",
            rf"\bby [A-Z]|(?:[A-Z][a-z]+|\bwho) (?:{_WRITES})\b",
            r"\b(?:[Aa]ccording to|[Cc]hapter|ch\.|vol\.|[Ss]ource:)",
            r"\b(?:cited|quoted|quotes|quoting|opening (?:line|sentence)|passage)\b",
            r"(?:—|–|--|―) ?[_*]?[A-Z][a-z]+|\([A-Z][a-zA-Z. ]{1,40}(?:,|\d)",
        )
    ),
    re.MULTILINE,
)
_ASIDE = re.compile(r"\s{0,2}[（(][^（()）\n]{3,60}[）)]")
"""What stands in brackets right behind the closing mark is nearly always the source."""

_ARTICLE = re.compile(rf"第{_NUMBER}+(?:条|項|号)|§ ?[0-9]|\b(?:Article|Section|Sec\.) [0-9IVX]+")
_COURT = re.compile(
    r"主文|判決|裁判所|原告|被告|上告|控訴|訴訟費用|事実及び理由|最高裁|高裁|地裁|"
    r"\bv\. |\b(?:Court|plaintiff|defendant|appellant|respondent|judgment|affirmed|infringement)\b"
)
_ARTICLES, _COURT_WORDS = 3, 3
_PER_ARTICLE = 500
"""A law names an article at least so often (characters)."""


class _Region(NamedTuple):
    """What stands within marks or in a block, and the number of the region around it (-1: none)."""

    begin: int
    end: int
    around: int
    rule: str


def _quoted(text: str) -> Iterator[tuple[int, int]]:
    """Yield begin and end of what stands within marks (without them).

    Quoted text may hold half a dialogue. So in a line with a closing or an opening mark too many, the first
    opening mark reaches to the last closing one of its kind.
    """
    open_at: dict[str, list[int]] = {mark: [] for mark in (*_CLOSERS.values(), '"')}
    first: dict[str, int] = {}
    last: dict[str, int] = {}
    odd: Counter[str] = Counter()
    for found in _MARKS.finditer(text + "\n\n"):
        mark, at = found[0], found.start()
        if mark == "\n":
            torn = (kind for kind in first.keys() & last.keys() if odd[kind] and first[kind] < last[kind])
            yield from ((first[kind], last[kind]) for kind in torn)
            for counts in (first, last, odd):
                counts.clear()
            if text[at - 1 : at] == "\n":
                open_at['"'].clear()
        elif mark == '"' and open_at[mark]:
            yield open_at[mark].pop(), at
        elif mark not in _CLOSERS:
            if mark == "“" and open_at[mark] and text[at - 1 : at] == "\n":
                continue  # every paragraph of a long quotation opens again
            open_at[mark].append(at + 1)
            first.setdefault(mark, at + 1)
            odd[mark] += 1
        elif mark == "’" and text[at + 1 : at + 2].isalnum():
            continue  # an apostrophe
        else:
            kind = _CLOSERS[mark]
            if open_at[kind]:
                yield open_at[kind].pop(), at
            last[kind] = at
            odd[kind] -= 1


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    """Yield begin and end of block quotes: lines after `>`, and indented ones between others."""
    begin, kind, before, at = -1, "", "", 0
    for line in [*text.split("\n"), ""]:
        now = (
            ">"
            if line.lstrip(" ").startswith(">")
            else "i"
            if line.startswith(("　　", "    ", "\t"))
            else ""
        )
        if now != kind:
            if kind == ">" or (kind == "i" and before):
                yield begin, at
            begin, kind = at, now
        if not now and line.strip():
            before = line
        at += len(line) + 1


def _regions(text: str) -> list[_Region]:
    """Return all quotations sorted by place, each with the one around it."""
    found = dict.fromkeys(_quoted(text), MARKS) | dict.fromkeys(_blocks(text), BLOCK)
    regions: list[_Region] = []
    around: list[int] = []
    for (begin, end), rule in sorted(found.items(), key=lambda item: (item[0][0], -item[0][1])):
        while around and regions[around[-1]].end < end:
            around.pop()
        regions.append(_Region(begin, end, around[-1] if around else -1, rule))
        around.append(len(regions) - 1)
    return regions


def _enclosing(regions: Sequence[_Region], begins: Sequence[int], start: int, stop: int) -> Iterator[_Region]:
    """Yield the quotations around a span, the innermost first; at most `_DEPTH` are looked at."""
    number = bisect_right(begins, start + _EDGE) - 1
    for _ in range(_DEPTH):
        if number < 0:
            return
        if regions[number].end >= stop - _EDGE:
            yield regions[number]
        number = regions[number].around


def _pieces(
    text: str, regions: Sequence[_Region], begins: Sequence[int], start: int, stop: int
) -> list[_Region]:
    """Return the quotations that make up a span together, with words between them that are not quoted.

    Lines of dialogue, which follow each other without any, are none.
    """
    first, last = bisect_right(begins, start + _EDGE) - 1, bisect_right(begins, stop)
    pieces: list[_Region] = []
    for region in regions[max(first, 0) : last]:
        if region.end - region.begin >= _PIECE and (not pieces or region.begin > pieces[-1].end):
            pieces.append(region)
    inside = sum(max(0, min(r.end, stop) - max(r.begin, start)) for r in pieces)
    between = [text[a.end + 1 : b.begin - 1] for a, b in pairwise(pieces)]
    linked = all("\n" not in part and len(part.strip()) >= _LINK for part in between)
    return pieces if linked and inside >= _PIECES_SHARE * (stop - start) else []


def _without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """Return the text with what was found in it blanked: only the writer's own words name a source."""
    parts, at = [], 0
    for start, stop in sorted(spans):
        parts += [text[at:start], " " * (stop - max(start, at))]
        at = max(at, stop)
    return "".join([*parts, text[at:]])


def _named(text: str) -> bool:
    return bool(_TITLE.search(text) or _SOURCE.search(text))


def _attributed(own: str, region: _Region) -> bool:
    """Tell whether a source is named near a quotation, or in a block at its end."""
    before = own[max(0, region.begin - _NEAR) : max(0, region.begin - 1)]
    after = own[region.end + 1 : region.end + 1 + _NEAR]
    tail = own[max(region.begin, region.end - _NEAR // 2) : region.end] if region.rule == BLOCK else ""
    return bool(_ASIDE.match(after)) or any(map(_named, (before, after, tail)))


def _reads_as_law(text: str) -> bool:
    """Tell whether a text is a law or a judgment, by its articles or the words of a court."""
    articles = sum(1 for _ in _ARTICLE.finditer(text))
    if articles >= _ARTICLES and articles * _PER_ARTICLE >= len(text):
        return True
    return len({found[0] for found in _COURT.finditer(text)}) >= _COURT_WORDS


def quotation(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """Return the rule by which a text shows that all spans are quoted, or "".

    Args:
        text: the field that is looked at.
        spans: half-open, code points of the text.
    """
    if not spans:
        return ""
    regions = _regions(text)
    begins = [region.begin for region in regions]
    own = _without(text, spans)
    ends = _named(own[:_ENDS]) or _named(own[-_ENDS:])
    rule = MARKS
    for start, stop in spans:
        around = list(_enclosing(regions, begins, start, stop)) or _pieces(text, regions, begins, start, stop)
        shown = next((r for r in around if ends or _attributed(own, r)), None)
        if shown is None:
            return LAW if _reads_as_law(own) else ""
        rule = shown.rule if shown.rule == BLOCK else rule
    return rule
