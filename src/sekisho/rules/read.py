"""A pack's file (TOML, `sekisho.rulepack/1`) read into a `Pack`; every error names file, rule and line.

Nothing in a pack can run code: conditions and amounts are read into our own nodes (`expression`, `amounts`).
"""

import hashlib
import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

import msgspec

from sekisho.errors import ConfigError
from sekisho.rules.amounts import MOST, parse_amount
from sekisho.rules.clocks import Clock, check_clock, check_zone
from sekisho.rules.document import document
from sekisho.rules.expression import Expression, parameters_of, parse_expression
from sekisho.rules.pack import (
    Desk,
    Duty,
    Element,
    Expectation,
    Pack,
    Parameter,
    Penalty,
    Rule,
    RuleTest,
    Source,
)
from sekisho.rules.vocabulary import FactType, Vocabulary, shipped_vocabulary
from sekisho.rules.words import Applies, Confidence, Effect, Outcome, Status, Text

__all__ = ["FORMAT", "MAX_PACK", "read_pack"]

FORMAT = "sekisho.rulepack/1"
MAX_PACK = 1 << 20
"""Bytes of a pack; the largest shipped one has about a tenth."""
MAX_RULES = 500
MAX_ELEMENTS = 20
MAX_TESTS = 200
MAX_EXCEPTIONS = 8
"""Exceptions to exceptions; the law has two or three."""

Id = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}\Z")]
_DATES = {"start": "from", "end": "to"}
Words = Annotated[str, msgspec.Meta(pattern=r"\S", max_length=2000)]


