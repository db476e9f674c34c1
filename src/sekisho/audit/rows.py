"""Decisions <-> Parquet: the columns of decisions/part-<unit>.parquet.

New columns come at the end only; a rename needs a new version of the manifest. The bytes depend on
the decisions, the writer options below and pyarrow's version, which is part of the configuration.
"""

import io
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from sekisho.audit.gathered import Rows
from sekisho.audit.leaves import COLUMNS, leaves_of, rows_root, tile_roots
from sekisho.codec import canonical
from sekisho.model import Decision, Finding, Fingerprint, Kind, Signal, SignalUse, Stance

__all__ = [
    "OF_FILM",
    "OF_SIGNALS",
    "OF_TEXT",
    "SCHEMA",
    "SHOWN",
    "TILES",
    "WRITER",
    "Part",
    "completed",
    "encode_part",
    "shown_stances",
]

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
_FRAME = pa.struct([("pdq", pa.binary(32)), ("quality", pa.int16()), ("turned", pa.binary(224))])
_SIGNAL = pa.struct(
    [
        ("family", pa.string()),
        ("place", pa.string()),
        ("raw", pa.string()),
        ("stances", pa.string()),
        ("agent", pa.string()),
        ("note", pa.string()),
        ("captured", pa.timestamp("ms", "UTC")),
        ("source", pa.string()),
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
        ("pdq_turned", pa.binary(224)),
        ("frames", pa.list_(_FRAME)),
        ("leaf", pa.binary(32)),
        ("personal", pa.list_(pa.string())),
        ("edits", pa.list_(pa.string())),
        ("times", pa.list_(pa.uint32())),
        ("duration", pa.uint32()),
        ("signals", pa.list_(_SIGNAL)),
        ("stances", pa.string()),
    ]
)
OF_TEXT = ("personal", "edits")
"""Columns of layouts since texts are read; `completed` adds them to the rows of an older run."""
OF_FILM = ("times", "duration")
"""Columns of layouts since films are compared: when each frame is shown, and the end, in milliseconds."""
OF_SIGNALS = ("signals", "stances")
"""Columns of layouts since rights signals are read: what was said, and what it comes to for each use."""
SHOWN = (*SCHEMA.names[:11], *OF_TEXT, *OF_SIGNALS)
"""The columns that reports and people read; the others are for deciding again and for proofs."""
TILES = "sekisho.tiles"
"""In the metadata of a part: the roots of every 256 leaves, in hex; a reader checks them by the root."""
WRITER: dict[str, Any] = {
    "compression": "zstd",
    "compression_level": 1,
    "use_dictionary": ["unit", "media_type", "outcome", "reason", "problem", "stances"],
    "write_statistics": False,
    "version": "2.6",
}
"""Options of pyarrow.parquet.write_table; digests have no statistics worth keeping."""


def _finding(finding: Finding) -> dict[str, object]:
    # Of a person nothing is said, not even what is the same for everybody.
    detail = {} if finding.kind is Kind.LIKENESS else {**finding.detail, "trust": finding.trust.value}
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


def _frames(made: Fingerprint | None) -> Sequence[dict[str, object]]:
    """Return the further frames of an animation; the first one has columns of its own."""
    if made is None or not made.more:
        return _NOTHING
    turned: Sequence[bytes | None] = made.turned[1:] or [None] * len(made.more)
    return [
        {"pdq": hashed, "quality": quality, "turned": more}
        for (hashed, quality), more in zip(made.more, turned, strict=True)
    ]


_NOTHING: list[Any] = []
"""Of most decisions there is nothing to say."""


class Part(NamedTuple):
    """The decisions of one unit: the bytes of a Parquet file, the hex root over its rows, and their leaves.

    `digests` are the SHA-256 of the rows, None where none is kept.
    """

    data: bytes
    rows_root: str
    digests: Sequence[bytes | None]
    leaves: Sequence[bytes]


_SAID: Mapping[str, Callable[[Decision], object]] = {
    "media_type": lambda d: d.media_type,
    "pdq": lambda d: d.fingerprint and d.fingerprint.pdq,
    "pdq_quality": lambda d: d.fingerprint and d.fingerprint.quality,
    "outcome": lambda d: d.outcome.value,
    "reason": lambda d: d.reason,
    "findings": lambda d: [_finding(f) for f in d.findings] if d.findings else _NOTHING,
    "problem": lambda d: d.unreadable.reason.value if d.unreadable else "",
    "pdq_turned": lambda d: d.fingerprint.turned[0] if d.fingerprint and d.fingerprint.turned else None,
    "frames": lambda d: _frames(d.fingerprint),
    "personal": lambda d: sorted({f.type.value for f in d.personal}) if d.personal else _NOTHING,
    "edits": lambda d: [edit.value for edit in sorted(d.edits)] if d.edits else _NOTHING,
    "times": lambda d: d.fingerprint.times if d.fingerprint else _NOTHING,
    "duration": lambda d: d.fingerprint.duration if d.fingerprint else 0,
    "stances": lambda d: shown_stances(d.stances),
}
"""What a decision says in each column; rows that share it say the same there."""


