"""Take from a sealed run what layouts before texts did not have, and seal it again."""

import hashlib
import io
import json

import pyarrow as pa
import pyarrow.parquet as pq

from sekisho.audit.files import commit_name, commits_root, part_name
from sekisho.audit.leaves import FIRST_COLUMNS, disclose, leaf_of, rows_root, tile_roots
from sekisho.audit.manifest import encode_manifest
from sekisho.audit.rows import OF_FILM, OF_SIGNALS, OF_TEXT, TILES, WRITER
from sekisho.audit.run import seal_run
from sekisho.audit.seal import decode_seal
from sekisho.audit.share.public import encode_public
from sekisho.codec import canonical, parse
from tests.world import NOW

__all__ = ["make_older"]


def _without(part, unit, key):
    """Return a part without the columns of today, with leaves that know nothing of a PDQ; and their root."""
    table = pq.read_table(io.BytesIO(part)).drop_columns([*OF_TEXT, *OF_FILM, *OF_SIGNALS])
    rows = table.select(FIRST_COLUMNS).to_pylist()
    leaves = [leaf_of(disclose(row, unit, key)[0]) for row in rows]
    place = table.schema.get_field_index("leaf")
    table = table.set_column(place, table.schema.field(place), pa.array(leaves, pa.binary(32)))
    table = table.replace_schema_metadata({TILES: b"".join(tile_roots(leaves)).hex()})
    sink = io.BytesIO()
    pq.write_table(table, sink, **WRITER)
    return sink.getvalue(), rows_root(leaves)


def make_older(files, operator, log):
    """Rewrite the files of a run in the older layout, sealed by its operator."""
    manifest = json.loads(files.read("manifest.json"))
    key = decode_seal(files.read("seal.json")).row_key
    commits = []
    for unit in manifest["units"]:
        part, made = _without(files.read(part_name(unit["id"])), unit["id"], key)
        commit = parse(files.read(commit_name(unit["id"])))
        del commit["texts"], commit["signals"], commit["law"], commit["origins"]
        for field in ("membership_sha256", "membership_rows"):
            del commit[field], unit[field]
        commit["rows_root"] = unit["rows_root"] = made
        commit["part_sha256"] = unit["part_sha256"] = hashlib.sha256(part).hexdigest()
        commits.append(canonical(commit))
        unit["commit_sha256"] = hashlib.sha256(commits[-1]).hexdigest()
        files.write(part_name(unit["id"]), part)
        files.write(commit_name(unit["id"]), commits[-1])
    del manifest["totals"]["texts"], manifest["membership"], manifest["signals"], manifest["law"]
    for name in [name for name in files.names() if name.startswith("membership/")]:
        del files.data[name]
    manifest["stages"] = [s for s in manifest["stages"] if s["name"] not in {"excerpts", "names", "personal"}]
    manifest["root"] = commits_root(commits)
    files.write("manifest.json", encode_manifest(manifest))
    flow = json.loads(files.read("report.json"))["flow"]
    files.write("public.json", encode_public(manifest, flow))
    seal_run(files, signer=operator, log=log, salt=b"o" * 32, at=NOW)
