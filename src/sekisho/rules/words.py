"""The closed sets of the law room, texts in two languages, and numbers known to lie between bounds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

import msgspec

__all__ = [
    "MOST",
    "Applies",
    "Confidence",
    "Effect",
    "Facts",
    "Interval",
    "Outcome",
    "Status",
    "Text",
    "Truth",
    "Value",
    "as_interval",
    "plain",
]

MOST = 1e18
"""No number of a fact, a parameter or a penalty is larger; keeps sums finite."""
Truth = bool | None
"""Three values (Kleene, strong): None is unknown, and unknown is never taken for no."""


class Outcome(StrEnum):
    """What a rule comes to for a set of facts on a day."""

    YES = "yes"
    """All elements are met."""
    NO = "no"
    """At least one element is not met. It says nothing about any other rule, nor that a thing is lawful."""
    UNKNOWN = "unknown"
    """No element is refuted, and facts are missing."""
    NOT_IN_FORCE = "not_in_force"


class Effect(StrEnum):
    """What follows if a rule is met; the order is that of strictness."""

    PROHIBITED = "prohibited"
    OBLIGATION = "obligation"
    REMEDY = "remedy"
    """The person concerned may ask for something."""
    PERMITTED = "permitted"
    INFORMATION = "information"
    """A definition, guidance, or what somebody proposes."""


class Status(StrEnum):
    """What kind of rule it is. Only the first binds; of a bill or a proposal is said what it would do."""

    IN_FORCE = "in_force"
    ENACTED = "enacted"
    """Passed, and its day has not come or is not known."""
    BILL = "bill"
    PROPOSAL = "proposal"
    SOFT_LAW = "soft_law"
    """Guidance, codes: comply or explain."""
    HOUSE = "house"
    """An association's or an operator's own rule."""


class Confidence(StrEnum):
    """How sure a source is."""

    VERIFIED = "verified"
    """The official or a near-official text was read."""
    SECONDARY = "secondary"
    """Others' reports of it were read."""
    MEMORY = "memory"
    """Nobody has checked it yet: it can not be an obligation in a released pack."""


class Applies(StrEnum):
    """What the facts of a rule are about."""

    ITEM = "item"
    DATASET = "dataset"
    CASE = "case"
    OPERATOR = "operator"


class Text(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A sentence in both languages."""

    en: str
    ja: str

    def in_language(self, language: str) -> str:
        """Return the Japanese text for `ja`, the English one else."""
        return self.ja if language == "ja" else self.en


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A number that is known to lie between two bounds, both included; None is no bound."""

    low: float | None = None
    high: float | None = None

    def __post_init__(self) -> None:
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError(f"an interval from {self.low} to {self.high} is empty")

    @property
    def exact(self) -> bool:
        """Tell whether it is one number."""
        return self.low is not None and self.low == self.high


Value = bool | int | float | str | date | datetime | Interval
Facts = Mapping[str, Value]
"""Dotted name -> value. What is not there is unknown."""


def plain(value: Value) -> bool | float | str | dict[str, float | None]:
    """Return a value as JSON has it: moments and days as text, an interval as its bounds."""
    if isinstance(value, Interval):
        return {"min": value.low, "max": value.high}
    return value.isoformat() if isinstance(value, date) else value


def as_interval(value: Value | None) -> Interval:
    """Return a number, an interval or nothing as an interval."""
    if isinstance(value, Interval):
        return value
    if isinstance(value, int | float):
        return Interval(low=value, high=value)
    return Interval()
