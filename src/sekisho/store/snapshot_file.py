"""Open a snapshot and its deltas: memory-mapped, trusted, never older than one seen before.

All sections are digested once per machine and file. That it was done is remembered in the cache by
the segment's digest and by size, inode and change times of the file; a changed file is checked again.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sekisho.model import KeyId
from sekisho.snapshot import Snapshot, check_sections, open_snapshot
from sekisho.store.atomic import write_atomic
from sekisho.store.home import cache_dir, seen_file
from sekisho.store.keys import known_keys
from sekisho.store.protected_file import ProtectedFile
from sekisho.store.segment_files import SegmentFile, chain

__all__ = ["OWN_REGISTRY", "SnapshotFile", "all_trusted", "remember_edition"]

OWN_REGISTRY = "registry"
"""Name of the key that `registry init` makes; whoever holds its private half trusts it."""


def all_trusted(configured: Iterable[str]) -> frozenset[KeyId]:
    """Return the configured keys and the registry's key whose private half is on this machine."""
    own = {k.key for k in known_keys() if k.name == OWN_REGISTRY and k.private}
    return frozenset(KeyId(key) for key in configured) | own


def _seen() -> dict[KeyId, int]:
    try:
        seen = json.loads(seen_file().read_bytes())
    except (FileNotFoundError, ValueError):
        return {}
    return {KeyId(k): v for k, v in seen.items() if isinstance(v, int)} if isinstance(seen, dict) else {}


def remember_edition(snapshot: Snapshot) -> None:
    """Remember an edition, so that a lower one is refused from now on."""
    seen = _seen()
    if seen.get(snapshot.signer, 0) < snapshot.head.edition:
        seen[snapshot.signer] = snapshot.head.edition
        seen_file().parent.mkdir(parents=True, exist_ok=True)
        write_atomic(seen_file(), (json.dumps(seen, sort_keys=True).encode(),), force=True)


def _note(file: SegmentFile) -> Path:
    return cache_dir() / "snapshots" / f"{file.digest}.json"


def _written(file: SegmentFile) -> bytes:
    return json.dumps(file.stamp).encode()


def _was_checked(file: SegmentFile) -> bool:
    """Tell whether every digest of this very file was verified before on this machine."""
    note = _note(file)
    return note.exists() and note.read_bytes() == _written(file)


def _remember_checked(file: SegmentFile) -> None:
    _note(file).parent.mkdir(parents=True, exist_ok=True)
    write_atomic(_note(file), (_written(file),), force=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotFile:
    """A file and the conditions under which it is accepted; picklable, so that workers open it too.

    Attributes:
        path: the base; its deltas lie beside it.
        until: hex digest of the edition to stop at, whatever was published since; empty: the newest.
        protected: the section about persons and listed files that is used with it.
    """

    path: Path
    trusted: frozenset[KeyId]
    now: datetime
    max_age: timedelta
    allow_stale: bool = False
    until: str = ""
    protected: ProtectedFile | None = None

    def open(self) -> Snapshot:
        """Open the base and every delta that follows it; the age of the newest is what counts.

        Raises:
            NotFoundError: there is no such file.
            SnapshotError: it is refused; the message says why.
            RefusedError: the section was made for another operator, purpose or edition.
        """
        snapshot = self._opened(chain(self.path, self.until))
        return snapshot if self.protected is None else snapshot.with_protected(self.protected.open())

    def advance(self, snapshot: Snapshot) -> Snapshot:
        """Return the snapshot with the deltas that were published since, without a section about persons.

        If the base was replaced, or the deltas are others, everything is opened anew.
        """
        files = chain(self.path, self.until)
        held = [segment.digest for segment in snapshot.segments]
        if [file.digest for file in files[: len(held)]] != held:
            return self._opened(files)
        return self._followed(snapshot, files[len(held) :])

    def _opened(self, files: Sequence[SegmentFile]) -> Snapshot:
        base, *deltas = files
        snapshot = open_snapshot(
            base.buffer,
            trusted=self.trusted,
            now=self.now,
            max_age=self.max_age,
            seen=_seen(),
            allow_stale=self.allow_stale or bool(deltas),
        )
        if not _was_checked(base):
            check_sections(snapshot)
            _remember_checked(base)
        return self._followed(snapshot, deltas)

    def _followed(self, snapshot: Snapshot, deltas: Sequence[SegmentFile]) -> Snapshot:
        for left, delta in zip(reversed(range(len(deltas))), deltas, strict=True):
            checked = _was_checked(delta)
            snapshot = snapshot.advance(
                delta.buffer,
                now=self.now,
                max_age=self.max_age,
                seen=_seen(),
                allow_stale=self.allow_stale or bool(left),
                checked=checked,
            )
            if not checked:
                _remember_checked(delta)
        return snapshot
