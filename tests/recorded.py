"""Rows as batches, made up of chance hashes, and a record over them in memory."""

import json
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa

from sekisho.model import Fingerprint, Generation, KeyId, Outcome
from sekisho.store.generations import SCHEMA
from sekisho.store.row_index_build import memory_index

__all__ = [
    "KEY",
    "SALT",
    "MemoryRecord",
    "batches_of",
    "entry",
    "finding",
    "flipped",
    "generation",
    "random_hashes",
    "row",
]

KEY = KeyId("ed25519:" + "O" * 43)
SALT = b"\7" * 32


def random_hashes(count, seed=0):
    """Return (count, 32) uint8."""
    return np.random.default_rng(seed).integers(0, 256, (count, 32), np.uint8)


def flipped(hashed, bits, seed=0):
    """Return a hash of which so many bits differ."""
    value = int.from_bytes(bytes(hashed))
    for bit in np.random.default_rng(seed).choice(256, bits, replace=False):
        value ^= 1 << int(bit)
    return value.to_bytes(32)


def entry(number):
    return f"e-{number:032x}"


def finding(number, *, kind="work", permission="none", grant=None, method="pdq", distance=3):
    return {
        "kind": kind,
        "method": method,
        "entry": entry(number) if number is not None else "",
        "distance": float(distance),
        "threshold": 31.0,
        "permission": permission,
        "grant": grant,
        "detail": json.dumps({"trust": "verified"}),
    }


def row(hashed=None, *, sha256=None, quality=90, findings=(), frames=(), turned=None, outcome="allow"):
    return {
        "sha256": sha256,
        "pdq": None if hashed is None else bytes(hashed),
        "pdq_quality": None if hashed is None else quality,
        "pdq_turned": turned,
        "frames": [{"pdq": bytes(h), "quality": q, "turned": None} for h, q in frames],
        "findings": list(findings),
        "outcome": outcome,
        "reason": "no_known_objection",
        "media_type": "image/png",
        "item": "",
    }


def batches_of(rows, size=100):
    """Return record batches of rows."""
    schema = SCHEMA.append(pa.field("item", pa.string()))
    return [pa.RecordBatch.from_pylist(rows[at : at + size], schema) for at in range(0, len(rows), size)]


class MemoryRecord:
    """A record whose rows are in memory; offers what `trace.search.Record` asks for."""

    kind = "run"
    name = "RUN"
    facts = {"operator": KEY, "label": "", "purpose": "train", "territory": "JP", "on": "2026-11-22"}  # noqa: RUF012

    def __init__(self, rows, digest="ab" * 32, operator=KEY):
        self.rows = rows
        self.digest = digest
        self.facts = self.facts | {"operator": operator}
        self.index = memory_index([("unit", len(rows))], batches_of(rows))
        self.exact, self.near, self.showing = self.index.exact, self.index.near, self.index.showing

    def read(self, rows):
        return [{**self.rows[number], "part": "unit", "number": number} for number in rows]


def generation(number, **more):
    """Return the record of an output whose hashes are made of a number."""
    return Generation(
        at=datetime(2026, 11, 22, 9, tzinfo=UTC),
        model="ab" * 32,
        snapshot="cd" * 32,
        policy="ef" * 32,
        outcome=Outcome.ALLOW,
        reason="no_known_objection",
        fingerprint=Fingerprint(sha256=bytes([number]) * 32, pdq=bytes([number]) * 32, quality=90),
        **more,
    )
