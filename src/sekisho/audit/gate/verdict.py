"""The verdict on a run: computed once, from facts, before anything is rendered.

Whatever is printed, in whichever form, shows this value; none of the forms computes one of its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sekisho.audit.gate.listing import Listing
from sekisho.model import Outcome

__all__ = ["EXIT_FINDINGS", "EXIT_INCOMPLETE", "UNFINISHED", "Verdict", "Why", "judge"]

EXIT_FINDINGS = 1
EXIT_INCOMPLETE = 3
NEVER = "never"


class Why(StrEnum):
    """Why the exit code is what it is, in the order in which it is asked."""

    NOTHING = "nothing"
    INCOMPLETE = "incomplete"
    MODELS = "models"
    FINDINGS = "findings"
    PASSED = "passed"


UNFINISHED = frozenset({Why.NOTHING, Why.INCOMPLETE, Why.MODELS})
"""Such a run is never reported as clean."""


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
        missing: ids of the encoders without which confirmed works were not looked for.
    """

    why: Why
    fail_on: str
    unreadable: int
    counts: Mapping[str, int]
    known: int = 0
    ignored: int = 0
    sample: Mapping[str, int] | None = None
    missing: Sequence[str] = ()

    @property
    def code(self) -> int:
        """Return the exit code."""
        if self.why in UNFINISHED:
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
            "missing": list(self.missing),
        }


def _missing(manifest: Mapping[str, Any]) -> list[str]:
    """Return the encoders without which confirmed works were not looked for; an older run names none."""
    return [one["model"] for one in (manifest.get("models") or {}).get("missing", ()) if one["confirmed"]]


def _lacking(items: int, unreadable: int, max_unreadable: int, missing: Sequence[str]) -> Why | None:
    """Say why a run can not be reported as clean, whatever it found."""
    if not items:
        return Why.NOTHING
    if unreadable > max_unreadable:
        return Why.INCOMPLETE
    return Why.MODELS if missing else None


def _why(counts: Mapping[str, int], fail_on: str) -> Why:
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
    unreadable, missing = sum(totals["unreadable"].values()), _missing(manifest)
    lacking = _lacking(totals["items"], unreadable, max_unreadable, missing)
    return Verdict(
        why=lacking or _why(listing.counts, fail_on),
        fail_on=fail_on,
        unreadable=unreadable,
        counts=listing.counts,
        known=listing.known,
        ignored=listing.ignored,
        sample=manifest.get("sample"),
        missing=missing,
    )
