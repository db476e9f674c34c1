"""The verdict on a run: computed once, from facts, before anything is rendered.

Whatever is printed, in whichever form, shows this value; none of the forms computes one of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sekisho.audit.gate.listing import Listing
from sekisho.model import Outcome

__all__ = ["EXIT_FINDINGS", "EXIT_INCOMPLETE", "Verdict", "Why", "judge"]

EXIT_FINDINGS = 1
EXIT_INCOMPLETE = 3
NEVER = "never"


class Why(StrEnum):
    """Why the exit code is what it is, in the order in which it is asked."""

    NOTHING = "nothing"
    INCOMPLETE = "incomplete"
    FINDINGS = "findings"
    PASSED = "passed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a run comes to.

    Attributes:
        fail_on: `block`, `review` or `never`.
        unreadable: items that could not be looked at; neither baseline nor ignores make them fewer.
        counts: outcome -> items that count, after baseline and ignores.
        known, ignored: items on hold or excluded that do not count, because the baseline has them or
            because somebody said so.
        sample: `asked`, `taken`, `of`; None if everything was checked.
    """

    why: Why
    fail_on: str
    unreadable: int
    counts: Mapping[str, int]
    known: int = 0
    ignored: int = 0
    sample: Mapping[str, int] | None = None

    @property
    def code(self) -> int:
        """Return the exit code."""
        if self.why in (Why.NOTHING, Why.INCOMPLETE):
            return EXIT_INCOMPLETE
        return EXIT_FINDINGS if self.why is Why.FINDINGS else 0

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "exit_code": self.code,
            "why": self.why.value,
            "fail_on": self.fail_on,
            "unreadable": self.unreadable,
            "counts": dict(self.counts),
            "known": self.known,
            "ignored": self.ignored,
            "sample": None if self.sample is None else dict(self.sample),
        }


def _why(items: int, unreadable: int, counts: Mapping[str, int], fail_on: str, max_unreadable: int) -> Why:
    if not items:
        return Why.NOTHING
    if unreadable > max_unreadable:
        return Why.INCOMPLETE
    if fail_on == NEVER:
        return Why.PASSED
    limit = Outcome(fail_on).rank
    reached = any(count and Outcome(outcome).rank >= limit for outcome, count in counts.items())
    return Why.FINDINGS if reached else Why.PASSED


def judge(manifest: Mapping[str, Any], listing: Listing, *, fail_on: str, max_unreadable: int) -> Verdict:
    """Compute the verdict on a finished run.

    Args:
        manifest: of the run.
        listing: its findings, with what is known and what is ignored.
        fail_on: from which outcome on the exit code is 1: `block`, `review` or `never`.
        max_unreadable: how many unreadable items are accepted.
    """
    totals = manifest["totals"]
    unreadable = sum(totals["unreadable"].values())
    return Verdict(
        why=_why(totals["items"], unreadable, listing.counts, fail_on, max_unreadable),
        fail_on=fail_on,
        unreadable=unreadable,
        counts=listing.counts,
        known=listing.known,
        ignored=listing.ignored,
        sample=manifest.get("sample"),
    )
