"""Who may see what of a case: somebody who says to be a guardian learns that there is a match, no more.

Evidence goes to those whose relation the desk has verified, and to authorities whose request it answers.
Two guardians of one child do not see each other: a view holds nothing of other cases.
"""

from dataclasses import dataclass
from enum import StrEnum

from sekisho.model import Case, CaseEvent, KeyId

__all__ = ["Sight", "View", "view_of"]


class Sight(StrEnum):
    """In which standing somebody looks."""

    NOBODY = "nobody"
    DECLARED = "declared"
    VERIFIED = "verified"
    DESK = "desk"


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What one reader is shown.

    Attributes:
        desk: where the relation is verified; always said.
        events: the steps; only states and days for a declared reader.
        evidence: names of files that may be opened; empty unless verified.
    """

    case: str
    sight: Sight
    desk: str
    events: tuple[CaseEvent, ...] = ()
    evidence: tuple[str, ...] = ()


def view_of(
    case: Case,
    reader: KeyId,
    *,
    parties: frozenset[KeyId],
    verified: frozenset[KeyId],
    desk: KeyId,
    files: tuple[str, ...],
) -> View:
    """Return what a reader may see.

    Args:
        case: any.
        reader: whose key asks.
        parties: who has opened it or was named as its party.
        verified: of these, whose relation the desk has verified.
        desk: the key of the desk that keeps the case.
        files: the names of the evidence.
    """
    if reader == desk:
        return View(case=case.id, sight=Sight.DESK, desk=desk, events=case.events, evidence=files)
    if reader not in parties:
        return View(case="", sight=Sight.NOBODY, desk=desk)
    if reader not in verified:
        return View(case=case.id, sight=Sight.DECLARED, desk=desk, events=case.events[:1])
    return View(case=case.id, sight=Sight.VERIFIED, desk=desk, events=case.events, evidence=files)