class _Source(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    cite: Words
    status: Confidence
    seen: str = ""
    quote: str = ""
    sha256: Annotated[str, msgspec.Meta(pattern=r"^([0-9a-f]{64})?\Z")] = ""


class _Value(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True, rename=_DATES):
    start: date
    value: Annotated[float, msgspec.Meta(ge=0, le=MOST)]
    source: str = ""


class _Param(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    unit: Words
    values: Annotated[list[_Value], msgspec.Meta(min_length=1)]


class _Element(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    id: Id
    text: Text
    when: Words
    cite: Words


class _Duty(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    id: Id
    text: Text
    clock: Clock | None = None
    unless: str = ""
    otherwise: Text | None = None


class _Amount(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    max: Words
    unit: Words


class _Penalty(
    msgspec.Struct,
    forbid_unknown_fields=True,
    frozen=True,
    kw_only=True,
    rename={"start": "from", "end": "to"},
):
    id: Id
    text: Text
    start: date | None = None
    end: date | None = None
    source: str = ""
    when: str = ""
    amount: _Amount | None = None


class _Expect(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    outcome: Outcome
    needs: list[str] | None = None
    due: dict[str, Any] = {}
    penalty_min: float | None = None
    penalty_max: float | Literal["endless"] | None = None
    otherwise: list[str] | None = None


class _Test(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    name: Words
    on: date
    facts: dict[str, Any]
    expect: _Expect


class _Rule(
    msgspec.Struct,
    forbid_unknown_fields=True,
    frozen=True,
    kw_only=True,
    rename={"start": "from", "end": "to"},
):
    id: Id
    title: Text
    applies: Applies
    effect: Effect
    start: date
    source: str
    then: Text
    element: Annotated[list[_Element], msgspec.Meta(min_length=1, max_length=MAX_ELEMENTS)]
    status: Status = Status.IN_FORCE
    end: date | None = None
    duty: list[_Duty] = []
    penalty: list[_Penalty] = []
    test: Annotated[list[_Test], msgspec.Meta(max_length=MAX_TESTS)] = []
    contested: Text | None = None
    exception_to: str = ""


class _Desk(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    id: Id
    name: Text
    about: Text
    contact: str


class _Head(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    id: Id
    title: Text
    jurisdiction: Annotated[str, msgspec.Meta(pattern=r"^(\*|[A-Z]{2}(-[A-Z0-9]{1,3})?)\Z")]
    law_as_of: date
    reviewed_by: list[Words]
    tz: str
    parent: str = ""


class _File(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    format: str
    pack: _Head
    source: dict[str, _Source]
    rule: Annotated[list[_Rule], msgspec.Meta(min_length=1, max_length=MAX_RULES)]
    param: dict[str, _Param] = {}
    desk: list[_Desk] = []


class _Lines:
    """Where the rules of a file begin, for messages."""

    def __init__(self, text: str) -> None:
        self._lines = text.splitlines()
        self._starts = [n for n, line in enumerate(self._lines, 1) if line.strip().startswith("[[rule]]")]

    def of_rule(self, number: int) -> int:
        """Return the line on which the rule with this number (from 0) begins, 0 if it is not found."""
        return self._starts[number] if number < len(self._starts) else 0

    def of(self, words: str, start: int) -> int:
        """Return the first line from `start` on that has these words, else `start`."""
        within = enumerate(self._lines[max(start - 1, 0) :], max(start, 1))
        return next((n for n, line in within if words and words in line), start)


@contextmanager
def _at(where: str, rule: str, line: int | Callable[[], int]) -> Iterator[None]:
    """Name the place in what is raised; a line that has to be looked for is looked for only then."""
    try:
        yield
    except ConfigError as error:
        line = line if isinstance(line, int) else line()
        raise ConfigError(f"{where}, line {line}, rule {rule}: {error}", hint=error.hint) from error


class _Reader:
    def __init__(self, file: _File, text: str, where: str, vocabulary: Vocabulary) -> None:
        self.file = file
        self.lines = _Lines(text)
        self.where = where
        self.vocabulary = vocabulary
        self.parameters = self.read_parameters()

    def read_parameters(self) -> Mapping[str, Parameter]:
        found = {}
        for name, param in self.file.param.items():
            days = [value.start for value in param.values]
            if days != sorted(set(days)):
                line = self.lines.of(f"[param.{name}]", 0)
                raise ConfigError(f"{self.where}, line {line}: the dates of [param.{name}] are not in order")
            for value in param.values:
                if value.source and value.source not in self.file.source:
                    raise ConfigError(f"{self.where}: [param.{name}] names no source {value.source!r}")
            found[name] = Parameter(unit=param.unit, values=tuple((v.start, v.value) for v in param.values))
        return found

    def expression(self, text: str, rule: _Rule, line: int) -> Expression:
        with _at(self.where, rule.id, lambda: self.lines.of(text, line)):
            expression = parse_expression(text, self.vocabulary, self.parameters)
            for name in parameters_of(expression):
                if self.parameters[name].on(rule.start) is None:
                    raise ConfigError(
                        f"[param.{name}] has no value on {rule.start}, when the rule begins",
                        hint="a parameter needs a value for every day on which a rule with it is in force",
                    )
            return expression

    def elements(self, rule: _Rule, line: int) -> tuple[Element, ...]:
        if len({e.id for e in rule.element}) < len(rule.element):
            raise ConfigError(f"{self.where}, line {line}, rule {rule.id}: an element's id is there twice")
        return tuple(
            Element(
                id=e.id, text=e.text, when=self.expression(e.when, rule, line), written=e.when, cite=e.cite
            )
            for e in rule.element
        )

    def duty(self, duty: _Duty, rule: _Rule, line: int) -> Duty:
        with _at(self.where, rule.id, lambda: self.lines.of(duty.id, line)):
            if bool(duty.unless) != (duty.otherwise is not None):
                raise ConfigError(f"duty {duty.id}: 'unless' and 'otherwise' go together")
            if duty.clock is not None:
                check_clock(duty.clock, self.file.pack.tz)
                if self.vocabulary.fact(duty.clock.start).type is not FactType.MOMENT:
                    raise ConfigError(f"duty {duty.id}: {duty.clock.start} is no moment")
        unless = self.expression(duty.unless, rule, line) if duty.unless else None
        return Duty(id=duty.id, text=duty.text, clock=duty.clock, unless=unless, otherwise=duty.otherwise)

    def penalty(self, penalty: _Penalty, rule: _Rule, line: int) -> Penalty:
        with _at(self.where, rule.id, lambda: self.lines.of(penalty.id, line)):
            if penalty.source and penalty.source not in self.file.source:
                raise ConfigError(f"no source is called {penalty.source!r}")
            most = None
            if penalty.amount is not None:
                most = parse_amount(penalty.amount.max, self.vocabulary, self.parameters)
        return Penalty(
            id=penalty.id,
            text=penalty.text,
            start=penalty.start or rule.start,
            end=penalty.end,
            source=penalty.source or rule.source,
            unit="" if penalty.amount is None else penalty.amount.unit,
            when=self.expression(penalty.when, rule, line) if penalty.when else None,
            most=most,
        )

    def test(self, test: _Test, rule: _Rule, line: int) -> RuleTest:
        with _at(self.where, rule.id, lambda: self.lines.of(test.name, line)):
            facts = self.vocabulary.flat(test.facts)
            for name in test.expect.needs or ():
                self.vocabulary.fact(name)
            duties = {duty.id for duty in rule.duty}
            for duty in (*test.expect.due, *(test.expect.otherwise or ())):
                if duty not in duties:
                    raise ConfigError(f"test {test.name!r}: the rule has no duty {duty!r}")
        expect = Expectation(
            outcome=test.expect.outcome,
            needs=None if test.expect.needs is None else tuple(sorted(test.expect.needs)),
            due={
                duty: moment.astimezone(UTC) if isinstance(moment, datetime) else moment
                for duty, moment in test.expect.due.items()
            },
            penalty_min=test.expect.penalty_min,
            penalty_max=math.inf if test.expect.penalty_max == "endless" else test.expect.penalty_max,
            otherwise=None if test.expect.otherwise is None else tuple(sorted(test.expect.otherwise)),
        )
        return RuleTest(name=test.name, on=test.on, facts=facts, expect=expect)

    def rule(self, number: int, rule: _Rule) -> Rule:
        line = self.lines.of_rule(number)
        with _at(self.where, rule.id, line):
            if rule.source not in self.file.source:
                raise ConfigError(
                    f"no source is called {rule.source!r}", hint=f"write [source.{rule.source}]"
                )
            if self.file.pack.jurisdiction == "*" and rule.status is Status.IN_FORCE:
                raise ConfigError("no law is in force everywhere", hint='status = "house" or "soft_law"')
            if rule.end is not None and rule.end < rule.start:
                raise ConfigError(f"it ends ({rule.end}) before it begins ({rule.start})")
            for what, parts in (("duty", rule.duty), ("penalty", rule.penalty)):
                if len({part.id for part in parts}) < len(parts):
                    raise ConfigError(f"the id of a {what} is there twice")
        return Rule(
            id=rule.id,
            title=rule.title,
            applies=rule.applies,
            effect=rule.effect,
            status=rule.status,
            start=rule.start,
            end=rule.end,
            source=rule.source,
            then=rule.then,
            elements=self.elements(rule, line),
            duties=tuple(self.duty(duty, rule, line) for duty in rule.duty),
            penalties=tuple(self.penalty(penalty, rule, line) for penalty in rule.penalty),
            tests=tuple(self.test(test, rule, line) for test in rule.test),
            contested=rule.contested,
            exception_to=rule.exception_to,
            line=line,
        )

    def check_exceptions(self, rules: tuple[Rule, ...]) -> None:
        """Raise for an id that is there twice, an exception to nothing, and exceptions in a circle."""
        known = {rule.id: rule for rule in rules}
        for rule in rules:
            with _at(self.where, rule.id, rule.line):
                if known[rule.id] is not rule:
                    raise ConfigError("this id is there twice", hint="ids are unique over all packs")
                seen, base = {rule.id}, rule.exception_to
                while base:
                    if base not in known or base in seen:
                        what = "a circle of exceptions" if base in seen else f"no rule {base!r} in this pack"
                        raise ConfigError(f"exception_to: {what}")
                    seen.add(base)
                    if len(seen) > MAX_EXCEPTIONS:
                        raise ConfigError(f"more than {MAX_EXCEPTIONS} exceptions, each to the one before")
                    base = known[base].exception_to

    def pack(self, digest: str) -> Pack:
        head = self.file.pack
        try:
            check_zone(head.tz)
        except ConfigError as error:
            raise ConfigError(f"{self.where}: {error}", hint=error.hint) from error
        rules = tuple(self.rule(number, rule) for number, rule in enumerate(self.file.rule))
        self.check_exceptions(rules)
        return Pack(
            id=head.id,
            title=head.title,
            jurisdiction=head.jurisdiction,
            parent=head.parent,
            law_as_of=head.law_as_of,
            reviewed_by=tuple(head.reviewed_by),
            zone=head.tz,
            sources={
                name: Source(cite=s.cite, status=s.status, seen=s.seen, quote=s.quote, sha256=s.sha256)
                for name, s in self.file.source.items()
            },
            parameters=self.parameters,
            rules=rules,
            desks=tuple(Desk(id=d.id, name=d.name, about=d.about, contact=d.contact) for d in self.file.desk),
            digest=digest,
        )


def _file(text: str, where: str) -> _File:
    found = document(text, where)
    try:
        file = msgspec.convert(found, _File)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{where}: {_placed(str(error), text, found)}") from error
    if file.format != FORMAT:
        raise ConfigError(f"{where}: the format is {file.format!r}, not {FORMAT!r}")
    return file


def _placed(message: str, text: str, found: Mapping[str, Any]) -> str:
    """Add rule and line to a message that says `$.rule[3]...`."""
    _, named, rest = message.partition("$.rule[")
    if not named or not rest.partition("]")[0].isdigit():
        return message
    number = int(rest.partition("]")[0])
    rule = found["rule"][number]
    name = rule.get("id", "?") if isinstance(rule, Mapping) else "?"
    return f"line {_Lines(text).of_rule(number)}, rule {name}: {message}"


def read_pack(data: bytes, where: str, vocabulary: Vocabulary | None = None) -> Pack:
    """Read a pack.

    Args:
        data: the file's bytes, UTF-8.
        where: the file's name, for messages.
        vocabulary: default: this version's.

    Raises:
        ConfigError: too large, not TOML, an unknown key, fact or parameter, a missing citation or date, an
            expression outside the grammar, an id twice; it names file, line and rule.
    """
    if len(data) > MAX_PACK:
        raise ConfigError(f"{where} has {len(data)} bytes; a pack has at most {MAX_PACK}")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ConfigError(f"{where} is not UTF-8: {error}") from error
    known = shipped_vocabulary() if vocabulary is None else vocabulary
    return _Reader(_file(text, where), text, where, known).pack(hashlib.sha256(data).hexdigest())
