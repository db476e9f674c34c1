"""An earlier run as a baseline: what it held or excluded is known, and only what is new counts.

A finding is known if the baseline has the same bytes with the same outcome, reason and entries, under
whatever name: a file that was only moved or copied is no news. What could not be read has no bytes to
compare, so there the name stands for them.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sekisho.codec import canonical

__all__ = ["Baseline", "Standing", "read_baseline"]

Row = Mapping[str, Any]


class Standing(StrEnum):
    """What the baseline says of a finding."""

    NEW = "new"
    KNOWN = "known"
    MOVED = "moved"


def _key(row: Row) -> bytes:
    """Digest what makes two findings the same; 16 bytes, so that a million of them fit."""
    digest = row["sha256"]
    form = {
        "bytes": digest.hex() if digest else "",
        "name": "" if digest else row["item"],
        "outcome": row["outcome"],
        "reason": row["reason"],
        "problem": row["problem"] or "",
        "entries": sorted({finding["entry"] for finding in row["findings"] or ()}),
    }
    return hashlib.sha256(canonical(form)).digest()[:16]


@dataclass(slots=True, kw_only=True)
class Baseline:
    """The findings of an earlier run; remembers which of them were met again.

    Attributes:
        manifest: of that run.
        rows: key -> the items of that run which have it, with what SARIF needs of the first.
    """

    manifest: Mapping[str, Any]
    rows: Mapping[bytes, tuple[Row, frozenset[str]]]
    met: set[bytes] = field(default_factory=set)

    def standing(self, row: Row) -> Standing:
        """Say whether a finding is new, and note that it was met."""
        key = _key(row)
        known = self.rows.get(key)
        if known is None:
            return Standing.NEW
        self.met.add(key)
        return Standing.KNOWN if row["item"] in known[1] else Standing.MOVED

    def gone(self) -> Sequence[Row]:
        """Return the findings that were not met again."""
        return [row for key, (row, _) in self.rows.items() if key not in self.met]

    def differs(self, manifest: Mapping[str, Any]) -> Sequence[str]:
        """Say in what the baseline was another check: snapshot, policy, use or sample."""
        ours, theirs = _terms(self.manifest), _terms(manifest)
        return [name for name in ours if ours[name] != theirs[name]]


def _terms(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a check depends on besides its data."""
    return {
        "snapshot": manifest["snapshot"]["digest"],
        "policy": manifest["policy"]["digest"],
        "use": manifest["use"],
        "sample": manifest.get("sample"),
    }


def read_baseline(manifest: Mapping[str, Any], rows: Iterable[Row]) -> Baseline:
    """Read the findings of an earlier run. O(findings) memory.

    Args:
        manifest: of that run, verified.
        rows: of `listing.held_rows`.
    """
    known: dict[bytes, tuple[Row, frozenset[str]]] = {}
    for row in rows:
        key = _key(row)
        first, names = known.get(key, (row, frozenset()))
        known[key] = first, names | {row["item"]}
    return Baseline(manifest=manifest, rows=known)
