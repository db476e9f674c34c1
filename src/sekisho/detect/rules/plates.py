"""Number plates of vehicles: transport office or local name, class, kana, number."""

import re
from collections.abc import Iterator

from sekisho.detect.cues import DIGITS, lines
from sekisho.detect.page import Candidate, Page
from sekisho.model import PersonalType as T

__all__ = ["plates"]

_OFFICES = "|".join(
    sorted((name for line in lines("plates.txt") for name in line.split()), key=len, reverse=True)
)
_KANA = "あいうえかきくけこさすせそたちつてとなにぬねのはひふほまみむめもやゆらりるれろわを"
_PLATE = re.compile(
    rf"(?:{_OFFICES}) ?[0-9][0-9ACFHKLMPXY]{{0,2}} ?[{_KANA}] ?(?:[1-9][0-9]? ?- ?[0-9]{{2}}|"
    rf"[1-9][0-9]{{3}}|[・.]{{1,3}} ?[0-9]{{1,3}})(?![0-9])"
)


def plates(page: Page) -> Iterator[Candidate]:
    """Give number plates: the list of offices is closed, so the form alone is enough."""
    for start, end, _ in page.marked(DIGITS):
        for m in _PLATE.finditer(page.text, start, end):
            yield Candidate(*m.span(), T.PLATE, 95, 100, "plate")
