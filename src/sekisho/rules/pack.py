"""Packs of rules: the law of one place, or one body's own rules, as dated data with a source for each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sekisho.rules.amounts import Amount
from sekisho.rules.clocks import Clock
from sekisho.rules.expression import Expression
from sekisho.rules.words import Applies, Confidence, Effect, Facts, Outcome, Status, Text

__all__ = [
    "Desk",
    "Duty",
    "Element",
    "Expectation",
    "Pack",
    "Parameter",
    "Penalty",
    "Rule",
    "RuleTest",
    "Source",
    "binds",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a rule stands: the citation, how sure it is, and what was read.

    Attributes:
        seen: where and when it was read, in words.
        quote: the words of the text, if they were read.
        sha256: of the document that was read, hex.
    """

    cite: str
    status: Confidence
    seen: str = ""
    quote: str = ""
    sha256: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A number of the law by dates: (first day, value), in order."""

    unit: str
    values: tuple[tuple[date, float], ...]

    def on(self, day: date) -> float | None:
        """Return the value on a day, None before the first."""
        return next((value for start, value in reversed(self.values) if start <= day), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """One numbered legal element: a plain sentence, its condition and its place in the law."""

    id: str
    text: Text
    when: Expression
    written: str
    cite: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """What has to be done if the rule is met.

    Attributes:
        clock: by when; None: without delay, or as the text says.
        unless: under which condition `otherwise` takes its place.
    """

    id: str
    text: Text
    clock: Clock | None = None
    unless: Expression | None = None
    otherwise: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Penalty:
    """What a breach may cost, from a day on.

    Attributes:
        when: a further condition (an order was not followed); None: none.
        most: the statutory maximum; None: it is not money, or the law does not say.
        source: where it stands; the rule's source if the pack names no other.
    """

    id: str
    text: Text
    start: date
    end: date | None
    source: str
    unit: str = ""
    when: Expression | None = None
    most: Amount | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What a test within a pack expects; what is None is not looked at.

    Attributes:
        otherwise: the duties whose other text holds, by id.
        penalty_max: infinity where nothing bounds it ("endless" in the file).
    """

    outcome: Outcome
    needs: tuple[str, ...] | None = None
    due: Mapping[str, object] = field(default_factory=dict)
    penalty_min: float | None = None
    penalty_max: float | None = None
    otherwise: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTest:
    """One example within a pack: on a day, with these facts, this comes out."""

    name: str
    on: date
    facts: Facts
    expect: Expectation


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule of law: numbered elements that all have to be met, and what follows.

    Attributes:
        start, end: first and last day on which it is in force; no end: None.
        then: what follows, in a plain sentence.
        contested: why it is disputed whether it applies, or None.
        exception_to: id of the rule of the same pack that it takes the place of where it is met.
        line: of the file, for messages.
    """

    id: str
    title: Text
    applies: Applies
    effect: Effect
    status: Status
    start: date
    end: date | None
    source: str
    then: Text
    elements: tuple[Element, ...]
    duties: tuple[Duty, ...] = ()
    penalties: tuple[Penalty, ...] = ()
    tests: tuple[RuleTest, ...] = ()
    contested: Text | None = None
    exception_to: str = ""
    line: int = 0

    def in_force(self, day: date) -> bool:
        """Tell whether the rule is in force on a day; a bill, from the day that it names."""
        return self.start <= day and (self.end is None or day <= self.end)


def binds(rule: Rule) -> bool:
    """Tell whether a rule binds: it is law in force, not a bill, a proposal, guidance or a house's own."""
    return rule.status is Status.IN_FORCE


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Where a person turns to. Shown to guardians and children; it never speaks of penalties."""

    id: str
    name: Text
    about: Text
    contact: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """All rules of one place, or of one body.

    Attributes:
        jurisdiction: ISO 3166-1 or -2, `EU`, or `*` for house rules.
        parent: the jurisdiction whose rules apply too.
        law_as_of: the last day that the texts were looked at for.
        reviewed_by: lawyers who have read the pack; empty: every answer says "unreviewed".
        zone: name of the time zone in which its days are counted.
        digest: SHA-256 of the file, hex.
    """

    id: str
    title: Text
    jurisdiction: str
    parent: str
    law_as_of: date
    reviewed_by: tuple[str, ...]
    zone: str
    sources: Mapping[str, Source]
    parameters: Mapping[str, Parameter]
    rules: tuple[Rule, ...]
    desks: tuple[Desk, ...]
    digest: str

    def rule(self, rule_id: str) -> Rule | None:
        """Return a rule by its id."""
        return next((rule for rule in self.rules if rule.id == rule_id), None)

    def source(self, rule: Rule) -> Source:
        """Return where a rule stands."""
        return self.sources[rule.source]
