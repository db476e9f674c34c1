"""Lines of evidence: what a record says that has to do with a found file. No line is a verdict.

Of protected persons and listed files a line says only that: no entry, distance or threshold.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sekisho.model import Kind

__all__ = ["PROTECTED", "Line", "Means", "Shown", "line_of", "place_of", "shown_findings"]

PROTECTED = {Kind.LIKENESS.value: "protected_person", Kind.LISTED.value: "listed"}


class Means(StrEnum):
    """In which way a row meets a file, from the surest to the weakest."""

    SAME_FILE = "same_file"
    NEAR_COPY = "near_copy"
    SHOWS_SAME_WORK = "shows_same_work"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A finding of a row, as it was decided then.

    Attributes:
        kind: of the entry; `protected_person` and `listed` stand alone.
        distance: bits, of a hash; None otherwise.
        detail: band, grade and the like, of parts and texts.
    """

    kind: str
    entry: str = ""
    method: str = ""
    distance: int | None = None
    permission: str = ""
    grant: str | None = None
    trust: str = ""
    detail: Mapping[str, str | int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of evidence.

    Attributes:
        store, record, name: `run` or `generations`, its digest, and where it lies.
        facts: whose it is, for what it was decided, on which day.
        item: the name of the item; of a generation there is none.
        place: part#number, where the row stands.
        means: how it meets the file.
        distance: bits to the nearest frame; None unless it is a near copy.
        orientation: how the file has to be turned to meet the item.
        frame: of the item, and `frames`: how many frames of the file meet it.
        entry: the registered work by which it meets the file, if it is that.
        outcome, reason: what was decided then.
        at: of a generation, the hour as ISO 8601.
        model: of a generation, its digest.
    """

    store: str
    record: str
    name: str
    facts: Mapping[str, str]
    item: str
    place: str
    means: Means
    outcome: str
    reason: str
    findings: tuple[Shown, ...]
    media_type: str = ""
    distance: int | None = None
    orientation: str = "upright"
    frame: int = 0
    frames: int = 0
    entry: str = ""
    at: str = ""
    model: str = ""

    @property
    def protected(self) -> bool:
        """Tell whether the row is about a protected person."""
        return any(found.kind == PROTECTED[Kind.LIKENESS.value] for found in self.findings)


def place_of(row: Mapping[str, Any]) -> str:
    """Return where a row stands: the name of its part and its number in it, from 0."""
    return f"{row['part']}#{row['number']}"


def shown_findings(row: Mapping[str, Any]) -> tuple[Shown, ...]:
    """Return the findings of a row as they may be shown; of several protected persons it is said once."""
    found = row.get("findings") or ()
    kinds = sorted({PROTECTED[one["kind"]] for one in found if one["kind"] in PROTECTED})
    works = (_shown(one) for one in found if one["kind"] not in PROTECTED)
    return (*(Shown(kind=kind) for kind in kinds), *works)


def _shown(one: Mapping[str, Any]) -> Shown:
    detail = json.loads(one["detail"] or "{}")
    return Shown(
        kind=one["kind"],
        entry=one["entry"],
        method=one["method"],
        distance=int(one["distance"]) if one["method"] == "pdq" else None,
        permission=one["permission"],
        grant=one["grant"],
        trust=str(detail.pop("trust", "")),
        detail=detail,
    )


def line_of(source: Any, row: Mapping[str, Any], means: Means, **more: Any) -> Line:  # noqa: ANN401
    """Return a line about a row of a record (`search.Record`); `more` are fields of it."""
    return Line(
        store=source.kind,
        record=source.digest,
        name=source.name,
        facts=source.facts,
        item=row.get("item") or "",
        place=place_of(row),
        means=means,
        outcome=row["outcome"],
        reason=row["reason"],
        findings=shown_findings(row),
        media_type=row.get("media_type") or "",
        **more,
    )
