"""The one set of facts that every transparency document is a view of: facts.json is its dump.

Runs are added up. Counts of decisions are those of public.json, so that documents tell no more of persons
and listed files than what is public already. Other counts are `<10` below ten where they touch persons, and
bounds with room to spare where they would narrow a count of public.json (`sums.blurred`).
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import msgspec

from sekisho.audit.documents.audited import Audited
from sekisho.audit.documents.came import captured, domains, languages, synthetic, unspoken
from sekisho.audit.documents.declared import Declared
from sekisho.audit.documents.sizes import modalities, text_size
from sekisho.audit.documents.sums import added, blurred
from sekisho.audit.membership.training import Trained
from sekisho.audit.share.counts import show
from sekisho.errors import ConfigError, EvidenceError, UsageError
from sekisho.model import Kind

__all__ = ["Facts", "documented"]

Facts = dict[str, Any]

VERSION = 3
"""3: domains as somebody has registered them, with the edition of the list; characters of texts; ranges."""
MAX_GRANTS = 50
"""Grants that are named, those of most items first."""


def _check_runs(runs: Sequence[Audited]) -> None:
    if not runs:
        raise UsageError("no run was named", hint="sekisho report RUN... --as eu-summary -o FOLDER")
    if len({run.manifest["operator"]["key"] for run in runs}) != 1:
        raise UsageError("the runs are of several operators", hint="each writes documents of its own")
    roots = [run.cited["root"] for run in runs]
    for number, run in enumerate(runs):
        older = {run.cited["parent"], *run.manifest.get("ancestors", ())}
        if roots.count(roots[number]) > 1 or older & set(roots):
            raise UsageError(
                f"two of the runs decide the same items, one of them with the root {roots[number]}",
                hint="name a dataset's last run alone: all runs are added up",
            )


def _check_training(runs: Sequence[Audited], trained: Trained, declared: Declared) -> None:
    statement = trained.statement
    named = {(one.public.hex(), one.root.hex()) for one in statement.runs}
    given = {(run.cited["public"], run.cited["membership"] or "") for run in runs}
    if statement.operator != runs[0].manifest["operator"]["key"]:
        raise EvidenceError("the training statement is another operator's than the runs'")
    if named != given:
        raise EvidenceError(
            f"the training statement names {len(named)} runs, of which {len(named & given)} were given, "
            f"and {len(given - named)} were given that it does not name",
            hint="give exactly the runs that it names, or leave --training out",
        )
    if declared.model.sha256 not in (None, statement.model.hex()):
        raise ConfigError(
            f"declarations: model.sha256 is another model than the statement's, {statement.model.hex()}"
        )


def _stated(trained: Trained | None) -> Facts | None:
    if trained is None:
        return None
    made = trained.statement
    return {
        "model": made.model.hex(),
        "complete": made.complete,
        "at": made.at.date().isoformat(),
        "operator": made.operator,
        "runs": [{"public": one.public.hex(), "root": one.root.hex()} for one in made.runs],
        "log": {"key": trained.vkey, "index": trained.index},
    }


def _guarded(runs: Sequence[Audited]) -> bool:
    """Tell whether rows may be about persons or listed files; those of an earlier run stay listed."""
    return any(_ran(run, "protected") or run.cited["parent"] for run in runs)


def _signals(runs: Sequence[Audited]) -> Facts:
    """Add up what the manifests say of signals; a run of an older layout has none."""
    stances: Counter[str] = Counter()
    families: dict[str, Counter[str]] = {}
    sites: list[Facts] = []
    said = [run.manifest.get("signals") or {} for run in runs]
    for one in said:
        stances.update(one.get("stances", {}))
        for name, by in one.get("families", {}).items():
            families.setdefault(name, Counter()).update(by)
        copies = (one.get("used") or {}).get("sites")
        if copies and copies not in sites:
            sites.append(copies)
    count = blurred if _guarded(runs) else int
    return {
        "items": count(sum(one.get("items", 0) for one in said)),
        "of": sum(run.cited["items"] for run in runs),
        "stances": {stance: count(n) for stance, n in sorted(stances.items())},
        "families": {
            name: {stance: count(n) for stance, n in sorted(by.items())}
            for name, by in sorted(families.items())
        },
        "sites": sites,
        "c2pa": all((one.get("used") or {}).get("c2pa") is True for one in said),
    }


def _licences(runs: Sequence[Audited], of: int) -> Facts:
    counts: Counter[str] = Counter()
    for run in runs:
        counts.update(run.seen.licences)
    unknown = counts.pop("", 0)
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    items, count = sum(run.seen.licensed for run in runs), blurred if _guarded(runs) else int
    # Where every item tells a licence, an exact number would be that of all items without those listed.
    return {
        "items": blurred(items and items + unspoken(runs), of) if _guarded(runs) else items,
        "of": of,
        "spdx": [{"licence": name, "items": count(number)} for name, number in ranked],
        "not_known": count(unknown),
    }


def _span(spans: Sequence[Sequence[datetime]]) -> Facts | None:
    days = [moment.date().isoformat() for span in spans for moment in span]
    return {"first": min(days), "last": max(days)} if days else None


def _grants(runs: Sequence[Audited]) -> Facts:
    counts: Counter[str] = Counter()
    for run in runs:
        counts.update(run.seen.grants)
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    named = [{"grant": grant, "items": show(items)} for grant, items in ranked[:MAX_GRANTS]]
    general = frozenset[str]().union(*(run.seen.general for run in runs))
    return {"grants": len(ranked), "named": named, "general": len(general)}


def _matches(runs: Sequence[Audited]) -> Facts:
    items: Counter[str] = Counter()
    entries: dict[str, set[str]] = {}
    for run in runs:
        items.update(run.seen.matches)
        for kind, found in run.seen.entries.items():
            entries.setdefault(kind, set()).update(found)
    persons = items.pop(Kind.LIKENESS.value, 0)
    known = [run.holders for run in runs if run.holders is not None]
    whole = len(known) == len(runs)
    return {
        "entries": {kind: show(len(found)) for kind, found in sorted(entries.items())},
        "persons": show(persons),
        "holders": show(len(frozenset[str]().union(*known))) if whole else None,
    }


def _personal(runs: Sequence[Audited]) -> Facts:
    kinds: Counter[str] = Counter()
    for run in runs:
        kinds.update(run.seen.personal)
    count = blurred if _guarded(runs) else show
    texts: Counter[bool] = Counter()
    for run in runs:
        texts[_ran(run, "personal")] += (run.manifest["totals"].get("texts") or {}).get("items", 0)
    return {
        "texts": texts[True],
        "unlooked": texts[False],
        "kinds": [{"kind": kind, "items": count(n)} for kind, n in sorted(kinds.items())],
        "protected": [_ran(run, "protected") for run in runs],
    }


def _ran(run: Audited, stage: str) -> bool:
    return any(one["name"] == stage and one["ran"] for one in run.manifest["stages"])


def _decisions(runs: Sequence[Audited]) -> Facts:
    totals = [run.public["totals"] for run in runs]
    outcomes = added(total["outcomes"] for total in totals) or {}
    reasons = {
        outcome: added(None if total["reasons"] is None else total["reasons"][outcome] for total in totals)
        for outcome in outcomes
    }
    return {
        "outcomes": outcomes,
        "reasons": reasons,
        "unreadable": added(total["unreadable"] for total in totals),
        "skipped": added(total["skipped"] for total in totals),
        "after_reviews": _after(runs),
    }


def _after(runs: Sequence[Audited]) -> Facts | None:
    """Return the outcomes after all reviews; None: there were none."""
    if not any(run.cited["reviews"] for run in runs):
        return None
    tables = [
        run.cited["reviews"]["outcomes"] if run.cited["reviews"] else run.public["totals"]["outcomes"]
        for run in runs
    ]
    return {"outcomes": added(tables)}


def _check_declared(facts: Facts, declared: Declared) -> None:
    """Refuse declarations that the runs contradict."""
    sources, said = declared.sources, "declarations: "
    if sources.licensed.used is False and facts["grants"]["grants"]:
        raise ConfigError(
            f"{said}sources.licensed.used is false, but {facts['grants']['grants']} grants let items pass"
        )
    if declared.personal.present is False and facts["personal"]["kinds"]:
        raise ConfigError(f"{said}personal.present is false, but the runs have found personal information")
    if sources.crawl.used is False and facts["captured"]:
        raise ConfigError(f"{said}sources.crawl.used is false, but rows tell when items were fetched")
    last, until = (facts["captured"] or {}).get("last"), declared.dataset.collected_until
    if last and until is not None and last > until.isoformat():
        raise ConfigError(f"{said}dataset.collected_until is {until}, but an item was fetched on {last}")


def documented(
    runs: Sequence[Audited], declared: Declared, *, trained: Trained | None = None, on: date
) -> Facts:
    """Return the facts of some runs, plain JSON values: deterministic but for the day.

    Args:
        runs: of `audited`, all of one operator.
        declared: what the operator declares.
        trained: the verified statement about a model that was trained on exactly these runs.
        on: the day on which the documents are written.

    Raises:
        UsageError: no run, several operators, or two runs that decide the same items.
        EvidenceError: the statement is about other runs.
        ConfigError: the declarations contradict the runs or the statement.
    """
    _check_runs(runs)
    if trained is not None:
        _check_training(runs, trained, declared)
    items, guarded = sum(run.cited["items"] for run in runs), _guarded(runs)
    facts: Facts = {
        "version": VERSION,
        "on": on.isoformat(),
        "operator": runs[0].manifest["operator"],
        "tools": sorted({f"{run.cited['tool']['name']} {run.cited['tool']['version']}" for run in runs}),
        "runs": [dict(run.cited) for run in runs],
        "training": _stated(trained),
        "sample": any(run.cited["sample"] for run in runs),
        "items": items,
        "bytes": sum(run.cited["bytes"] for run in runs),
        "modalities": modalities(runs, guarded=guarded),
        "text_size": text_size(runs, guarded=guarded),
        "tokens": None,
        "languages": languages(runs, guarded=guarded),
        "synthetic": synthetic(runs, guarded=guarded),
        "captured": captured(runs, guarded=guarded),
        "copied": _span([run.seen.copied for run in runs]),
        "domains": domains(runs, small=declared.provider.small is True, guarded=guarded),
        "licences": _licences(runs, items),
        "signals": _signals(runs),
        "personal": _personal(runs),
        "matches": _matches(runs),
        "decisions": _decisions(runs),
        "grants": _grants(runs),
        "declared": msgspec.to_builtins(declared),
    }
    _check_declared(facts, declared)
    return facts
