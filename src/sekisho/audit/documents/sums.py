"""Counts of several runs added up, so that the sum tells no more than the runs do in public.

A count under ten is `<10`, and None is withheld (`audit.share.counts`). A sum is stated only where every part
of it is; else somebody could take the known parts away from it.
"""

from collections.abc import Iterable, Mapping, Sequence

from sekisho.audit.share.counts import FEW, SMALL, Shown

__all__ = ["add_shown", "added", "items_shown"]


def add_shown(parts: Sequence[Shown]) -> Shown:
    """Return the sum of counts as they are shown; None if it can not be stated."""
    hidden = [part for part in parts if part is None or part == SMALL]
    if not hidden:
        return sum(int(part) for part in parts if part is not None)
    alone = len(hidden) == 1 and all(part == 0 for part in parts if part not in hidden)
    return SMALL if alone and hidden[0] == SMALL else None


def added(tables: Iterable[Mapping[str, Shown] | None]) -> dict[str, Shown] | None:
    """Add up tables of counts by their keys; None if one of them was withheld as a whole."""
    given = list(tables)
    if any(table is None for table in given):
        return None
    known = [table for table in given if table is not None]
    names = sorted({name for table in known for name in table})
    return {name: add_shown([table.get(name, 0) for table in known]) for name in names}


def items_shown(items: Mapping[str, int], hidden: str) -> dict[str, Shown]:
    """Return counts of which one may be of listed files, beside a known sum.

    If that one is small, the first other one by name that is large is withheld; if none is, all are.

    Args:
        items: counts by name.
        hidden: the name of the one that could tell.
    """
    shown: dict[str, Shown] = dict(items)
    if not 0 < items.get(hidden, 0) < FEW:
        return shown
    large = sorted(name for name, count in items.items() if count >= FEW and name != hidden)
    if not large:
        return dict.fromkeys(items)
    return {**shown, hidden: SMALL, large[0]: None}
