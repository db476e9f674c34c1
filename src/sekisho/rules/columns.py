"""Facts as columns of codes: each distinct set of facts is judged once, however many items share it.

Code 0 of a column is unknown. The codes of an item are one mixed-radix number; the numbers that occur are
counted and judged, and every item gets the number of its judgement.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from sekisho.errors import ConfigError
from sekisho.rules.expression import Comparison, Expression, Parameter, parts_of
from sekisho.rules.pack import Pack
from sekisho.rules.words import Facts, Interval, Value

__all__ = ["Column", "Judged", "bucketed", "coded", "judged", "thresholds"]

MAX_DENSE = 1 << 24
"""Combinations up to which a table of all of them is cheaper than sorting those that occur."""
MAX_CODES = 1 << 16
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Column:
    """One fact of all items.

    Attributes:
        codes: (n,) unsigned integers; 0 is unknown, k is `values[k - 1]`.
        values: what the codes stand for; a number may be an interval between two thresholds.
    """

    name: str
    codes: NDArray[np.unsignedinteger]
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Judged(Generic[T]):
    """Judgements of distinct fact sets, and which one each item has.

    Attributes:
        index: (n,) int32; the place in `results` of each item.
        results: one for each distinct set of facts, in order of first code.
        facts: the sets themselves, in the same order.
        counts: how many items have each.
    """

    index: NDArray[np.int32]
    results: tuple[T, ...]
    facts: tuple[Facts, ...]
    counts: NDArray[np.int64]


def _no_number(value: Value) -> bool:
    return isinstance(value, float) and math.isnan(value)


def coded(name: str, values: Sequence[Value | None]) -> Column:
    """Return a column of any values; equal values have one code.

    Raises:
        ConfigError: more than 65,535 different values: numbers are bucketed first.
    """
    known: dict[Value, int] = {}
    codes = np.fromiter(
        (
            0 if value is None or _no_number(value) else known.setdefault(value, len(known) + 1)
            for value in values
        ),
        np.uint32,
        len(values),
    )
    if len(known) >= MAX_CODES:
        raise ConfigError(
            f"{name} has {len(known)} different values", hint="bucket it at the packs' thresholds"
        )
    return Column(name, codes, tuple(known))


def _comparisons(expression: Expression) -> tuple[Comparison, ...]:
    return tuple(node for node in parts_of(expression) if isinstance(node, Comparison))


def thresholds(packs: Sequence[Pack], name: str, on: date) -> tuple[float, ...]:
    """Return the numbers that the packs compare a fact with on a day, in order."""
    found: set[float] = set()
    for pack in packs:
        whens = [element.when for rule in pack.rules for element in rule.elements]
        for node in (c for when in whens for c in _comparisons(when) if c.fact == name):
            operand = node.operand
            value = pack.parameters[operand.name].on(on) if isinstance(operand, Parameter) else operand
            if isinstance(value, int | float) and not isinstance(value, bool):
                found.add(float(value))
    return tuple(sorted(found))


def bucketed(name: str, values: NDArray[np.floating], cuts: Sequence[float]) -> Column:
    """Return a column of numbers as the intervals that the packs can tell apart.

    Args:
        name: of the fact.
        values: (n,) numbers; NaN is unknown.
        cuts: as `thresholds` returns them.
    """
    edges = np.asarray(cuts, np.float64)
    below, at_most = np.searchsorted(edges, values, "left"), np.searchsorted(edges, values, "right")
    codes = (below + at_most + 1).astype(np.uint16)
    codes[np.isnan(values)] = 0
    intervals: list[Value] = []
    for number in range(2 * len(cuts) + 1):
        place, exact = divmod(number, 2)
        if exact:
            intervals.append(Interval(low=cuts[place], high=cuts[place]))
        else:
            low = None if place == 0 else float(np.nextafter(cuts[place - 1], np.inf))
            high = None if place == len(cuts) else float(np.nextafter(cuts[place], -np.inf))
            intervals.append(Interval(low=low, high=high))
    return Column(name, codes, tuple(intervals))


def _numbers(columns: Sequence[Column], items: int) -> tuple[NDArray[np.int64], list[int]]:
    """Return one mixed-radix number for each item, and the radices."""
    radices = [len(column.values) + 1 for column in columns]
    if np.prod([float(radix) for radix in radices]) >= 2.0**62:
        raise ConfigError(
            "the facts have too many combinations", hint="leave out facts that no rule asks for"
        )
    numbers = np.zeros(items, np.int64)
    for column, radix in zip(columns, radices, strict=True):
        numbers *= radix
        numbers += column.codes
    return numbers, radices


def _facts(columns: Sequence[Column], radices: Sequence[int], number: int) -> Facts:
    found: dict[str, Value] = {}
    for column, radix in zip(reversed(columns), reversed(radices), strict=True):
        number, code = divmod(number, radix)
        if code:
            found[column.name] = column.values[code - 1]
    return found


def judged(columns: Sequence[Column], items: int, judge: Callable[[Facts], T]) -> Judged[T]:
    """Return what `judge` says about each distinct set of facts, and which one each item has.

    Args:
        columns: facts, all of one length.
        items: that length.
        judge: called once for each set that occurs.

    Raises:
        ConfigError: a column of another length, a code without a value, or too many combinations.
    """
    for column in columns:
        if len(column.codes) != items:
            raise ConfigError(f"the column {column.name} has {len(column.codes)} items, not {items}")
        if items and int(column.codes.max()) > len(column.values):
            raise ConfigError(f"the column {column.name} has codes that stand for nothing")
    numbers, radices = _numbers(columns, items)
    size = int(np.prod(radices)) if radices else 1
    if size <= MAX_DENSE:
        occurring = np.bincount(numbers, minlength=size)
        present = np.flatnonzero(occurring)
        table = np.zeros(size, np.int32)
        table[present] = np.arange(len(present), dtype=np.int32)
        index, counts = table[numbers], occurring[present]
    else:
        present, inverse, counts = np.unique(numbers, return_inverse=True, return_counts=True)
        index = inverse.astype(np.int32)
    facts = tuple(_facts(columns, radices, int(number)) for number in present)
    return Judged(index, tuple(judge(one) for one in facts), facts, counts)
