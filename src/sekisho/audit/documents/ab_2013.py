"""California AB 2013 (Civil Code 3110-3111, in force 2026-01-01): the twelve items of 3111(a)."""

from sekisho.audit.documents.facts import Facts
from sekisho.audit.documents.origin import domains, latest, synthetic
from sekisho.audit.documents.parts import (
    answer,
    computed,
    datasets,
    decisions,
    declared,
    evidence,
    field,
    grants,
    licences,
    modalities,
    notes,
    personal,
    prose,
    source,
)
from sekisho.audit.documents.sheet import Document, Say, Section

__all__ = ["ab_2013"]


def ab_2013(facts: Facts) -> Document:
    """Return the documentation that a developer posts."""
    said = facts["declared"]
    dataset, rights, own = (said.get(name, {}) for name in ("dataset", "rights", "personal"))
    items = (
        field(
            "ab.sources",
            datasets(facts),
            domains(facts),
            prose(dataset, "creators", "url"),
            source(facts, "third_party"),
        ),
        field("ab.purpose", prose(dataset, "purpose")),
        field("ab.points", computed(Say("doc.size", {"items": facts["items"]}))),
        field("ab.types", modalities(facts), prose(dataset, "content")),
        field("ab.protected", licences(facts), prose(rights, "protected_by")),
        field("ab.licensed", grants(facts), source(facts, "licensed")),
        field("ab.personal", personal(facts), declared(answer(own.get("present")))),
        field("ab.aggregate", prose(own, "aggregate_consumer")),
        field("ab.processing", decisions(facts), prose(dataset, "processing")),
        field(
            "ab.period",
            latest(facts),
            prose(dataset, "collected_from", "collected_until"),
            declared(answer(dataset.get("continuous"))),
        ),
        field("ab.first_used", prose(dataset, "first_used")),
        field("ab.synthetic", source(facts, "synthetic"), synthetic(facts)),
    )
    sections = (Section(id="ab.items", fields=items), evidence(facts))
    return Document(id="ab", notes=(*notes(facts), Say("ab.note")), sections=sections)
