"""What is published of a run leaves at least two values for every count that it does not show."""

from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.audit.share.counts import SMALL, protect
from tests.counts import count

REASONS = {
    "allow": ("confirmed_false_match", "granted_all", "no_known_objection"),
    "review": ("declared_without_permission", "disputed", "low_detail", "rival_claims", "unreadable"),
    "block": ("verified_without_permission",),
}
NEAR = st.sampled_from([0, 0, 1, 2, 3, 8, 9, 10, 11, 12, 18, 19, 20, 27, 28]) | st.integers(0, 2000)
FLOWS = st.fixed_dictionaries(
    {
        outcome: st.fixed_dictionaries(dict.fromkeys(reasons, NEAR)).map(
            lambda parts: {reason: items for reason, items in parts.items() if items}
        )
        for outcome, reasons in REASONS.items()
    }
)


def counts_of(flow):
    """Return every count of a run by its name: items, outcomes, reasons."""
    counts = {(): sum(sum(parts.values()) for parts in flow.values())}
    for outcome, parts in flow.items():
        counts[outcome,] = sum(parts.values())
        counts |= {(outcome, reason): parts.get(reason, 0) for reason in REASONS[outcome]}
    return counts


def shown_of(flow):
    """Return what is published, by the same names; a reason that is not there is shown as 0."""
    made = protect(flow, {})
    shown = {(): counts_of(flow)[()]}
    for outcome, reasons in REASONS.items():
        shown[outcome,] = made.outcomes[outcome]
        for reason in reasons:
            shown[outcome, reason] = None if made.reasons is None else made.reasons[outcome].get(reason, 0)
    return shown


def agrees(counts, shown):
    """Tell whether a run with these counts may lie behind what was published."""
    return all(
        told is None or (1 <= counts[name] <= 9 if told == SMALL else counts[name] == told)
        for name, told in shown.items()
    )


def neighbours(flow):
    """Yield runs of as many items in which up to two groups of items were decided otherwise."""
    cells = [(outcome, reason) for outcome, reasons in REASONS.items() for reason in reasons]
    moves = [(a, b, n) for a in cells for b in cells if a != b for n in (1, 2, 10)]
    base = {cell: flow[cell[0]].get(cell[1], 0) for cell in cells}
    for giving, taking, items in moves:
        moved = base | {giving: base[giving] - items, taking: base[taking] + items}
        if moved[giving] >= 0:
            yield {o: {r: moved[o, r] for r in REASONS[o] if moved[o, r]} for o in REASONS}


@settings(max_examples=count(300, 20_000))
@given(FLOWS)
def test_every_hidden_small_count_has_another_possible_value(flow):
    counts, shown = counts_of(flow), shown_of(flow)
    assert agrees(counts, shown)
    hidden = {name for name in counts if 1 <= counts[name] <= 9 and name != ()}
    assert all(shown[name] in {SMALL, None} for name in hidden)
    for other in neighbours(flow):
        found = counts_of(other)
        if agrees(found, shown):
            hidden -= {name for name in hidden if found[name] != counts[name]}
    assert hidden == set(), "only one value is possible"


@settings(max_examples=count(300, 20_000))
@given(FLOWS)
def test_no_count_is_shown_falsely(flow):
    counts = counts_of(flow)
    for name, told in shown_of(flow).items():
        assert told is None or (1 <= counts[name] <= 9 if told == SMALL else told == counts[name])
