"""Take from a sealed run what layouts before texts did not have, and seal it again."""

import hashlib
import io
import json

import pyarrow.parquet as pq

from sekisho.audit.files import commit_name, commits_root, part_name
from sekisho.audit.manifest import encode_manifest
from sekisho.audit.rows import OF_FILM, OF_TEXT, WRITER
from sekisho.audit.run import seal_run
from sekisho.audit.share.public import encode_public
from sekisho.codec import canonical, parse
from tests.world import NOW

__all__ = ["make_older"]


def _without(part):
    table = pq.read_table(io.BytesIO(part)).drop_columns([*OF_TEXT, *OF_FILM])
    sink = io.BytesIO()
    pq.write_table(table, sink, **WRITER)
    return sink.getvalue()


def make_older(files, operator, log):
    """Rewrite the files of a run in the older layout, sealed by its operator."""
    manifest = json.loads(files.read("manifest.json"))
    commits = []
    for unit in manifest["units"]:
        part = _without(files.read(part_name(unit["id"])))
        commit = parse(files.read(commit_name(unit["id"])))
        del commit["texts"]
        commit["part_sha256"] = unit["part_sha256"] = hashlib.sha256(part).hexdigest()
        commits.append(canonical(commit))
        unit["commit_sha256"] = hashlib.sha256(commits[-1]).hexdigest()
        files.write(part_name(unit["id"]), part)
        files.write(commit_name(unit["id"]), commits[-1])
    del manifest["totals"]["texts"]
    manifest["stages"] = [s for s in manifest["stages"] if s["name"] not in {"excerpts", "names", "personal"}]
    manifest["root"] = commits_root(commits)
    files.write("manifest.json", encode_manifest(manifest))
    flow = json.loads(files.read("report.json"))["flow"]
    files.write("public.json", encode_public(manifest, flow))
    seal_run(files, signer=operator, log=log, salt=b"o" * 32, at=NOW)
