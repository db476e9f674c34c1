"""The table [text] of a policy: what counts as an excerpt or a copy, and what follows from it.

    [text]
    span_cjk = 24
    excerpt = "review"
    personal = "redact"

Recall and false alarms of the shipped numbers are in docs/reference/policies.md.
"""

from collections.abc import Mapping
from typing import Any

from sekisho.errors import ConfigError
from sekisho.model import Edit, Outcome, PersonalAction, TextRules

__all__ = ["TEXT_KEYS", "shown_text_rules", "text_rules"]

_NUMBERS = (
    "min_seeds",
    "span_cjk",
    "span_latin",
    "near_copy",
    "near_copy_shared",
    "copy_coverage",
    "copy_span_cjk",
    "copy_span_latin",
    "copy_containment",
    "copy_units",
    "whole_coverage",
    "personal_score",
)
_OUTCOMES = ("excerpt", "quotation", "line", "name")
_IGNORE = "ignore"
TEXT_KEYS = (*_NUMBERS, *_OUTCOMES, "personal")
"""The names of the fields of `TextRules`."""


def _number(rules: Mapping[str, Any], key: str, where: str) -> int:
    value = rules[key]
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ConfigError(f"{where}: {key} must be a whole number, not {value!r}")
    return value


def _outcome(key: str, value: str) -> Outcome | Edit:
    if key == "excerpt" and value == Edit.CUT.value:
        return Edit.CUT
    return Outcome(value)


def text_rules(rules: Mapping[str, Any], where: str) -> TextRules:
    """Return the rules about text.

    Raises:
        ConfigError: a number or an outcome that is none.
        ValueError: an outcome that would block by a name, a line, a quotation or length alone.
    """
    personal = rules["personal"]
    fields: dict[str, Any] = {key: _number(rules, key, where) for key in _NUMBERS}
    fields |= {key: _outcome(key, rules[key]) for key in _OUTCOMES}
    return TextRules(**fields, personal=None if personal == _IGNORE else PersonalAction(personal))


def shown_text_rules(rules: TextRules) -> dict[str, Any]:
    """Return the rules as they stand in a file."""
    shown: dict[str, Any] = {key: getattr(rules, key) for key in _NUMBERS}
    shown |= {key: getattr(rules, key).value for key in _OUTCOMES}
    shown["personal"] = _IGNORE if rules.personal is None else rules.personal.value
    return shown
