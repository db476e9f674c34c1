"""Turn candidates into findings: what stands near what, which action follows, which of two stays."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sekisho.detect.minors import Young
from sekisho.detect.page import Candidate, score
from sekisho.detect.special_care import ALONE, PRONOUN
from sekisho.model import PersonalAction
from sekisho.model import PersonalType as T

__all__ = ["NEAR", "REDACT_AT", "REVIEW_AT", "Found", "settle"]

REDACT_AT = 60
REVIEW_AT = 30
"""Scores; both from the labelled set (docs/reference/personal.md)."""
NEAR = 200
"""Characters within which a name and an address, a phone number or a birth date are one person's."""
_BESIDE = 40
"""Characters within which a family name alone and a way to reach somebody are one person's."""
_CARE_NEAR = 60
_LIFTED = 80
_ANCHORS = {T.ADDRESS, T.PHONE, T.BIRTH_DATE}
_REACHED = {T.ADDRESS, T.PHONE, T.EMAIL}
_ONLY_WITH_SOMEBODY = {T.SCHOOL, T.SPECIAL_CARE}


class Found(NamedTuple):
    """Name a span of a text that is personal information; neither its value nor a hash of it.

    Attributes:
        start, end: half-open, code points of the text that was given.
        score: 0-100, validator x context.
        rule: which rule found it.
    """

    start: int
    end: int
    type: T
    score: int
    rule: str
    action: PersonalAction


class _Places:
    """Answer whether one of some spans is near; starts and ends are both in order."""

    __slots__ = ("_ends", "_starts")

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        pairs = sorted(spans)
        self._starts = [start for start, _ in pairs]
        self._ends: list[int] = []
        for _, end in pairs:
            self._ends.append(max(end, self._ends[-1]) if self._ends else end)

    def near(self, start: int, end: int, gap: int) -> bool:
        """Tell whether a span ends after start - gap and begins before end + gap; O(log n)."""
        at = bisect_left(self._ends, start - gap)
        return at < len(self._starts) and self._starts[at] <= end + gap


def settle(text: str, candidates: Sequence[Candidate]) -> tuple[Found, ...]:
    """Return the findings of one text by start; O(n log n) in the candidates.

    Args:
        text: in narrow form.
        candidates: of all rules, in any order.
    """
    if not candidates:
        return ()
    scored = _near_each_other([(c, score(c)) for c in candidates])
    asked = sorted((c.start, c.end) for c, value in scored if value >= REVIEW_AT)
    young = Young(text, asked)
    scored = _with_somebody(text, scored, young)
    return _apart([_found(c, value, young) for c, value in scored if value >= REVIEW_AT])


def _near_each_other(scored: Sequence[tuple[Candidate, int]]) -> list[tuple[Candidate, int]]:
    """Raise a name near an address, phone number or birth date, and these near a name of two parts."""
    anchors = _Places((c.start, c.end) for c, value in scored if c.type in _ANCHORS and value >= REVIEW_AT)
    reached = _Places((c.start, c.end) for c, value in scored if c.type in _REACHED and value >= REVIEW_AT)
    people = _Places((c.start, c.end) for c, _ in scored if c.type is T.NAME and not c.family)
    raised = []
    for c, value in scored:
        lifted = value
        if c.type is T.NAME:
            whole = not c.family or value >= REVIEW_AT
            if (whole and anchors.near(c.start, c.end, NEAR)) or reached.near(c.start, c.end, _BESIDE):
                lifted = max(value, _LIFTED if not c.family else REDACT_AT)
        elif c.type in _ANCHORS and value >= REVIEW_AT and people.near(c.start, c.end, NEAR):
            lifted = max(value, REDACT_AT)
        raised.append((c, lifted))
    return raised


def _with_somebody(
    text: str, scored: Sequence[tuple[Candidate, int]], young: Young
) -> list[tuple[Candidate, int]]:
    """Leave out schools and special-care words with nobody near."""
    if not any(c.type in _ONLY_WITH_SOMEBODY for c, _ in scored):
        return list(scored)
    kept = [(c, value) for c, value in scored if value >= REVIEW_AT]
    people = _Places((c.start, c.end) for c, _ in kept if c.type is T.NAME)
    known = _Places((c.start, c.end) for c, _ in kept if c.type not in _ONLY_WITH_SOMEBODY)

    def somebody(c: Candidate) -> bool:
        if c.type is T.SCHOOL:
            return people.near(c.start, c.end, NEAR) or young.near(c.start, c.end)
        around = text[max(0, c.start - _CARE_NEAR) : c.end + _CARE_NEAR]
        return (
            people.near(c.start, c.end, _CARE_NEAR)
            or ALONE.search(around) is not None
            or (PRONOUN.search(around) is not None and known.near(c.start, c.end, NEAR))
        )

    return [(c, value) for c, value in kept if c.type not in _ONLY_WITH_SOMEBODY or somebody(c)]


def _found(c: Candidate, value: int, young: Young) -> Found:
    """Decide the action: special-care words are for review, what stands near a young person is redacted."""
    redact = c.type is not T.SPECIAL_CARE and (value >= REDACT_AT or young.near(c.start, c.end))
    if not redact:
        return Found(c.start, c.end, c.type, value, c.rule, PersonalAction.REVIEW)
    return Found(c.start, c.end, c.type, max(value, REDACT_AT), c.rule, PersonalAction.REDACT)


def _apart(found: list[Found]) -> tuple[Found, ...]:
    """Of findings that overlap keep the stronger, then the longer one; special-care words overlap freely."""
    found.sort(key=lambda f: (-f.score, f.start - f.end, f.start))
    kept: list[Found] = []
    taken = bytearray()
    for f in found:
        if f.end > len(taken):
            taken.extend(bytes(f.end - len(taken)))
        if not any(taken[f.start : f.end]):
            taken[f.start : f.end] = b"\1" * (f.end - f.start)
            kept.append(f)
    return tuple(sorted(kept))
