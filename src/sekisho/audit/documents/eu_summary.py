"""The summary of the EU AI Act, Art. 53(1)(d): the Commission's template of 2025-07-24, section by section.

Fields 1.1-3.3 as in the template (C(2025) 8311 of 2025-12-05); what only the provider knows is declared.
"""

from sekisho.audit.documents.facts import Facts
from sekisho.audit.documents.origin import crawl, domains, languages, latest, ranges, synthetic, tokens
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
from sekisho.locale import Word

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
            field("eu.tokens", tokens(facts), prose(dataset, "tokens")),
            field("eu.content", prose(dataset, "content")),
            field("eu.latest", latest(facts), prose(dataset, "collected_until")),
            field("eu.continuous", declared(answer(dataset.get("continuous")))),
            field("eu.languages", languages(facts), prose(dataset, "languages")),
            field("eu.other", prose(dataset, "other")),
        ),
    )


def _public(facts: Facts) -> Part | None:
    said = facts["declared"].get("sources", {})
    lines: list[Line] = [] if "public" in said or "public_datasets" not in said else [Say("doc.yes")]
    for one in said.get("public_datasets", ()):
        about = (one.get(name) for name in ("name", "url", "period", "description"))
        lines.append(" · ".join(word for word in about if word))
    return declared(*lines)


def _users(facts: Facts) -> Part | None:
    """Answer the two questions of 2.4."""
    said = facts["declared"].get("sources", {}).get("users", {})
    there = (name for name in ("interactions", "services") if said.get(name) is not None)
    answers = ((name, Word("doc", "yes" if said[name] else "no")) for name in there)
    return declared(*(Say(f"eu.users_{name}", {"answer": word}) for name, word in answers))


def _sources(facts: Facts) -> Section:
    audited = datasets(facts)
    where = computed(Say("eu.domains_scope")) if (facts["domains"] or {"domains": 0})["domains"] else None
    return Section(
        id="eu.sources",
        fields=(
            field("eu.public", audited, computed(Say("eu.audited")), source(facts, "public"), _public(facts)),
            field("eu.licensed", grants(facts), source(facts, "licensed")),
            field("eu.third_party", source(facts, "third_party")),
            field("eu.crawled", crawl(facts), latest(facts)),
            field("eu.domains", domains(facts), where),
            field("eu.users", source(facts, "users"), _users(facts)),
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
