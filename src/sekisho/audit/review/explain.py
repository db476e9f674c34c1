"""Say who has decided about an item besides the machine, why, and until when."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sekisho.audit.report.facts import finding_detail
from sekisho.audit.review.effect import TWO, Verdict
from sekisho.audit.review.statement import Review
from sekisho.audit.shape import Manifest
from sekisho.locale import Word, shown, text
from sekisho.model import Outcome

__all__ = ["say_false_match", "say_reviews"]


def _by(review: Review, lang: str) -> str:
    by = shown(review.by)
    if review.until is None:
        return text("explain.reviewed_by", lang, by=by, on=review.on)
    return text("explain.reviewed_until", lang, by=by, on=review.on, until=review.until)


def say_reviews(verdict: Verdict, lang: str, *, listed: bool) -> Sequence[str]:
    """Say each review that counts, and what they come to.

    Args:
        verdict: of the item.
        lang: `ja` or `en`.
        listed: whether the item is in the clean list after the reviews.
    """
    lines = []
    for review in verdict.reviews:
        outcome = Word("outcome", (review.outcome or Outcome.REVIEW).value)
        lines.append(text("explain.reviewed", lang, outcome=outcome, reason=shown(review.reason)))
        lines.append(_by(review, lang))
    if verdict.outcome is Outcome.REVIEW:
        lines.append(text("explain.review_waits", lang, count=verdict.reviewers, needed=TWO))
    elif verdict.outcome is Outcome.ALLOW and not listed:
        lines.append(text("explain.review_twin", lang))
    return lines


def say_false_match(finding: Mapping[str, Any], manifest: Manifest, lang: str) -> Sequence[str]:
    """Say which confirmed false match has cleared a finding, if one has."""
    name = finding_detail(finding).get("false_match")
    made = next((m for m in manifest["policy"].get("false_matches", ()) if m["id"] == name), None)
    if made is None:
        return []
    return [
        text("explain.false_match", lang, reason=shown(made["reason"])),
        text(
            "explain.false_match_by",
            lang,
            by=shown(made["by"]),
            on=date.fromisoformat(made["on"]),
            until=date.fromisoformat(made["until"]),
            id=shown(made["id"]),
        ),
    ]
