"""One pass over the decisions of a run: what documents say of its rows beyond the manifest's totals.

Rows about persons and listed files count only where nothing but numbers of bytes and types is added up. What
is kept does not grow with the dataset.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from sekisho.audit.protected import is_protected, open_findings
from sekisho.audit.report.texts import is_general
from sekisho.audit.rows import completed
from sekisho.detect.signals.source_type import MADE_BY_MODELS
from sekisho.model import Kind, Permission, SignalFamily

__all__ = ["COLUMNS", "MODALITIES", "Amount", "Seen", "see"]

COLUMNS = (
    *("media_type", "bytes", "outcome", "reason", "findings", "personal", "signals", "duration", "problem"),
)
"""What is read of each row."""
MODALITIES = ("text", "image", "audio", "video", "unknown")
"""`unknown`: nothing is known of its type, mostly because it could not be read."""
WHOLLY, PARTLY = MADE_BY_MODELS
"""A model has made it; it was put together of several parts, of which a model has made one."""
_OF_A_PART = ("said of a part", "an earlier manifest or ingredient")
MAX_LICENCES = 1000
_LICENCE = "licence:"
_EACH = frozenset({"findings", "personal", "signals"})


@dataclass(slots=True)
class Amount:
    """How much of something there is: items, bytes, milliseconds of film."""

    items: int = 0
    bytes: int = 0
    milliseconds: int = 0

    def add(self, items: int, size: int, milliseconds: int = 0) -> None:
        """Add to it."""
        self.items += items
        self.bytes += size
        self.milliseconds += milliseconds


@dataclass(slots=True)
class Seen:
    """What one pass has collected.

    Attributes:
        personal: items by kind of personal information.
        matches: items by kind of entry that they match; `persons` apart.
        entries: entries that were met, by kind.
        grants: items by the grant to the operator that lets them pass.
        general: the same by grants for everybody.
        licences: items by SPDX identifier; empty: a licence that is not known by name.
        licensed: items for which any licence is told.
        synthetic: items by what they say of a model that has made them, wholly or in part.
        captured, copied: first and last moment at which items were fetched, and sites' files read.
    """

    modalities: dict[str, Amount] = field(default_factory=dict)
    personal: Counter[str] = field(default_factory=Counter)
    matches: Counter[str] = field(default_factory=Counter)
    entries: dict[str, set[str]] = field(default_factory=dict)
    grants: Counter[str] = field(default_factory=Counter)
    general: Counter[str] = field(default_factory=Counter)
    licences: Counter[str] = field(default_factory=Counter)
    licensed: int = 0
    synthetic: Counter[str] = field(default_factory=Counter)
    captured: list[datetime] = field(default_factory=list)
    copied: list[datetime] = field(default_factory=list)

    def batch(self, batch: pa.RecordBatch) -> None:
        """Take in one batch: types as columns, and only the rows that say more one by one."""
        batch = completed(batch)
        self._types(batch)
        said = [pc.greater(pc.fill_null(pc.list_value_length(batch[name]), 0), 0) for name in _EACH]
        wanted = pc.or_(pc.or_(said[0], said[1]), said[2])
        for row in batch.filter(wanted).to_pylist():
            self._row(row)

    def _types(self, batch: pa.RecordBatch) -> None:
        table = pa.table({"kind": batch["media_type"], "bytes": batch["bytes"]})
        films = "duration" in batch.schema.names
        table = table.append_column("ms", pc.fill_null(batch["duration"], 0) if films else _zeros(len(batch)))
        grouped = table.group_by("kind").aggregate([("bytes", "sum"), ("ms", "sum"), ([], "count_all")])
        for group in grouped.to_pylist():
            name = _modality(group["kind"] or "")
            amount = self.modalities.setdefault(name, Amount())
            amount.add(group["count_all"], group["bytes_sum"] or 0, group["ms_sum"] or 0)

    def _row(self, row: Mapping[str, Any]) -> None:
        self.personal.update(set(row["personal"] or ()))
        if any(found["kind"] == Kind.LIKENESS.value for found in row["findings"] or ()):
            self.matches[Kind.LIKENESS.value] += 1
        if is_protected(row):
            return
        self._findings(row)
        self._signals(row)

    def _findings(self, row: Mapping[str, Any]) -> None:
        kinds: set[str] = set()
        grants: set[str] = set()
        general: set[str] = set()
        for found in open_findings(row):
            kinds.add(found["kind"])
            self.entries.setdefault(found["kind"], set()).add(found["entry"])
            if found["permission"] == Permission.GRANTED.value and found["grant"]:
                (general if is_general(found) else grants).add(found["grant"])
        self.matches.update(kinds)
        if row["outcome"] == "allow":
            self.grants.update(grants)
            self.general.update(general)

    def _signals(self, row: Mapping[str, Any]) -> None:
        licences, made = set(), set()
        for signal in row["signals"] or ():
            is_file = "://" in signal["place"]
            if signal["captured"] is not None:
                _widen(self.copied if is_file else self.captured, signal["captured"])
            if signal["family"] == SignalFamily.LICENCE.value:
                licences.add(_spdx(signal["note"]))
            elif signal["family"] == SignalFamily.SOURCE_TYPE.value:
                made.add(_maker(signal["note"]))
        if licences:
            self.licensed += 1
            self._licences(licences)
        if made:
            self.synthetic[WHOLLY if WHOLLY in made else PARTLY] += 1

    def _licences(self, licences: set[str]) -> None:
        for name in licences:
            known = name if name in self.licences or len(self.licences) < MAX_LICENCES else ""
            self.licences[known] += 1


def _zeros(length: int) -> pa.Array:
    return pa.array([0] * length, pa.uint32())


def _modality(media_type: str) -> str:
    kind = media_type.partition("/")[0]
    if not kind:
        return "unknown"
    return kind if kind in MODALITIES else "text"


def _spdx(note: str) -> str:
    """Return the identifier that the licence signal's note has; empty if it was not known."""
    begin = note.partition(";")[0]
    return begin.removeprefix(_LICENCE) if begin.startswith(_LICENCE) else ""


def _maker(note: str) -> str:
    """Return what a signal says of how an item was made; what is said of a part of it holds for a part."""
    kind, _, more = note.partition(";")
    return WHOLLY if kind == WHOLLY and not any(words in more for words in _OF_A_PART) else PARTLY


def _widen(span: list[datetime], moment: datetime) -> None:
    """Keep the first and the last of all moments."""
    span[:] = [min(*span, moment), max(*span, moment)] if span else [moment, moment]


def see(batches: Iterable[pa.RecordBatch]) -> Seen:
    """Return what the decisions of one run say; O(rows).

    Args:
        batches: with `COLUMNS`; an older run lacks some.
    """
    seen = Seen()
    for batch in batches:
        seen.batch(batch)
    return seen
