"""Japan's principle code on generative AI and intellectual property: comply or explain for each item.

After secondary texts of the Cabinet Office's draft of 2025-12-26; the items are to be compared with the final
text before the sheet is published, and the sheet says so.
"""

from sekisho.audit.documents.declared import PRINCIPLES
from sekisho.audit.documents.facts import Facts
from sekisho.audit.documents.origin import crawl, domains, languages, latest, synthetic, tokens
from sekisho.audit.documents.parts import (
    computed,
    decisions,
    declared,
    evidence,
    field,
    modalities,
    notes,
    prose,
    reservations,
)
from sekisho.audit.documents.sheet import Document, Field, Mark, Part, Say, Section

__all__ = ["jp_principles"]

_ON_REQUEST = ("rightsholder_requests", "user_requests")


def _known(facts: Facts, item: str) -> tuple[Part | None, ...]:
    """Return what runs and other declarations say about an item."""
    said = facts["declared"]
    model, rights = said.get("model", {}), said.get("rights", {})
    answers = (computed(Say("jp.answers")),)
    known: dict[str, tuple[Part | None, ...]] = {
        "model": (prose(model, "name", "version"),),
        "design": (prose(model, "design"),),
        "training": (prose(model, "training"),),
        "data": (modalities(facts), tokens(facts), languages(facts), synthetic(facts)),
        "crawling": (crawl(facts), latest(facts), domains(facts)),
        "reservations": (reservations(facts), prose(rights, "measures")),
        "pirate_sites": (prose(rights, "pirate_sites"),),
        "contact": (prose(rights, "contact"),),
        "records": (computed(Say("jp.records_kept", {"runs": len(facts["runs"])})), decisions(facts)),
        "output": (prose(rights, "output_measures"),),
        "rightsholder_requests": answers,
        "user_requests": answers,
    }
    return known.get(item, ())


def _field(facts: Facts, item: str) -> Field:
    said = facts["declared"].get("principles", {}).get(item)
    if said is None:
        cell: Part | None = Part(mark=Mark.NOT_AVAILABLE, lines=(Say("jp.undecided"),))
    else:
        cell = declared(Say(f"jp.{said['state']}"), said.get("text"))
    return field(f"jp.{item}", cell, *_known(facts, item))


def jp_principles(facts: Facts) -> Document:
    """Return the sheet."""
    first = tuple(_field(facts, item) for item in PRINCIPLES if item not in _ON_REQUEST)
    later = tuple(_field(facts, item) for item in _ON_REQUEST)
    sections = (
        Section(id="jp.publish", fields=first),
        Section(id="jp.request", fields=later),
        evidence(facts),
    )
    return Document(id="jp", notes=(*notes(facts), Say("jp.note")), sections=sections)
