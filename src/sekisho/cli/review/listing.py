"""What is on hold, as a reviewer sees it: a list of groups for people, or JSON for programs.

A protected item is told without entry, title and distance, here as everywhere.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sekisho.audit.part_finding import say_part
from sekisho.audit.report.texts import grade_of
from sekisho.audit.report.ways import shown_part
from sekisho.audit.review.effect import TWO, Verdict
from sekisho.audit.review.held import Group, Row
from sekisho.audit.review.statement import Review
from sekisho.audit.shape import Titles, labelled
from sekisho.audit.text_finding import say_grade, say_kinds
from sekisho.locale import Titled, Word, shown, text
from sekisho.model import Outcome

__all__ = [
    "Status",
    "View",
    "as_json",
    "describe",
    "head",
    "held",
    "matched",
    "state",
    "status_of",
    "view",
    "views",
    "where",
    "why",
]

NAMES = 3
"""Names that the list shows of each group."""


class Status(StrEnum):
    """What the reviews have made of a group."""

    HELD = "held"
    ONE_OF_TWO = "one_of_two"
    ALLOWED = "allowed"
    BLOCKED = "blocked"
    MIXED = "mixed"


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A group without what its reader may not see.

    Attributes:
        entry, title: of what it matches; empty if nothing, or if it is protected.
        entries: all that a false match has to name.
        nearest, farthest: distance in bits; None without a comparison.
        items: names, in the order of the plan.
        each: how each item stands.
        allowed_by: reviewers who have allowed it.
        personal: kinds of personal information.
        found: the strongest finding of a text, or the deciding one of a part, of the first item.
        shown: the findings of parts, of each item; empty if there are none.
    """

    id: str
    reason: str
    problem: str
    entry: str
    title: str
    entries: tuple[str, ...]
    nearest: int | None
    farthest: int | None
    items: tuple[str, ...]
    each: tuple[Status, ...]
    allowed_by: int
    protected: bool
    personal: tuple[str, ...] = ()
    found: Mapping[str, Any] | None = None
    shown: tuple[Mapping[str, Any], ...] = ()

    @property
    def status(self) -> Status:
        """How the group stands as a whole."""
        return self.each[0] if len(set(self.each)) == 1 else Status.MIXED


def status_of(row: Row, made: Verdict | None) -> Status:
    """Say how one item stands."""
    if made is None or made.outcome is Outcome.REVIEW:
        waiting = made is not None and row.protected and made.reviewers
        return Status.ONE_OF_TWO if waiting else Status.HELD
    return Status.ALLOWED if made.outcome is Outcome.ALLOW else Status.BLOCKED


def view(group: Group, made: Mapping[str, Verdict], titles: Titles) -> View:
    """Describe one group."""
    first = group.rows[0]
    hidden = group.protected
    bits = [row.distance for row in group.rows if row.distance is not None and not hidden]
    entry = "" if hidden else first.entry
    return View(
        id=group.id,
        reason=first.reason,
        problem=first.problem,
        entry=entry,
        title=labelled(titles, entry).title if entry else "",
        entries=() if hidden else tuple(sorted(first.refusing())),
        nearest=min(bits, default=None),
        farthest=max(bits, default=None),
        items=tuple(row.item for row in group.rows),
        each=tuple(status_of(row, made.get(row.item)) for row in group.rows),
        allowed_by=max((made[r.item].reviewers for r in group.rows if r.item in made), default=0),
        protected=hidden,
        personal=() if hidden else first.personal,
        found=None if hidden else first.found,
        shown=() if hidden or not first.part else tuple(row.found or {} for row in group.rows),
    )


def views(groups: Iterable[Group], made: Mapping[str, Verdict], titles: Titles) -> tuple[View, ...]:
    """Describe groups, in their order."""
    return tuple(view(group, made, titles) for group in groups)


