"""The sheet on personal information in Japan (APPI): purpose, and the commission's four points of 2023.

The four points: Personal Information Protection Commission, notice to an operator of 2023-06-01, annex 2.
"""

from sekisho.audit.documents.facts import Facts
from sekisho.audit.documents.parts import (
    computed,
    evidence,
    field,
    notes,
    personal,
    prose,
    reservations,
    unlooked,
)
from sekisho.audit.documents.sheet import Document, Part, Say, Section
from sekisho.audit.documents.sums import add_shown
from sekisho.audit.share.counts import SMALL, Shown
from sekisho.locale import Word

__all__ = ["appi"]

_HELD = ("personal_information", "to_redact")
"""Reasons of items that did not pass as they are."""


def _special(facts: Facts) -> Part | None:
    """Say in how many items special-care information was found, and where nobody looked."""
    if not facts["personal"]["texts"]:
        return _nobody(facts)
    kinds: dict[str, Shown] = {one["kind"]: one["items"] for one in facts["personal"]["kinds"]}
    count = kinds.get("special_care", 0)
    said = Say("appi.special", {"items": SMALL if count is None else count})
    return computed(said, *unlooked(facts["personal"]))


def _nobody(facts: Facts) -> Part | None:
    """Say in how many texts nobody looked; nothing if there are no texts."""
    lines = unlooked(facts["personal"])
    return computed(*lines) if lines else None


def _before_training(facts: Facts) -> Part | None:
    """Say what the policy did with texts that hold personal information, and where nobody looked."""
    if not facts["personal"]["texts"]:
        return _nobody(facts)
    more = unlooked(facts["personal"])
    tables: list[dict[str, Shown] | None] = [*facts["decisions"]["reasons"].values()]
    known = [table for table in tables if table is not None]
    if len(known) < len(tables):
        return computed(Say("appi.held", {"reasons": Word("doc", "withheld")}), *more)
    reasons = {
        reason: add_shown([table.get(reason, 0) for table in known])
        for reason in _HELD
        if any(reason in table for table in known)
    }
    if not reasons:
        return computed(Say("appi.nothing_held"), *more)
    said = ", ".join(f"{reason}: {'-' if items is None else items}" for reason, items in reasons.items())
    return computed(Say("appi.held", {"reasons": said}), *more)


def appi(facts: Facts) -> Document:
    """Return the sheet."""
    own = facts["declared"].get("personal", {})
    points = (
        field("appi.keep_out", prose(own, "before_collection")),
        field("appi.reduce", _special(facts), prose(own, "after_collection")),
        field("appi.delete", _before_training(facts), prose(own, "before_training")),
        field("appi.honour", reservations(facts), prose(own, "requests")),
    )
    other = (
        field("appi.kinds", personal(facts)),
        field("appi.statistics", prose(own, "statistics_publication")),
        field("appi.under_16", computed(Say("appi.no_flag")), prose(own, "under_16")),
        field("appi.contact", prose(own, "contact")),
    )
    purpose = field("appi.purpose", prose(own, "purpose", "announced"))
    sections = (
        Section(id="appi.why", fields=(purpose,)),
        Section(id="appi.points", fields=points),
        Section(id="appi.more", fields=other),
        evidence(facts),
    )
    return Document(id="appi", notes=(*notes(facts), Say("appi.note")), sections=sections)
