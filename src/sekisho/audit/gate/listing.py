"""The items of a run that are on hold or excluded: which are new, known or ignored, the worst first.

One pass over the decisions. Every item is counted; of each class no more are kept than can be shown.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from sekisho.audit.gate.baseline import Baseline, Standing
from sekisho.audit.gate.ignored import Ignore, Ignores
from sekisho.audit.rows import SHOWN, completed
from sekisho.model import Outcome

__all__ = ["MAX_LISTED", "Listed", "Listing", "held_rows", "list_findings"]

MAX_LISTED = 5000
"""Items that are listed one by one. GitHub code scanning takes no more SARIF results than these
(docs.github.com, "SARIF results exceed one or more limits", 2026)."""

Row = Mapping[str, Any]


class Listed(NamedTuple):
    """An item that is on hold or excluded.

    Attributes:
        row: its row of the decisions.
        standing: what the baseline says of it; None without a baseline.
        ignore: who said that it does not count, and why; None if nobody did.
    """

    row: Row
    standing: Standing | None = None
    ignore: Ignore | None = None

    @property
    def counts(self) -> bool:
        """Tell whether the item counts for the exit code."""
        return self.ignore is None and self.standing in (None, Standing.NEW)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What a run found.

    Attributes:
        shown: the worst first: what counts, then what is known, then what is ignored; at most the limit.
        absent: rows of the baseline that are not there any more, at most what is left of the limit.
        total, gone: how many of them there are in all.
        counts: outcome -> items that count.
        known, moved, ignored: items that do not; `moved` are the known ones under another name.
        unmatched: ignores that met nothing.
        expired: ignores whose day is over.
        differs: what the baseline differs in: snapshot, policy, use, sample.
    """

    shown: Sequence[Listed]
    absent: Sequence[Row] = ()
    total: int
    gone: int = 0
    counts: Mapping[str, int]
    known: int = 0
    moved: int = 0
    ignored: int = 0
    unmatched: Sequence[Ignore] = ()
    expired: Sequence[Ignore] = ()
    differs: Sequence[str] = ()
    with_baseline: bool = False


@dataclass(slots=True, kw_only=True)
class _Pass:
    """What one pass over the decisions collects."""

    baseline: Baseline | None
    ignores: Ignores
    limit: int
    kept: dict[tuple[bool, bool, int], list[Listed]] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    total: int = 0
    known: int = 0
    moved: int = 0
    ignored: int = 0
    met: set[Ignore] = field(default_factory=set)

    def take(self, row: Row) -> None:
        found = Listed(
            row=row,
            standing=None if self.baseline is None else self.baseline.standing(row),
            ignore=self.ignores.of(row),
        )
        self.total += 1
        if found.ignore is not None:
            self.ignored += 1
            self.met.add(found.ignore)
        elif found.counts:
            self.counts[row["outcome"]] += 1
        else:
            self.known += 1
            self.moved += found.standing is Standing.MOVED
        kept = self.kept.setdefault(_class(found), [])
        if len(kept) < self.limit:
            kept.append(found)


def _class(found: Listed) -> tuple[bool, bool, int]:
    """Return what an item is sorted by: what counts first, then what is known, each the worst first."""
    return found.ignore is not None, not found.counts, -Outcome(found.row["outcome"]).rank


def held_rows(batches: Iterable[pa.RecordBatch]) -> Iterable[Row]:
    """Yield the rows that are on hold or excluded, in the order of the plan."""
    for batch in batches:
        held = pc.not_equal(batch["outcome"], Outcome.ALLOW.value)
        yield from completed(batch).select(SHOWN).filter(held).to_pylist()


def list_findings(
    batches: Iterable[pa.RecordBatch],
    *,
    baseline: Baseline | None = None,
    ignores: Ignores | None = None,
    manifest: Mapping[str, Any] | None = None,
    limit: int = MAX_LISTED,
) -> Listing:
    """List what a run found.

    Args:
        batches: its decisions, in the order of the plan.
        baseline: of an earlier run.
        ignores: what does not count.
        manifest: of the run, to say what the baseline differs in.
        limit: items that are listed; all of them are counted.
    """
    state = _Pass(baseline=baseline, ignores=ignores or Ignores(), limit=limit)
    for row in held_rows(batches):
        state.take(row)
    ordered = [found for key in sorted(state.kept) for found in state.kept[key]][:limit]
    gone = [] if baseline is None else baseline.gone()
    return Listing(
        shown=ordered,
        absent=list(islice(gone, limit - len(ordered))),
        total=state.total,
        gone=len(gone),
        counts={outcome.value: state.counts[outcome.value] for outcome in (Outcome.REVIEW, Outcome.BLOCK)},
        known=state.known,
        moved=state.moved,
        ignored=state.ignored,
        unmatched=[ignore for ignore in state.ignores.valid if ignore not in state.met],
        expired=state.ignores.expired,
        differs=() if baseline is None or manifest is None else baseline.differs(manifest),
        with_baseline=baseline is not None,
    )
