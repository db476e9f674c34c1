"""Open a snapshot file: memory-mapped, trusted, never older than one seen before.

All sections are digested once per machine. That it was done is remembered in the cache by the
snapshot's digest and by size, inode and change times of the file; a changed file is checked again.
"""

import json
import mmap
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sekisho.errors import NotFoundError, SnapshotTampered
from sekisho.model import KeyId
from sekisho.snapshot import Snapshot, check_sections, open_snapshot
from sekisho.store.atomic import write_atomic
from sekisho.store.home import cache_dir, seen_file
from sekisho.store.keys import known_keys

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


def _map(path: Path) -> tuple[memoryview, os.stat_result]:
    try:
        with path.open("rb") as stream:
            status = os.fstat(stream.fileno())
            if not status.st_size:
                raise SnapshotTampered(f"{path} is empty", hint="fetch the snapshot again")
            return memoryview(mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)), status
    except (FileNotFoundError, IsADirectoryError) as error:
        raise NotFoundError(
            f"there is no snapshot {path}",
            hint="ask your registry for one: `sekisho snapshot publish -o FILE`",
        ) from error


def _stamp(status: os.stat_result) -> list[int]:
    return [status.st_size, status.st_ino, status.st_dev, status.st_mtime_ns, status.st_ctime_ns]


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotFile:
    """A file and the conditions under which it is accepted; picklable, so that workers open it too."""

    path: Path
    trusted: frozenset[KeyId]
    now: datetime
    max_age: timedelta
    allow_stale: bool = False

    def open(self) -> Snapshot:
        """Open the file.

        Raises:
            NotFoundError: there is no such file.
            SnapshotError: it is refused; the message says why.
        """
        buffer, status = _map(self.path)
        snapshot = open_snapshot(
            buffer,
            trusted=self.trusted,
            now=self.now,
            max_age=self.max_age,
            seen=_seen(),
            allow_stale=self.allow_stale,
        )
        note = cache_dir() / "snapshots" / f"{snapshot.digest}.json"
        stamp = json.dumps(_stamp(status)).encode()
        if not note.exists() or note.read_bytes() != stamp:
            check_sections(snapshot)
            note.parent.mkdir(parents=True, exist_ok=True)
            write_atomic(note, (stamp,), force=True)
        return snapshot
