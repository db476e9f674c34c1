"""The summary of the EU AI Act, Art. 53(1)(d): the Commission's template of 2025-07-24, section by section.

Fields 1.1-3.3 as in the template (C(2025) 8311 of 2025-12-05); what only the provider knows is declared.
"""

from sekisho.audit.documents.facts import Facts
from sekisho.audit.documents.origin import domains, languages, latest, ranges, synthetic, tokens
from sekisho.audit.documents.parts import (
    answer,
    computed,
    decisions,
    declared,
    evidence,
    field,
    grants,
    licences,
    listed,
    matches,
    modalities,
    notes,
    personal,
    prose,
    reservations,
    source,
)
from sekisho.audit.documents.sheet import Document, Line, Part, Say, Section

__all__ = ["eu_summary"]


def _general(facts: Facts) -> Section:
    said = facts["declared"]
    provider, model, dataset = (said.get(name, {}) for name in ("provider", "model", "dataset"))
    return Section(
        id="eu.general",
        fields=(
            field("eu.version", computed(Say("doc.written", {"on": facts["on"]})), prose(dataset, "version")),
            field("eu.provider", prose(provider, "name", "address", "email", "url")),
            field("eu.representative", prose(provider, "representative")),
            field("eu.model", prose(model, "name", "version")),
            field("eu.base", prose(model, "base")),
            field("eu.market", prose(model, "placed_on_market")),
            field("eu.size", modalities(facts), ranges(facts)),
            field("eu.tokens", prose(dataset, "tokens") or tokens(facts)),
            field("eu.content", prose(dataset, "content")),
            field("eu.latest", latest(facts), prose(dataset, "collected_until")),
            field("eu.continuous", declared(answer(dataset.get("continuous")))),
            field("eu.languages", languages(facts), prose(dataset, "languages")),
            field("eu.other", prose(dataset, "other")),
        ),
    )


def _public(facts: Facts) -> Part | None:
    lines: list[Line] = []
    for one in facts["declared"].get("sources", {}).get("public_datasets", ()):
        about = (one.get(name) for name in ("name", "url", "period", "description"))
        lines.append(" · ".join(word for word in about if word))
    return declared(*lines)


def _crawl(facts: Facts) -> Part | None:
    said = facts["declared"].get("sources", {}).get("crawl", {})
    named = Say("doc.crawlers", {"names": ", ".join(said["crawlers"])}) if said.get("crawlers") else None
    period = " – ".join(said[name] for name in ("since", "until") if said.get(name)) or None
    texts = (said.get(name) for name in ("purposes", "behaviour", "description"))
    return declared(answer(said.get("used")), named, period, *texts)


def _sources(facts: Facts) -> Section:
    names = sorted({dataset["name"] for run in facts["runs"] for dataset in run["datasets"]})
    audited = computed(Say("doc.audited", {"names": ", ".join(names)}), Say("eu.audited"))
    return Section(
        id="eu.sources",
        fields=(
            field("eu.public", audited, _public(facts)),
            field("eu.licensed", grants(facts), source(facts, "licensed")),
            field("eu.third_party", source(facts, "third_party")),
            field("eu.crawled", _crawl(facts), latest(facts)),
            field("eu.domains", domains(facts)),
            field("eu.users", source(facts, "users")),
            field("eu.synthetic", source(facts, "synthetic"), synthetic(facts)),
            field("eu.other_sources", source(facts, "other")),
        ),
    )


def _processing(facts: Facts) -> Section:
    rights = facts["declared"].get("rights", {})
    return Section(
        id="eu.processing",
        fields=(
            field("eu.code", declared(answer(rights.get("code_of_practice")))),
            field("eu.reservations", reservations(facts), prose(rights, "measures")),
            field("eu.licences", licences(facts)),
            field("eu.illegal", listed(facts), prose(rights, "illegal_content")),
            field("eu.decisions", decisions(facts), matches(facts)),
            field("eu.personal", personal(facts)),
        ),
    )


def eu_summary(facts: Facts) -> Document:
    """Return the public summary of training content."""
    sections = (_general(facts), _sources(facts), _processing(facts), evidence(facts))
    return Document(id="eu", notes=(*notes(facts), Say("eu.note")), sections=sections)
