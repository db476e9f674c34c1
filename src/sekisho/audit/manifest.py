"""Commits -> manifest.json: the deterministic half of the evidence, a fold over the units.

The same datasets, snapshot, policy and use give the same bytes for every runner and number of
workers. The root is the RFC 6962 Merkle tree hash over the commits in the order of the plan.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sekisho.audit.files import commits_root
from sekisho.audit.job import Job, Planned
from sekisho.audit.law import judged_law
from sekisho.audit.membership.tree import Membership
from sekisho.audit.signals import signal_totals
from sekisho.audit.stages import missing_models, stages
from sekisho.codec import canonical
from sekisho.codec.moments import moment_text
from sekisho.ledger import leaf_hash
from sekisho.policy import rules_of
from sekisho.snapshot import Snapshot

__all__ = ["VERSION", "commits_root", "encode_manifest", "fold"]

VERSION = 1
_UNIT_FIELDS = (
    *("dataset", "path", "slice", "rows", "bytes"),
    *("part_sha256", "rows_root", "read_sha256", "clean_sha256"),
    *("membership_sha256", "membership_rows"),
)


def encode_manifest(manifest: Mapping[str, Any]) -> bytes:
    """Return the bytes of manifest.json: sorted keys, one space of indent, for people too."""
    return (json.dumps(manifest, sort_keys=True, indent=1, ensure_ascii=False) + "\n").encode()


def _sum(commits: Sequence[Mapping[str, Any]], field: str) -> dict[str, int]:
    total: Counter[str] = Counter()
    for commit in commits:
        total.update(commit[field])
    return dict(sorted(total.items()))


def _snapshot_facts(snapshot: Snapshot, job: Job) -> dict[str, object]:
    head, counts = snapshot.head, snapshot.counts
    return {
        "digest": snapshot.digest,
        "registry": head.registry,
        "name": head.name,
        "signer": snapshot.signer,
        "edition": head.edition,
        "created": moment_text(head.created),
        "expires": moment_text(head.expires),
        "entries": {
            "work": counts.work,
            "character": counts.character,
            "verified": counts.verified,
            "declared": counts.declared,
        },
        "fingerprints": counts.pdq,
        "sha256": counts.sha256,
        "texts": {
            "texts": counts.texts,
            "passages": counts.passages,
            "short": counts.lines,
            "names": counts.forms,
        },
        "parts": {
            "pictures": counts.pictures,
            "features": counts.features,
            "vectors": counts.vectors,
            "films": counts.films,
            "frames": counts.frames,
        },
        "grants": counts.grants,
        "protected": _protected_facts(snapshot),
        "age_days": (job.use.on - head.created.date()).days,
        "stale": snapshot.stale,
    }


def _protected_facts(snapshot: Snapshot) -> dict[str, object] | None:
    """Say which section about persons and listed files was used; how much is in it is not said."""
    if snapshot.protected is None:
        return None
    head = snapshot.protected.head
    return {
        "digest": snapshot.protected.digest,
        "edition": head.edition,
        "purpose": head.purpose.value,
        "expires": head.expires.isoformat(),
    }


def _policy_facts(job: Job) -> dict[str, object]:
    named = {made.id: made for made in job.policy.false_matches}
    return {
        "name": job.policy.name,
        "digest": job.policy.digest,
        "deviations": list(job.policy.deviations),
        "rules": rules_of(job.policy),
        "false_matches": [
            {
                "id": made.id,
                "by": made.by,
                "entry": made.entry,
                "items": len(made.items),
                "reason": made.reason,
                "on": made.on.isoformat(),
                "until": made.until.isoformat(),
            }
            for _, made in sorted(named.items())
        ],
    }


def _depth_facts(job: Job, snapshot: Snapshot, texts: int) -> dict[str, object]:
    """Say how deep the run has looked, with which encoders, and what was left out."""
    missing = missing_models(snapshot, job.policy, job.models)
    law = job.law is not None and bool(job.law.packs)
    return {
        "depth": job.policy.depth.value,
        "models": {"used": sorted(job.models), "missing": [one.as_dict() for one in missing]},
        "stages": stages(job.policy, snapshot, texts, missing, law=law),
    }


def _texts(commits: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Add up what the commits say of texts; see `audit.work`."""
    parts = [commit["texts"] for commit in commits]
    # Units of an older layout, resumed, were not asked how long their texts are.
    names = ("items", "characters") if all("characters" in part for part in parts) else ("items",)
    return {name: sum(part[name] for part in parts) for name in names} | {
        name: _sum(parts, name) for name in ("personal", "edits", "undecodable")
    }


