"""Birth dates, with western years and Japanese eras, and ages that stand with a person."""

import re
from collections.abc import Iterator

from sekisho.detect.cues import BIRTH, LABEL
from sekisho.detect.page import Candidate, Page, context
from sekisho.detect.rules.validity import real_date
from sekisho.model import PersonalType as T

__all__ = ["dates"]

_ERAS = {"明治": 1867, "大正": 1911, "昭和": 1925, "平成": 1988, "令和": 2018} | {
    "M": 1867, "T": 1911, "S": 1925, "H": 1988, "R": 2018,
}  # fmt: skip
"""The year before the first of an era."""
_D = r"[0-9]{1,2}|[元〇一二三四五六七八九十]{1,4}"
_DATE = re.compile(
    rf"(?<![0-9A-Za-z])(?:西暦 ?)?(?:(?P<era>明治|大正|昭和|平成|令和|(?<![A-Za-z])[MTSHR]) "
    rf"?\.?(?P<e>{_D})|(?P<y>[12][0-9]{{3}}|[一二][〇一二三四五六七八九]{{3}}))"
    rf"(?:(?:\([^()\n]{{2,8}}\))?年|[-./]) ?(?P<m>{_D})(?:月|[-./]) ?(?P<d>{_D})日?(?![0-9])"
)
_ENGLISH = re.compile(
    r"(?<![0-9A-Za-z])(?:[0-9]{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|"
    r"Dec)[a-z]{0,6},? (?:19|20)[0-9]{2}|"
    r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6} [0-9]{1,2},? (?:19|20)[0-9]{2}|"
    r"[0-9]{1,2}/[0-9]{1,2}/(?:19|20)[0-9]{2})(?![0-9])"
)
_LABEL = re.compile(
    r"(?:生年月日|誕生日|生まれた日|出生日|出生|DOB|[Dd]ate of [Bb]irth|[Bb]irth ?day|[Bb]irth "
    r"?date|(?<![A-Za-z])[Bb]orn)[^0-9。\n]{0,12}\n?$"
)
_AFTER = re.compile(
    r" ?(?:\([^()\n]{1,6}\) ?)?(?:に?生まれ|に[一-龥ァ-ヶー]{1,8}で生まれ|生(?![一-龥])|"
    r"に?誕生(?!日会)|に出生)"
)
_NO_YEAR = re.compile(r"(?:生年月日|誕生日)(?:は|:| )[ ]{0,2}([0-9]{1,2}(?:月|/)[0-9]{1,2}日?)(?![0-9/])")
_NOBODY = re.compile(r"会社|創業|設立|創立|建国|作品|番組|キャラクター|ブランド|商品|開店|製品|当店|弊社")
_DIGITS = {c: n for n, c in enumerate("〇一二三四五六七八九")}


def dates(page: Page) -> Iterator[Candidate]:
    """Give the dates that the text says somebody was born on."""
    for start, end, _ in page.marked(BIRTH | LABEL):
        for m in _DATE.finditer(page.text, start, end):
            before, after = context(page, *m.span(), 20, 10)
            label = _LABEL.search(before)
            if (label or _AFTER.match(after)) and _real(m) and not _NOBODY.search(before):
                yield Candidate(*m.span(), T.BIRTH_DATE, 95, 100 if label else 80, "birth-date")
        for m in _ENGLISH.finditer(page.text, start, end):
            if _LABEL.search(context(page, *m.span(), 30)[0]):
                yield Candidate(*m.span(), T.BIRTH_DATE, 90, 95, "birth-date-english")
        for m in _NO_YEAR.finditer(page.text, start, end):
            yield Candidate(*m.span(1), T.BIRTH_DATE, 50, 90, "birth-day")


def _real(m: re.Match[str]) -> bool:
    year = _ERAS[m["era"]] + _number(m["e"]) if m["era"] else _number(m["y"])
    return real_date(year, _number(m["m"]), _number(m["d"]))


def _number(shown: str) -> int:
    """Read digits, kanji digits (二〇一五) or kanji numbers (三十一, 元); 0 if it is none."""
    if shown.isascii():
        return int(shown)
    if shown == "元":
        return 1
    if "十" not in shown:
        return int("".join(str(_DIGITS.get(c, 0)) for c in shown))
    tens, _, ones = shown.partition("十")
    return 10 * (_DIGITS.get(tens, 1) if tens else 1) + (_DIGITS.get(ones, 0) if ones else 0)
