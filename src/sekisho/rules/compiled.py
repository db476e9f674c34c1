"""Rules as functions: the same three values as `kleene`, at the speed of a few comparisons.

A condition is our own tree of nodes when it comes here; it is turned into Python's own tree (`ast`) node by
node and compiled. No text of a pack is ever run: names are positions, literals are constants.
"""

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sekisho.rules.expression import (
    All,
    Comparison,
    Expression,
    Holds,
    Known,
    Member,
    Negation,
    Operator,
    Parameter,
    Some,
    facts_of,
)
from sekisho.rules.pack import Pack, Rule
from sekisho.rules.words import Facts, Interval, Truth, Value

__all__ = ["Compiled", "compile_rule", "facts_of_rule"]

_COMPARE: dict[Operator, type[ast.cmpop]] = {
    Operator.EQUAL: ast.Eq,
    Operator.UNEQUAL: ast.NotEq,
    Operator.LESS: ast.Lt,
    Operator.AT_MOST: ast.LtE,
    Operator.MORE: ast.Gt,
    Operator.AT_LEAST: ast.GtE,
}


@dataclass(frozen=True, slots=True)
class Compiled:
    """A rule on a day as a function of its facts' values.

    Attributes:
        facts: the names, in the order of the values.
        of_values: values in that order (None: unknown; numbers exact, no intervals) -> True, False or None.
    """

    facts: tuple[str, ...]
    of_values: Callable[[Sequence[Value | None]], Truth]

    def __call__(self, facts: Facts) -> Truth:
        """Return what the rule's own elements come to; exceptions of other rules are not looked at."""
        values = list(map(facts.get, self.facts))
        return self.of_values(list(map(_exact, values)) if Interval in map(type, values) else values)


def _exact(value: Value | None) -> Value | None:
    """Return a value that a compiled rule may compare.

    Raises:
        ValueError: a number that is known only within bounds; `kleene` knows what to say about it.
    """
    if isinstance(value, Interval):
        if value.low is None or not value.exact:
            raise ValueError("a compiled rule takes exact numbers, not what lies between bounds")
        return value.low
    return value


def facts_of_rule(rule: Rule) -> frozenset[str]:
    """Return the names of all facts that the elements of a rule ask for."""
    return frozenset().union(*(facts_of(element.when) for element in rule.elements))


def _constant(value: object) -> ast.expr:
    return ast.Constant(value)  # type: ignore[arg-type]


def _is(left: ast.expr, value: object) -> ast.expr:
    return ast.Compare(left, [ast.Is()], [_constant(value)])


class _Writer:
    """Turns nodes into Python's tree. `days` holds literals that Python has no constants for."""

    def __init__(self, places: Mapping[str, int], parameters: Mapping[str, float | None]) -> None:
        self.places = places
        self.parameters = parameters
        self.days: list[date] = []
        self.names = 0

    def value(self, fact: str) -> ast.expr:
        return ast.Subscript(ast.Name("v", ast.Load()), _constant(self.places[fact]), ast.Load())

    def fresh(self) -> str:
        self.names += 1
        return f"t{self.names}"

    def known(self, fact: str, then: ast.expr) -> ast.expr:
        """Return `None if v[i] is None else then`."""
        return ast.IfExp(_is(self.value(fact), None), _constant(None), then)

    def operand(self, operand: object) -> ast.expr:
        if isinstance(operand, date) and not isinstance(operand, datetime):
            self.days.append(operand)
            return ast.Subscript(ast.Name("days", ast.Load()), _constant(len(self.days) - 1), ast.Load())
        return _constant(operand)

    def compared(self, node: Comparison) -> ast.expr:
        operand = self.parameters[node.operand.name] if isinstance(node.operand, Parameter) else node.operand
        if operand is None:
            return _constant(None)
        test = ast.Compare(self.value(node.fact), [_COMPARE[node.operator]()], [self.operand(operand)])
        return self.known(node.fact, test)

    def joined(self, parts: Sequence[Expression], *, decisive: bool) -> ast.expr:
        """Return a chain that ends at the first part that decides, and else is unknown if any part was."""
        names = [self.fresh() for _ in parts]
        unknown: ast.expr = ast.BoolOp(ast.Or(), [_is(ast.Name(name, ast.Load()), None) for name in names])
        chain: ast.expr = ast.IfExp(unknown, _constant(None), _constant(not decisive))
        for name, part in reversed(list(zip(names, parts, strict=True))):
            assigned = ast.NamedExpr(ast.Name(name, ast.Store()), self.written(part))
            chain = ast.IfExp(_is(assigned, decisive), _constant(decisive), chain)
        return chain

    def written(self, node: Expression) -> ast.expr:  # noqa: PLR0911 - a case each
        match node:
            case Holds(fact):
                return self.value(fact)
            case Known(fact):
                return ast.Compare(self.value(fact), [ast.IsNot()], [_constant(None)])
            case Comparison():
                return self.compared(node)
            case Member(fact, words):
                listed = ast.Tuple([_constant(word) for word in words], ast.Load())
                return self.known(fact, ast.Compare(self.value(fact), [ast.In()], [listed]))
            case Negation(part):
                name = self.fresh()
                kept = ast.NamedExpr(ast.Name(name, ast.Store()), self.written(part))
                turned = ast.UnaryOp(ast.Not(), ast.Name(name, ast.Load()))
                return ast.IfExp(_is(kept, None), _constant(None), turned)
            case All(parts):
                return self.joined(parts, decisive=False)
            case Some(parts):
                return self.joined(parts, decisive=True)


def compile_rule(pack: Pack, rule: Rule, on: date) -> Compiled:
    """Return a rule's elements on a day as a function.

    Args:
        pack: where the rule stands.
        rule: one of its rules.
        on: the day that gives the parameters their values; whether the rule is in force is not looked at.
    """
    names = tuple(sorted(facts_of_rule(rule)))
    parameters = {name: parameter.on(on) for name, parameter in pack.parameters.items()}
    writer = _Writer({name: place for place, name in enumerate(names)}, parameters)
    whole = rule.elements[0].when if len(rule.elements) == 1 else All(tuple(e.when for e in rule.elements))
    body = writer.written(whole)
    arguments = ast.arguments([], [ast.arg("v"), ast.arg("days")], None, [], [], None, [_constant(None)])
    tree = ast.fix_missing_locations(ast.Expression(ast.Lambda(arguments, body)))
    run: Any = eval(compile(tree, f"<{rule.id}>", "eval"), {"__builtins__": {}})  # noqa: S307 - our own nodes
    if not writer.days:
        return Compiled(names, run)
    days = tuple(writer.days)
    return Compiled(names, lambda values: run(values, days))
