"""English names: with a title, a label or an introduction. Nothing else is told from other words."""

import re
from collections.abc import Iterator

from sekisho.detect.cues import LATIN
from sekisho.detect.figures import figure
from sekisho.detect.page import Candidate, Page
from sekisho.model import PersonalType as T

__all__ = ["english"]

_WORD = r"[A-Z][a-zA-Z'\-]{1,15}"
_TITLED = re.compile(
    rf"(?<![A-Za-z])(?:Mr|Mrs|Ms|Miss|Dr|Prof|Professor)\.? ((?:{_WORD}|[A-Z]\.)(?: (?:{_WORD}|"
    rf"[A-Z]\.)){{0,2}})"
)
_LABELLED = re.compile(
    rf"(?<![A-Za-z])(?:(?:[Ff]ull |[Ff]irst |[Ll]ast |[Cc]ontact |[Cc]ustomer |[Pp]atient "
    rf")?(?:[Nn]ame|NAME)|[Cc]ontact|[Pp]atient|[Ss]igned)"
    rf"(?: ?: ?| ?= ?)({_WORD}(?: (?:{_WORD}|[A-Z]\.)){{0,2}})"
)
_INTRODUCED = re.compile(rf"(?<![A-Za-z])[Mm]y name is ({_WORD}(?: (?:{_WORD}|[A-Z]\.)){{0,2}})")


def english(page: Page) -> Iterator[Candidate]:
    """Give English names with a title, a label or an introduction."""
    for start, end, _ in page.marked(LATIN):
        for pattern, weight, rule in (
            (_TITLED, 80, "name-english-title"),
            (_LABELLED, 95, "name-english-label"),
            (_INTRODUCED, 90, "name-english-introduced"),
        ):
            for m in pattern.finditer(page.text, start, end):
                full = " " in m[1]
                if not full and pattern is _LABELLED:
                    continue
                if not figure(m[1]):
                    part = weight if full else weight * 5 // 8
                    yield Candidate(
                        *m.span(1), T.NAME, 85 if full else 70, 0 if page.tale else part, rule, not full
                    )
