"""The facts that packs may ask for: one table for all jurisdictions, small on purpose (`facts.toml`).

A fact is true or false, a number (exact, or known to lie between bounds), a word of a closed set, a code of a
country or region, or a moment. A name that is not in the table is an error in a pack and in a fact file.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

import msgspec

from sekisho.errors import ConfigError
from sekisho.rules.document import check_year, hidden_in
from sekisho.rules.words import MOST, Facts, Interval, Text, Value

__all__ = ["Fact", "FactType", "Vocabulary", "read_vocabulary", "shipped_vocabulary"]

_BOUNDS = {"min", "max"}
MAX_WORD = 80


class FactType(StrEnum):
    """What a fact can be."""

    BOOL = "bool"
    NUMBER = "number"
    WORD = "word"
    """One of `values`; any short text where there are none (codes of places)."""
    MOMENT = "moment"
    """A date-time with an offset."""
    DAY = "day"


class Fact(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """One fact: its name, what it can be, the question that asks for it, and who answers.

    Attributes:
        weight: how grave it is to know it, for the order of questions.
        by: who supplies it: registry, audit, provenance, trace, operator, complainant, human, authority or
            case.
        reserved: only an authorised human or an authority may enter it; no program does.
    """

    name: str
    type: FactType
    ask: Text
    by: list[str]
    values: list[str] = []
    reserved: bool = False
    weight: int = 1

    def checked(self, value: Any) -> Value:  # noqa: ANN401 - anything that TOML can hold
        """Return a value as this fact has it.

        Raises:
            ConfigError: it is of another type, or not one of the words.
        """
        kind = self.type
        if kind is FactType.BOOL and isinstance(value, bool):
            return value
        if kind is FactType.NUMBER and isinstance(value, int | float) and not isinstance(value, bool):
            return self._number(value, value)
        if kind is FactType.NUMBER and isinstance(value, Interval):
            return self._number(value, *(bound for bound in (value.low, value.high) if bound is not None))
        if kind is FactType.WORD and isinstance(value, str) and 0 < len(value) <= MAX_WORD:
            return self._word(value)
        if kind is FactType.MOMENT and isinstance(value, datetime):
            if value.tzinfo is None:
                raise ConfigError(f"{self.name} needs an offset from UTC, as in 2026-01-05T23:30:00+09:00")
            check_year(value)
            return value.astimezone(UTC)
        if kind is FactType.DAY and isinstance(value, date) and not isinstance(value, datetime):
            check_year(value)
            return value
        raise ConfigError(f"{self.name} is a {kind}; {value!r} is none")

    def _number(self, value: Value, *bounds: float) -> Value:
        # NaN is neither below nor above anything: every comparison would say no where nothing is known.
        if not all(0 <= bound <= MOST for bound in bounds):
            raise ConfigError(f"{self.name} is a number from 0 to {MOST:g}, and can be compared")
        return value

    def _word(self, value: str) -> Value:
        if self.values and value not in self.values:
            raise ConfigError(
                f"{self.name} can not be {value!r}", hint=f"known are: {', '.join(self.values)}"
            )
        if hidden := hidden_in(value):
            raise ConfigError(f"{self.name} has the character {hidden}, which nobody can see")
        return value

    def literal(self, value: Any) -> bool | int | float | str | date:  # noqa: ANN401 - a constant of Python
        """Return a literal of an expression that stands beside this fact; days are words there."""
        if self.type is FactType.DAY and isinstance(value, str):
            try:
                return date.fromisoformat(value)
            except ValueError as error:
                raise ConfigError(f"{value!r} is not a day, as '2026-01-31'") from error
        if self.type is FactType.MOMENT:
            raise ConfigError(f"{self.name}: moments are not compared; give the day as a fact, or a clock")
        checked = self.checked(value)
        assert not isinstance(checked, Interval | datetime)  # noqa: S101 - literals are none
        return checked


class _Contradiction(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    never: str
    why: Text


class _File(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    fact: list[Fact]
    contradiction: list[_Contradiction] = []


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """All facts by name, and what can not be true together."""

    facts: Mapping[str, Fact]
    contradictions: tuple[tuple[str, Text], ...] = field(default=())

    def fact(self, name: str) -> Fact:
        """Return a fact.

        Raises:
            ConfigError: the name is not in the vocabulary.
        """
        if name not in self.facts:
            near = [n for n in self.facts if n.rpartition(".")[2] == name.rpartition(".")[2]]
            raise ConfigError(
                f"no fact is called {name[:MAX_WORD]!r}",
                hint=f"did you mean {near[0]}?" if near else "see the vocabulary: sekisho rules list --facts",
            )
        return self.facts[name]

    def from_plain(self, written: Mapping[str, Any]) -> Facts:
        """Return facts that were written as JSON, by their dotted names; see `words.plain`.

        Raises:
            ConfigError: an unknown name, or a value that is none of this fact.
        """
        found: dict[str, Value] = {}
        for name, value in written.items():
            fact = self.fact(name)
            try:
                found[name] = fact.checked(_read_plain(fact, value))
            except ValueError as error:
                raise ConfigError(f"{name} is a {fact.type}; {value!r} is none") from error
        return dict(sorted(found.items()))

    def flat(self, nested: Mapping[str, Any]) -> Facts:
        """Return the facts of nested tables by their dotted names.

        A number may be given as `{min = 13, max = 17}`, with both bounds or one.

        Raises:
            ConfigError: an unknown name, or a value of another type.
        """
        found: dict[str, Value] = {}
        waiting: list[tuple[str, Any]] = [("", nested)]
        while waiting:
            name, value = waiting.pop()
            if isinstance(value, Mapping) and name not in self.facts:
                waiting += [(f"{name}.{key}" if name else key, inner) for key, inner in value.items()]
                continue
            fact = self.fact(name)
            if name in found:
                raise ConfigError(f"{name} is there twice, and nobody can say which of them counts")
            found[name] = fact.checked(_interval(fact, value) if isinstance(value, Mapping) else value)
        return dict(sorted(found.items()))


def _read_plain(fact: Fact, value: Any) -> Any:  # noqa: ANN401 - anything that JSON can hold
    match fact.type, value:
        case FactType.MOMENT, str():
            return datetime.fromisoformat(value)
        case FactType.DAY, str():
            return date.fromisoformat(value)
        case FactType.NUMBER, dict():
            bounds = {name: bound for name, bound in value.items() if bound is not None}
            return _interval(fact, bounds)
        case _:
            return value


def _interval(fact: Fact, bounds: Mapping[str, Any]) -> Interval:
    if fact.type is not FactType.NUMBER or not bounds or not set(bounds) <= _BOUNDS:
        raise ConfigError(f"{fact.name} is a {fact.type}; {dict(bounds)!r} is none")
    low, high = bounds.get("min"), bounds.get("max")
    if low is None and high is None:
        raise ConfigError(f"{fact.name} has no bound: what is not known is left out")
    for bound in (low, high):
        if bound is not None:
            fact.checked(bound)
    try:
        return Interval(low=low, high=high)
    except ValueError as error:
        raise ConfigError(f"{fact.name}: {error}") from error


def read_vocabulary(text: str, where: str = "facts.toml") -> Vocabulary:
    """Read a table of facts.

    Raises:
        ConfigError: it is not TOML, has an unknown key, or a name twice.
    """
    try:
        file = msgspec.convert(tomllib.loads(text), _File)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ConfigError(f"{where}: {error}") from error
    facts: dict[str, Fact] = {}
    for fact in file.fact:
        if fact.name in facts or "." not in fact.name:
            raise ConfigError(f"{where}: {fact.name!r} is there twice, or has no dot")
        facts[fact.name] = fact
    return Vocabulary(facts=facts, contradictions=tuple((c.never, c.why) for c in file.contradiction))


@cache
def shipped_vocabulary() -> Vocabulary:
    """Return the vocabulary of this version."""
    return read_vocabulary(
        resources.files("sekisho.rules").joinpath("facts.toml").read_text(encoding="utf-8")
    )
