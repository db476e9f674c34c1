"""Collect what a run found in texts: works by grade, personal information by kind, and what an edit would do.

Nothing of a text is in it, only names, numbers and shares. Of personal information the kinds are
counted. What is kept does not grow with the dataset.
"""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sekisho.audit.shape import Label, Manifest
from sekisho.model import EVERYBODY, Grade, Method, Outcome, PersonalType

__all__ = [
    "GRADES",
    "OF_TEXT",
    "Texts",
    "finding_detail",
    "grade_of",
    "is_general",
    "is_text",
    "is_withheld",
    "shares",
    "strongest",
]

GRADES = tuple(grade.value for grade in reversed(Grade))
"""The strongest first."""
OF_TEXT = frozenset({Method.PASSAGES.value, Method.LINE.value, Method.NAME.value})
"""Methods by which only texts are found; they have shares in place of a distance."""
PER_GRADE = 12
"""Items of each grade that the report names; decisions/ has all."""
_RANK = {grade.value: rank for rank, grade in enumerate(Grade)}
_SEEN = ("image/", "video/")
"""Media types of what is looked at, and not read."""

Row = Mapping[str, Any]
Finding = Mapping[str, Any]


def finding_detail(finding: Finding) -> Mapping[str, Any]:
    """Parse a finding's `detail`; text that is no JSON object counts as no detail."""
    try:
        detail = json.loads(finding["detail"] or "{}")
    except ValueError:
        return {}
    return detail if isinstance(detail, dict) else {}


def is_general(finding: Finding) -> bool:
    """Tell whether the grant that a finding names is for everybody."""
    return finding_detail(finding).get("grantee") == EVERYBODY


def is_text(row: Row) -> bool:
    """Tell whether an item was read as text."""
    return bool(row["media_type"]) and not row["media_type"].startswith(_SEEN)


def is_withheld(row: Row) -> bool:
    """Tell whether an item is little else than personal information, so that no SHA-256 of it is kept."""
    return is_text(row) and row["sha256"] is None and not row["problem"]


def grade_of(finding: Finding) -> str:
    """Return the grade of a finding in a text; empty if it has none."""
    grade = str(finding_detail(finding).get("grade", ""))
    return grade if grade in _RANK else ""


def strongest(findings: Sequence[Finding]) -> Finding | None:
    """Return the finding of the strongest grade, among equals the one that covers most of the item."""
    graded = [finding for finding in findings if grade_of(finding)]
    return max(graded, key=lambda f: (_RANK[grade_of(f)], shares(f)["coverage"]), default=None)


def shares(finding: Finding) -> dict[str, int]:
    """Return the numbers of a finding in a text: spans, folded letters, and two shares per mille."""
    detail = finding_detail(finding)
    spans = str(detail.get("spans", ""))
    numbers = {name: detail.get(name, 0) for name in ("units", "coverage", "containment")}
    whole = {name: value if isinstance(value, int) else 0 for name, value in numbers.items()}
    return {"spans": spans.count(",") + 1 if spans else 0} | whole


@dataclass(slots=True)
class Texts:
    """Counters over the rows that are texts and have a finding, or did not pass."""

    label: Callable[[str], Label]
    grades: Counter[tuple[str, str]] = field(default_factory=Counter)
    named: int = 0
    short: int = 0
    personal: Counter[str] = field(default_factory=Counter)
    edits: Counter[tuple[str, ...]] = field(default_factory=Counter)
    withheld: int = 0
    best: dict[str, list[tuple[int, int, str, Row]]] = field(default_factory=dict)

    def row(self, row: Row) -> None:
        """Take in one row."""
        findings = row["findings"] or ()
        self.personal.update(row["personal"] or ())
        self.withheld += is_withheld(row)
        if row["edits"] and not is_withheld(row):
            self.edits[tuple(row["edits"])] += 1
        methods = {finding["method"] for finding in findings}
        self.named += Method.NAME in methods
        self.short += Method.LINE in methods
        found = strongest(findings)
        if found is not None:
            self.grades[grade_of(found), row["outcome"]] += 1
            self._keep(row, found)

    def _keep(self, row: Row, found: Finding) -> None:
        numbers = shares(found)
        best = self.best.setdefault(grade_of(found), [])
        more = _slim(row, found) | numbers
        best.append((-numbers["coverage"], -numbers["units"], row["item"], more))
        best.sort(key=lambda one: one[:3])
        del best[PER_GRADE:]

    def facts(self, manifest: Manifest) -> dict[str, Any]:
        """Return what was collected, with what the manifest says in all."""
        stated = manifest["totals"].get("texts") or {}
        places = Counter(stated.get("personal") or {})
        kinds = [kind.value for kind in PersonalType if self.personal[kind.value] or places[kind.value]]
        return {
            "items": stated.get("items", 0),
            "undecodable": {"items": 0, "bytes": 0} | dict(stated.get("undecodable") or {}),
            "grades": [self._grade(grade) for grade in GRADES if self._total(grade)],
            "named": self.named,
            "short": self.short,
            "found": [self._titled(one) for grade in GRADES for *_, one in self.best.get(grade, ())],
            "personal": [{"type": k, "items": self.personal[k], "places": places[k]} for k in kinds],
            "edits": [{"edits": list(edits), "items": n} for edits, n in sorted(self.edits.items())],
            "withheld": self.withheld,
        }

    def _total(self, grade: str) -> int:
        return sum(self.grades[grade, outcome.value] for outcome in Outcome)

    def _grade(self, grade: str) -> dict[str, Any]:
        outcomes = {outcome.value: self.grades[grade, outcome.value] for outcome in Outcome}
        return {"grade": grade, "items": self._total(grade), "outcomes": outcomes}

    def _titled(self, one: Row) -> dict[str, Any]:
        label = self.label(one["entry"])
        return {**one, "title": label.title, "holder": label.holder, "trust": label.trust}


def _slim(row: Row, found: Finding) -> dict[str, Any]:
    return {
        "item": row["item"],
        "outcome": row["outcome"],
        "reason": row["reason"],
        "entry": found["entry"],
        "permission": found["permission"],
        "grade": grade_of(found),
        "field": str(finding_detail(found).get("field", "")),
    }
