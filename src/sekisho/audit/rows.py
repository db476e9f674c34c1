"""Decisions <-> Parquet: the columns of decisions/part-<unit>.parquet.

New columns come at the end only; a rename needs a new version of the manifest. The bytes depend on
the decisions, the writer options below and pyarrow's version, which is part of the configuration.
"""

import io
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from sekisho.codec import canonical
from sekisho.model import Decision, Finding

__all__ = ["SCHEMA", "WRITER", "encode_part"]

_FINDING = pa.struct(
    [
        ("kind", pa.string()),
        ("method", pa.string()),
        ("entry", pa.string()),
        ("distance", pa.float32()),
        ("threshold", pa.float32()),
        ("permission", pa.string()),
        ("grant", pa.string()),
        ("detail", pa.string()),
    ]
)
SCHEMA = pa.schema(
    [
        ("item", pa.string()),
        ("unit", pa.string()),
        ("media_type", pa.string()),
        ("bytes", pa.int64()),
        ("sha256", pa.binary(32)),
        ("pdq", pa.binary(32)),
        ("pdq_quality", pa.int16()),
        ("outcome", pa.string()),
        ("reason", pa.string()),
        ("findings", pa.list_(_FINDING)),
        ("problem", pa.string()),
    ]
)
WRITER: dict[str, Any] = {
    "compression": "zstd",
    "compression_level": 1,
    "use_dictionary": ["unit", "media_type", "outcome", "reason", "problem"],
    "write_statistics": False,
    "version": "2.6",
}
"""Options of pyarrow.parquet.write_table; digests have no statistics worth keeping."""


def _finding(finding: Finding) -> dict[str, object]:
    detail = {**finding.detail, "trust": finding.trust.value}
    return {
        "kind": finding.kind.value,
        "method": finding.method.value,
        "entry": finding.entry,
        "distance": finding.distance,
        "threshold": finding.threshold,
        "permission": finding.permission.value,
        "grant": finding.grant,
        "detail": canonical(detail).decode(),
    }


def encode_part(decisions: Sequence[Decision], unit: str) -> bytes:
    """Return the decisions of one unit as the bytes of a Parquet file."""
    prints = [d.fingerprint for d in decisions]
    columns = [
        [d.item for d in decisions],
        [unit] * len(decisions),
        [d.media_type for d in decisions],
        [d.bytes for d in decisions],
        [p and p.sha256 for p in prints],
        [p and p.pdq for p in prints],
        [p and p.quality for p in prints],
        [d.outcome.value for d in decisions],
        [d.reason for d in decisions],
        [[_finding(f) for f in d.findings] if d.findings else [] for d in decisions],
        [d.unreadable.reason.value if d.unreadable else "" for d in decisions],
    ]
    arrays = [pa.array(values, field.type) for values, field in zip(columns, SCHEMA, strict=True)]
    sink = io.BytesIO()
    pq.write_table(pa.table(arrays, schema=SCHEMA), sink, **WRITER)
    return sink.getvalue()