def matched(found: View, lang: str) -> str:
    """Say what a group matches, and how closely, and what is personal in it; empty if nothing."""
    parts = [_nearness(found, lang), say_kinds(found.personal, lang)]
    return text("finding.joint", lang).join(filter(None, parts))


def _nearness(found: View, lang: str) -> str:
    if not found.entry:
        return ""
    title = Titled(found.title, found.entry)
    if found.found is not None:
        how = say_grade(found.found, lang) or say_part([found.found], lang)
        return text("review.matches_text", lang, title=title, how=how)
    if found.nearest is None or found.farthest is None:
        return text("review.matches", lang, title=title)
    if found.nearest == found.farthest:
        return text("review.matches_at", lang, title=title, distance=found.nearest)
    return text("review.matches_within", lang, title=title, nearest=found.nearest, farthest=found.farthest)


def where(found: View, number: int, lang: str) -> str:
    """Say which part of one item of a group shows the work; empty if the group is not about parts."""
    return say_part([found.shown[number]], lang) if found.shown else ""


def state(found: View, lang: str) -> str:
    """Say how a group stands."""
    match found.status:
        case Status.HELD:
            return text("review.held", lang)
        case Status.ONE_OF_TWO:
            return text("review.one_of_two", lang, count=found.allowed_by, needed=TWO)
        case Status.ALLOWED:
            return text("review.allowed", lang)
        case Status.BLOCKED:
            return text("review.blocked", lang)
        case Status.MIXED:
            return text("review.mixed", lang)


def why(found: View, lang: str) -> str:
    """Say why a group is on hold."""
    said = text("review.why", lang, reason=Word("reason", found.reason))
    if found.problem:
        return text("review.why_problem", lang, reason=said, problem=Word("unreadable", found.problem))
    return said


def held(found: Iterable[View]) -> int:
    """Count the items that are still on hold."""
    return sum(status in {Status.HELD, Status.ONE_OF_TWO} for v in found for status in v.each)


def head(found: Sequence[View], lang: str) -> str:
    """Say how much is on hold."""
    items = sum(len(v.items) for v in found)
    return text("review.head", lang, left=held(found), items=items, groups=len(found))


def describe(found: View, lang: str) -> Sequence[str]:
    """Say one group in a few lines."""
    names = text("list.separator", lang).join(shown(name, 60) for name in found.items[:NAMES])
    more = len(found.items) - NAMES
    lines = [
        text("review.group", lang, count=len(found.items), group=found.id, state=state(found, lang)),
        "  " + why(found, lang),
        "  " + matched(found, lang),
        "  " + names,
        "  " + text("review.more", lang, count=more) if more > 0 else "",
    ]
    return [line for line in lines if line.strip()]


def as_json(run: str, found: Sequence[View], reviews: Sequence[Review], unsealed: int) -> str:
    """Return the list for a program."""
    document: dict[str, Any] = {
        "run": run,
        "on_hold": held(found),
        "unsealed": unsealed,
        "groups": [
            {
                "group": v.id,
                "items": list(v.items),
                "reason": v.reason,
                "problem": v.problem,
                "entry": v.entry or None,
                "title": v.title or None,
                "distance": None if v.nearest is None else [v.nearest, v.farthest],
                "grade": grade_of(v.found) or None if v.found is not None else None,
                "method": v.found["method"] if v.found is not None else None,
                "part": shown_part(v.found) if v.found is not None else None,
                "personal": list(v.personal),
                "protected": v.protected,
                "status": v.status.value,
                "allowed_by": v.allowed_by,
            }
            for v in found
        ],
        "reviews": [
            {
                "by": review.by,
                "n": review.n,
                "on": review.on.isoformat(),
                "until": review.until.isoformat() if review.until else None,
                "item": review.item,
                "group": review.group,
                "outcome": review.outcome.value if review.outcome else None,
                "false_match": list(review.false_match),
                "undo": review.undo,
                "reason": review.reason,
            }
            for review in reviews
        ],
    }
    return json.dumps(document, ensure_ascii=False, sort_keys=True)
