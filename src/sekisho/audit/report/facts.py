"""Collect the one set of facts of a run: report.json is their dump and report.html their view.

One pass over the decisions. What is kept does not grow with the dataset: counters over closed sets,
histograms, a bounded choice of tiles and names, and tallies that keep the largest entries and say so
when they had to forget small ones.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sekisho.audit.protected import is_protected, shown_flow, shown_reasons
from sekisho.audit.report.parts import nearness
from sekisho.audit.report.texts import Texts, finding_detail, grade_of, is_general, is_text, shares
from sekisho.audit.report.tiles import Wall
from sekisho.audit.report.ways import Ways, film_of, shown_part
from sekisho.audit.rows import completed
from sekisho.audit.shape import Label, Manifest, Titles, checked_manifest, labelled
from sekisho.errors import EvidenceError
from sekisho.model import Grade, Method, Outcome

__all__ = ["Facts", "collected", "facts", "finding_detail"]

Facts = dict[str, Any]

TOP_WORKS = 20
TOP_HOLDERS = 50
NAMES_PER_REASON = 50
DISTANCES = 32
"""Bits 0-31 have a bar each; 31 is the widest radius that is searched."""
QUALITY_BINS = 10
TALLY_LIMIT = 65_536
"""Entries or holders that are counted exactly; with more, the smallest counts are forgotten."""
PASSED_PER_BATCH = 16
LACKING = frozenset({"none", "expired", "out_of_scope"})
GRANT_WOULD_CLEAR = frozenset(
    {
        "verified_without_permission",
        "declared_without_permission",
        "excerpt",
        "possible_quotation",
        "short_work",
        "possible_part",
        "similar",
        "film_clip",
        "name_in_prompt",
        "to_cut",
    }
)
"""Reasons of an item that one grant can turn into a pass."""
GRADES = [grade.value for grade in Grade]
MEASURED = (Method.SHA256.value, Method.PDQ.value)
"""Methods that say how near something is in bits."""

Row = dict[str, Any]


@dataclass(slots=True)
class _Tally:
    """Counts per key, bounded in memory; `exact` turns false when small ones had to be forgotten."""

    counts: dict[str, Counter[str]] = field(default_factory=dict)
    exact: bool = True

    def add(self, key: str, *names: str) -> Counter[str]:
        counter = self.counts.setdefault(key, Counter())
        counter.update(names)
        if len(self.counts) > 2 * TALLY_LIMIT:
            self.counts = dict(self.top(TALLY_LIMIT))
            self.exact = False
        return counter

    def top(self, limit: int) -> Sequence[tuple[str, Counter[str]]]:
        return sorted(self.counts.items(), key=lambda pair: (-pair[1]["items"], pair[0]))[:limit]


@dataclass(slots=True)
class _Seen:
    """Everything that one pass over the decisions collects."""

    label: Callable[[str], Label]
    flow: Counter[tuple[str, str]] = field(default_factory=Counter)
    qualities: Any = field(default_factory=lambda: np.zeros(QUALITY_BINS, np.int64))
    unmeasured: int = 0
    same_file: int = 0
    upright: list[int] = field(default_factory=lambda: [0] * DISTANCES)
    turned: list[int] = field(default_factory=lambda: [0] * DISTANCES)
    thresholds: dict[str, int] = field(default_factory=dict)
    works: _Tally = field(default_factory=_Tally)
    holders: _Tally = field(default_factory=_Tally)
    holder_labels: dict[str, Label] = field(default_factory=dict)
    unreadable: dict[str, list[str]] = field(default_factory=dict)
    wall: Wall = field(default_factory=Wall)
    ways: Ways = field(default_factory=Ways)
    texts: Texts = field(init=False)

    def __post_init__(self) -> None:
        self.texts = Texts(label=self.label)

    def batch(self, batch: pa.RecordBatch) -> None:
        """Take in one batch: the counts as columns, only the rows that say more one by one."""
        batch = completed(batch)
        pairs = pc.binary_join_element_wise(batch["outcome"], batch["reason"], "\t")
        for value in pc.value_counts(pairs).to_pylist():
            outcome, _, reason = value["values"].partition("\t")
            self.flow[outcome, reason] += value["counts"]
        quality = batch["pdq_quality"].drop_null().to_numpy(zero_copy_only=False)
        kinds = batch["media_type"]
        shown = pc.or_(pc.starts_with(kinds, "image/"), pc.starts_with(kinds, "video/"))
        pictures = pc.or_(pc.equal(kinds, ""), shown)
        self.unmeasured += pc.sum(pictures).as_py() - len(quality) if batch.num_rows else 0
        self.qualities += np.bincount(np.minimum(quality // 10, 9).astype(np.int64), minlength=QUALITY_BINS)
        quiet = pc.and_(
            pc.equal(batch["outcome"], Outcome.ALLOW.value),
            pc.equal(pc.fill_null(pc.list_value_length(batch["findings"]), 0), 0),
        )
        for row in batch.filter(pc.invert(quiet)).to_pylist():
            self.row(row)
        self.passed(batch.filter(quiet))

    def passed(self, batch: pa.RecordBatch) -> None:
        """Offer the few with the lowest SHA-256 of those that passed without a finding."""
        order = pc.sort_indices(batch["sha256"].cast(pa.binary()))
        for row in batch.take(order[:PASSED_PER_BATCH]).to_pylist():
            self.wall.offer(_slim(row, ()))

    def row(self, row: Row) -> None:
        """Take in a row that has findings or did not pass; of a protected one only the reason counts."""
        if is_protected(row):
            return
        findings = row["findings"] or ()
        self.wall.offer(_slim(row, findings[:1]))
        self.texts.row(row)
        self.ways.row(row)
        if row["problem"]:
            names = self.unreadable.setdefault(row["problem"], [])
            if len(names) < NAMES_PER_REASON:
                names.append(row["item"])
        closest: dict[str, Mapping[str, Any]] = {}
        for finding in findings:
            self.distance(finding)
            near = closest.get(finding["entry"])
            if near is None or nearness(finding) < nearness(near):
                closest[finding["entry"]] = finding
        for entry, finding in closest.items():
            graded = (f"grade:{grade}",) if (grade := grade_of(finding)) else ()
            counter = self.works.add(
                entry, "items", row["outcome"], f"permission:{finding['permission']}", *graded
            )
            counter[f"method:{finding['method']}"] += 1
            if finding["method"] in MEASURED:
                counter["closest"] = min(counter.get("closest", 256), int(finding["distance"]))
        self.gap(row, closest.values())

    def distance(self, finding: Mapping[str, Any]) -> None:
        """Count a finding in the histogram of distances."""
        if finding["method"] != "pdq":
            self.same_file += finding["method"] == "sha256"
            return
        way = "upright" if finding_detail(finding).get("orientation", "upright") == "upright" else "turned"
        bars = self.upright if way == "upright" else self.turned
        bars[min(int(finding["distance"]), DISTANCES - 1)] += 1
        self.thresholds[way] = max(self.thresholds.get(way, 0), int(finding["threshold"]))

    def gap(self, row: Row, findings: Iterable[Mapping[str, Any]]) -> None:
        """Count what is missing, by holder, and whether that holder's grant alone would clear the item."""
        lacking: dict[str, Mapping[str, Any]] = {}
        conflict = False
        for finding in findings:
            conflict |= finding["permission"] == "conflict"
            if finding["permission"] in LACKING:
                label = self.label(finding["entry"])
                holder = label.key or label.holder
                lacking.setdefault(holder, finding)
                self.holder_labels.setdefault(holder, label)
        may_pass = row["reason"] in GRANT_WOULD_CLEAR and not row["personal"]
        alone = len(lacking) == 1 and not conflict and may_pass
        for holder, finding in lacking.items():
            trust = f"trust:{self.label(finding['entry']).trust}"
            names = ("items", finding["permission"], trust, *(("alone",) if alone else ()))
            self.holders.add(holder, *names)


