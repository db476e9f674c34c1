"""Conditions of legal elements: a small part of Python's grammar, read into our own nodes and never run.

    subject.real and subject.age < 18 and subject.prefecture == 'JP-31'
    act.kind in ['create', 'produce', 'provide']        notice.received_at is known

`and`, `or`, `not`, one comparison, `in` a list, `is known`. A name with a dot is a fact of the vocabulary, a
name without one a dated parameter of the pack. There are no calls, no loops, no arithmetic, no indexing: what
is not named here is an error where the pack is read.
"""

import ast
import warnings
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sekisho.errors import ConfigError
from sekisho.rules.vocabulary import Fact, FactType, Vocabulary

__all__ = [
    "All",
    "Comparison",
    "Expression",
    "Holds",
    "Known",
    "Member",
    "Negation",
    "Operator",
    "Parameter",
    "Some",
    "facts_of",
    "parameters_of",
    "parse_expression",
    "parts_of",
    "words_of",
]

MAX_LENGTH = 600
MAX_NODES = 120


class Operator(StrEnum):
    """The comparisons."""

    EQUAL = "=="
    UNEQUAL = "!="
    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="


@dataclass(frozen=True, slots=True)
class Parameter:
    """A dated number of the pack."""

    name: str


@dataclass(frozen=True, slots=True)
class Holds:
    """A yes-or-no fact."""

    fact: str


@dataclass(frozen=True, slots=True)
class Known:
    """Whether anything is known about a fact; never unknown itself."""

    fact: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """A fact beside a literal or a parameter."""

    fact: str
    operator: Operator
    operand: Parameter | bool | int | float | str | date


@dataclass(frozen=True, slots=True)
class Member:
    """A fact that is one of several words."""

    fact: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Negation:
    """The contrary; of unknown: unknown."""

    part: "Expression"


@dataclass(frozen=True, slots=True)
class All:
    """Every part: one that is not met decides."""

    parts: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Some:
    """At least one part: one that is met decides."""

    parts: tuple["Expression", ...]


Expression = Holds | Known | Comparison | Member | Negation | All | Some

_OPERATORS: dict[type[ast.cmpop], Operator] = {
    ast.Eq: Operator.EQUAL,
    ast.NotEq: Operator.UNEQUAL,
    ast.Lt: Operator.LESS,
    ast.LtE: Operator.AT_MOST,
    ast.Gt: Operator.MORE,
    ast.GtE: Operator.AT_LEAST,
}
_EQUALITY = (Operator.EQUAL, Operator.UNEQUAL)


