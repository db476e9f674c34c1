"""Parts that several documents have: sizes, signals, personal information, decisions, and the evidence."""

from collections.abc import Mapping
from typing import Any

from sekisho.audit.documents.facts import Facts
from sekisho.audit.documents.sheet import Bytes, Field, Line, Mark, Part, Say, Section, Table
from sekisho.audit.documents.sums import add_shown
from sekisho.audit.share.counts import SMALL, Shown
from sekisho.locale import Word

__all__ = [
    "answer",
    "computed",
    "datasets",
    "decisions",
    "declared",
    "evidence",
    "field",
    "grants",
    "labelled",
    "licences",
    "listed",
    "matches",
    "modalities",
    "notes",
    "personal",
    "prose",
    "reservations",
    "source",
    "unlooked",
]

STANCES = ("disallow", "error", "allow", "unknown")


def computed(*lines: Line, table: Table | None = None) -> Part:
    """Return a part that comes from the runs."""
    return Part(mark=Mark.COMPUTED, lines=lines, table=table)


def declared(*lines: Line | None) -> Part | None:
    """Return a part that the operator declares; None if nothing of it is there."""
    there = tuple(one for one in lines if one is not None)
    return Part(mark=Mark.DECLARED, lines=there) if there else None


def field(key: str, *parts: Part | None) -> Field:
    """Return a field of the parts that are there."""
    return Field(id=key, parts=tuple(part for part in parts if part is not None))


def answer(value: bool | None) -> Say | None:  # noqa: FBT001 - what was declared
    """Say yes or no if it was declared."""
    return None if value is None else Say("doc.yes" if value else "doc.no")


def prose(table: Mapping[str, Any], *names: str) -> Part | None:
    """Return texts of a table of the declarations as a part; lists are joined, one of several is named."""
    found = ((name, table.get(name)) for name in names)
    there = ((name, ", ".join(one) if isinstance(one, list) else one) for name, one in found if one)
    if len(names) == 1:
        return declared(*(one for _, one in there))
    return declared(*(line for name, one in there for line in labelled(name, one)))


def labelled(name: str, words: str) -> tuple[Line, ...]:
    """Return words of the operator with what they are about before them."""
    first, *more = [one for one in words.splitlines() if one.strip()] or [""]
    return Say("doc.labelled", {"label": Word("declared", name), "words": first}), *more


def source(facts: Facts, name: str) -> Part | None:
    """Return what is declared of one kind of source."""
    said = facts["declared"].get("sources", {}).get(name, {})
    listed = [Say("doc.names", {"names": ", ".join(said["names"])})] if said.get("names") else []
    kinds = [Say("doc.kinds", {"kinds": ", ".join(said["modalities"])})] if said.get("modalities") else []
    return declared(answer(said.get("used")), said.get("description"), *listed, *kinds)


def modalities(facts: Facts) -> Part:
    """Say how much there is of each modality."""
    film = any(one["seconds"] != 0 for one in facts["modalities"])
    rows = tuple(
        (Word("modality", one["modality"]), one["items"], _bytes(one["bytes"]))
        + ((one["seconds"] if one["seconds"] != 0 else "-",) if film else ())
        for one in facts["modalities"]
    )
    heads = ("doc.col.modality", "doc.col.items", "doc.col.bytes", *(("doc.col.seconds",) if film else ()))
    lines: list[Line] = [Say("doc.size", {"items": facts["items"]}), Say("doc.size_checked")]
    if any(one["bytes"] is None for one in facts["modalities"]):
        lines.append(Say("doc.bounds"))
    return computed(*lines, table=Table(heads=heads, rows=rows))


def _bytes(size: int | None) -> Bytes | None:
    return None if size is None else Bytes(size)


def datasets(facts: Facts) -> Part:
    """Name the datasets that were checked, with their sizes."""
    found: dict[str, list[int]] = {}
    for one in (one for run in facts["runs"] for one in run["datasets"]):
        amount = found.setdefault(one["name"], [0, 0])
        amount[0] += one["items"]
        amount[1] += one["bytes"]
    rows = tuple((name, items, Bytes(size)) for name, (items, size) in sorted(found.items()))
    heads = ("doc.col.dataset", "doc.col.items", "doc.col.bytes")
    said = Say("doc.audited", {"names": ", ".join(sorted(found))})
    return computed(said, table=Table(heads=heads, rows=rows))


