"""A RUN directory and the real, signed edition of the registry that it used."""

import json
from dataclasses import replace
from datetime import UTC, datetime

from sekisho.codec import digest_id
from sekisho.signing import open_statement
from sekisho.snapshot import Statements, build
from tests.parties import Party, a_print, grant, registration, root, vouch
from tests.run_fixture import finding, make_run, row

REGISTRY, HOLDER, OPERATOR = (
    Party(name=name) for name in ("Registry of Tests", "青嵐書房", "Harbour Models")
)


def _id(prefix, envelope):
    return digest_id(prefix, open_statement(envelope).payload)


def make_edition_run(folder):
    """Write FOLDER/run and FOLDER/edition; item `near.jpg` was blocked for want of a licence.

    Returns:
        The run, the snapshot file, and the ids of the entry and of its grant.
    """
    pages = (replace(a_print(7), at="2/5"),)
    work = registration(HOLDER, title="月夜の航海日誌", prints=pages)
    given = grant(HOLDER, OPERATOR)
    statements = Statements(
        root=root(REGISTRY, REGISTRY), registrations=[work], vouches=[vouch(REGISTRY, HOLDER)], grants=[given]
    )
    made = datetime(2026, 11, 18, tzinfo=UTC)
    expires = datetime(2026, 12, 18, tzinfo=UTC)
    built = build(statements, edition=12, created=made, expires=expires, signer=REGISTRY)
    edition = folder / "edition.snapshot"
    edition.write_bytes(b"".join(built.chunks))
    found = {
        **finding(0, distance=9, permission="out_of_scope", grant=_id("g", given)),
        "entry": _id("e", work),
    }
    found["detail"] = json.dumps({"orientation": "mirrored", "lacking": "territory"})
    near = row("near.jpg", "block", "verified_without_permission", [found])
    mirrored = int.from_bytes(a_print(7).pdq) ^ 0x1FF
    items = [near | {"pdq_turned": mirrored.to_bytes(32) + bytes(192)}, row("shard.tar#far.jpg")]
    run = make_run(
        folder / "run", items, status={"snapshot": str(edition), "seconds": 2.0, "datasets": ["/secret"]}
    )
    manifest = json.loads((run / "manifest.json").read_text())
    manifest["snapshot"] |= {"digest": built.digest, "signer": REGISTRY.key, "registry": REGISTRY.key}
    (run / "manifest.json").write_text(json.dumps(manifest))
    return run, edition, found["entry"], found["grant"]