def dotted(node: ast.expr) -> str:
    """Return `a.b.c` of a chain of names, "" for anything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""


def parsed(text: str) -> ast.expr:
    """Return Python's tree of a short expression.

    Raises:
        ConfigError: too long, too deep, or not an expression.
    """
    if len(text) > MAX_LENGTH:
        raise ConfigError(f"an expression has at most {MAX_LENGTH} characters, not {len(text)}")
    if not text.isascii():
        # Python takes letters that look alike for one another (NFKC); a reader must see what is meant.
        raise ConfigError(f"{text!r} has letters that are not ASCII", hint="facts and words are ASCII")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # what Python only warns of (`1or 2`) is no expression here
            tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ConfigError(f"{text!r} is not an expression: {error}") from error
    if sum(1 for _ in ast.walk(tree)) > 4 * MAX_NODES:
        raise ConfigError(f"an expression has at most {MAX_NODES} parts; cut it into elements")
    return tree


class _Reader:
    def __init__(self, vocabulary: Vocabulary, parameters: Collection[str]) -> None:
        self.vocabulary = vocabulary
        self.parameters = parameters

    def fact(self, node: ast.expr) -> Fact:
        name = dotted(node)
        if "." not in name:
            raise ConfigError(f"{ast.unparse(node)!r} is not a fact", hint="facts have a dot: subject.age")
        return self.vocabulary.fact(name)

    def read(self, node: ast.expr) -> Expression:
        match node:
            case ast.BoolOp(op=ast.And(), values=values):
                return All(tuple(self.read(v) for v in values))
            case ast.BoolOp(op=ast.Or(), values=values):
                return Some(tuple(self.read(v) for v in values))
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return Negation(self.read(operand))
            case ast.Compare(left=left, ops=[operator], comparators=[right]):
                return self.compared(left, operator, right)
            case ast.Attribute():
                return self.held(node)
            case _:
                pass
        raise ConfigError(
            f"{ast.unparse(node)!r} is outside the grammar",
            hint="and, or, not, one comparison, in [...], 'is known', facts with a dot",
        )

    def held(self, node: ast.expr) -> Holds:
        fact = self.fact(node)
        if fact.type is not FactType.BOOL:
            raise ConfigError(
                f"{fact.name} is a {fact.type}, not a yes or no", hint="compare it with something"
            )
        return Holds(fact.name)

    def compared(self, left: ast.expr, operator: ast.cmpop, right: ast.expr) -> Expression:
        fact = self.fact(left)
        if isinstance(operator, ast.Is):
            if dotted(right) != "known":
                raise ConfigError("'is' is only for 'is known'")
            return Known(fact.name)
        if isinstance(operator, ast.In):
            return self.member(fact, right)
        if type(operator) not in _OPERATORS:
            raise ConfigError(f"{ast.unparse(right)!r}: this comparison is outside the grammar")
        return self.comparison(fact, _OPERATORS[type(operator)], right)

    def member(self, fact: Fact, right: ast.expr) -> Member:
        if not isinstance(right, ast.List) or not right.elts:
            raise ConfigError(f"{fact.name} in ...: a list of words is needed, as ['a', 'b']")
        words = [e.value for e in right.elts if isinstance(e, ast.Constant) and isinstance(e.value, str)]
        if len(words) != len(right.elts) or fact.type is not FactType.WORD:
            raise ConfigError(f"{fact.name} in {ast.unparse(right)}: only words can be listed")
        return Member(fact.name, tuple(str(fact.checked(w)) for w in words))

    def comparison(self, fact: Fact, operator: Operator, right: ast.expr) -> Comparison:
        if fact.type in {FactType.WORD, FactType.BOOL} and operator not in _EQUALITY:
            raise ConfigError(f"{fact.name} has no order: only == and != are for a {fact.type}")
        if isinstance(right, ast.Name):
            if right.id not in self.parameters:
                raise ConfigError(
                    f"{right.id!r} is no parameter of this pack", hint=f"write [param.{right.id}]"
                )
            if fact.type is not FactType.NUMBER:
                raise ConfigError(f"{fact.name} is a {fact.type}; parameters are numbers")
            return Comparison(fact.name, operator, Parameter(right.id))
        if not isinstance(right, ast.Constant):
            raise ConfigError(
                f"{ast.unparse(right)!r} is outside the grammar: a literal or a parameter is needed"
            )
        return Comparison(fact.name, operator, fact.literal(right.value))


def parse_expression(text: str, vocabulary: Vocabulary, parameters: Collection[str] = ()) -> Expression:
    """Read a condition.

    Raises:
        ConfigError: it is outside the grammar, names an unknown fact or parameter, or compares what has no
            order.
    """
    return _Reader(vocabulary, parameters).read(parsed(text))


def parts_of(expression: Expression) -> Iterator[Expression]:
    """Return an expression and all that it is made of."""
    yield expression
    match expression:
        case All(parts) | Some(parts):
            for part in parts:
                yield from parts_of(part)
        case Negation(part):
            yield from parts_of(part)
        case _:
            pass


def facts_of(expression: Expression) -> frozenset[str]:
    """Return the names of all facts in an expression."""
    return frozenset(
        node.fact for node in parts_of(expression) if isinstance(node, Holds | Known | Comparison | Member)
    )


def words_of(expression: Expression, fact: str) -> frozenset[str]:
    """Return the words that a fact is compared with in an expression."""
    found: set[str] = set()
    for node in parts_of(expression):
        if isinstance(node, Member) and node.fact == fact:
            found.update(node.words)
        elif isinstance(node, Comparison) and node.fact == fact and isinstance(node.operand, str):
            found.add(node.operand)
    return frozenset(found)


def parameters_of(expression: Expression) -> frozenset[str]:
    """Return the names of all parameters in an expression."""
    return frozenset(
        node.operand.name
        for node in parts_of(expression)
        if isinstance(node, Comparison) and isinstance(node.operand, Parameter)
    )