def completed(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Return rows with the columns about texts; those of an older run have none, so they are empty."""
    for name in (*OF_TEXT, *OF_SIGNALS):
        if name not in batch.schema.names:
            kind = SCHEMA.field(name).type
            nothing: object = [] if pa.types.is_list(kind) else ""
            batch = batch.append_column(SCHEMA.field(name), pa.array([nothing] * len(batch), kind))
    return batch


def encode_part(rows: Rows, unit: str, key: bytes, *, withheld: Collection[str] = ()) -> Part:
    """Return the decisions of one unit as the bytes of a Parquet file, and the root over its rows.

    Args:
        rows: in the order of the unit's items.
        unit: its id.
        key: the run's row key.
        withheld: items whose SHA-256 is not kept: they are little else than personal information.
    """
    own: Mapping[str, Sequence[Any]] = {
        "item": rows.items,
        "unit": [unit] * len(rows),
        "bytes": rows.sizes,
        "sha256": _kept(rows, withheld),
    }
    said: Mapping[str, Sequence[Any]] = {
        **{name: [of(decision) for decision in rows.decisions] for name, of in _SAID.items()},
        "signals": _signals(rows.decisions),
    }
    each = (own[name] if name in own else map(said[name].__getitem__, rows.numbers) for name in COLUMNS)
    leaves = leaves_of(zip(*each, strict=True), unit, key)
    columns = {name: _array(values, SCHEMA.field(name).type) for name, values in said.items()}
    if len(rows.decisions) < len(rows):
        numbers = pa.array(rows.numbers, pa.int32())
        columns = {name: column.take(numbers) for name, column in columns.items()}
    for name, values in {**own, "leaf": leaves}.items():
        columns[name] = _array(values, SCHEMA.field(name).type)
    sink = io.BytesIO()
    roots = tile_roots(leaves)
    schema = SCHEMA.with_metadata({TILES: b"".join(roots).hex()})
    pq.write_table(pa.table([columns[name] for name in SCHEMA.names], schema=schema), sink, **WRITER)
    # The tree over the tiles is the tree over the leaves.
    return Part(sink.getvalue(), rows_root(roots), own["sha256"], leaves)


def shown_stances(stances: Mapping[SignalUse, Stance]) -> str:
    """Return stances as one text, such as `tdm=disallow;input=allow`; empty if there are none."""
    return (
        ";".join(f"{use.value}={stance.value}" for use, stance in sorted(stances.items())) if stances else ""
    )


def _signals(decisions: Iterable[Decision]) -> list[Sequence[Mapping[str, object]]]:
    """Return the signals of every decision; those of one site are one object for all its items."""
    known: dict[int, Mapping[str, object]] = {}
    found: list[Sequence[Mapping[str, object]]] = []
    for decision in decisions:
        for one in decision.signals:
            if id(one) not in known:
                known[id(one)] = _signal(one)
        found.append([known[id(one)] for one in decision.signals] if decision.signals else _NOTHING)
    return found


def _signal(signal: Signal) -> Mapping[str, object]:
    return {
        "family": signal.family.value,
        "place": signal.place,
        "raw": signal.raw,
        "stances": shown_stances(signal.stances),
        "agent": signal.agent,
        "note": signal.note,
        "captured": signal.captured,
        "source": signal.source,
    }


def _kept(rows: Rows, withheld: Collection[str]) -> list[bytes | None]:
    """Return the SHA-256 of every row, but of those that are withheld."""
    if not withheld:
        return rows.digests
    return [
        None if item in withheld else digest for item, digest in zip(rows.items, rows.digests, strict=True)
    ]


def _array(values: Sequence[object], kind: pa.DataType) -> pa.Array:
    """Return a column; one of nothing but empty lists or nulls is made as a whole."""
    if pa.types.is_list(kind) and not any(values):
        ends = np.zeros(len(values) + 1, np.int32)
        return pa.ListArray.from_arrays(ends, pa.array([], kind.value_type)).cast(kind)
    if values.count(None) == len(values):
        return pa.nulls(len(values), kind)
    return pa.array(values, kind)