def _datasets(job: Job, planned: Sequence[Planned], commits: Sequence[Mapping[str, Any]]) -> list[object]:
    rows: Counter[int] = Counter()
    size: Counter[int] = Counter()
    for unit, commit in zip(planned, commits, strict=True):
        rows[unit.source] += commit["rows"]
        size[unit.source] += commit["bytes"]
    return [
        {"name": source.name, "kind": source.kind, "items": rows[i], "bytes": size[i]}
        for i, source in enumerate(job.sources)
    ]


def _sample(job: Job, commits: Sequence[Mapping[str, Any]], of: int) -> dict[str, int] | None:
    """Say that only a sample was checked, and of how many."""
    if not job.sample:
        return None
    return {"asked": job.sample, "taken": sum(commit["rows"] for commit in commits), "of": of}


def _parents(job: Job) -> dict[str, object]:
    """Name the run that is decided again, and those before it."""
    if job.parent is None:
        return {"parent": None, "ancestors": [], "ancestors_of_other_use": []}
    return {
        "parent": {"root": job.parent.root, "manifest": job.parent.manifest},
        "ancestors": list(job.parent.ancestors),
        "ancestors_of_other_use": list(job.parent.of_other_use(job.use)),
    }


def fold(
    job: Job,
    snapshot: Snapshot,
    planned: Sequence[Planned],
    commits: Sequence[Mapping[str, Any]],
    membership: Membership,
    *,
    of: int = 0,
) -> dict[str, Any]:
    """Return the manifest of a finished run.

    Args:
        job: the run.
        snapshot: the edition it was checked against.
        planned: the whole plan, in order.
        commits: one for each unit, in the same order.
        membership: the map of all files; see `audit.membership`.
        of: how many items there are in all, if the run is a sample.
    """
    outcomes = {"allow": 0, "review": 0, "block": 0} | _sum(commits, "outcomes")
    texts = _texts(commits)
    clean = canonical([commit["clean_sha256"] for commit in commits])
    return {
        "version": VERSION,
        "tool": {"name": "sekisho", "version": job.version},
        "operator": {"key": job.operator.key, "label": job.operator.label},
        "use": {
            "purpose": job.use.purpose.value,
            "territory": job.use.territory,
            "on": job.use.on.isoformat(),
        },
        "configuration": job.configuration(),
        **_parents(job),
        "sample": _sample(job, commits, of),
        "datasets": _datasets(job, planned, commits),
        "snapshot": _snapshot_facts(snapshot, job),
        "policy": _policy_facts(job),
        **_depth_facts(job, snapshot, texts["items"]),
        "units": [
            {"id": unit.id, "commit_sha256": hashlib.sha256(canonical(commit)).hexdigest()}
            | {key: commit[key] for key in _UNIT_FIELDS}
            for unit, commit in zip(planned, commits, strict=True)
        ],
        "totals": {
            "items": sum(commit["rows"] for commit in commits),
            "bytes": sum(commit["bytes"] for commit in commits),
            "outcomes": outcomes,
            "reasons": _sum(commits, "reasons"),
            "unreadable": _sum(commits, "unreadable"),
            "skipped": _sum(commits, "skipped"),
            "texts": texts,
        },
        "signals": signal_totals(commits, job.signals),
        "law": judged_law(job.law, job.use.on, commits),
        "clean": {"items": outcomes["allow"], "sha256": leaf_hash(clean).hex()},
        "membership": membership.as_dict(),
        "root": commits_root([canonical(commit) for commit in commits]),
    }