def reservations(facts: Facts) -> Part:
    """Say which signals were found, for how many of the items any was, and what followed."""
    signals = facts["signals"]
    lines: list[Line] = []
    if isinstance(signals["items"], int):
        share = 100 * signals["items"] / signals["of"] if signals["of"] else 0
        lines.append(Say("doc.coverage", {"items": signals["items"], "of": signals["of"], "share": share}))
    else:
        lines.append(Say("doc.coverage_bound", {"items": signals["items"], "of": signals["of"]}))
    for copies in signals["sites"]:
        span = {"first": copies["from"][:10], "last": copies["until"][:10]}
        lines.append(Say("doc.sites", {**span, "digest": copies["digest"]}))
    if not signals["sites"]:
        lines.append(Say("doc.no_sites"))
    if not signals["c2pa"]:
        lines.append(Say("doc.no_c2pa"))
    lines.append(Say("doc.opted_out", {"items": _count(_reason(facts, "opted_out"))}))
    rows = tuple(
        (Word("signal", name), *(by.get(stance, 0) for stance in STANCES))
        for name, by in signals["families"].items()
    )
    heads = ("doc.col.signal", *(f"stance.{stance}" for stance in STANCES))
    return computed(*lines, table=Table(heads=heads, rows=rows) if rows else None)


def _reason(facts: Facts, reason: str) -> Shown:
    """Return how many items a reason decided; None if that is withheld."""
    tables = facts["decisions"]["reasons"].values()
    if any(table is None for table in tables):
        return None
    found: list[Shown] = [table[reason] for table in tables if reason in table]
    return add_shown(found)


def _count(count: Shown) -> Word | int | str:
    """Return a count as a value of a text."""
    if count is None:
        return Word("doc", "withheld")
    return count if count != SMALL else SMALL


def decisions(facts: Facts) -> Part:
    """Say what was decided, as far as it is public."""
    found = facts["decisions"]
    rows: list[tuple[Word | int | str | None, ...]] = []
    for outcome, count in found["outcomes"].items():
        rows.append((Word("outcome", outcome), Word("doc", "all_reasons"), count))
        rows.extend(
            (Word("outcome", outcome), Word("reason_short", reason), items)
            for reason, items in (found["reasons"][outcome] or {}).items()
        )
    heads = ("doc.col.outcome", "doc.col.reason", "doc.col.items")
    return computed(*_reviewed(found), table=Table(heads=heads, rows=tuple(rows)))


def _reviewed(found: Mapping[str, Any]) -> tuple[Line, ...]:
    """Say whose counts stand in the table, and what reviews by people have made of them."""
    if found["after_reviews"] is None:
        return (Say("doc.decided"),)
    outcomes = found["after_reviews"]["outcomes"]
    if outcomes is None or None in outcomes.values():
        return Say("doc.decided"), Say("doc.before_reviews"), Say("doc.after_untold")
    counts = {name: _count(count) for name, count in outcomes.items()}
    return Say("doc.decided"), Say("doc.before_reviews"), Say("doc.after_reviews", counts)


def matches(facts: Facts) -> Part:
    """Say how many registered works and characters were met, and of how many holders; none is named."""
    found = facts["matches"]
    counts = {kind: _count(found["entries"].get(kind, 0)) for kind in ("work", "character")}
    return computed(Say("doc.matches", {**counts, "holders": _count(found["holders"])}))


def licences(facts: Facts) -> Part:
    """Say which licences items tell; a claim of whoever wrote it."""
    found = facts["licences"]
    rows = tuple((one["licence"], one["items"]) for one in found["spdx"])
    said = {"items": found["items"], "of": found["of"], "unknown": found["not_known"]}
    table = Table(heads=("doc.col.licence", "doc.col.items"), rows=rows) if rows else None
    return computed(Say("doc.licences", said), table=table)


def grants(facts: Facts) -> Part:
    """Say which grants of the registry let items pass."""
    found = facts["grants"]
    rows = tuple((one["grant"], one["items"]) for one in found["named"])
    table = Table(heads=("doc.col.grant", "doc.col.items"), rows=rows) if rows else None
    said = {"grants": found["grants"], "general": found["general"]}
    return computed(Say("doc.grants", said), table=table)


