"""Amounts of money as intervals.

`max(15000000, 0.03 * operator.turnover_eur)` without a turnover is at least 15 million: no error, not zero.

`+`, `*`, `max(...)`, `min(...)`, numbers, facts that are numbers and parameters; nothing is negative.
"""

import ast
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sekisho.errors import ConfigError
from sekisho.rules.expression import dotted, parsed
from sekisho.rules.vocabulary import FactType, Vocabulary
from sekisho.rules.words import MOST, Facts, Interval, as_interval

__all__ = ["MOST", "Amount", "amount", "facts_of_amount", "parse_amount"]


@dataclass(frozen=True, slots=True)
class Amount:
    """A number, a fact, a parameter, or an operation on amounts (`+`, `*`, `max`, `min`)."""

    operation: str
    name: str = ""
    value: float = 0
    parts: tuple["Amount", ...] = ()


_OPERATIONS: dict[type[ast.operator], str] = {ast.Add: "+", ast.Mult: "*"}


def _read(node: ast.expr, vocabulary: Vocabulary, parameters: Collection[str]) -> Amount:
    match node:
        case ast.Constant(value=int() | float() as value) if (
            not isinstance(value, bool) and 0 <= value <= MOST
        ):
            return Amount("number", value=value)
        case ast.BinOp(left=left, op=operator, right=right) if type(operator) in _OPERATIONS:
            parts = tuple(_read(part, vocabulary, parameters) for part in (left, right))
            return Amount(_OPERATIONS[type(operator)], parts=parts)
        case ast.Call(func=ast.Name(id="max" | "min" as name), args=args, keywords=[]) if len(args) > 1:
            return Amount(name, parts=tuple(_read(part, vocabulary, parameters) for part in args))
        case ast.Attribute():
            fact = vocabulary.fact(dotted(node))
            if fact.type is not FactType.NUMBER:
                raise ConfigError(f"{fact.name} is a {fact.type}; amounts are made of numbers")
            return Amount("fact", name=fact.name)
        case ast.Name(id=name):
            if name not in parameters:
                raise ConfigError(f"{name!r} is no parameter of this pack", hint=f"write [param.{name}]")
            return Amount("parameter", name=name)
        case _:
            pass
    raise ConfigError(
        f"{ast.unparse(node)!r} is outside the grammar of amounts", hint="numbers, facts, + * max( ) min( )"
    )


def parse_amount(text: str, vocabulary: Vocabulary, parameters: Collection[str] = ()) -> Amount:
    """Read an amount.

    Raises:
        ConfigError: it is outside the grammar, or names an unknown fact or parameter.
    """
    return _read(parsed(text), vocabulary, parameters)


def facts_of_amount(expression: Amount) -> frozenset[str]:
    """Return the names of all facts in an amount."""
    own = frozenset({expression.name}) if expression.operation == "fact" else frozenset()
    return own.union(*(facts_of_amount(part) for part in expression.parts))


def _kept(value: Interval) -> Interval:
    """Return bounds that stay finite however often they are multiplied; above the most is no bound."""
    high = value.high if value.high is not None and value.high <= MOST else None
    return Interval(low=min(value.low or 0, MOST), high=high)


def _bounds(values: list[Interval], operation: str) -> Interval:
    lows = [value.low or 0 for value in values]
    highs = [value.high for value in values]
    known = [high for high in highs if high is not None]
    match operation:
        case "max":
            return Interval(low=max(lows), high=None if len(known) < len(highs) else max(known))
        case "min":
            return Interval(low=min(lows), high=min(known) if known else None)
        case "+":
            return Interval(low=sum(lows), high=None if len(known) < len(highs) else sum(known))
        case _:
            pass
    low = lows[0] * lows[1]
    if 0 in known:
        return Interval(low=low, high=0)
    return Interval(low=low, high=None if len(known) < len(highs) else known[0] * known[1])


def amount(
    expression: Amount, facts: Facts, parameters: Mapping[str, float | None]
) -> tuple[Interval, frozenset[str]]:
    """Return within which bounds an amount lies, and the facts that would narrow it.

    A bound of None is no bound. What is unknown lies between nothing and without end.
    """
    match expression.operation:
        case "number":
            return Interval(low=expression.value, high=expression.value), frozenset()
        case "parameter":
            value = parameters[expression.name]
            return as_interval(value), frozenset()
        case "fact":
            known = as_interval(facts.get(expression.name))
            high = None if known.high is None else max(known.high, 0)
            within = Interval(low=max(known.low or 0, 0), high=high)
            return within, frozenset() if within.exact else frozenset({expression.name})
        case _:
            pass
    parts = [amount(part, facts, parameters) for part in expression.parts]
    result = _kept(_bounds([value for value, _ in parts], expression.operation))
    missing = frozenset().union(*(needs for _, needs in parts))
    return result, frozenset() if result.exact else missing
