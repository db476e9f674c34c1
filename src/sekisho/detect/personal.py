"""Find personal information in texts, Japanese first: gate, rules, settle.

The gate says which sentences can hold anything; the rules look at those alone, on text in narrow form; what
they give is weighed and set in relation. A finding is a place, a type, a score and a rule. It holds neither
the value nor a hash of it, and nothing here raises, prints or keeps one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sekisho.detect import gate
from sekisho.detect.figures import narrated
from sekisho.detect.page import Page, Rule, Sentence
from sekisho.detect.rules.dates import dates
from sekisho.detect.rules.english import english
from sekisho.detect.rules.names import names
from sekisho.detect.rules.network import network
from sekisho.detect.rules.numbers import numbers
from sekisho.detect.rules.places import places
from sekisho.detect.rules.plates import plates
from sekisho.detect.rules.schools import schools
from sekisho.detect.rules.validity import require_validity
from sekisho.detect.settle import Found, settle
from sekisho.detect.special_care import special_care
from sekisho.detect.width import narrow
from sekisho.lexicon.words import Tokenizer

__all__ = ["Found", "PersonalScanner", "open_personal"]

_RULES: tuple[Rule, ...] = (names, english, places, numbers, dates, network, plates, schools, special_care)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalScanner:
    """Find personal information. It is a value: the same texts give the same spans, everywhere.

    Attributes:
        words: cuts Japanese into words; without it names are found by labels and honorifics only.
    """

    words: Tokenizer | None = None

    def scan(self, texts: Sequence[str]) -> list[tuple[Found, ...]]:
        """Return the findings of each text by start, none overlapping; O(n). It never fails on a text."""
        return [
            self._scan(text, seen) if seen else ()
            for text, seen in zip(texts, gate.sentences(texts), strict=True)
        ]

    def _scan(self, text: str, seen: Sequence[Sentence]) -> tuple[Found, ...]:
        shown = narrow(text)
        page = Page(shown, seen, self.words, narrated(shown))
        return settle(page.text, [candidate for rule in _RULES for candidate in rule(page)])


def open_personal(words: Tokenizer | None) -> PersonalScanner:
    """Open the scanner.

    Args:
        words: an opened dictionary (`store.dictionary`), or None.

    Raises:
        MissingExtraError: phonenumbers or python-stdnum is not installed.
    """
    require_validity()
    return PersonalScanner(words=words)
