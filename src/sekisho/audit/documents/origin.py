"""Parts about where items come from: domains, days, languages, models that made them; and ranges of sizes."""

from collections.abc import Sequence

from sekisho.audit.documents.facts import Facts
from sekisho.audit.documents.parts import computed
from sekisho.audit.documents.sheet import Bytes, Cell, Line, Mark, Part, Say, Table
from sekisho.audit.share.counts import SMALL, Shown
from sekisho.detect.signals.source_type import MADE_BY_MODELS
from sekisho.locale import Word

__all__ = ["SHOWN", "domains", "languages", "latest", "ranges", "synthetic", "tokens"]

SHOWN = 1000
"""Rows of a table of domains or languages; facts.json has all."""
_HOUR = 3600
_RANGES = {
    "image": (10**6, 10**9),
    "audio": (10_000 * _HOUR, 10**6 * _HOUR),
    "video": (10_000 * _HOUR, 10**6 * _HOUR),
}
"""Where the ranges of the EU template (24 July 2025, 1.3) begin: images, and seconds of sound and film."""


def _table(heads: Sequence[str], rows: Sequence[tuple[Cell, ...]]) -> Table | None:
    return Table(heads=tuple(heads), rows=tuple(rows[:SHOWN])) if rows else None


def _bound(items: Shown) -> list[Line]:
    """Say that numbers are bounds; few items are few without a word."""
    return [Say("doc.bounds")] if isinstance(items, str) and items != SMALL else []


def domains(facts: Facts) -> Part | None:
    """Name the largest domains; None if no run counted any."""
    found = facts["domains"]
    if found is None:
        return None
    lines: list[Line] = [Say("doc.domains", {"items": found["items"], "of": found["of"]})]
    lines += _bound(found["items"])
    if _not_asked(facts):
        lines.append(Say("doc.domains_not_asked"))
    if found["unknown_runs"]:
        lines.append(Say("doc.domains_unknown", {"runs": found["unknown_runs"]}))
    if not found["domains"]:
        return computed(*lines)
    named = {"domains": found["domains"], "named": len(found["top"]), "share": found["share"]}
    lines.append(Say("doc.domains_named", named))
    if len(found["top"]) > SHOWN:
        lines.append(Say("doc.more_in_facts", {"rows": SHOWN}))
    heads = ("doc.col.domain", "doc.col.items", "doc.col.bytes")
    if any(one["bytes"] is None for one in found["top"]):
        names = [(one["domain"],) for one in found["top"]]
        return computed(*lines, Say("doc.domains_unsized"), table=_table(heads[:1], names))
    rows = [(one["domain"], one["items"], Bytes(one["bytes"])) for one in found["top"]]
    return computed(*lines, table=_table(heads, rows))


def _not_asked(facts: Facts) -> bool:
    """Tell whether texts may have an address that no run has asked for."""
    texts = any(one["modality"] == "text" for one in facts["modalities"])
    return texts and not facts["domains"]["asked"] and facts["domains"]["items"] != facts["domains"]["of"]


def latest(facts: Facts) -> Part | None:
    """Say on which days items were fetched, as far as rows tell."""
    found = facts["captured"]
    if found is None:
        return None
    days = {"first": found["first"], "last": found["last"]}
    if found["items"] is None:
        return computed(Say("doc.captured", days))
    said = Say("doc.captured_of", {**days, "items": found["items"], "of": facts["items"]})
    return computed(said, *_bound(found["items"]))


def languages(facts: Facts) -> Part | None:
    """Say in which languages items are, as the dataset states it."""
    found = facts["languages"]
    if found is None:
        return None
    lines: list[Line] = [Say("doc.languages", {"items": found["items"], "of": found["of"]})]
    lines += _bound(found["items"])
    if found["not_known"]:
        lines.append(Say("doc.languages_other", {"items": found["not_known"]}))
    rows = [(one["language"], one["items"]) for one in found["tags"]]
    return computed(*lines, table=_table(("doc.col.language", "doc.col.items"), rows))


def synthetic(facts: Facts) -> Part | None:
    """Say how many items claim that a model has made them; that says nothing of the others."""
    found = facts["synthetic"]
    if found is None:
        return None
    whole, part = (found[name] for name in MADE_BY_MODELS)
    lines = [Say("doc.synthetic", {"whole": whole, "part": part}), Say("doc.synthetic_not")]
    if not found["c2pa"]:
        lines.append(Say("doc.no_c2pa"))
    return computed(*lines)


def tokens(facts: Facts) -> Part | None:
    """Say why the size in tokens is not computed; nothing if there is no text."""
    texts = [one for one in facts["modalities"] if one["modality"] == "text"]
    return Part(mark=Mark.NOT_AVAILABLE, lines=(Say("doc.no_tokens"),)) if texts else None


def ranges(facts: Facts) -> Part | None:
    """Say in which range of the template a modality lies, where that can be computed."""
    lines: list[Line] = []
    for one in facts["modalities"]:
        name = one["modality"]
        size = one["items"] if name == "image" else one["seconds"]
        if name in _RANGES and isinstance(size, int) and size:
            at = sum(size >= bound for bound in _RANGES[name])
            said = {"modality": Word("modality", name), "range": Word(f"range_{name}", str(at))}
            lines.append(Say("doc.range", said))
    return computed(*lines) if lines else None
