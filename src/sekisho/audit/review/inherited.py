"""Reviews of a run hold in the run that decides it again, where the rows they are about are the same.

The statements are copied as they were signed: each is about an ancestor, and `rules` counts it only
where the digest of its rows has not changed; for another use nothing that it let pass carries over.
What they make of the new run is made anew.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sekisho.audit.again.before import Before
from sekisho.audit.job import RunFiles
from sekisho.audit.review.check import lookup, named_items, parts
from sekisho.audit.review.effect import FALSE_MATCHES, REVIEWED, REVIEWS, settle
from sekisho.audit.review.rules import Rules, replay
from sekisho.model import KeyId

__all__ = ["inherit_reviews"]


def inherit_reviews(
    before: Before, files: RunFiles, manifest: Mapping[str, Any], on: date
) -> tuple[KeyId, ...]:
    """Take over the reviews of the run before; write nothing if it has none.

    Args:
        before: of `open_before`.
        files: of the new run, its decisions and manifest written.
        manifest: of the new run.
        on: the day on which the reviews are looked at.

    Returns:
        Who may decide about the new run, for its seal.
    """
    if before.reviews is None:
        return ()
    lines = before.reviews.book.lines().splitlines()
    rows = parts(files, manifest)
    targets = lookup(rows, named_items(lines), before.reviews.reviewed.groups, manifest)
    rules = Rules(
        run=manifest["root"],
        ancestors=frozenset(manifest["ancestors"]),
        other_use=frozenset(manifest["ancestors_of_other_use"]),
        reviewers=frozenset(before.reviewers),
        targets=targets,
    )
    book = replay(lines, rules)
    made = settle(book=book, targets=targets, batches=rows, on=on, run=manifest["root"])
    files.write(REVIEWS, book.lines())
    files.write(REVIEWED, made.reviewed)
    files.write(FALSE_MATCHES, made.false_matches)
    return before.reviewers
