"""A finished RUN directory, made up: every outcome and reason, with names that mean harm."""

import hashlib
import json
from collections import Counter

import pyarrow as pa
import pyarrow.parquet as pq

from sekisho.audit.rows import SCHEMA
from sekisho.audit.shape import Label
from tests.pictures import encode, picture

OPERATOR = "ed25519:" + "O" * 43
REGISTRY = "ed25519:" + "R" * 43
HOSTILE = (
    "set/<script>alert(1)</script>.jpg",
    "set/photo\u202egpj.exe",
    'set/"onmouseover="alert(1).png',
    "set/" + "long" * 2500 + ".jpg",
    "set/\x1b[31mred\x1b[0m\n.png",
)

WORKS = (
    ("月夜の航海日誌", "青嵐書房", "verified"),
    ("The Paper Lighthouse", "Harbour & Finch", "verified"),
    ("こぎつね郵便局", "青嵐書房", "verified"),
    ("硝子の街のアリス", "北斗アート協会", "verified"),
    ("Nine Umbrellas", "M. Okafor", "declared"),
    ("", "匿名", "declared"),
)


def entry(number):
    return "e-" + hashlib.sha256(b"entry%d" % number).hexdigest()[:32]


def holder_key(label):
    return "ed25519:" + hashlib.sha256(label.encode()).hexdigest()[:43]


LABELS = {
    entry(n): Label(title=title, holder=holder, trust=trust, key=holder_key(holder))
    for n, (title, holder, trust) in enumerate(WORKS)
}


def titles(name):
    return LABELS[name]


def finding(work, *, distance=0, permission="none", method="pdq", orientation="upright", grant=None):
    turned = orientation != "upright"
    return {
        "kind": "character" if work == 2 else "work",
        "method": method,
        "entry": entry(work),
        "distance": float(distance),
        "threshold": 0.0 if method == "sha256" else 20.0 if turned else 31.0,
        "permission": permission,
        "grant": grant,
        "detail": json.dumps({"orientation": orientation}) if method == "pdq" else "{}",
    }


def row(item, outcome="allow", reason="no_known_objection", findings=(), *, problem="", quality=97):
    digest = hashlib.sha256(item.encode("utf-8", "surrogatepass")).digest()
    return {
        "item": item,
        "unit": "u1",
        "media_type": "" if problem else "image/jpeg",
        "bytes": 40_000,
        "sha256": digest,
        "pdq": None if problem else digest,
        "pdq_quality": None if problem else quality,
        "outcome": outcome,
        "reason": reason,
        "findings": list(findings),
        "problem": problem,
    }


def _matching(number):
    """Return the outcome, reason and findings of one of the items that match something."""
    work, distance = number % 4, number * 7 % 32
    kind = number % 9
    if kind < 4:
        turned = distance <= 20 and number % 3 == 0
        found = finding(work, distance=distance, orientation="rot90" if turned else "upright")
        return "block", "verified_without_permission", [found]
    if kind == 4:
        return (
            "block",
            "verified_without_permission",
            [finding(work, method="sha256", permission="expired", grant="g-" + "1" * 32)],
        )
    if kind == 5:
        return "review", "declared_without_permission", [finding(4 + number % 2, distance=distance)]
    if kind == 6:
        return (
            "review",
            "rival_claims",
            [
                finding(0, distance=distance, permission="conflict"),
                finding(1, distance=distance, permission="conflict"),
            ],
        )
    if kind == 7:
        return "block", "verified_without_permission", [finding(0, distance=4), finding(3, distance=9)]
    return (
        "allow",
        "granted_all",
        [finding(work, distance=distance, permission="granted", grant="g-" + "2" * 32)],
    )


def rows(items=1200):
    made = []
    problems = ("corrupt", "truncated", "too_many_pixels", "empty", "decoder_crash")
    for n in range(items):
        name = f"shard-{n // 400:04}.tar#{n % 400:06}.jpg"
        if n % 11 == 3:
            outcome, reason, found = _matching(n // 11)
            made.append(row(name, outcome, reason, found))
        elif n % 97 == 5:
            made.append(row(name, "review", "unreadable", problem=problems[n % 5]))
        elif n % 53 == 7:
            made.append(row(name, "review", "low_detail", quality=n % 50))
        else:
            made.append(row(name, quality=60 + n % 41))
    made += [
        row(name, "block", "verified_without_permission", [finding(n % 3, distance=31)])
        for n, name in enumerate(HOSTILE)
    ]
    return made


def manifest(made, units=("u1",)):
    return {
        "version": 1,
        "tool": {"name": "sekisho", "version": "0.1.0"},
        "operator": {"key": OPERATOR, "label": "株式会社みなとモデル"},
        "use": {"purpose": "train", "territory": "JP", "on": "2026-11-22"},
        "datasets": [
            {"name": "harbour-pictures", "kind": "tar", "items": len(made), "bytes": 40_000 * len(made)}
        ],
        "snapshot": {
            "digest": "ab" * 32,
            "registry": REGISTRY,
            "name": "絵と物語の登録簿(試作)",
            "signer": REGISTRY,
            "edition": 12,
            "created": "2026-11-18T00:00:00Z",
            "expires": "2026-12-18T00:00:00Z",
            "entries": {"work": 1840, "character": 212, "verified": 1966, "declared": 86},
            "fingerprints": 20_431,
            "grants": 97,
            "age_days": 4,
            "stale": False,
        },
        "policy": {"name": "opt-in", "digest": "cd" * 32, "deviations": [], "rules": {}},
        "depth": "pdq",
        "stages": [
            {"name": "sha256", "ran": True, "why": ""},
            {"name": "pdq", "ran": True, "why": ""},
            {"name": "rotations", "ran": True, "why": ""},
            {"name": "rules", "ran": False, "why": "no rule packs"},
        ],
        "units": [
            {"id": unit, "dataset": "harbour-pictures", "path": "", "slice": "", "rows": len(made)}
            for unit in units
        ],
        "totals": {
            "items": len(made),
            "bytes": 40_000 * len(made),
            "outcomes": dict(Counter(r["outcome"] for r in made)),
            "reasons": dict(Counter(r["reason"] for r in made)),
            "unreadable": dict(Counter(r["problem"] for r in made if r["problem"])),
            "skipped": {"not_media": 37},
        },
        "clean": {"items": 1, "sha256": "00" * 32},
        "root": "ef" * 32,
    }


def batches(made, size=500):
    return [
        pa.RecordBatch.from_pylist(made[at : at + size], schema=SCHEMA) for at in range(0, len(made), size)
    ]


def thumbnails(found):
    """Return a drawn picture for every tile but the unreadable ones."""
    return {
        tile["item"]: encode(picture(seed, 200, 150), quality=70)
        for seed, tile in enumerate(found["tiles"])
        if not tile["problem"] and not tile["text"]
    }


def make_run(folder, made, *, status=None):
    """Write a RUN directory of two parts and return it."""
    units = ("u1", "u2")
    (folder / "decisions").mkdir(parents=True)
    half = len(made) // 2
    for unit, part in zip(units, (made[:half], made[half:]), strict=True):
        pq.write_table(
            pa.Table.from_pylist(part, schema=SCHEMA), folder / "decisions" / f"part-{unit}.parquet"
        )
    (folder / "manifest.json").write_text(json.dumps(manifest(made, units), sort_keys=True, indent=1))
    (folder / "status.json").write_text(json.dumps(status or {"seconds": 12.5, "items_per_second": 96.0}))
    return folder
