"""What a pack has to show before it is released: examples for every rule, and sources that were read."""

from collections.abc import Iterator
from datetime import date, timedelta

from sekisho.rules.expression import Known, Negation, parts_of
from sekisho.rules.pack import Pack, Rule
from sekisho.rules.selftest import failures
from sekisho.rules.words import Confidence, Effect, Outcome

__all__ = ["STALE_AFTER", "complaints", "is_stale"]

STALE_AFTER = timedelta(days=90)
"""After it an answer warns that the law may have changed."""
_NEEDED = (Outcome.YES, Outcome.NO, Outcome.UNKNOWN)
_WEAK = (Effect.INFORMATION, Effect.REMEDY)
"""What may rest on memory alone: neither binds anybody nor clears anything."""


def is_stale(pack: Pack, today: date) -> bool:
    """Tell whether a pack was last looked at more than 90 days ago, or on a day that has not come."""
    return not timedelta(days=-1) <= today - pack.law_as_of <= STALE_AFTER


def _examples(rule: Rule) -> Iterator[str]:
    shown = {test.expect.outcome for test in rule.tests}
    for outcome in _NEEDED:
        if outcome not in shown:
            yield f"no test ends in {outcome!s}"
    before = rule.start - timedelta(days=1)
    if not any(test.on == before and test.expect.outcome is Outcome.NOT_IN_FORCE for test in rule.tests):
        yield f"no test on {before}, the day before it begins"


def _known(rule: Rule) -> Iterator[str]:
    """Say where `is known` would take for no, or for yes, what is only not known yet."""
    for element in rule.elements:
        for node in parts_of(element.when):
            turned = isinstance(node, Negation) and any(isinstance(p, Known) for p in parts_of(node))
            if turned or (isinstance(node, Known) and rule.effect is Effect.PROHIBITED):
                answer = "yes" if turned else "no"
                yield f"element {element.id}: 'is known' takes for {answer} what is only not known yet"


def _sources(pack: Pack, rule: Rule) -> Iterator[str]:
    if pack.reviewed_by:
        return
    if pack.source(rule).status is Confidence.MEMORY and rule.effect not in _WEAK:
        yield f"its source is from memory: it can not be {rule.effect!s} until somebody has read it"


def _day_befores(rule: Rule) -> Iterator[str]:
    for penalty in rule.penalties:
        before = penalty.start - timedelta(days=1)
        if penalty.start > rule.start and not any(test.on == before for test in rule.tests):
            yield f"no test on {before}, the day before the penalty {penalty.id} begins"


def complaints(pack: Pack) -> tuple[str, ...]:
    """Return what keeps a pack from being released, in words; none: it may be."""
    found = list(failures(pack))
    for rule in pack.rules:
        wrong = (*_examples(rule), *_known(rule), *_sources(pack, rule), *_day_befores(rule))
        found += [f"{pack.id}, line {rule.line}, rule {rule.id}: {words}" for words in wrong]
    return tuple(found)
