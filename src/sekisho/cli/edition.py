"""Find the edition of the registry that a run used, to tell titles and the terms of grants."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from sekisho.audit.locate import locate
from sekisho.audit.shape import Label, Manifest
from sekisho.errors import SnapshotError
from sekisho.model import Entry, EntryId, Grant, KeyId
from sekisho.snapshot import Snapshot
from sekisho.store.clock import now
from sekisho.store.decided import read_json
from sekisho.store.snapshot_file import SnapshotFile

__all__ = ["Edition", "edition_at_hand", "edition_of"]

UNKNOWN = Label(title="", holder="", trust="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """The snapshot that the manifest names, opened."""

    snapshot: Snapshot

    def _entry(self, entry: str) -> Entry | None:
        number = self.snapshot.entry_number(EntryId(entry))
        return None if number is None else self.snapshot.entry(number)

    def label(self, entry: str) -> Label:
        """Say an entry's title, holder and trust."""
        found = self._entry(entry)
        if found is None:
            return UNKNOWN
        holder = found.registrant
        return Label(title=found.title, holder=holder.label, trust=found.trust.value, key=holder.key)

    def place(self, row: Mapping[str, Any], finding: Mapping[str, Any]) -> str:
        """Say where in its entry the print stands that a finding of a row met; empty if nobody knows."""
        number = self.snapshot.entry_number(EntryId(finding["entry"]))
        return "" if number is None else locate(row, finding, self.snapshot.prints(number))

    def grant(self, entry: str, grant: str) -> Grant | None:
        """Find a grant among those that the entry's registrant signed."""
        found = self._entry(entry)
        if found is None:
            return None
        return next((g for g in self.snapshot.grants(found.registrant.key) if g.id == grant), None)


def _place(run: Path, named: Path | None) -> Path | None:
    """Return where the snapshot lies: as the user says, else as status.json says."""
    if named is not None:
        return named
    status: Any = read_json(run / "status.json") if (run / "status.json").is_file() else {}
    place = status.get("snapshot") if isinstance(status, dict) else None
    return Path(place) if isinstance(place, str) and Path(place).is_file() else None


def edition_of(run: Path, manifest: Manifest, named: Path | None = None) -> Edition | None:
    """Open the edition that a run used; its age does not matter any more, its digest does.

    Args:
        run: the RUN directory.
        manifest: its manifest, checked.
        named: where the user says that it is; else status.json tells.

    Returns:
        None if nobody named it and it is not where it was.

    Raises:
        NotFoundError: it is not where the user says.
        SnapshotError: it is another one than the manifest names, or was changed.
    """
    place = _place(run, named)
    if place is None:
        return None
    signer = KeyId(manifest["snapshot"]["signer"])
    file = SnapshotFile(
        path=place,
        trusted=frozenset({signer}),
        now=now(),
        max_age=timedelta.max,
        allow_stale=True,
        until=manifest["snapshot"]["digest"],
    )
    return Edition(snapshot=file.open())


def edition_at_hand(run: Path, manifest: Manifest, named: Path | None) -> Edition | None:
    """Open the edition that a run used if it is still there; None if a newer one has taken its place.

    Raises:
        NotFoundError, SnapshotError: as `edition_of`, for an edition that the user names.
    """
    try:
        return edition_of(run, manifest, named)
    except SnapshotError:
        if named is not None:
            raise
        return None
