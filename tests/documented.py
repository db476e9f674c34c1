"""Facts of transparency documents: of a small sealed run, with what rows may hold added by hand."""

import io
from dataclasses import replace
from datetime import UTC, date, datetime

import pyarrow as pa
import pyarrow.parquet as pq

from sekisho.audit.documents.audited import audited
from sekisho.audit.documents.declared import Declared, read_declared
from sekisho.audit.documents.facts import documented
from sekisho.audit.documents.seen import Seen, see
from sekisho.audit.files import part_name
from sekisho.audit.hosts import Origins
from sekisho.audit.rows import SCHEMA
from sekisho.audit.verify import verify_run
from tests.membership import Desk

__all__ = ["ON", "WORDS", "audited_run", "batch", "declared", "facts_of", "origins", "seen_of", "signal"]

ON = date(2026, 11, 22)
KINDS = (pa.string(), pa.int64(), pa.int64())
WORDS = """
[provider]
name = "Harbour <script>alert(1)</script> Models"
url = "https://harbour.example/"
[dataset]
name = "Pictures & more"
description = '''
# no heading
| no | table |'''
version = "1.0.0"
url = "https://harbour.example/data"
licence = "CC-BY-4.0"
published = 2026-11-01
collected_from = 2026-01-01
collected_until = 2026-10-31
availability = "registration"
[sources.synthetic]
used = false
[principles.contact]
state = "comply"
"""
EMPTY = {
    **dict.fromkeys(SCHEMA.names),
    "media_type": "image/png",
    "bytes": 100,
    "outcome": "allow",
    "reason": "no_known_objection",
    "findings": [],
    "personal": [],
    "signals": [],
    "duration": 0,
    "problem": "",
}


def declared(text=WORDS):
    return read_declared(text.encode(), "declarations.toml")


def signal(family="licence", place="licence", note="", captured=None, stances=""):
    return {
        **dict.fromkeys(("raw", "agent", "source"), ""),
        "family": family,
        "place": place,
        "note": note,
        "captured": captured and datetime.fromisoformat(captured).replace(tzinfo=UTC),
        "stances": stances,
    }


def batch(*rows):
    """Return rows of which only what matters is given."""
    return pa.RecordBatch.from_pylist([EMPTY | row for row in rows], schema=SCHEMA)


def audited_run(desk, seen=None, holder_of=None):
    """Verify the run of a desk and return it as documents cite it."""
    verified = verify_run(desk.files)
    parts = [
        pq.read_table(io.BytesIO(desk.files.read(part_name(u["id"])))) for u in verified.manifest["units"]
    ]
    rows = (one for part in parts for one in part.to_batches())
    return audited(desk.files, verified, see(rows) if seen is None else seen, holder_of)


def origins(*came, days=(), languages=None, spoken=None):
    """Return where items come from: (host, items, bytes) each."""
    columns = [[one[at] for one in came] for at in range(3)]
    hosts = pa.table(columns, schema=pa.schema(list(zip(("host", "items", "bytes"), KINDS, strict=True))))
    spoken = sum((languages or {}).values()) if spoken is None else spoken
    items = sum(columns[1])
    return Origins(hosts=hosts, items=items, days=days, dated=items, languages=languages or {}, spoken=spoken)


def facts_of(*desks, said=None, seen=None, came=None, **more):
    runs = [audited_run(desk, seen) for desk in desks or (Desk(),)]
    if came is not None:
        runs = [replace(run, origins=came) for run in runs]
    return documented(runs, said or Declared(), on=ON, **more)


def seen_of(*rows) -> Seen:
    """Return what rows say."""
    return see([batch(*rows)])