def _slim(row: Row, findings: Sequence[Mapping[str, Any]]) -> Row:
    digest = row["sha256"]
    return {
        "item": row["item"],
        "unit": row["unit"],
        "outcome": row["outcome"],
        "reason": row["reason"],
        "problem": row["problem"] or "",
        "quality": row["pdq_quality"],
        "sha256": digest.hex() if digest is not None else "",
        "findings": [dict(finding) for finding in findings],
        "text": is_text(row),
        "film": film_of(row),
        "personal": list(row["personal"] or ()),
        "edits": list(row["edits"] or ()),
    }


def _tile(row: Row, label: Callable[[str], Label]) -> Facts:
    tile = {key: value for key, value in row.items() if key != "findings"}
    tile["match"] = None
    if row["findings"]:
        (finding,) = row["findings"]
        named = label(finding["entry"])
        tile["match"] = {
            **{key: finding[key] for key in ("entry", "kind", "method", "permission")},
            "grant": finding["grant"] or "",
            "to_everybody": is_general(finding),
            "distance": int(finding["distance"]),
            "threshold": int(finding["threshold"]),
            "orientation": str(finding_detail(finding).get("orientation", "upright")),
            "grade": grade_of(finding),
            **shares(finding),
            "part": shown_part(finding),
            "title": named.title,
            "holder": named.holder,
            "trust": named.trust,
        }
    return tile


def _works(seen: _Seen) -> Facts:
    rows = [
        {
            "entry": entry,
            "title": seen.label(entry).title,
            "holder": seen.label(entry).holder,
            "trust": seen.label(entry).trust,
            "items": count["items"],
            "closest": count.get("closest"),
            "grade": next((g for g in reversed(GRADES) if count[f"grade:{g}"]), ""),
            "method": next((m.value for m in Method if count[f"method:{m.value}"]), ""),
            "outcomes": {outcome.value: count[outcome.value] for outcome in Outcome},
        }
        for entry, count in seen.works.top(TOP_WORKS)
    ]
    return {"matched": len(seen.works.counts), "exact": seen.works.exact, "top": rows}


