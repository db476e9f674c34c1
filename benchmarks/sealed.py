"""Make up a sealed run of many rows, without pictures: rows, leaves, roots, seal and receipt are real.

A tenth of the rows have a finding of one of a thousand registrants; some, spread over every unit, have
one of PUBLISHER's.
"""

import hashlib
import json
import os
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from snapshots import REGISTRY, VOUCHER, Key

from sekisho import codec, signing
from sekisho.audit.leaves import disclose, leaf_of, row_key, rows_root, tile_roots
from sekisho.audit.rows import SCHEMA, TILES, WRITER
from sekisho.audit.run import seal_run
from sekisho.audit.share.public import encode_public
from sekisho.model import KeyId, Kind, Print, Registrant, Root, Vouch
from sekisho.snapshot import Statements, build
from sekisho.snapshot.layout import LAYOUT_VERSION
from sekisho.store.keys import FileSigner, make_key
from sekisho.store.own_log import own_log
from sekisho.store.runs import RunDirectory

__all__ = ["PUBLISHER", "SealedRun", "sealed_run"]

SEED = 20261122
HOLDERS, ENTRIES_EACH = 1000, 10
UNIT_ROWS = 10_000
FOUND_SHARE = 0.1
PUBLISHER = Key("benchmark publisher")
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedRun:
    """A run that can be shared, and the home with its operator's key."""

    run: Path
    snapshot: Path
    home: Path


def _registration(holder: Key, number: int) -> tuple[str, bytes]:
    """Return the id of an invented entry and its signed registration."""
    digest = hashlib.sha256(f"{holder.word} {number}".encode()).digest()
    prints = (Print(sha256=digest, pdq=digest, quality=100),)
    payload = codec.encode_registration(
        holder=Registrant(key=holder.key), kind=Kind.WORK, title="", on=NOW.date(), prints=prints
    )
    return codec.digest_id("e", payload), signing.sign_statement(signing.REGISTRATION, payload, holder)


def _vouch(holder: KeyId) -> bytes:
    vouch = Vouch(id="", voucher=VOUCHER.key, registrant=holder, on=NOW.date())
    return signing.sign_statement(signing.VOUCH, codec.encode_vouch(vouch), VOUCHER)


def _registry(folder: Path) -> tuple[Path, str, Sequence[str], Sequence[str]]:
    """Write a snapshot; return it, its digest, and the entries of PUBLISHER and of all others."""
    holders = [Key(f"benchmark holder {n}") for n in range(HOLDERS)]
    made = {h.word: [_registration(h, n) for n in range(ENTRIES_EACH)] for h in (PUBLISHER, *holders)}
    root = Root(registry=REGISTRY.key, name="Benchmark registry", vouchers=frozenset({VOUCHER.key}))
    built = build(
        Statements(
            root=signing.sign_statement(signing.ROOT, codec.encode_root(root), REGISTRY),
            registrations=tuple(envelope for entries in made.values() for _, envelope in entries),
            vouches=tuple(_vouch(holder.key) for holder in (PUBLISHER, *holders)),
            grants=(),
        ),
        edition=1,
        created=NOW,
        expires=NOW + timedelta(days=30),
        signer=REGISTRY,
    )
    path = folder / "edition.sekisho"
    path.write_bytes(b"".join(built.chunks))
    own = [entry for entry, _ in made.pop(PUBLISHER.word)]
    return path, built.digest, own, [entry for entries in made.values() for entry, _ in entries]


def _finding(entry: str, distance: int) -> dict[str, object]:
    return {
        "kind": "work",
        "method": "pdq",
        "entry": entry,
        "distance": float(distance),
        "threshold": 31.0,
        "permission": "none",
        "grant": None,
        "detail": '{"orientation":"upright","trust":"verified"}',
    }


def _row(name: str, unit: str, hashes: np.ndarray, finding: dict[str, object] | None) -> dict[str, object]:
    blocked = finding is not None
    return {
        "item": name,
        "unit": unit,
        "media_type": "image/jpeg",
        "bytes": 60_000,
        "sha256": hashes[:32].tobytes(),
        "pdq": hashes[32:64].tobytes(),
        "pdq_quality": 100,
        "outcome": "block" if blocked else "allow",
        "reason": "verified_without_permission" if blocked else "no_known_objection",
        "findings": [finding] if blocked else [],
        "problem": "",
        "pdq_turned": hashes[64:].tobytes(),
        "frames": [],
    }


