"""What may be said of rows about persons, and about files that an authority has listed.

Of a person: `protected_person`; of a listed file: `listed`. No entry, distance, place or picture, and no
small count: fewer than ten are `<10`, wherever a report or a program prints them. The decisions themselves
say it row by row, since somebody has to look; they are confidential like all of RUN.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sekisho.audit.share.counts import FEW, SMALL, Shown, show
from sekisho.model import Decision
from sekisho.policy import PROTECTED_KINDS, PROTECTED_REASONS

__all__ = [
    "is_hidden",
    "is_protected",
    "open_findings",
    "shown_count",
    "shown_flow",
    "shown_reasons",
    "size_of",
]

Row = Mapping[str, Any]


def is_protected(row: Row) -> bool:
    """Tell whether a row is about a person or a listed file, whatever else is in it."""
    kinds = {finding["kind"] for finding in row["findings"] or ()}
    return row["reason"] in PROTECTED_REASONS or bool(kinds & PROTECTED_KINDS)


def is_hidden(decision: Decision) -> bool:
    """Tell of a decision what `is_protected` tells of its row."""
    kinds = {finding.kind.value for finding in decision.findings}
    return decision.reason in PROTECTED_REASONS or bool(kinds & PROTECTED_KINDS)


def open_findings(row: Row) -> list[Row]:
    """Return the findings of a row that are not about a person."""
    return [finding for finding in row["findings"] or () if finding["kind"] not in PROTECTED_KINDS]


def shown_count(reason: str, count: int) -> Shown:
    """Return a number of items that were decided for a reason, as it may be printed."""
    return show(count) if reason in PROTECTED_REASONS else count


def shown_flow(flow: Iterable[Row]) -> list[dict[str, Any]]:
    """Return items by outcome and reason as they may be printed."""
    return [{**row, "items": shown_count(row["reason"], row["items"])} for row in flow]


def shown_reasons(totals: Row) -> dict[str, Any]:
    """Return the totals of a manifest as they may be printed."""
    reasons = {reason: shown_count(reason, count) for reason, count in totals["reasons"].items()}
    return {**totals, "reasons": reasons}


def size_of(counts: Sequence[Shown]) -> list[int]:
    """Return numbers to draw: what is shown as few is drawn as the most that it can be."""
    return [FEW - 1 if count == SMALL or count is None else int(count) for count in counts]
