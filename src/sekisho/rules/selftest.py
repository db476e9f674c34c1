"""The tests within a pack: examples that a lawyer can read, run each time the pack is published.

for failure in failures(pack): print(failure)
"""

import math
from collections.abc import Iterator

from sekisho.rules.evaluate import Result, evaluate
from sekisho.rules.pack import Expectation, Pack, Rule, RuleTest

__all__ = ["failures"]


def _costs(result: Result) -> tuple[float, float]:
    """Return least and greatest maximum over all penalties that may apply; infinity: nothing bounds it."""
    low, high = 0.0, 0.0
    for cost in result.costs:
        if cost.applies is False or cost.most is None:
            continue
        low = max(low, (cost.most.low or 0) if cost.applies else 0)
        high = max(high, math.inf if cost.most.high is None else cost.most.high)
    return low, high


def _money(amount: float) -> str:
    return "endless" if math.isinf(amount) else f"{amount:g}"


def _wrong(expect: Expectation, result: Result) -> Iterator[str]:
    if result.outcome is not expect.outcome:
        yield f"the outcome is {result.outcome}, not {expect.outcome}"
        return
    if expect.needs is not None and tuple(sorted(result.needs)) != expect.needs:
        found = ", ".join(sorted(result.needs)) or "nothing"
        yield f"it needs {found}, not {', '.join(expect.needs) or 'nothing'}"
    dues = {due.duty.id: due for due in result.dues}
    for duty, moment in expect.due.items():
        at = None if duty not in dues else dues[duty].at
        if at != moment:
            yield f"{duty} is due {at}, not {moment}"
    low, high = _costs(result)
    if expect.penalty_min is not None and low != expect.penalty_min:
        yield f"the penalty is at least {low:g}, not {expect.penalty_min:g}"
    if expect.penalty_max is not None and high != expect.penalty_max:
        yield f"the penalty is at most {_money(high)}, not {_money(expect.penalty_max)}"
    others = tuple(sorted(due.duty.id for due in result.dues if due.otherwise))
    if expect.otherwise is not None and others != expect.otherwise:
        named = ", ".join(expect.otherwise) or "none"
        yield f"the other text holds for {', '.join(others) or 'no duty'}, not {named}"


def _failures(pack: Pack, rule: Rule, test: RuleTest) -> Iterator[str]:
    for wrong in _wrong(test.expect, evaluate(pack, rule, test.facts, test.on)):
        yield f"{pack.id}, line {rule.line}, rule {rule.id}, test {test.name!r}: {wrong}"


def failures(pack: Pack) -> tuple[str, ...]:
    """Return in words which tests of a pack do not come out as they say."""
    return tuple(line for rule in pack.rules for test in rule.tests for line in _failures(pack, rule, test))
