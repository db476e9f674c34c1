"""Counts that anybody may see: none under ten, and none that the others give away.

How many items were checked is a fact about the dataset and is shown. What was found in them is a
tree: all items, by outcome, by the reason that decided; and beside it the kinds of what was
unreadable. A count of 1-9 is shown as `<10`. A sum and its other parts would tell it, so something
beside it is withheld (None): by a fixed order, never by size, because a choice tells of what was
chosen. Where the bounds still leave one possible value only, nothing is shown but the items. The kinds
are shown only where nothing is withheld, because an item can be unreadable and found all the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

__all__ = ["FEW", "SMALL", "Counted", "Shown", "protect", "show"]

SMALL = "<10"
FEW = 10
"""The smallest count that is shown."""
Shown = int | str | None
"""A count, `SMALL`, or None: withheld."""

Flow = Mapping[str, Mapping[str, int]]
"""Items by outcome and reason; every outcome is there, no reason has none."""


@dataclass(slots=True, kw_only=True)
class Counted:
    """Counts as they may be shown.

    Attributes:
        outcomes: of every outcome.
        reasons: by outcome and reason, of those that are not zero; None: all withheld.
        unreadable: by kind, of those that are not zero; None: all withheld.
    """

    outcomes: dict[str, Shown]
    reasons: dict[str, dict[str, Shown]] | None
    unreadable: dict[str, Shown] | None


@dataclass(slots=True)
class _Cell:
    """A number as others know it: `low` to `high`; `small` if it is shown as `SMALL`."""

    low: int
    high: int
    small: bool

    def narrow(self, low: int, high: int) -> bool:
        """Take in better bounds; tell whether they were better."""
        before = (self.low, self.high)
        self.low, self.high = max(self.low, low), min(self.high, high)
        return before != (self.low, self.high)


class _Sum(NamedTuple):
    """The parts of a whole."""

    parts: Sequence[_Cell]
    whole: _Cell

    def narrow(self) -> bool:
        """Narrow every bound by all others; tell whether one became better."""
        low, high = sum(part.low for part in self.parts), sum(part.high for part in self.parts)
        better = self.whole.narrow(low, high)
        for part in self.parts:
            others_low = sum(p.low for p in self.parts) - part.low
            others_high = sum(p.high for p in self.parts) - part.high
            better |= part.narrow(self.whole.low - others_high, self.whole.high - others_low)
        return better


def show(count: int) -> Shown:
    """Return a count that stands alone as it may be shown."""
    return SMALL if 0 < count < FEW else count


def protect(flow: Flow, unreadable: Mapping[str, int]) -> Counted:
    """Return the counts of a run as they may be shown beside the number of its items.

    Args:
        flow: items by outcome and reason.
        unreadable: items by kind of trouble, those without any left out.
    """
    outcomes = {outcome: show(sum(parts.values())) for outcome, parts in flow.items()}
    reasons = {outcome: {r: show(n) for r, n in parts.items()} for outcome, parts in flow.items()}
    kinds = {kind: show(count) for kind, count in unreadable.items()}
    total = sum(sum(parts.values()) for parts in flow.values())
    rest = {"readable": show(total - sum(unreadable.values()))}
    whole = not any(SMALL in shown.values() for shown in (kinds, rest, outcomes, *reasons.values()))
    possible = _withhold(outcomes, reasons)
    made = Counted(outcomes=outcomes, reasons=reasons, unreadable=kinds if whole else None)
    if possible and not _gives_away(made, total):
        return made
    return Counted(outcomes=dict.fromkeys(flow), reasons=None, unreadable=None)


def _withhold_one(shown: dict[str, Shown]) -> bool:
    """Withhold the first large count by name; tell whether there was one."""
    large = [name for name, count in shown.items() if isinstance(count, int) and count >= FEW]
    if large:
        shown[min(large)] = None
    return bool(large)


def _withhold(outcomes: dict[str, Shown], reasons: Mapping[str, dict[str, Shown]]) -> bool:
    """Withhold a large count beside every small one, up and down the tree; tell whether that could be.

    An outcome whose reasons are all small is withheld itself; one that is withheld must not be the
    sum of reasons that are all shown.
    """
    for outcome, parts in reasons.items():
        if SMALL in parts.values() and outcomes[outcome] != SMALL and not _withhold_one(parts):
            outcomes[outcome] = None
    hidden = [count for count in outcomes.values() if count in {SMALL, None}]
    alone = None not in hidden or len(hidden) == 1
    if hidden and alone and not _withhold_one(outcomes):
        return False
    for outcome, parts in reasons.items():
        if outcomes[outcome] is None and not {SMALL, None} & set(parts.values()):
            _withhold_one(parts)
    return True


def _gives_away(made: Counted, total: int) -> bool:
    """Tell whether a small count has only one value left, for somebody who knows the rules above.

    The sums form a tree, so that narrowing bounds until nothing changes finds all there is to find.
    """
    outcomes = {name: _cell(shown, total) for name, shown in made.outcomes.items()}
    sums = [_Sum(list(outcomes.values()), _Cell(total, total, small=False))]
    for outcome, parts in (made.reasons or {}).items():
        sums.append(_Sum([_cell(shown, total) for shown in parts.values()], outcomes[outcome]))
    while any(one.narrow() for one in sums):
        pass
    return any(part.small and part.low == part.high for one in sums for part in one.parts)


def _cell(shown: Shown, total: int) -> _Cell:
    if shown == SMALL:
        return _Cell(1, FEW - 1, small=True)
    return _Cell(FEW, total, small=False) if shown is None else _Cell(int(shown), int(shown), small=False)
