"""A document -> one HTML file in the look of the report: no script, no request, everything escaped."""

from sekisho.audit.documents.facts import Facts
from sekisho.audit.documents.sheet import Document, cell, line
from sekisho.locale import page, shown, text

__all__ = ["html"]


def html(document: Document, facts: Facts, lang: str) -> str:
    """Return a document as a page in one language."""
    provider = facts["declared"].get("provider", {}).get("name")
    model = facts["declared"].get("model", {}).get("name")
    return page(
        "document.html.j2",
        document=document,
        lang=lang,
        heading=shown(model or provider or facts["operator"]["label"] or "-", 80),
        cell=lambda value: cell(value, lang),
        line=lambda value: [one for one in line(value, lang).splitlines() if one.strip()],
        say=lambda key: text(key, lang),
    )
