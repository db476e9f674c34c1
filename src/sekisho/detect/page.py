"""What a rule sees and what it gives: a text with its marked sentences, and candidates."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from sekisho.lexicon.words import Tokenizer
from sekisho.model import PersonalType

__all__ = ["Candidate", "Page", "Rule", "Sentence", "context", "score"]

FULL = 100


class Sentence(NamedTuple):
    """Name a stretch of a text in which the gate saw something; `flags` as in `detect.cues`."""

    start: int
    end: int
    flags: int


class Candidate(NamedTuple):
    """Name a span that a rule takes for personal information.

    Attributes:
        form: 0-100, how far the form alone proves it (a check digit, a closed list).
        context: 0-100, how far what stands around it says so (a label, an honorific).
        family: for names: whether it is only a part of a name.
    """

    start: int
    end: int
    type: PersonalType
    form: int
    context: int
    rule: str
    family: bool = False


class Page(NamedTuple):
    """Hold one text in narrow form with its sentences, in order.

    Attributes:
        text: as long as the text given (`detect.width.narrow`).
        words: the tokenizer, or None.
        tale: it reads like a tale; a name in it is a person's only beside a way to reach him.
    """

    text: str
    sentences: Sequence[Sentence]
    words: Tokenizer | None
    tale: bool = False

    def marked(self, flags: int) -> list[Sentence]:
        """Return the sentences in which at least one of the flags is set."""
        return [s for s in self.sentences if s.flags & flags]


Rule = Callable[[Page], Iterable[Candidate]]


def context(page: Page, start: int, end: int, before: int, after: int = 0) -> tuple[str, str]:
    """Return what stands before and after a span, at most so many characters."""
    return page.text[max(0, start - before) : start], page.text[end : end + after]


def score(candidate: Candidate) -> int:
    """Return validator x context, 0-100."""
    return candidate.form * candidate.context // FULL
