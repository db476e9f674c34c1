"""Count by which methods a run has found works, and keep what a tile shows of a part."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sekisho.audit.report.parts import Box, Part, part_of, place
from sekisho.model import Method, Outcome

__all__ = ["Ways", "film_of", "shown_part"]

MAX_SPANS = 3
"""Stretches of a film that a tile names; `explain` has more of them."""
_FILM = "video/"

Row = Mapping[str, Any]


@dataclass(slots=True)
class Ways:
    """Items by method and outcome; an item counts once for each method that found something in it."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)

    def row(self, row: Row) -> None:
        """Take in one row."""
        for method in {finding["method"] for finding in row["findings"] or ()}:
            self.counts[method, row["outcome"]] += 1

    def facts(self) -> list[dict[str, Any]]:
        """Return the methods that found something, in their order."""
        rows = [
            {
                "method": method.value,
                "items": sum(self.counts[method.value, outcome.value] for outcome in Outcome),
                "outcomes": {outcome.value: self.counts[method.value, outcome.value] for outcome in Outcome},
            }
            for method in Method
        ]
        return [row for row in rows if row["items"]]


def film_of(row: Row) -> bool:
    """Tell whether an item is a film."""
    return bool(row["media_type"]) and row["media_type"].startswith(_FILM)


def _box(box: Box | None) -> dict[str, Any] | None:
    return None if box is None else {"box": list(box), "place": place(box), "area": box.area}


def _is_drawn(part: Part) -> bool:
    """Tell whether there is something to frame on a picture of the first frame."""
    first = not part.frame and part.at is None
    return first and part.region is not None and place(part.region) != "whole"


def shown_part(finding: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return what a tile shows of a part, as plain JSON values; None if it was found in another way.

    `drawn` tells whether the region is drawn on the thumbnail, which is of the first frame.
    """
    part = part_of(finding)
    if part is None:
        return None
    return {
        "sure": part.sure,
        "features": part.inliers,
        "region": _box(part.region),
        "in_work": _box(part.in_work),
        "whole_work": part.in_work is not None and place(part.in_work) == "whole",
        "drawn": _is_drawn(part),
        "mirrored": part.mirrored,
        "print": part.number,
        "similarity": part.similarity,
        "model": part.model,
        "of_item": part.of_item,
        "of_work": part.of_work,
        "spans": [list(span) for span in part.spans[:MAX_SPANS]],
        "more_spans": max(0, len(part.spans) - MAX_SPANS),
    }