def _rows(
    number: int, unit: str, own: Sequence[str], others: Sequence[str], mine: int
) -> Iterator[dict[str, Any]]:
    """Yield the rows of one unit, `mine` of them with findings of PUBLISHER's."""
    generator = np.random.default_rng([SEED, number])
    hashes = generator.integers(0, 256, (UNIT_ROWS, 288), dtype=np.uint8)
    found = generator.random(UNIT_ROWS) < FOUND_SHARE
    places = set(generator.choice(UNIT_ROWS, mine, replace=False).tolist())
    chosen = generator.integers(0, len(others), UNIT_ROWS)
    for at in range(UNIT_ROWS):
        entry = own[at % len(own)] if at in places else others[chosen[at]] if found[at] else None
        finding = None if entry is None else _finding(entry, at % 32)
        yield _row(f"shard-{number:05}.tar#{at:06}.jpg", unit, hashes[at], finding)


def _part(
    run: Path, unit: str, rows: Iterator[dict[str, Any]], key: bytes
) -> tuple[dict[str, Any], Counter[str]]:
    made = list(rows)
    leaves = []
    for row in made:
        leaves.append(leaf_of(disclose(row, unit, key)[0]))
        row["leaf"] = leaves[-1]
    path = run / "decisions" / f"part-{unit}.parquet"
    tiles = {TILES: b"".join(tile_roots(leaves)).hex()}
    pq.write_table(pa.Table.from_pylist(made, schema=SCHEMA.with_metadata(tiles)), path, **WRITER)
    facts = {
        "id": unit,
        "rows": len(made),
        "rows_root": rows_root(leaves),
        "part_sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
    }
    return facts, Counter(row["outcome"] for row in made)


def _manifest(
    digest: str, operator: KeyId, units: Sequence[dict[str, Any]], outcomes: Counter[str]
) -> dict[str, Any]:
    items = outcomes.total()
    day = {
        "created": "2026-11-22T09:00:00Z",
        "expires": "2026-12-22T09:00:00Z",
        "age_days": 0,
        "stale": False,
    }
    registry = {"digest": digest, "registry": REGISTRY.key, "signer": REGISTRY.key, "edition": 1}
    counts = {"entries": {}, "fingerprints": 0, "grants": 0, "name": "Benchmark registry"}
    return {
        "version": 1,
        "tool": {"name": "sekisho", "version": "benchmark"},
        "operator": {"key": operator, "label": "benchmark"},
        "use": {"purpose": "train", "territory": "JP", "on": "2026-11-22"},
        "datasets": [{"name": "made-up", "kind": "tar", "items": items, "bytes": 60_000 * items}],
        "snapshot": registry | counts | day,
        "policy": {"name": "opt-in", "digest": "0" * 64, "deviations": []},
        "depth": "pdq",
        "stages": [],
        "units": list(units),
        "totals": {
            "items": items,
            "bytes": 60_000 * items,
            "outcomes": {"review": 0, **outcomes},
            "reasons": {},
            "unreadable": {},
            "skipped": {},
        },
        "root": "0" * 64,
    }


def _signer(home: Path) -> FileSigner:
    return make_key("benchmark", folder=home / "keys")


def sealed_run(cache: Path, rows: int, mine: int) -> SealedRun:
    """Return a sealed run of `rows` rows of which `mine` are PUBLISHER's; it is kept in the cache.

    Args:
        cache: where it lies.
        rows: a multiple of 10,000.
        mine: a multiple of the number of units.
    """
    folder = cache / "sealed" / f"{LAYOUT_VERSION}-{len(SCHEMA)}-{rows}-{mine}"
    made = SealedRun(run=folder / "run", snapshot=folder / "edition.sekisho", home=folder / "home")
    if (made.run / "seal.json").is_file():
        return made
    shutil.rmtree(folder, ignore_errors=True)
    (made.run / "decisions").mkdir(parents=True)
    os.environ["SEKISHO_HOME"] = str(made.home)
    signer = _signer(made.home)
    snapshot, digest, own, others = _registry(folder)
    key = row_key(signer, b"{}")
    units, total = [], Counter[str]()
    for number in range(rows // UNIT_ROWS):
        unit = hashlib.sha256(b"unit %d" % number).hexdigest()[:16]
        facts, outcomes = _part(
            made.run, unit, _rows(number, unit, own, others, mine * UNIT_ROWS // rows), key
        )
        units.append(facts)
        total.update(outcomes)
    manifest = _manifest(digest, signer.key, units, total)
    reasons = {"block": "verified_without_permission", "allow": "no_known_objection"}
    flow = [{"outcome": o, "reason": reasons[o], "items": n} for o, n in sorted(total.items())]
    files = RunDirectory(made.run)
    files.write("manifest.json", json.dumps(manifest, sort_keys=True).encode())
    files.write("public.json", encode_public(manifest, flow))
    files.write("status.json", json.dumps({"snapshot": str(snapshot)}).encode())
    seal_run(files, signer=signer, log=own_log(), salt=os.urandom(32), at=NOW, row_key=key)
    return made
