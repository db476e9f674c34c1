"""Do the tests of a pack notice a wrong rule? Each rule is made wrong in many small ways; a test has to fail.

Comparisons are turned round and moved by one step, parts and elements are left out, `and` becomes `or`, `not`
is dropped. A wrong rule that passes all its tests is a survivor: an example is missing in the pack.
"""

from collections.abc import Iterator
from dataclasses import replace

from sekisho.rules.expression import All, Comparison, Expression, Member, Negation, Operator, Some
from sekisho.rules.pack import Pack, Rule
from sekisho.rules.selftest import failures

__all__ = ["mutants", "survivors"]

_OTHER: dict[Operator, tuple[Operator, ...]] = {
    Operator.EQUAL: (Operator.UNEQUAL,),
    Operator.UNEQUAL: (Operator.EQUAL,),
    Operator.LESS: (Operator.AT_LEAST, Operator.AT_MOST),
    Operator.AT_MOST: (Operator.MORE, Operator.LESS),
    Operator.MORE: (Operator.AT_MOST, Operator.AT_LEAST),
    Operator.AT_LEAST: (Operator.LESS, Operator.MORE),
}


def _changed(expression: Expression) -> Iterator[tuple[str, Expression]]:
    match expression:
        case Comparison(fact, operator, operand):
            for near in _OTHER[operator]:
                yield f"{fact} {operator} becomes {near}", Comparison(fact, near, operand)
        case Member(fact, words):
            yield f"{fact} in becomes not in", Negation(Member(fact, words))
        case Negation(part):
            yield "a 'not' is dropped", part
            yield from ((what, Negation(other)) for what, other in _changed(part))
        case All(parts) | Some(parts):
            kind, other_kind = (All, Some) if isinstance(expression, All) else (Some, All)
            yield "'and' and 'or' are exchanged", other_kind(parts)
            for number, part in enumerate(parts):
                rest = (*parts[:number], *parts[number + 1 :])
                yield f"part {number + 1} is left out", rest[0] if len(rest) == 1 else kind(rest)
                for what, other in _changed(part):
                    yield what, kind((*parts[:number], other, *parts[number + 1 :]))
        case _:
            yield "it is turned round", Negation(expression)


def mutants(rule: Rule) -> Iterator[tuple[str, Rule]]:
    """Return wrong versions of a rule, each with what is wrong with it."""
    for number, element in enumerate(rule.elements):
        rest = (*rule.elements[:number], *rule.elements[number + 1 :])
        if rest:
            yield f"element {element.id} is left out", replace(rule, elements=rest)
        for what, when in _changed(element.when):
            wrong = replace(element, when=when)
            elements = (*rule.elements[:number], wrong, *rule.elements[number + 1 :])
            yield f"element {element.id}: {what}", replace(rule, elements=elements)
    for number, penalty in enumerate(rule.penalties):
        rest_of = (*rule.penalties[:number], *rule.penalties[number + 1 :])
        if penalty.most is not None:
            yield f"penalty {penalty.id} is left out", replace(rule, penalties=rest_of)
    for duty in rule.duties:
        if duty.clock is not None:
            others = tuple(d if d is not duty else replace(d, clock=None) for d in rule.duties)
            yield f"the clock of {duty.id} is left out", replace(rule, duties=others)


def _one_rule(pack: Pack, rule: Rule) -> Pack:
    """Return a pack with this rule in the place of its own; the others keep no tests."""
    rules = tuple(rule if other.id == rule.id else replace(other, tests=()) for other in pack.rules)
    return replace(pack, rules=rules)


def survivors(pack: Pack) -> tuple[str, ...]:
    """Return in words which wrong rules no test of a pack notices."""
    return tuple(
        f"{pack.id}, line {rule.line}, rule {rule.id}: no test notices if {what}"
        for rule in pack.rules
        for what, wrong in mutants(rule)
        if not failures(_one_rule(pack, wrong))
    )