def _gaps(seen: _Seen) -> Facts:
    rows = [
        {
            "holder": seen.holder_labels[holder].holder,
            "key": seen.holder_labels[holder].key,
            "trust": "verified" if count["trust:verified"] else "declared",
            "items": count["items"],
            "cleared_by_one_grant": count["alone"],
            "permissions": {name: count[name] for name in sorted(LACKING)},
        }
        for holder, count in seen.holders.top(TOP_HOLDERS)
    ]
    return {"holders": len(seen.holders.counts), "exact": seen.holders.exact, "top": rows}


def _agree(seen: _Seen, manifest: Manifest) -> None:
    totals = manifest["totals"]
    outcomes: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for (outcome, reason), count in seen.flow.items():
        outcomes[outcome] += count
        reasons[reason] += count
    # The unary plus drops zeros, which a manifest may state or leave out.
    for counted, name in ((outcomes, "outcomes"), (reasons, "reasons")):
        stated = Counter(totals[name])
        if +counted != +stated:
            raise EvidenceError(
                f"the decisions do not add up to the manifest's {name}: {+counted} is not {+stated}",
                hint="`sekisho verify RUN` names the file that was changed",
            )


def facts(
    manifest: Mapping[str, Any],
    batches: Iterable[pa.RecordBatch],
    *,
    titles: Titles,
    timing: Mapping[str, Any],
) -> Facts:
    """Collect the facts of a run in one pass over its decisions; see `collected`."""
    return collected(manifest, batches, titles=titles, timing=timing)[0]


def collected(
    manifest: Mapping[str, Any],
    batches: Iterable[pa.RecordBatch],
    *,
    titles: Titles,
    timing: Mapping[str, Any],
) -> tuple[Facts, list[Facts]]:
    """Collect the facts of a run in one pass over its decisions.

    Args:
        manifest: manifest.json, parsed.
        batches: the decisions, in the order of the manifest's units; columns as in the contract.
        titles: says an entry's title, holder and trust.
        timing: what status.json says about time; shown, and marked as no evidence.

    Returns:
        Plain JSON values, equal for every runner and number of workers, but for `speed`; and the exact
        numbers of items by outcome and reason, which in the facts are not said where they are small
        and about persons or listed files.

    Raises:
        InputError: the manifest lacks a field.
        EvidenceError: the decisions do not add up to the manifest's totals.
    """
    checked_manifest(manifest)

    @lru_cache(maxsize=4096)
    def label(entry: str) -> Label:
        return labelled(titles, entry)

    seen = _Seen(label=label)
    for batch in batches:
        seen.batch(batch)
    _agree(seen, manifest)
    flow = _flow(seen)
    said = {"flow": shown_flow(flow), "speed": {**timing, "evidence": False}}
    return {**_stated(manifest), **_counted(seen, manifest), **said}, flow


def _stated(manifest: Manifest) -> Facts:
    """Return what the manifest itself says; it stands before any total."""
    return {
        "version": 1,
        "root": manifest["root"],
        "operator": manifest["operator"],
        "use": manifest["use"],
        "registry": manifest["snapshot"],
        "policy": manifest["policy"],
        "law": manifest.get("law") or {"evaluated": False},
        "signals": manifest.get("signals"),
        "depth": manifest["depth"],
        "models": manifest.get("models") or {"used": [], "missing": []},
        "stages": manifest["stages"],
        "sample": manifest.get("sample"),
        "datasets": manifest["datasets"],
        "totals": shown_reasons(manifest["totals"]),
    }


def _flow(seen: _Seen) -> list[Facts]:
    rank = {outcome.value: outcome.rank for outcome in Outcome}
    flow = sorted(seen.flow.items(), key=lambda pair: (rank[pair[0][0]], -pair[1], pair[0][1]))
    return [{"outcome": outcome, "reason": reason, "items": count} for (outcome, reason), count in flow]


def _counted(seen: _Seen, manifest: Manifest) -> Facts:
    unreadable = Counter(manifest["totals"]["unreadable"])
    return {
        "works": _works(seen),
        "gaps": _gaps(seen),
        "distances": {
            "same_file": seen.same_file,
            "upright": seen.upright,
            "turned": seen.turned,
            "thresholds": seen.thresholds,
        },
        "qualities": {"bins": seen.qualities.tolist(), "unmeasured": seen.unmeasured},
        "methods": seen.ways.facts(),
        "texts": seen.texts.facts(manifest),
        "unreadable": [
            {"reason": reason, "items": count, "names": seen.unreadable.get(reason, [])}
            for reason, count in sorted(unreadable.items(), key=lambda pair: (-pair[1], pair[0]))
        ],
        "tiles": [_tile(row, seen.label) for row in seen.wall.chosen()],
    }
