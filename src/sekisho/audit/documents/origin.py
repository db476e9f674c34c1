"""Parts about where items come from: crawling, domains, days, languages, models; and ranges of sizes."""

from collections.abc import Sequence

from sekisho.audit.documents.facts import Facts
from sekisho.audit.documents.parts import answer, computed, declared, labelled
from sekisho.audit.documents.registrable import shown_domain
from sekisho.audit.documents.sheet import Bytes, Cell, Language, Line, Mark, Part, Say, Table
from sekisho.audit.documents.sizes import MOST_BYTES, MOST_LETTERS
from sekisho.audit.share.counts import SMALL, Shown
from sekisho.detect.signals.source_type import MADE_BY_MODELS
from sekisho.locale import Word

__all__ = ["SHOWN", "crawl", "domains", "languages", "latest", "ranges", "synthetic", "tokens"]

SHOWN = 1000
"""Rows of a table of domains or languages; facts.json has all."""


def _table(heads: Sequence[str], rows: Sequence[tuple[Cell, ...]]) -> Table | None:
    return Table(heads=tuple(heads), rows=tuple(rows[:SHOWN])) if rows else None


def _bound(items: Shown) -> list[Line]:
    """Say that numbers are bounds; few items are few without a word."""
    return [Say("doc.bounds")] if isinstance(items, str) and items != SMALL else []


def crawl(facts: Facts) -> Part | None:
    """Return what is declared of the collection from the web."""
    said = facts["declared"].get("sources", {}).get("crawl", {})
    named = Say("doc.crawlers", {"names": ", ".join(said["crawlers"])}) if said.get("crawlers") else None
    period = " – ".join(said[name] for name in ("since", "until") if said.get(name)) or None
    texts = [(name, said[name]) for name in ("purposes", "behaviour") if said.get(name)]
    texts += [
        (name, words) for name, words in (("period", period), ("content", said.get("description"))) if words
    ]
    kinds = Say("doc.kinds", {"kinds": ", ".join(said["modalities"])}) if said.get("modalities") else None
    lines = (one for name, words in texts for one in labelled(name, words))
    return declared(answer(said.get("used")), named, *lines, kinds)


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
    named = {"domains": found["domains"], "hosts": found["hosts"], "named": len(found["top"])}
    share = {} if found["share"] is None else {"share": found["share"]}
    lines.append(Say("doc.domains_named" if share else "doc.domains_most", {**named, **share}))
    lines.append(Say("doc.domains_list", found["suffixes"]))
    if len(found["top"]) > SHOWN:
        lines.append(Say("doc.more_in_facts", {"rows": SHOWN}))
    heads = ("doc.col.domain", "doc.col.items", "doc.col.bytes")
    if any(one["bytes"] is None for one in found["top"]):
        names = [(shown_domain(one["domain"]),) for one in found["top"]]
        return computed(*lines, Say("doc.domains_unsized"), table=_table(heads[:1], names))
    rows = [(shown_domain(one["domain"]), one["items"], Bytes(one["bytes"])) for one in found["top"]]
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
    told = {"items": found["items"], "of": found["of"]}
    lines: list[Line] = [Say("doc.languages_stated")]
    if isinstance(found["items"], int):
        lines.append(Say("doc.languages", {**told, "share": 100 * found["items"] / max(found["of"], 1)}))
    else:
        lines.append(Say("doc.languages_bound", told))
    lines += _bound(found["items"])
    if found["not_known"]:
        lines.append(Say("doc.languages_other", {"items": found["not_known"]}))
    rows = [(Language(one["language"]), one["items"]) for one in found["tags"]]
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
    """Say how large the texts are, and why that is not in tokens; nothing if there is no text."""
    if not any(one["modality"] == "text" for one in facts["modalities"]):
        return None
    found = facts["text_size"]
    if found is None:
        return Part(mark=Mark.NOT_AVAILABLE, lines=(Say("doc.no_tokens"),))
    lines: list[Line] = [Say("doc.characters_untold")]
    if found["characters"] is not None:
        lines = [Say("doc.characters", {name: found[name] for name in ("characters", "items")})]
    lines.append(Say("doc.no_tokens"))
    if found["range"] is None:
        lines.append(Say("doc.range_open"))
    else:
        lines += (
            _range("text", found["range"]),
            Say("doc.range_tokens", {"bytes": MOST_BYTES, "letters": MOST_LETTERS}),
        )
    return computed(*lines)


def ranges(facts: Facts) -> Part | None:
    """Say in which range of the template a modality lies, where that can be computed."""
    there = [one for one in facts["modalities"] if one["range"] is not None]
    return computed(*(_range(one["modality"], one["range"]) for one in there)) if there else None


def _range(modality: str, at: int) -> Say:
    said = {"modality": Word("modality", modality), "range": Word(f"range_{modality}", str(at))}
    return Say("doc.range", said)
