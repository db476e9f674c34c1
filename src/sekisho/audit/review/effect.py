"""What the reviews of a run change in its clean list on a day: reviewed.json and false-matches.jsonl.

For each item the latest statement of each reviewer that still stands counts, and of several reviewers
the most restrictive one. A protected item passes only if two reviewers say so and nobody blocks it.
Bytes that do not pass under one name pass under no other.

Both files follow from the decisions, reviews.jsonl and the day: whoever verifies a run makes them
again. The rows of the groups that were decided stand in reviewed.json, so that nobody has to search
for near-duplicates again; the digest that the reviewer signed covers them.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, NamedTuple

import msgspec

from sekisho.audit.review.groups import group_rows
from sekisho.audit.review.held import Batches, Group, Row, together
from sekisho.audit.review.rules import Book, Targets, can_hold, rows_of
from sekisho.audit.review.statement import Review
from sekisho.codec import Hex32, parse_plain
from sekisho.errors import InputError
from sekisho.model import Outcome

__all__ = [
    "FALSE_MATCHES",
    "PENDING",
    "REVIEWED",
    "REVIEWS",
    "Lookup",
    "Reviewed",
    "Settled",
    "Verdict",
    "decode_reviewed",
    "settle",
    "standing",
    "verdict",
    "verdicts",
]

REVIEWS = "reviews.jsonl"
PENDING = "reviews.pending.jsonl"
"""What was decided since the last seal; it counts when it is sealed."""
REVIEWED = "reviewed.json"
FALSE_MATCHES = "false-matches.jsonl"
VERSION = 1
TWO = 2
"""Reviewers who have to agree before a protected item passes."""


class Verdict(NamedTuple):
    """How an item stands after the reviews, and the reviews that say so, one for each reviewer."""

    outcome: Outcome
    reviews: tuple[Review, ...]

    @property
    def reviewers(self) -> int:
        """How many reviewers have allowed it."""
        return sum(review.outcome is Outcome.ALLOW for review in self.reviews)


class Lookup:
    """Find the rows of an item or a group. Groups are searched for only if somebody asks for a new one."""

    def __init__(self, rows: Iterable[Row], named: Mapping[str, Sequence[str]] | None = None) -> None:
        """Take the rows that are on hold or were decided, and groups whose items are known."""
        self._rows = {row.item: row for row in rows}
        self._groups: dict[str, Group] = {}
        self._searched: tuple[Group, ...] | None = None
        for items in (named or {}).values():
            if items and all(item in self._rows for item in items):
                found = together([self._rows[item] for item in items])
                self._groups[found.id] = found

    def groups(self) -> tuple[Group, ...]:
        """Return the groups of what is on hold."""
        if self._searched is None:
            self._searched = group_rows(self._rows.values())
            self._groups |= {group.id: group for group in self._searched}
        return self._searched

    def __call__(self, kind: str, name: str) -> Group | None:
        """Return the rows of an item or a group; see `review_rules.Targets`."""
        if kind == "item":
            return together([self._rows[name]]) if name in self._rows else None
        if name not in self._groups:
            self.groups()
        return self._groups.get(name)


def standing(reviews: Sequence[Review], on: date) -> list[Review]:
    """Return the decisions that hold on a day: begun, not ended, not undone."""
    undone = {(review.by, review.undo) for review in reviews if review.undo is not None}
    return [
        review
        for review in reviews
        if review.undo is None
        and (review.by, review.n) not in undone
        and review.on <= on
        and (review.until is None or on <= review.until)
    ]


def verdict(row: Row, reviews: Iterable[Review]) -> Verdict:
    """Decide about one row.

    Args:
        row: the item as the audit decided it.
        reviews: that stand and are about it; those of one reviewer in their order.
    """
    latest = {review.by: review for review in reviews if can_hold(review, row)}
    counted = tuple(latest[by] for by in sorted(latest))
    outcomes = {review.outcome for review in counted}
    if Outcome.BLOCK in outcomes:
        return Verdict(Outcome.BLOCK, counted)
    enough = len(counted) >= (TWO if row.protected else 1)
    return Verdict(Outcome.ALLOW if enough else row.outcome, counted)


def verdicts(reviews: Sequence[Review], targets: Targets, on: date) -> dict[str, Verdict]:
    """Return how every item stands that a review is about. O(items reviewed)."""
    rows: dict[str, Row] = {}
    about: dict[str, list[Review]] = {}
    for review in standing(reviews, on):
        for row in rows_of(review, targets):
            rows[row.item] = row
            about.setdefault(row.item, []).append(review)
    return {item: verdict(row, about[item]) for item, row in rows.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """The two files, and the outcomes after the reviews."""

    reviewed: bytes
    false_matches: bytes
    outcomes: Mapping[str, int]


def settle(*, book: Book, targets: Targets, batches: Batches, on: date, run: str) -> Settled:
    """Return what a run's reviews make of it.

    Args:
        book: of `replay`.
        targets: finds rows.
        batches: the decisions, read twice.
        on: the day.
        run: root of the manifest.
    """
    found = verdicts(book.counted(), targets, on)
    clean = _Clean(batches, {item: made.outcome for item, made in found.items()})
    document = {
        "version": VERSION,
        "on": on.isoformat(),
        "run": run,
        "reviews": hashlib.sha256(book.lines()).hexdigest(),
        "groups": _groups(book.reviews, targets),
        "added": clean.added,
        "removed": clean.removed,
        "outcomes": clean.outcomes,
        "items": clean.items,
        "sha256": clean.digest,
    }
    data = json.dumps(document, sort_keys=True, indent=1, ensure_ascii=False) + "\n"
    return Settled(
        reviewed=data.encode(),
        false_matches=_false_matches(book, targets, found, on),
        outcomes=clean.outcomes,
    )


def _groups(reviews: Iterable[Review], targets: Targets) -> dict[str, list[str]]:
    named = {}
    for review in reviews:
        if review.group is not None and (rows := rows_of(review, targets)):
            named[review.group] = [row.item for row in rows]
    return named


def _false_matches(book: Book, targets: Targets, found: Mapping[str, Verdict], on: date) -> bytes:
    """Return the statements of reviews that stand, and that nobody contradicts."""
    held = {(review.by, review.n) for review in standing(book.counted(), on) if review.false_match}
    lines: list[bytes] = []
    for review, envelopes in zip(book.reviews, book.envelopes, strict=True):
        if (review.by, review.n) in held:
            rows = rows_of(review, targets)
            if rows and all(found[row.item].outcome is Outcome.ALLOW for row in rows):
                lines += envelopes[1:]
    return b"".join(line + b"\n" for line in lines)


class _Clean:
    """The clean list after the reviews, and what they changed in it."""

    def __init__(self, batches: Batches, changed: Mapping[str, Outcome]) -> None:
        self.added: list[str] = []
        self.removed: list[str] = []
        self.outcomes = {outcome.value: 0 for outcome in Outcome}
        self.items = 0
        self._batches, self._changed = batches, changed
        denied = self._denied()
        state = hashlib.sha256()
        for item, outcome, sha256 in self._rows():
            passes = changed.get(item, outcome) == Outcome.ALLOW and bool(sha256) and sha256 not in denied
            if passes:
                self.items += 1
                state.update(item.encode() + b"\n")
            if passes != (outcome == Outcome.ALLOW):
                (self.added if passes else self.removed).append(item)
        self.digest = state.hexdigest()

    def _rows(self) -> Iterable[tuple[str, str, bytes | None]]:
        columns = ("item", "outcome", "sha256")
        for batch in self._batches(columns):
            yield from zip(*(batch[name].to_pylist() for name in columns), strict=True)

    def _denied(self) -> set[bytes]:
        denied = set()
        for item, outcome, sha256 in self._rows():
            final = self._changed.get(item, outcome)
            self.outcomes[final] += 1
            if final != Outcome.ALLOW and sha256:
                denied.add(sha256)
        return denied


class Reviewed(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """reviewed.json as parsed; it proves nothing before it was made again."""

    version: Annotated[int, msgspec.Meta(ge=1, le=VERSION)]
    on: date
    run: Hex32
    reviews: Hex32
    groups: dict[str, list[str]]
    added: list[str]
    removed: list[str]
    outcomes: dict[str, int]
    items: int
    sha256: Hex32


def decode_reviewed(data: bytes) -> Reviewed:
    """Parse reviewed.json.

    Raises:
        InputError: it has another form.
    """
    try:
        return msgspec.convert(parse_plain(data), Reviewed, strict=True)
    except (InputError, msgspec.ValidationError) as error:
        raise InputError(f"{REVIEWED} has the wrong form: {error}") from error
