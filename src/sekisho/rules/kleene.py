"""The reference evaluator: three-valued logic that also says which facts are missing.

Kleene's strong logic: `and` is no if any part is no, else unknown if any is unknown; `or` is its dual. A part
that decides hides what the others lack, so that nobody is asked for what does not matter.
"""

import operator as ops
from collections.abc import Callable, Mapping, Sequence
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
)
from sekisho.rules.words import Facts, Interval, Truth

__all__ = ["compare", "truth"]

NOTHING: frozenset[str] = frozenset()
Judged = tuple[Truth, frozenset[str]]
"""A truth value, and the facts that are missing if it is unknown."""

_EXACT: dict[Operator, Callable[[Any, Any], bool]] = {
    Operator.EQUAL: ops.eq,
    Operator.UNEQUAL: ops.ne,
    Operator.LESS: ops.lt,
    Operator.AT_MOST: ops.le,
    Operator.MORE: ops.gt,
    Operator.AT_LEAST: ops.ge,
}


def _less(value: Interval, bound: float, *, strictly: bool) -> Truth:
    """Tell whether a number within bounds is less than (or at most) another."""
    if value.high is not None and (value.high < bound or (not strictly and value.high == bound)):
        return True
    if value.low is not None and (value.low > bound or (strictly and value.low == bound)):
        return False
    return None


def _not(value: Truth) -> Truth:
    return None if value is None else not value


def _equal(value: Interval, bound: float) -> Truth:
    if value.exact:
        return value.low == bound
    outside = (value.low is not None and value.low > bound) or (value.high is not None and value.high < bound)
    return False if outside else None


def compare(value: Any, operator: Operator, operand: Any) -> Truth:  # noqa: ANN401, PLR0911 - a case each
    """Compare a known value, which may be an interval, with a literal."""
    if not isinstance(value, Interval):
        if isinstance(value, datetime) != isinstance(operand, datetime) and isinstance(operand, date):
            return None
        return _EXACT[operator](value, operand)
    match operator:
        case Operator.LESS:
            return _less(value, operand, strictly=True)
        case Operator.AT_MOST:
            return _less(value, operand, strictly=False)
        case Operator.MORE:
            return _not(_less(value, operand, strictly=False))
        case Operator.AT_LEAST:
            return _not(_less(value, operand, strictly=True))
        case Operator.EQUAL:
            return _equal(value, operand)
        case Operator.UNEQUAL:
            return _not(_equal(value, operand))


def _compared(node: Comparison, facts: Facts, parameters: Mapping[str, float | None]) -> Judged:
    operand = parameters[node.operand.name] if isinstance(node.operand, Parameter) else node.operand
    if operand is None or node.fact not in facts:
        return None, frozenset({node.fact}) if node.fact not in facts else NOTHING
    result = compare(facts[node.fact], node.operator, operand)
    return result, frozenset({node.fact}) if result is None else NOTHING


def _joined(parts: Sequence[Judged], *, decisive: bool) -> Judged:
    needs: frozenset[str] = NOTHING
    unknown = False
    for value, missing in parts:
        if value is decisive:
            return decisive, NOTHING
        if value is None:
            unknown, needs = True, needs | missing
    return (None, needs) if unknown else (not decisive, NOTHING)


def truth(  # noqa: PLR0911 - a case each
    expression: Expression, facts: Facts, parameters: Mapping[str, float | None]
) -> Judged:
    """Return what an expression comes to, and which facts are missing if that is unknown.

    Args:
        expression: as `parse_expression` returns it.
        facts: what is known.
        parameters: value of each parameter on the day; None where it has none on that day.
    """
    match expression:
        case Holds(name):
            value = facts.get(name)
            return (None, frozenset({name})) if value is None else (bool(value), NOTHING)
        case Known(name):
            return name in facts, NOTHING
        case Comparison():
            return _compared(expression, facts, parameters)
        case Member(name, words):
            return (None, frozenset({name})) if name not in facts else (facts[name] in words, NOTHING)
        case Negation(part):
            value, needs = truth(part, facts, parameters)
            return _not(value), needs
        case All(parts):
            return _joined([truth(part, facts, parameters) for part in parts], decisive=False)
        case Some(parts):
            return _joined([truth(part, facts, parameters) for part in parts], decisive=True)