def _in_texts(found: Mapping[str, Any]) -> tuple[Say, ...]:
    """Say in how many texts somebody looked for personal information, and in how many nobody did."""
    if not found["texts"] and not found["kinds"]:
        return unlooked(found) or (Say("doc.personal_no_texts"),)
    said = Say("doc.personal" if found["kinds"] else "doc.personal_none", {"texts": found["texts"]})
    return said, *unlooked(found)


def unlooked(found: Mapping[str, Any]) -> tuple[Say, ...]:
    """Say in how many texts nobody looked for personal information, if there are any."""
    texts = {"texts": found["unlooked"]}
    return (Say("doc.personal_unlooked", texts),) if found["unlooked"] else ()


def personal(facts: Facts) -> Part:
    """Say which kinds of personal information were found in how many texts, and where nobody looked."""
    found = facts["personal"]
    lines = [*_in_texts(found)]
    some = "doc.persons_some" if any(found["protected"]) else "doc.persons_unlooked"
    lines.append(Say("doc.persons" if all(found["protected"]) else some))
    if any(found["protected"]):
        lines.append(Say("doc.persons_found", {"items": _count(facts["matches"]["persons"])}))
    rows = tuple((Word("personal", one["kind"]), one["items"]) for one in found["kinds"])
    table = Table(heads=("doc.col.personal", "doc.col.items"), rows=rows) if rows else None
    return computed(*lines, table=table)


def listed(facts: Facts) -> Part:
    """Say whether files were compared with lists of authorities; how many were met is not said."""
    looked = facts["personal"]["protected"]
    if all(looked):
        return computed(Say("doc.listed"))
    return computed(Say("doc.listed_some" if any(looked) else "doc.listed_not"))


def _of_run(run: Mapping[str, Any]) -> tuple[Line, ...]:
    names = ", ".join(dataset["name"] for dataset in run["datasets"])
    use = {"purpose": Word("purpose", run["use"]["purpose"]), "territory": run["use"]["territory"]}
    registry, policy = run["registry"], run["policy"]
    lines = [
        Say("doc.run", {"names": names, "items": run["items"], **use, "on": run["use"]["on"]}),
        Say("doc.run_root", {"root": run["root"], "manifest": run["manifest"], "public": run["public"]}),
        Say(
            "doc.run_log",
            {"sealed": run["sealed"], "key": run["log"]["key"], "index": str(run["log"]["index"])},
        ),
        Say("doc.run_registry", {n: str(registry[n]) for n in ("name", "edition", "digest", "signer")}),
        Say("doc.run_policy", {"name": policy["name"], "digest": policy["digest"]}),
        Say("doc.run_configuration", {"digest": run["configuration"]}),
    ]
    if run["sample"]:
        lines.append(Say("doc.run_sample", {"taken": run["sample"]["taken"], "of": run["sample"]["of"]}))
    if run["registry"]["stale"]:
        lines.append(Say("doc.run_stale"))
    if run["reviews"]:
        lines.append(Say("doc.run_reviews", {n: run["reviews"][n] for n in ("reviews", "people")}))
    if run["erased"]:
        lines.append(Say("doc.run_erased", {"rows": run["erased"]}))
    return tuple(lines)


def evidence(facts: Facts) -> Section:
    """Return the section that ties a document to its runs, and these to a model."""
    training = facts["training"]
    parts = [computed(*_of_run(run)) for run in facts["runs"]]
    stated = None
    if training is not None:
        log = {"key": training["log"]["key"], "index": str(training["log"]["index"])}
        said = {"model": training["model"], "runs": len(training["runs"]), "at": training["at"], **log}
        whole = Say("doc.training_whole" if training["complete"] else "doc.training_more")
        stated = Part(mark=Mark.DECLARED, lines=(Say("doc.training", said), whole, Say("doc.training_not")))
    return Section(
        id="doc.evidence",
        fields=(
            field("doc.f.runs", *parts),
            field("doc.f.model", stated),
            field(
                "doc.f.tool",
                computed(Say("doc.tool", {"tools": ", ".join(facts["tools"]), "on": facts["on"]})),
            ),
        ),
    )


def notes(facts: Facts) -> tuple[Say, ...]:
    """Say what no document is, and whether only a sample was looked at."""
    model = Say("doc.not_model") if facts["training"] is None else Say("doc.not_model_stated")
    sample = (Say("doc.sample"),) if facts["sample"] else ()
    return (*sample, Say("doc.not_lawful"), model)
