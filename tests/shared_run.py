"""A sealed run in which works of two registrants were found, and things that nobody may be given."""

import json
from collections import Counter
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.parquet as pq

from sekisho.audit.leaves import disclose, leaf_of, rows_root, tile_roots
from sekisho.audit.rows import SCHEMA, TILES
from sekisho.audit.run import seal_run
from sekisho.audit.share.public import encode_public
from sekisho.codec import digest_id
from sekisho.signing import open_statement
from sekisho.snapshot import Statements, build
from sekisho.store.runs import RunDirectory
from tests.parties import Party, registration, root, vouch
from tests.run_fixture import finding, manifest, row
from tests.world import MemoryLog

REGISTRY, HOLDER, RIVAL = (Party(name=name) for name in ("Registry of Tests", "青嵐書房", "Harbour & Finch"))
AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
ROW_KEY = b"the key of all rows, 32 bytes...!"[:32]
MINE, THEIRS = (
    registration(HOLDER, 1, title="月夜の航海日誌"),
    registration(RIVAL, 2, title="Paper Lighthouse"),
)
ENTRY, OTHER = (digest_id("e", open_statement(work).payload) for work in (MINE, THEIRS))
GRANT_OF_RIVAL = "g-" + "5" * 32


def found(entry, **more):
    made = finding(0, distance=9, **more) | {"entry": entry}
    made["detail"] = json.dumps({"orientation": "upright", "trust": "verified"})
    return made


def _blocked(name, *findings, reason="verified_without_permission"):
    return row(name, "block", reason, list(findings))


UNITS = {
    "u1": [
        row("clean-one.jpg"),
        _blocked("holder-one.jpg", found(ENTRY)),
        _blocked("rival-secret-one.jpg", found(OTHER, grant=GRANT_OF_RIVAL)),
        _blocked("both.jpg", found(OTHER, grant=GRANT_OF_RIVAL), found(ENTRY)),
        row("rival-secret-two.jpg", "review", "unreadable", problem="corrupt"),
    ],
    "u2": [row(f"rival-secret-passed-{number}.jpg") for number in range(3)],
    "u3": [
        _blocked("holder-two.jpg", found(ENTRY), found(ENTRY, method="sha256")),
        _blocked("private-person.jpg", found(ENTRY), found("p-" + "9" * 32) | {"kind": "likeness"}),
        _blocked("private-listed.jpg", found(ENTRY), found("l-" + "8" * 32) | {"kind": "listed"}),
        _blocked("private-alone.jpg", found(ENTRY) | {"kind": "likeness"}),
    ],
}
"""Rows by unit; HOLDER may see holder-one, both and holder-two."""
GIVEN = ("holder-one.jpg", "both.jpg", "holder-two.jpg")


def secrets():
    """Return what must be nowhere in HOLDER's bundle, as bytes."""
    words = ["rival-secret", "private-", RIVAL.key, RIVAL.name, "Paper", OTHER, GRANT_OF_RIVAL]
    words += ["p-" + "9" * 32, "l-" + "8" * 32, "likeness", "listed", "月夜", HOLDER.name, '"u1"']
    raw = [word.encode() for word in words]
    for line in (r for rows in UNITS.values() for r in rows):
        if line["item"] not in GIVEN:
            raw += [line["sha256"], line["sha256"].hex().encode()]
        if line["pdq"]:
            # The fixture's PDQ equals its SHA-256, which the given rows show.
            raw += [line["pdq"]]
    return [*raw, ROW_KEY]


def _part(run, unit, rows):
    made = [r | {"unit": unit} for r in rows]
    leaves = [leaf_of(disclose(r, unit, ROW_KEY)[0]) for r in made]
    made = [r | {"leaf": leaf} for r, leaf in zip(made, leaves, strict=True)]
    (run / "decisions").mkdir(parents=True, exist_ok=True)
    tiles = {TILES: b"".join(tile_roots(leaves)).hex()}
    table = pa.Table.from_pylist(made, schema=SCHEMA.with_metadata(tiles))
    pq.write_table(table, run / "decisions" / f"part-{unit}.parquet")
    return {"id": unit, "dataset": "d", "path": "", "rows": len(rows), "rows_root": rows_root(leaves)}


def make_shared_run(folder, operator, log=None):
    """Write FOLDER/run and the edition it used, sealed by `operator`; return both paths."""
    statements = Statements(
        root=root(REGISTRY, REGISTRY),
        registrations=[MINE, THEIRS],
        vouches=[vouch(REGISTRY, HOLDER), vouch(REGISTRY, RIVAL)],
        grants=[],
    )
    built = build(
        statements,
        edition=12,
        created=datetime(2026, 11, 18, tzinfo=UTC),
        expires=datetime(2026, 12, 18, tzinfo=UTC),
        signer=REGISTRY,
    )
    edition = folder / "edition.snapshot"
    edition.write_bytes(b"".join(built.chunks))
    run = folder / "run"
    everything = [r for rows in UNITS.values() for r in rows]
    made = manifest(everything, tuple(UNITS)) | {"units": [_part(run, u, rows) for u, rows in UNITS.items()]}
    made["snapshot"] |= {"digest": built.digest, "signer": REGISTRY.key, "registry": REGISTRY.key}
    made["operator"] = {"key": operator.key, "label": "studio"}
    flow = [
        {"outcome": outcome, "reason": reason, "items": items}
        for (outcome, reason), items in Counter((r["outcome"], r["reason"]) for r in everything).items()
    ]
    files = RunDirectory(run)
    files.write("manifest.json", json.dumps(made).encode())
    files.write("public.json", encode_public(made, flow))
    files.write("status.json", json.dumps({"snapshot": str(edition)}).encode())
    seal_run(files, signer=operator, log=log or MemoryLog(), salt=b"s" * 32, at=AT, row_key=ROW_KEY)
    return run, edition
