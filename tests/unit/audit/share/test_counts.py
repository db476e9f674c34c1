from collections import defaultdict
from collections.abc import Iterator

import pytest

from sekisho.audit.share.counts import SMALL, protect, show


@pytest.mark.parametrize(
    ("count", "shown"), [(0, 0), (1, SMALL), (9, SMALL), (10, 10), (11, 11), (999_950, 999_950)]
)
def test_a_count_that_stands_alone(count, shown):
    assert show(count) == shown


def test_large_counts_are_shown_as_they_are():
    flow = {"allow": {"no_known_objection": 900}, "review": {"unreadable": 30, "low_detail": 20}, "block": {}}
    made = protect(flow, {"corrupt": 30})
    assert made.outcomes == {"allow": 900, "review": 50, "block": 0}
    assert made.reasons == flow
    assert made.unreadable == {"corrupt": 30}


def test_a_small_count_takes_a_large_one_with_it_that_would_tell_it():
    flow = {"allow": {"none": 999_950}, "review": {"low": 47}, "block": {"verified": 3}}
    made = protect(flow, {})
    assert made.outcomes == {"allow": None, "review": 47, "block": SMALL}
    assert made.reasons == {"allow": {"none": None}, "review": {"low": 47}, "block": {"verified": SMALL}}


def test_small_reasons_of_a_large_outcome():
    flow = {"allow": {"none": 900, "granted": 4}, "review": {"a": 9, "b": 9}, "block": {"c": 80}}
    made = protect(flow, {})
    assert made.outcomes == {"allow": None, "review": None, "block": 80}
    assert made.reasons["allow"] == {"none": None, "granted": SMALL}
    assert made.reasons["review"] == {"a": SMALL, "b": SMALL}


def test_kinds_of_trouble_are_shown_only_where_nothing_is_withheld():
    flow = {"allow": {"none": 900}, "review": {"unreadable": 30}, "block": {"c": 80}}
    assert protect(flow, {"corrupt": 25, "empty": 5}).unreadable is None
    assert protect(flow | {"block": {"c": 8}}, {"corrupt": 30}).unreadable is None


@pytest.mark.parametrize(
    "flow", [{"allow": {"none": 5}}, {"review": {"low": 1}}, {"block": {"a": 10, "b": 1}}]
)
def test_a_handful_of_items_shows_no_count_at_all(flow):
    made = protect({"allow": {}, "review": {}, "block": {}} | flow, {})
    assert set(made.outcomes.values()) == {None}
    assert (made.reasons, made.unreadable) == (None, None)


def test_an_empty_run_shows_zeros():
    assert protect({"allow": {}, "review": {}}, {}).outcomes == {"allow": 0, "review": 0}


CLASSES = (
    ("allow", "granted", ""),
    ("allow", "none", ""),
    ("review", "unreadable", "corrupt"),
    ("review", "unreadable", "empty"),
    ("block", "verified", ""),
    ("block", "verified", "corrupt"),
)
"""Every way in which items of a small world can be decided."""


def worlds(items: int, classes: int) -> Iterator[tuple[int, ...]]:
    """Yield every way to put a number of items into classes."""
    if classes == 1:
        yield (items,)
        return
    for first in range(items + 1):
        for rest in worlds(items - first, classes - 1):
            yield (first, *rest)


def counts_of(world):
    """Return every count of a world, by what it counts."""
    counts = defaultdict(int)
    for (outcome, reason, kind), items in zip(CLASSES, world, strict=True):
        counts["outcome", outcome] += items
        counts["reason", outcome, reason] += items
        counts["kind", kind] += items
    return counts


def published(world):
    """Return what is shown of a world, in a form that can be compared."""
    flow, kinds = {"allow": {}, "review": {}, "block": {}}, {}
    for (outcome, reason, kind), items in zip(CLASSES, world, strict=True):
        if items:
            flow[outcome][reason] = flow[outcome].get(reason, 0) + items
            if kind:
                kinds[kind] = kinds.get(kind, 0) + items
    return repr(protect(flow, kinds))


@pytest.mark.parametrize("items", [1, 2, 3, 5, 9, 10, 11, 12, 13])
def test_no_small_count_can_be_worked_out_not_even_by_who_knows_the_rules(items):
    """Compare every world of so many items with all others that look the same from outside."""
    alike = defaultdict(list)
    for world in worlds(items, len(CLASSES)):
        alike[published(world)].append(counts_of(world))
    for same in alike.values():
        for name in same[0]:
            values = {counts[name] for counts in same}
            assert len(values) > 1 or not 0 < values.pop() < 10, (name, same[0])
