"""Counts of several runs added up, so that the sum tells no more than the runs do in public.

A count under ten is `<10`, and None is withheld (`audit.share.counts`). A sum is stated only where every part
of it is; else somebody could take the known parts away from it.
"""

from collections.abc import Iterable, Mapping, Sequence

from sekisho.audit.share.counts import FEW, Shown

__all__ = ["add_shown", "added", "blurred"]


def add_shown(parts: Sequence[Shown]) -> Shown:
    """Return the sum of counts as they are shown; None if it can not be stated."""
    there = [part for part in parts if part != 0]
    if all(isinstance(part, int) for part in there):
        return sum(int(part) for part in there if part is not None)
    return there[0] if len(there) == 1 else None


def added(tables: Iterable[Mapping[str, Shown] | None]) -> dict[str, Shown] | None:
    """Add up tables of counts by their keys; None if one of them was withheld as a whole."""
    given = list(tables)
    if any(table is None for table in given):
        return None
    known = [table for table in given if table is not None]
    names = sorted({name for table in known for name in table})
    return {name: add_shown([table.get(name, 0) for table in known]) for name in names}


def blurred(count: int, most: int | None = None) -> Shown:
    """Return a bound with at least ten to spare, so that it bounds no count under ten beside it.

    How many items are refused by signals bounds from above how many were excluded for it; with the public
    number of all that were excluded, an exact one would tell how many files are listed.

    Args:
        count: what is bounded.
        most: what it can not be more than, as everybody knows; no bound says less than that.
    """
    bound = FEW * (count // FEW + 2)
    return f"<{bound if most is None else min(bound, max(most + 1, 2 * FEW))}" if count else 0
