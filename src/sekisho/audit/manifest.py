"""Commits -> manifest.json: the deterministic half of the evidence, a fold over the units.

The same datasets, snapshot, policy and use give the same bytes for every runner and number of
workers. The root is the RFC 6962 Merkle tree hash over the commits in the order of the plan.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sekisho.audit.job import Job, Planned
from sekisho.codec import canonical
from sekisho.ledger import leaf_hash, leaf_reader, tree_root
from sekisho.model import Depth
from sekisho.policy import rules_of
from sekisho.snapshot import Snapshot

__all__ = ["VERSION", "commits_root", "encode_manifest", "fold"]

VERSION = 1
_UNIT_FIELDS = ("dataset", "path", "slice", "rows", "bytes", "part_sha256", "read_sha256", "clean_sha256")


def commits_root(commits: Sequence[bytes]) -> str:
    """Return the hex Merkle tree hash over the bytes of the commits."""
    leaves = [leaf_hash(commit) for commit in commits]
    return tree_root(leaf_reader(leaves), len(leaves)).hex()


def encode_manifest(manifest: Mapping[str, Any]) -> bytes:
    """Return the bytes of manifest.json: sorted keys, one space of indent, for people too."""
    return (json.dumps(manifest, sort_keys=True, indent=1, ensure_ascii=False) + "\n").encode()


def _sum(commits: Sequence[Mapping[str, Any]], field: str) -> dict[str, int]:
    total: Counter[str] = Counter()
    for commit in commits:
        total.update(commit[field])
    return dict(sorted(total.items()))


def _snapshot_facts(snapshot: Snapshot, job: Job) -> dict[str, object]:
    head = snapshot.head
    return {
        "digest": snapshot.digest,
        "registry": head.registry,
        "name": head.name,
        "signer": snapshot.signer,
        "edition": head.edition,
        "created": head.created.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "expires": head.expires.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "entries": {
            "work": head.counts.work,
            "character": head.counts.character,
            "verified": head.counts.verified,
            "declared": head.counts.declared,
        },
        "fingerprints": head.counts.pdq,
        "sha256": head.counts.sha256,
        "grants": head.counts.grants,
        "age_days": (job.use.on - head.created.date()).days,
        "stale": snapshot.stale,
    }


def _stages(job: Job) -> list[dict[str, object]]:
    compared = job.policy.depth is Depth.PDQ
    turned = compared and job.policy.rotations is not None
    return [
        {"name": "sha256", "ran": True, "why": ""},
        {"name": "pdq", "ran": compared, "why": "" if compared else "depth exact"},
        {"name": "rotations", "ran": turned, "why": "" if turned else "not asked for by the policy"},
        {"name": "rules", "ran": False, "why": "no rule packs"},
    ]


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


def fold(
    job: Job, snapshot: Snapshot, planned: Sequence[Planned], commits: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Return the manifest of a finished run.

    Args:
        job: the run.
        snapshot: the edition it was checked against.
        planned: the whole plan, in order.
        commits: one for each unit, in the same order.
    """
    outcomes = {"allow": 0, "review": 0, "block": 0} | _sum(commits, "outcomes")
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
        "datasets": _datasets(job, planned, commits),
        "snapshot": _snapshot_facts(snapshot, job),
        "policy": {
            "name": job.policy.name,
            "digest": job.policy.digest,
            "deviations": list(job.policy.deviations),
            "rules": rules_of(job.policy),
        },
        "depth": job.policy.depth.value,
        "stages": _stages(job),
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
        },
        "clean": {"items": outcomes["allow"], "sha256": leaf_hash(clean).hex()},
        "root": commits_root([canonical(commit) for commit in commits]),
    }
