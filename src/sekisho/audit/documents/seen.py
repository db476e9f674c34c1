"""One pass over the decisions of a run: what documents say of its rows beyond the manifest's totals.

Rows about persons and listed files count only where nothing but numbers of bytes and types is added up. What
is kept does not grow with the dataset, but for the hosts, which are bounded.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import pyarrow as pa
import pyarrow.compute as pc

from sekisho.audit.protected import is_protected, open_findings
from sekisho.audit.rows import completed
from sekisho.model import Kind, Permission, SignalFamily

__all__ = ["COLUMNS", "MODALITIES", "Amount", "Seen", "see"]

COLUMNS = (
    *("media_type", "bytes", "outcome", "reason", "findings", "personal", "signals", "duration", "problem"),
)
"""What is read of each row."""
MODALITIES = ("text", "image", "audio", "video", "unknown")
"""`unknown`: nothing is known of its type, mostly because it could not be read."""
MAX_HOSTS = 100_000
"""Hosts that are counted; with more of them no list of domains is made."""
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
        grants: items by the grant that lets them pass.
        licences: items by SPDX identifier; empty: a licence that is not known by name.
        licensed: items for which any licence is told.
        domains: by host, as far as rows tell from where an item came.
        captured, copied: first and last moment at which items were fetched, and sites' files read.
    """

    modalities: dict[str, Amount] = field(default_factory=dict)
    personal: Counter[str] = field(default_factory=Counter)
    matches: Counter[str] = field(default_factory=Counter)
    entries: dict[str, set[str]] = field(default_factory=dict)
    grants: Counter[str] = field(default_factory=Counter)
    licences: Counter[str] = field(default_factory=Counter)
    licensed: int = 0
    domains: dict[str, Amount] = field(default_factory=dict)
    crowded: bool = False
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
        for found in open_findings(row):
            kinds.add(found["kind"])
            self.entries.setdefault(found["kind"], set()).add(found["entry"])
            if found["permission"] == Permission.GRANTED.value and found["grant"]:
                grants.add(found["grant"])
        self.matches.update(kinds)
        if row["outcome"] == "allow":
            self.grants.update(grants)

    def _signals(self, row: Mapping[str, Any]) -> None:
        host, licences = "", set()
        for signal in row["signals"] or ():
            is_file = "://" in signal["place"]
            if is_file and not host:
                host = _host(signal["place"])
            if signal["captured"] is not None:
                _widen(self.copied if is_file else self.captured, signal["captured"])
            if signal["family"] == SignalFamily.LICENCE.value:
                licences.add(_spdx(signal["note"]))
        if licences:
            self.licensed += 1
            self._licences(licences)
        if host and not self.crowded:
            self.domains.setdefault(host, Amount()).add(1, row["bytes"] or 0)
            self.crowded = len(self.domains) > MAX_HOSTS

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


def _host(place: str) -> str:
    try:
        return urlsplit(place).hostname or ""
    except ValueError:
        return ""


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
