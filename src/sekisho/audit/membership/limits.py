"""How much one asker may be told in a day: data that the operator sets, counted in its own record of answers.

A registry or an authority that is trusted is still one key, which can be stolen or misused. Whoever has it
should not be able to look through a run a thousand pictures at a time.
"""

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["PRINTS_A_DAY", "QUESTIONS_A_DAY", "Limits", "Over", "Told", "over"]

QUESTIONS_A_DAY = 100
PRINTS_A_DAY = 2000
"""Files asked about: two of the largest questions, or a hundred of an ordinary one with twenty pictures."""


class Over(StrEnum):
    """Which limit a question would pass."""

    QUESTIONS = "questions"
    PRINTS = "prints"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one asker gets answered in a day (UTC)."""

    questions: int = QUESTIONS_A_DAY
    prints: int = PRINTS_A_DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one asker was answered in a day: questions, and files in them."""

    questions: int
    prints: int


def over(told: Told, prints: int, limits: Limits) -> Over | None:
    """Return which limit one more question with so many files would pass; None: it may be answered."""
    if told.questions + 1 > limits.questions:
        return Over.QUESTIONS
    return Over.PRINTS if told.prints + prints > limits.prints else None
