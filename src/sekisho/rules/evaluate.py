"""One rule and a set of facts on a day: what it comes to, what is missing, what is due, what it may cost.

Nothing is guessed. A fact that is not there is unknown, and an answer that depends on it is unknown and names
it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sekisho.rules.amounts import amount
from sekisho.rules.clocks import due
from sekisho.rules.kleene import truth
from sekisho.rules.pack import Duty, Element, Pack, Penalty, Rule, binds
from sekisho.rules.words import Facts, Interval, Outcome, Truth

__all__ = ["Cost", "Due", "ElementResult", "Result", "evaluate", "evaluate_pack"]

NOTHING: frozenset[str] = frozenset()
Parameters = Mapping[str, float | None]
"""Numbers of a pack on one day; None: it has none on that day."""
_OUTCOMES = {True: Outcome.YES, False: Outcome.NO, None: Outcome.UNKNOWN}


@dataclass(frozen=True, slots=True)
class ElementResult:
    """What one element comes to, and the facts that are missing for it."""

    element: Element
    met: Truth
    needs: frozenset[str]


@dataclass(frozen=True, slots=True)
class Due:
    """What has to be done, and until when.

    Attributes:
        at: aware UTC; None: without delay, or the start is not known (then `needs` names it).
        otherwise: the duty's other text holds (True), does not, or it is not known (None).
        needs: facts without which the term or the choice is open.
    """

    duty: Duty
    at: datetime | None
    otherwise: Truth
    needs: frozenset[str]


@dataclass(frozen=True, slots=True)
class Cost:
    """What a breach may cost at most: an interval, or None where it is not money.

    Attributes:
        applies: whether the further condition of the penalty is met.
        needs: facts that would narrow it.
    """

    penalty: Penalty
    applies: Truth
    most: Interval | None
    needs: frozenset[str]


@dataclass(frozen=True, slots=True)
class Result:
    """What one rule comes to, with its whole trace.

    Attributes:
        needs: the facts that would decide it; empty unless the outcome is unknown.
        displaced: the exception that takes its place, or that may.
    """

    pack: Pack
    rule: Rule
    on: date
    outcome: Outcome
    elements: tuple[ElementResult, ...]
    needs: frozenset[str]
    dues: tuple[Due, ...] = ()
    costs: tuple[Cost, ...] = ()
    displaced: Rule | None = None

    @property
    def binding(self) -> bool:
        """Tell whether it is law in force; of a bill or a proposal only "would" may be said."""
        return binds(self.rule)

    @property
    def touched(self) -> bool:
        """Tell whether at least one element is met: the facts have something to do with this rule."""
        return any(element.met for element in self.elements)

    @property
    def near(self) -> bool:
        """Tell whether facts are missing and more than half of the elements are met."""
        met = sum(1 for element in self.elements if element.met)
        return self.outcome is Outcome.UNKNOWN and 2 * met > len(self.elements)

    @property
    def contested(self) -> bool:
        """Tell whether it is disputed that the rule applies."""
        return self.rule.contested is not None


def _met(elements: tuple[ElementResult, ...]) -> tuple[Truth, frozenset[str]]:
    if any(element.met is False for element in elements):
        return False, NOTHING
    needs = NOTHING.union(*(element.needs for element in elements))
    return (None if any(element.met is None for element in elements) else True), needs


def _due(duty: Duty, facts: Facts, parameters: Parameters, zone: str) -> Due:
    otherwise, needs = (False, NOTHING) if duty.unless is None else truth(duty.unless, facts, parameters)
    at = None
    if duty.clock is not None:
        start = facts.get(duty.clock.start)
        if isinstance(start, datetime):
            at = due(duty.clock, start, zone)
        else:
            needs |= {duty.clock.start}
    return Due(duty, at, otherwise, needs)


def _cost(penalty: Penalty, facts: Facts, parameters: Parameters) -> Cost:
    applies, needs = (True, NOTHING) if penalty.when is None else truth(penalty.when, facts, parameters)
    if penalty.most is None:
        return Cost(penalty, applies, None, needs)
    most, missing = amount(penalty.most, facts, parameters)
    return Cost(penalty, applies, most, needs | missing)


def _applying(rule: Rule, on: date) -> tuple[Penalty, ...]:
    return tuple(p for p in rule.penalties if p.start <= on and (p.end is None or on <= p.end))


def _parameters(pack: Pack, on: date) -> Parameters:
    return {name: parameter.on(on) for name, parameter in pack.parameters.items()}


def _displaced(
    pack: Pack, rule: Rule, facts: Facts, on: date, parameters: Parameters
) -> tuple[Truth, frozenset[str], Rule | None]:
    """Return whether an exception takes the rule's place, what is missing for that, and which."""
    open_ones: list[tuple[frozenset[str], Rule]] = []
    for other in pack.rules:
        if other.exception_to != rule.id or not other.in_force(on) or (binds(rule) and not binds(other)):
            continue
        result = _evaluated(pack, other, facts, on, parameters)
        if result.outcome is Outcome.YES and other.contested is None:
            return True, NOTHING, other
        if result.outcome is not Outcome.NO:
            # An exception that is contested lifts nothing: somebody has to look.
            open_ones.append((result.needs, other))
    if open_ones:
        return None, NOTHING.union(*(needs for needs, _ in open_ones)), open_ones[0][1]
    return False, NOTHING, None


def evaluate(pack: Pack, rule: Rule, facts: Facts, on: date) -> Result:
    """Return what a rule of a pack comes to for some facts on a day.

    Args:
        pack: where the rule stands.
        rule: one of its rules.
        facts: dotted names and values, as `Vocabulary.flat` returns them.
        on: the day whose law is asked for.
    """
    return _evaluated(pack, rule, facts, on, _parameters(pack, on))


def _evaluated(pack: Pack, rule: Rule, facts: Facts, on: date, parameters: Parameters) -> Result:
    if not rule.in_force(on):
        return Result(pack, rule, on, Outcome.NOT_IN_FORCE, (), NOTHING)
    elements = tuple(ElementResult(e, *truth(e.when, facts, parameters)) for e in rule.elements)
    met, needs = _met(elements)
    displaced = None
    if met is not False:
        taken, missing, displaced = _displaced(pack, rule, facts, on, parameters)
        if taken:
            met, needs = False, NOTHING
        elif taken is None:
            met, needs = None, needs | missing
    if met is False:
        return Result(pack, rule, on, Outcome.NO, elements, NOTHING, displaced=displaced)
    dues = tuple(_due(duty, facts, parameters, pack.zone) for duty in rule.duties)
    costs = tuple(_cost(penalty, facts, parameters) for penalty in _applying(rule, on))
    return Result(pack, rule, on, _OUTCOMES[met], elements, needs, dues, costs, displaced)


def evaluate_pack(pack: Pack, facts: Facts, on: date) -> tuple[Result, ...]:
    """Return what all rules of a pack come to, in their order."""
    parameters = _parameters(pack, on)
    return tuple(_evaluated(pack, rule, facts, on, parameters) for rule in pack.rules)
